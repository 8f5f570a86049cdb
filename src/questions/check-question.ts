import { checkText, wrong } from '../cases/index.ts';
import { emailAddress } from '../people/index.ts';
import type { Rulebook, RulebookOffice, RulebookPlace } from '../rulebook/index.ts';
import type { Aspect, Rule, Topic } from '../rules/index.ts';
import { type Language, languages } from '../ui/language.ts';
import { findGap } from './find-gap.ts';
import { type Asked, longest } from './question.ts';

/** A question that may be sent, with what its names stand for. */
export type Checked = {
  place: RulebookPlace;
  city: RulebookPlace;
  topic: Topic;
  aspect: Aspect | undefined;
  rule: Rule | undefined;
  office: RulebookOffice;
  question: string;
  name: string;
  email: string;
  shareEmail: boolean;
  language: Language;
};

/** Errors: invalid, with `details.field`. */
export function checkQuestion(book: Rulebook, asked: Asked, now: Date): Checked {
  const { place, city, topic, aspect, rule, offices } = findGap(book, asked, now);
  const language = languages.find((each) => each === asked.language);
  if (!place || !city) throw wrong('place', `There is no city or neighborhood “${asked.place}” here.`);
  if (!topic) throw wrong('topic', 'Choose what the question is about.');
  const office = offices.find(({ slug }) => slug === asked.office);
  if (!office) throw wrong('office', `Choose an office of ${city.name}.`);
  if (!language) throw wrong('language', 'Choose English or Spanish.');
  const question = checkText('question', asked.question, longest.question, 1);
  // It stands on one line of a letter.
  const name = checkText('name', asked.name.replaceAll(/\s+/g, ' '), longest.name);
  const email = asked.email.trim() === '' ? '' : emailAddress.safeParse(asked.email).data;
  if (email === undefined)
    throw wrong('email', 'This is no e-mail address. Write one such as name@example.org.');
  return {
    place,
    city,
    topic,
    aspect,
    rule,
    office,
    question,
    name,
    email,
    shareEmail: asked.shareEmail && email !== '',
    language,
  };
}

import { checkText, wrong } from '../cases/index.ts';
import type { Queryable } from '../kit/database.ts';
import { emailAddress } from '../people/index.ts';
import { isDay } from '../rules/index.ts';
import { type Language, languages } from '../ui/language.ts';
import { findSubject, type Subject } from './find-subject.ts';
import { type Fault, faults, longest, type Reported } from './report.ts';

/** A report that may be sent, with what its names stand for. */
export type Checked = {
  what: Fault;
  dataset: Subject['dataset'];
  place: NonNullable<Subject['place']>;
  office: Subject['office'];
  days: { from: string; to: string } | null;
  spot: string;
  said: string;
  name: string;
  address: string;
  email: string;
  language: Language;
};

/** Errors: invalid, with `details.field`. */
export async function checkReport(db: Queryable, input: Reported, now: Date): Promise<Checked> {
  const language = languages.find((each) => each === input.language);
  if (!language) throw wrong('language', 'Choose English or Spanish.');
  const what = faults.find((each) => each === input.what);
  if (!what) throw wrong('what', 'Say what is missing or wrong.');
  const isMissing = what === 'missing-dataset';
  const { dataset, place, office } = await findSubject(db, {
    dataset: isMissing ? '' : input.dataset,
    place: input.place,
    language,
  });
  if (!isMissing && !dataset)
    throw wrong('dataset', `There is no dataset “${input.dataset}”. Begin from its page in the catalog.`);
  if (!place) throw wrong('place', 'Choose the city or neighborhood that it is about.');
  return {
    what,
    dataset,
    place,
    office,
    days: what === 'missing-readings' ? checkDays(input, now, place.timeZone) : null,
    spot: checkText('spot', input.spot.replaceAll(/\s+/g, ' '), longest.spot),
    said: checkText('said', input.said, longest.said, 1),
    name: checkText('name', input.name.replaceAll(/\s+/g, ' '), longest.name),
    address: checkText('address', input.address.replaceAll(/\s+/g, ' '), longest.address),
    email: checkEmail(input.email),
    language,
  };
}

function checkDays({ from, to }: Reported, now: Date, timeZone: string): { from: string; to: string } {
  const today = now.toLocaleDateString('en-CA', { timeZone });
  if (!isDay(from) || from > today)
    throw wrong('from', `Give the first day that is missing, up to ${today}.`);
  if (!isDay(to) || to < from || to > today)
    throw wrong('to', `Give the last day that is missing, from ${from} to ${today}.`);
  return { from, to };
}

function checkEmail(text: string): string {
  const email = text.trim() === '' ? '' : emailAddress.safeParse(text).data;
  if (email === undefined)
    throw wrong('email', 'This is no e-mail address. Write one such as name@example.org.');
  return email;
}

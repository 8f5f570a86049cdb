import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { readRulebook } from '../rulebook/index.ts';
import { type Bilingual, pagesOf } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { citedAs, nearestTo, pageLine } from './ask-letter.ts';
import { aspectQuestion } from './aspect-questions.ts';
import { type Askable, findGap, type Start } from './find-gap.ts';

export type Preparation = {
  /** The rule that was named, and that is not on file. */
  unknownRule: string | null;
  place: { slug: string; name: string } | null;
  city: { slug: string; name: string } | null;
  topic: string | null;
  aspect: string | null;
  gap: {
    id: string;
    says: string;
    state: string;
    pages: string[];
    nearest: { says: string; source: string } | null;
  } | null;
  /** In plain words, to begin with. */
  question: string;
  offices: Pick<Askable, 'slug' | 'name' | 'duty' | 'named' | 'email' | 'address'>[];
  stateOffices: { name: string; email: string | null; phone: string | null; address: string | null }[];
  topics: { id: string; name: string; depth: number }[];
  places: { slug: string; name: string }[];
};

/** What the form for a question shows before anything is written. */
export async function prepareQuestion(
  ctx: Ctx,
  input: Start & { question?: string | undefined; language: Language },
): Promise<Preparation> {
  checkPermission(ctx, 'ask-an-office');
  const book = await readRulebook(ctx);
  const { language } = input;
  const { place, city, topic, aspect, rule, offices, stateOffices } = findGap(book, input, ctx.clock.now());
  const nearest = rule && nearestTo(book, rule);
  const named = (each: { name: Bilingual } | undefined) => each?.name[language] ?? '';
  return {
    unknownRule: input.rule && !book.current.has(input.rule) ? input.rule.slice(0, 120) : null,
    place: place ? { slug: place.slug, name: place.name } : null,
    city: city ? { slug: city.slug, name: city.name } : null,
    topic: topic?.id ?? null,
    aspect: aspect ?? null,
    gap: rule
      ? {
          id: rule.id,
          says: rule.says[language],
          state: rule.value.state,
          pages: pagesOf(rule).map((page) => pageLine(page, language)),
          nearest: nearest ? { says: nearest.says[language], source: citedAs(nearest, language) } : null,
        }
      : null,
    question:
      input.question?.trim() ||
      (topic && place ? aspectQuestion(aspect, named(topic), place.name, language) : ''),
    offices: offices.map(({ slug, name, duty, named: asked, email, address }) => ({
      slug,
      name,
      duty,
      named: asked,
      email,
      address,
    })),
    stateOffices: stateOffices.map(({ name, email, phone, address }) => ({ name, email, phone, address })),
    topics: book.topics.map((each) => ({
      id: each.id,
      name: named(each),
      depth: depthOf(book.topics, each.parent),
    })),
    places: book.places
      .filter(({ kind }) => kind === 'city' || kind === 'neighborhood')
      .map(({ slug, name }) => ({ slug, name })),
  };
}

function depthOf(topics: readonly { id: string; parent?: string | undefined }[], parent?: string): number {
  if (parent === undefined) return 0;
  return 1 + depthOf(topics, topics.find(({ id }) => id === parent)?.parent);
}

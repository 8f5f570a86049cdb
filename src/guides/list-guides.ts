import type { Ctx } from '../kit/context.ts';
import { type Guide, type Rulebook, readRulebook } from '../rulebook/index.ts';
import type { Language } from '../ui/language.ts';
import type { GuideEntry } from './guide-view.ts';

/** The guides by place, those of one place if it is given (a neighborhood has its city's). */
export async function listGuides(
  ctx: Ctx,
  input: { language: Language; place?: string },
): Promise<{ places: { slug: string; name: string; neighborhoods: string[]; guides: GuideEntry[] }[] }> {
  const book = await readRulebook(ctx);
  const { rows } = await ctx.public.query<{ place: string; slug: string; body: Guide }>(
    'select place, slug, body from released.guide where $1::text is null or place = $1 order by place, slug',
    [input.place ? cityOf(book, input.place) : null],
  );
  const entries = rows.map(({ place, slug, body }) => ({
    place,
    slug,
    title: body.title[input.language],
    lead: body.lead[input.language],
    sections: body.sections.map(({ id, title }) => ({ id, title: title[input.language] })),
  }));
  return {
    places: book.places
      .map(({ slug, name }) => ({
        slug,
        name,
        neighborhoods: neighborhoodsOf(book, slug),
        guides: entries.filter(({ place }) => place === slug),
      }))
      .filter(({ guides }) => guides.length > 0),
  };
}

/** The city that a neighborhood is part of; any other place stays. */
export function cityOf(book: Rulebook, slug: string): string {
  const place = book.places.find((each) => each.slug === slug);
  return place?.kind === 'neighborhood' && place.parent ? place.parent : slug;
}

export const neighborhoodsOf = (book: Rulebook, city: string): string[] =>
  book.places
    .filter(({ kind, parent }) => kind === 'neighborhood' && parent === city)
    .map(({ name }) => name);

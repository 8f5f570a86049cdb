import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import type { Language } from '../ui/language.ts';
import { findSubject, type Subject } from './find-subject.ts';

export type Preparation = Subject & {
  /** The dataset that was named, and that is not in the catalog. */
  unknown: string | null;
  places: { slug: string; name: string; city: boolean }[];
};

/** What the form for a report shows before anything is written. */
export async function prepareReport(
  ctx: Ctx,
  input: { dataset: string; place: string; language: Language },
): Promise<Preparation> {
  checkPermission(ctx, 'report-a-fault');
  const found = await findSubject(ctx.public, input);
  const { rows } = await ctx.public.query<Preparation['places'][number]>(
    `select p.slug, p.name, p.kind = 'city' as city from released.place p
     where p.kind <> 'region' order by coalesce((select name from released.place c where c.slug = p.parent and p.kind = 'neighborhood'), p.name),
       p.kind = 'neighborhood', p.name`,
  );
  return {
    ...found,
    unknown: input.dataset && !found.dataset ? input.dataset.slice(0, 80) : null,
    places: rows,
  };
}

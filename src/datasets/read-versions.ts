import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import type { Column, Description } from '../release/view.tsx';
import type { Language } from '../ui/language.ts';
import { inLanguage } from './sql.ts';

export type VersionEntry = {
  number: number;
  at: string;
  changed: string[];
  checksum: string;
  citation: string;
};
export type VersionContent = {
  access: string;
  policyVersion: number;
  description: Description & { officeName?: string | null; custodianName?: string | null };
  dictionary: Column[];
};
export type Versions = {
  slug: string;
  title: string;
  placeName: string | null;
  timeZone: string | null;
  /** Of the office that answers where no rule says how long it is kept. */
  askName: string | null;
  /** The newest first. */
  versions: VersionEntry[];
  total: number;
  /** The one that was asked for. */
  shown: (VersionEntry & { content: VersionContent; until: string | null }) | null;
};
export const versionsPerPage = 50;

/**
 * The versions of a dataset's public description: a page of them, the newest first; one by its `number`; or the one that was
 * published on a day by its city's clock (`on`). Errors: not-found (no such dataset or version, or none on that day yet),
 * invalid (the day).
 */
export async function readVersions(
  ctx: Ctx,
  input: { slug: string; language: Language; page?: number; number?: number; on?: string },
): Promise<Versions> {
  if (input.on !== undefined && !isDay(input.on))
    throw new Problem('invalid', '“on” in the address is wrong: it is a day such as 2026-11-26.');
  const entry = `'number', v.number, 'at', v.at, 'changed', v.changed, 'checksum', v.checksum, 'citation', v.citation`;
  const { rows } = await ctx.public.query<Versions>(
    `select ds.slug, ${inLanguage('$2')}, p.name as "placeName", p.time_zone as "timeZone",
       (select count(*)::int from released.dataset_version v where v.dataset_id = ds.id) as total,
       (select coalesce(json_agg(json_build_object(${entry}) order by v.number desc), '[]') from (
          select * from released.dataset_version v where v.dataset_id = ds.id
          order by v.number desc limit $3 offset $4) v) as versions,
       (select json_build_object(${entry}, 'content', v.content, 'until', (select n.at
          from released.dataset_version n where n.dataset_id = ds.id and n.number = v.number + 1)) from released.dataset_version v
        where v.dataset_id = ds.id and ($5::int is not null and v.number = $5
          or $6::date is not null and v.at < ($6::date + 1)::timestamp at time zone coalesce(p.time_zone, 'UTC'))
        order by v.number desc limit 1) as shown,
       (select o.name from released.office o where o.slug = ds.retention_ask) as "askName"
     from released.dataset ds left join released.place p on p.slug = ds.place where ds.slug = $1`,
    [
      input.slug,
      input.language,
      versionsPerPage,
      ((input.page ?? 1) - 1) * versionsPerPage,
      input.number ?? null,
      input.on ?? null,
    ],
  );
  const found = rows[0];
  if (!found) throw new Problem('not-found', `There is no dataset “${input.slug}”.`);
  if (input.number !== undefined && !found.shown)
    throw new Problem('not-found', `The dataset “${input.slug}” has no version ${input.number}.`);
  return found;
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

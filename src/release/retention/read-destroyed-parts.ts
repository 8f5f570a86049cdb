import type { Queryable } from '../../kit/database.ts';
import type { Rule } from '../../rules/index.ts';

/** What the public is told of a dataset's retention: the rule of each series, and what was destroyed. */
export type DestroyedParts = {
  rules: { series: string; ruleId: string; duty: string; says: Rule['says'] | null; specified: boolean }[];
  certificates: {
    number: string;
    at: string;
    readings: number;
    series: string;
    from: string | null;
    to: string | null;
    sha256: string;
    form: string;
    formDate: string;
  }[];
};

/** Reads as the public does: `db` is ctx.public. A dataset without an entry in the catalog tells nothing. */
export async function readDestroyedParts(db: Queryable, slug: string): Promise<DestroyedParts> {
  const { rows } = await db.query<DestroyedParts>(
    `select
       (select coalesce(json_agg(json_build_object('series', r.series, 'ruleId', r.rule_id, 'duty', r.duty,
          'says', u.body -> 'says', 'specified', u.body -> 'value' ->> 'state' = 'specified') order by r.series), '[]')
        from released.retention r left join lateral (
          select body from released.rule where id = r.rule_id order by recorded_at desc limit 1) u on true
        where r.dataset_id = d.id) as rules,
       (select coalesce(json_agg(c.body || jsonb_build_object('number', c.number::text) order by c.number desc), '[]')
        from (select * from released.destruction_certificate where dataset_id = d.id order by number desc limit 50) c
       ) as certificates
     from released.dataset d where d.slug = $1`,
    [slug],
  );
  return rows[0] ?? { rules: [], certificates: [] };
}

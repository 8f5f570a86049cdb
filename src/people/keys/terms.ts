import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';

/**
 * Terms of use for keys, as a city has published them: a text with its version and source. A new version follows an old
 * one and takes nothing from keys that exist. Where no city has published any, there are none, and none are invented.
 */
export type Terms = {
  id: string;
  /** Whose they are; null: the installation's as a whole. */
  place: string | null;
  placeName: string | null;
  version: string;
  texts: { en?: string; es?: string };
  source: string;
  publishedAt: string;
};

/** The newest version of each place's terms. */
export async function termsInForce(db: Queryable): Promise<Terms[]> {
  const { rows } = await db.query<Terms>(
    `select distinct on (t.place) t.id::text, t.place, p.name as "placeName", t.version, t.texts, t.source,
       t.published_at as "publishedAt"
     from private.terms t left join released.place p on p.slug = t.place order by t.place nulls first, t.id desc`,
  );
  return rows;
}

/** The terms in force, all of which must be among those accepted. Errors: invalid (`details.field`: terms). */
export async function checkAccepted(db: Queryable, accepted: readonly string[]): Promise<string[]> {
  const terms = await termsInForce(db);
  if (terms.some(({ id }) => !accepted.includes(id)))
    throw new Problem('invalid', 'Read the terms of use and accept them.', { details: { field: 'terms' } });
  return terms.map(({ id }) => id);
}

/** Keeps which versions were accepted for these keys, and when. False: they had been before. */
export async function keepAcceptance(
  db: Queryable,
  ctx: Ctx,
  keyIds: readonly string[],
  termsIds: readonly string[],
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into private.key_terms (key_id, terms_id, accepted_at)
     select k, t, $3 from unnest($1::bigint[]) k, unnest($2::bigint[]) t on conflict do nothing`,
    [keyIds, termsIds, ctx.clock.now()],
  );
  return rowCount !== 0;
}

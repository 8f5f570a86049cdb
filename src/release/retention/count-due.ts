import type { Queryable } from '../../kit/database.ts';
import { isAsMeasured, places } from './copies.ts';
import { endSql, heldSql } from './hold.ts';
import { holdsOn } from './holds-in-force.ts';
import { isFor, type Leave } from './leave.ts';
import { datastreamsOf, type Series, standingOf } from './series.ts';

/** Readings that are due, by the month in which they began: how many a hold keeps, and how many a run would destroy now. */
export type DueMonth = { month: string; due: number; held: number; destroyable: number };

/** Counts what is due of a series; by the same SQL that decides it row for row. Empty when nothing is ever due. */
export async function countDue(
  db: Queryable,
  series: Series,
  leaves: readonly Leave[],
  now: Date,
): Promise<DueMonth[]> {
  const standing = standingOf(series, now);
  if (standing.due === null) return [];
  const { rule, due } = standing;
  const own = leaves.filter((leave) => leave.series === series.series && isFor(leave, rule));
  // Readings before the latest bound are approved; leave without one is for all that is due.
  const bounds = own.map(({ until }) => until ?? due.at).toSorted((a, b) => Date.parse(a) - Date.parse(b));
  const byProperty = Map.groupBy(await datastreamsOf(db, series), ({ property }) => property);
  const months = new Map<string, DueMonth>();
  for (const datastreams of byProperty.values()) {
    const holds = await holdsOn(db, datastreams[0]?.id as string, series.duty);
    for (const side of places) {
      const values: unknown[] = [
        datastreams.map(({ id }) => id),
        due.at,
        series.zone,
        bounds.at(-1) ?? '-infinity',
      ];
      const { rows } = await db.query<DueMonth>(
        `select month, count(*)::int as due, count(*) filter (where held)::int as held,
           count(*) filter (where not held and ends < $4::timestamptz)::int as destroyable
         from (select to_char(o.phenomenon_start at time zone $3, 'YYYY-MM') as month, ${endSql} as ends,
                 ${heldSql(holds, values)} as held
               from ${side}.observation o
               where o.datastream_id = any($1::bigint[]) and o.phenomenon_start < $2::timestamptz
                 and ${endSql} < $2::timestamptz ${isAsMeasured(side)}) o
         group by month`,
        values,
      );
      for (const row of rows) {
        const known = months.get(row.month) ?? { month: row.month, due: 0, held: 0, destroyable: 0 };
        months.set(row.month, {
          month: row.month,
          due: known.due + row.due,
          held: known.held + row.held,
          destroyable: known.destroyable + row.destroyable,
        });
      }
    }
  }
  return [...months.values()].toSorted((a, b) => (a.month < b.month ? -1 : 1));
}

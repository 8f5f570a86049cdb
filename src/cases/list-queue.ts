import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, permittedWays, signedIn } from '../people/index.ts';
import { type Case, caseColumns } from './case.ts';

export type QueuedCase = Case & {
  placeName: string;
  officeName: string | null;
  assigneeName: string | null;
  overdue: boolean;
  /** What is due first is a day that staff set for themselves: that day. */
  reviewDay: string | null;
};
export type QueueFilter = {
  kind?: string | undefined;
  office?: string | undefined;
  /** Those assigned to the asker alone. */
  mine?: boolean;
  /** Where the page before ended. */
  after?: string | undefined;
  limit?: number;
};

const mostListed = 100;

/**
 * The open cases that the asker works with, what is urgent first, then what is due first, those without a day last. `next` is the cursor of
 * the next page. Errors: signed-out, not-allowed, invalid (the cursor).
 */
export async function listQueue(
  ctx: Ctx,
  filter: QueueFilter,
): Promise<{ cases: QueuedCase[]; next: string | null }> {
  checkPermission(ctx, 'see-cases');
  const limit = Math.min(filter.limit ?? 50, mostListed);
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const now = value(ctx.clock.now());
  const where = ['c.closed_at is null'];
  if (filter.kind) where.push(`c.kind = ${value(filter.kind)}`);
  if (filter.office) where.push(`c.office = ${value(filter.office)}`);
  if (filter.mine) where.push(`c.assignee = ${value(signedIn(ctx).personId)}::bigint`);
  if (filter.after) {
    const { due, id } = readCursor(filter.after);
    where.push(`(c.due_at, c.id) > (${value(due)}::timestamptz, ${value(id)}::bigint)`);
  }
  const ways = permittedWays(
    ctx,
    'see-cases',
    { place: 'c.place', office: 'c.office', kind: 'c.kind' },
    values,
  );
  // Each role's part is read in order from an index of its own; together they are no more than a page each.
  const parts = ways.map(
    (way) => `(select c.id, c.due_at from private.case_record c where ${[...where, way].join(' and ')}
      order by c.due_at, c.id limit ${limit + 1})`,
  );
  const { rows } = await ctx.app.query<QueuedCase & { cursor: string }>(
    `with found as (${parts.join(' union ')}), page as (select id from found order by due_at, id limit ${limit + 1})
     select ${caseColumns}, pl.name as "placeName", o.name as "officeName", coalesce(w.name, w.email) as "assigneeName",
       (isfinite(c.due_at) and c.due_at < ${now}) as overdue,
       (select d.derivation ->> 'day' from private.case_deadline d where d.case_id = c.id and d.ended_at is null
          and d.due_at = c.due_at and d.derivation ? 'internal' limit 1) as "reviewDay", c.due_at || '|' || c.id as cursor
     from page join private.case_record c using (id) join released.place pl on pl.slug = c.place
       left join released.office o on o.slug = c.office left join private.person w on w.id = c.assignee
     order by c.due_at, c.id`,
    values,
  );
  const page = rows.slice(0, limit);
  return {
    cases: page.map(({ cursor: _, ...row }) => row),
    next: rows.length > limit ? Buffer.from(page.at(-1)?.cursor ?? '').toString('base64url') : null,
  };
}

const isoOf = (text: string) => (Number.isNaN(Date.parse(text)) ? '' : new Date(text).toISOString());

function readCursor(text: string): { due: string; id: string } {
  const [due = '', id = ''] = Buffer.from(text, 'base64url').toString().split('|');
  // As the database writes it in UTC. V8 takes February 30, which the database refuses with an error of its own.
  const [, day = '', time = ''] =
    /^([1-9]\d{3}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)\+00$/.exec(due) ?? [];
  const isMoment =
    ['infinity', '-infinity'].includes(due) ||
    isoOf(`${day}T${time}Z`).startsWith(`${day}T${time.slice(0, 8)}`);
  if (!isMoment || !/^\d{1,18}$/.test(id))
    throw new Problem('invalid', 'This page of the queue cannot be found. Start from its first page.');
  return { due, id };
}

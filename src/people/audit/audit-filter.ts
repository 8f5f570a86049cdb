import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { datasetsOfKey } from '../keys/held-key.ts';
import { permittedSql } from '../permissions.ts';

/** Which events of the audit log; what is absent does not matter. */
export type AuditFilter = {
  number?: string;
  kind?: string;
  actor?: string;
  subject?: string;
  /** Days in the installation's own zone (2026-11-20), both within the period. */
  from?: string;
  to?: string;
};

export const auditFilterNames = ['kind', 'actor', 'subject', 'from', 'to'] as const;

/** The filter in the query of an address; empty fields of a form are absent. */
export function auditFilterOf(query: URLSearchParams): AuditFilter {
  const given = auditFilterNames.flatMap((name) => {
    const value = query.get(name)?.trim();
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** The place above all others, which what has no place of its own belongs to; null where several stand side by side. */
export const topPlace =
  '(select case when count(*) = 1 then min(slug) end from released.place where parent is null)';

/** Where an event belongs, as far as its subject tells: the one place of its dataset, its key's, its case's, or the top. */
export const placeOfEvent = `coalesce(case
  when e.subject ~ '^dataset:[0-9]{1,18}$' then
    (select d.place from private.dataset d where d.id = substr(e.subject, 9)::bigint)
  when e.subject ~ '^key:[0-9]{1,18}$' then
    (select case when count(distinct d.place) = 1 and count(*) = count(d.place) then min(d.place) end
     from private.api_key k, lateral (${datasetsOfKey}) d where k.id = substr(e.subject, 5)::bigint)
  when e.subject ~ '^hold:[0-9]{1,18}$' then
    (select case when count(distinct d.place) = 1 and count(*) = count(d.place) then min(d.place) end
     from private.hold_dataset h join private.dataset d on d.id = h.dataset_id
     where h.hold_id = substr(e.subject, 6)::bigint)
  when e.subject ~ '^case:[A-Z]' then
    (select c.place from private.case_record c where c.number = substr(e.subject, 6))
  end, ${topPlace})`;

/** The events that fit and that whoever asks may read, as SQL on `e`. Values go to `values`. Errors: invalid. */
export function auditFilterSql(ctx: Ctx, filter: AuditFilter, values: unknown[]): string {
  const tests = [permittedSql(ctx, 'read-audit-log', { place: placeOfEvent }, values)];
  const zone = `(select case when count(*) = 1 then min(time_zone) else 'UTC' end
    from released.place where parent is null)`;
  const { number, kind, actor, subject, from, to } = filter;
  for (const [name, value] of Object.entries({ kind, actor, subject })) {
    if (value === undefined) continue;
    if (value.length > 1000 || value.includes('\0'))
      throw new Problem('invalid', `${name}: this is too long, or cannot be read.`);
    tests.push(`e.${name} = $${values.push(value)}`);
  }
  if (number !== undefined) tests.push(`e.number = $${values.push(checkNumber('number', number))}::bigint`);
  if (from !== undefined)
    tests.push(`e.at >= $${values.push(checkDay('from', from))}::date::timestamp at time zone ${zone}`);
  if (to !== undefined)
    tests.push(`e.at < ($${values.push(checkDay('to', to))}::date + 1)::timestamp at time zone ${zone}`);
  return tests.join(' and ');
}

/** Errors: invalid, with the field's name. */
export function checkNumber(field: string, text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new Problem('invalid', `${field}: “${text}” is not the number of an event.`);
}

function checkDay(field: string, text: string): string {
  const day = /^[12]\d{3}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return text;
  throw new Problem('invalid', `${field}: “${text}” is not a day. Write it as 2026-11-20.`);
}

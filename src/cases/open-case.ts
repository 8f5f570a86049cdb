import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { hashSecret, makeSecret, recordAudit } from '../people/index.ts';
import { type Case, caseColumns } from './case.ts';
import { appendEvent, type LockedCase } from './events.ts';
import { addParty, type Party } from './parties.ts';

/**
 * Opens a case in the caller's transaction: gives it the next number of its series (without gaps), a private link whose
 * secret is returned this once, the people it concerns, and its first event. `letters` name the kind in the number (ASK). A neighborhood's case
 * is its city's. `secret` is one that a form was given beforehand, so that it opens one case however often it is sent:
 * the second time the database refuses (23505). Errors: not-found (the place), conflict (an office elsewhere; a city
 * without a code).
 */
export async function openCase(
  tx: Tx,
  ctx: Ctx,
  input: {
    kind: string;
    letters: string;
    state: string;
    place: string;
    office: string | null;
    title: string;
    parties?: Party[];
    event: { kind: string; content: JsonObject };
    secret?: string;
    urgent?: boolean;
  },
): Promise<{ opened: LockedCase; secret: string }> {
  const { rows: places } = await tx.query<{
    slug: string;
    code: string | null;
    year: number;
    office: boolean;
  }>(
    `select city.slug, city.code, extract(year from $2::timestamptz at time zone city.time_zone)::int as year,
       $3::text is null or exists (select from released.office o where o.slug = $3 and o.place = city.slug) as office
     from released.place p
     join released.place city on city.slug = case p.kind when 'neighborhood' then p.parent else p.slug end
     where p.slug = $1`,
    [input.place, ctx.clock.now(), input.office],
  );
  const city = places[0];
  if (!city) throw new Problem('not-found', `There is no place “${input.place}”.`);
  if (!city.code) throw new Problem('conflict', `The place “${city.slug}” has no code for case numbers.`);
  if (!city.office) throw new Problem('conflict', `The office “${input.office}” is not of ${city.slug}.`);
  const series = `${city.code}-${input.letters}-${city.year}`;
  // The row is locked until the commit: numbers have no gaps, and those who open in one series wait for each other.
  const { rows: counted } = await tx.query<{ last: number }>(
    `insert into private.case_series (series, last) values ($1, 1)
     on conflict (series) do update set last = case_series.last + 1 returning last`,
    [series],
  );
  const number = `${series}-${String(counted[0]?.last).padStart(5, '0')}`;
  const { secret, hash } = input.secret
    ? { secret: input.secret, hash: hashSecret(input.secret) }
    : makeSecret();
  const { rows } = await tx.query<Case>(
    `insert into private.case_record as c (number, kind, state, place, office, title, opened_at, link_hash, urgent, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $9 then '-infinity'::timestamptz else 'infinity' end) returning ${caseColumns}`,
    [
      number,
      input.kind,
      input.state,
      city.slug,
      input.office,
      input.title,
      ctx.clock.now(),
      hash,
      input.urgent ?? false,
    ],
  );
  const opened: LockedCase = { ...(rows[0] as Case), locked: true };
  for (const party of input.parties ?? []) await addParty(tx, ctx, opened, party);
  await appendEvent(tx, ctx, opened, { ...input.event, audience: 'parties' });
  return { opened, secret };
}

/**
 * Says in the audit log that a case was opened, so that one removed whole shows. Call it last before the commit.
 */
export async function recordOpening(tx: Tx, ctx: Ctx, opened: LockedCase): Promise<void> {
  const { number, kind, place, office } = opened;
  await recordAudit(tx, ctx, {
    kind: 'case-opened',
    subject: `case:${number}`,
    content: { kind, place, office },
  });
}

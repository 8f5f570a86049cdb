import { commit, type JsonObject, seal } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted, nameOf } from '../people/index.ts';
import { type Audience, type Case, caseColumns } from './case.ts';
import { applyChanges, type CaseRows, changesOf, type RowChanges } from './case-rows.ts';

/** A case whose row is locked until the transaction ends, so that its events form one line. */
export type LockedCase = Case & { readonly locked: true };

/** Locks a case by its number. Errors: not-found. */
export async function lockCase(tx: Tx, number: string): Promise<LockedCase> {
  const { rows } = await tx.query<Case>(
    `select ${caseColumns} from private.case_record c where c.number = $1 for update`,
    [number],
  );
  const found = rows[0];
  if (!found) throw new Problem('not-found', `There is no case ${number}.`);
  return { ...found, locked: true };
}

/**
 * The same for staff who work on it. Errors: not-found, also where the asker may not see it: whether there is such a
 * case is none of his business either; not-allowed.
 */
export async function lockForWork(tx: Tx, ctx: Ctx, number: string): Promise<LockedCase> {
  const on = await lockCase(tx, number);
  if (!isPermitted(ctx, 'see-cases', on)) throw new Problem('not-found', `There is no case ${number}.`);
  checkPermission(ctx, 'work-on-cases', on);
  return on;
}

/**
 * Appends an event to the case's chain. `kind` is noun and past participle (`question-sent`); the content is what the
 * audience may read, personal content among it. It is never changed: a later event corrects it. The event also seals what
 * the tables say of the case by then, so what a transaction changes it changes before its last event.
 */
export async function appendEvent(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  event: { kind: string; audience: Audience; content: JsonObject },
): Promise<number> {
  const { rows } = await tx.query<{ number: string; hash: Buffer; sealed: RowChanges[]; now: CaseRows }>(
    `select event_number as number, event_hash as hash,
       (select coalesce(jsonb_agg(x.content -> 'rows' order by x.number), '[]') from private.case_event_content x
        where x.case_id = c.id and x.content ? 'rows') as sealed,
       (select jsonb_object_agg(part, fields) from private.case_rows(c.id)) as now
     from private.case_record c where c.id = $1`,
    [on.id],
  );
  const head = rows[0];
  if (!head) throw new Error(`The case ${on.number} has lost its row: restore it from a backup.`);
  const changes = changesOf(head.sealed.reduce(applyChanges, {}), head.now);
  const { text, salt, commitment } = commit({
    ...event.content,
    audience: event.audience,
    ...(Object.keys(changes).length > 0 ? { rows: changes } : {}),
  });
  const sealed = seal(
    { number: BigInt(head.number), hash: head.hash },
    {
      at: ctx.clock.now().toISOString(),
      actor: nameOf(ctx.actor),
      kind: event.kind,
      subject: `case:${on.id}`,
      commitment,
    },
  );
  await tx.query(
    `with event as (
       insert into private.case_event (case_id, number, at, actor, kind, audience, commitment, hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning case_id, number
     ), content as (
       insert into private.case_event_content (case_id, number, salt, content)
       select case_id, number, $9::bytea, $10::jsonb from event
     ) update private.case_record set event_number = $2, event_hash = $8 where id = $1`,
    [
      on.id,
      String(sealed.number),
      sealed.at,
      sealed.actor,
      sealed.kind,
      event.audience,
      commitment,
      sealed.hash,
      salt,
      text,
    ],
  );
  return Number(sealed.number);
}

/** Moves a case to another state of its feature, and closes it where that state is an end. An event follows, and seals it. */
export async function moveCase(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  to: { state: string; closed?: boolean },
): Promise<void> {
  await tx.query('update private.case_record set state = $2, closed_at = $3 where id = $1', [
    on.id,
    to.state,
    to.closed ? ctx.clock.now() : null,
  ]);
}

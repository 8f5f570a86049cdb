import { commit, type JsonObject, seal } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { nameOf } from '../condition.ts';

/**
 * Appends an event to the audit log inside the caller's transaction. `kind` is noun and past participle (`key-created`),
 * `subject` is `noun:id`. Call it last before the commit: from here on every other writer of the log waits. The content
 * never holds a secret. Errors: invalid, if the content holds what a database cannot store.
 */
export async function recordAudit(
  tx: Tx,
  ctx: Ctx,
  event: { kind: string; subject: string; content: JsonObject },
): Promise<void> {
  const { text, salt, commitment } = commit(event.content);
  const { rows } = await tx.query<{ number: string; hash: Buffer }>(
    'select number, hash from private.audit_head for update',
  );
  const head = rows[0];
  if (!head) throw new Error('private.audit_head has lost its row: restore it from a backup.');
  const { number, at, actor, kind, subject, hash } = seal(
    { number: BigInt(head.number), hash: head.hash },
    {
      // Read after the lock, so that times follow the numbers unless the clock is set back. It is never bent to fit.
      at: ctx.clock.now().toISOString(),
      actor: nameOf(ctx.actor),
      kind: event.kind,
      subject: event.subject,
      commitment,
    },
  );
  await tx.query(
    `with event as (
       insert into private.audit_event (number, at, actor, kind, subject, commitment, hash)
       values ($1, $2, $3, $4, $5, $6, $7)
     ), content as (
       insert into private.audit_content (number, salt, content) values ($1, $8, $9)
     )
     update private.audit_head set number = $1, hash = $7`,
    [String(number), at, actor, kind, subject, commitment, hash, salt, text],
  );
}

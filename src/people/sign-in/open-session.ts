import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { makeSecret } from '../person.ts';
import { sessionDays, staffSessionHours } from '../person-defaults.ts';

/** How a session was begun. Roles count in any but a link's: a mailbox alone is one factor. */
export type SignInMethod = 'link' | 'second-factor' | 'passkey' | 'provider' | 'demonstration';

/** What the browser's cookie is made of; the secret is seen this once. */
export type OpenedSession = { secret: string; expiresAt: Date };

/**
 * Opens a session for somebody who has shown who he is, in place of the one that the same browser had, and records that in
 * the audit log: call it last before the commit.
 */
export async function openSession(
  tx: Tx,
  ctx: Ctx,
  input: { personId: string; method: SignInMethod; browser: string },
): Promise<OpenedSession> {
  const now = ctx.clock.now();
  const hours = input.method === 'link' ? sessionDays * 24 : staffSessionHours;
  const expiresAt = new Date(now.getTime() + hours * 3_600_000);
  const { secret, hash } = makeSecret();
  // The browser forgets its earlier session, so that ends. Locked, it is being ended at this moment.
  if (ctx.actor.kind === 'person')
    await tx.query(
      'delete from private.session where id = (select id from private.session where id = $1 for update skip locked)',
      [ctx.actor.sessionId],
    );
  await tx.query(
    `insert into private.session (secret_hash, person_id, method, browser, created_at, seen_at, expires_at, confirmed_at)
     values ($1, $2, $3, $4, $5, $5, $6, case when $3 in ('second-factor', 'passkey') then $5::timestamptz end)`,
    [hash, input.personId, input.method, input.browser.slice(0, 200), now, expiresAt],
  );
  await recordAudit(tx, ctx, {
    kind: 'signed-in',
    subject: `person:${input.personId}`,
    content: { method: input.method },
  });
  return { secret, expiresAt };
}

import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { tellPerson } from './tell-person.ts';

/** What changes in how somebody signs in: the event in the audit log, and the letter about it. */
const letters = {
  'password-changed': 'passwordChanged',
  'second-factor-changed': 'totpChanged',
  'passkey-added': 'passkeyAdded',
  'passkey-removed': 'passkeyRemoved',
  'recovery-codes-made': 'recoveryCodesMade',
} as const;

/** Ends all other sessions of whoever changed what sessions were begun with, and what of signing in has begun. */
export async function endOthers(tx: Tx, own: { personId: string; sessionId: string }): Promise<void> {
  await tx.query('delete from private.pending_sign_in where person_id = $1', [own.personId]);
  await tx.query('delete from private.session where person_id = $1 and id <> $2', [
    own.personId,
    own.sessionId,
  ]);
}

/** Tells the person and writes it down: call it last before the commit. */
export async function recordChange(
  tx: Tx,
  ctx: Ctx,
  personId: string,
  kind: keyof typeof letters,
  content: JsonObject = {},
): Promise<void> {
  await tellPerson(tx, ctx, personId, letters[kind]);
  await recordAudit(tx, ctx, { kind, subject: `person:${personId}`, content });
}

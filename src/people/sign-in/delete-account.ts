import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { forgetSecrets } from '../keys/check-key.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { closeProposals, lockOpenProposals } from '../proposal.ts';
import { hasFactors } from '../staff/factors.ts';

/**
 * Deletes the account of the person who is signed in, with its sessions, links, invitations and waiting letters; what the
 * person proposed is withdrawn. Errors: signed-out,
 * not-allowed (a staff account, in a session begun by a link).
 */
export async function deleteAccount(ctx: Ctx): Promise<void> {
  checkPermission(ctx, 'own-account');
  const { personId, name, method } = signedIn(ctx);
  // A mailbox alone must not end what a second factor guards.
  if (method === 'link' && (await hasFactors(ctx.app, name)))
    throw new Problem('not-allowed', 'This is a staff account: sign in as staff to delete it.');
  const ended = await withTransaction(ctx.app, async (tx) => {
    // Links and invitations before the person, in the order in which signing in takes them.
    await tx.query('delete from private.sign_in_link where email = $1', [name]);
    const { rows: invitations } = await tx.query<{ id: string }>(
      'delete from private.invitation where email = $1 returning id',
      [name],
    );
    const { rows: secrets } = await tx.query<{ prefix: string }>(
      `select s.prefix from private.key_secret s join private.api_key k on k.id = s.key_id where k.person_id = $1`,
      [personId],
    );
    const { rows } = await tx.query<{ id: string }>(
      'delete from private.api_key where person_id = $1 returning id',
      [personId],
    );
    await tx.query('delete from private.person where id = $1', [personId]);
    await tx.query('delete from private.mail where recipient = $1', [name]);
    // The bar is on the person: it would not hold against the same human under a new account.
    const proposals = await lockOpenProposals(tx, { proposedBy: `person:${personId}` });
    await closeProposals(tx, ctx, proposals, { decision: 'withdrawn' });
    await recordAudit(tx, ctx, {
      kind: 'account-deleted',
      subject: `person:${personId}`,
      content: { keys: rows.map(({ id }) => id), invitations: invitations.map(({ id }) => id) },
    });
    return secrets;
  });
  forgetSecrets(
    ctx,
    ended.map(({ prefix }) => prefix),
  );
}

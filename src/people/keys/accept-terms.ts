import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { checkAccepted, keepAcceptance } from './terms.ts';

/**
 * Accepts the terms in force for all keys of the person who is signed in that still work. Errors: signed-out, invalid
 * (`details.field`: terms), when others are in force by now.
 */
export async function acceptTerms(ctx: Ctx, input: { terms: readonly string[] }): Promise<void> {
  checkPermission(ctx, 'own-keys');
  const { personId } = signedIn(ctx);
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `select id::text from private.api_key where person_id = $1 and revoked_at is null
         and (expires_at is null or expires_at > $2) for share`,
      [personId, ctx.clock.now()],
    );
    const keys = rows.map(({ id }) => id);
    const terms = await checkAccepted(tx, input.terms);
    if (keys.length === 0 || terms.length === 0) return;
    if (!(await keepAcceptance(tx, ctx, keys, terms))) return;
    await recordAudit(tx, ctx, {
      kind: 'terms-accepted',
      subject: `person:${personId}`,
      content: { terms, keys },
    });
  });
}

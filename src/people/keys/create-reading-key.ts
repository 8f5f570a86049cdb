import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { addSecret } from './add-secret.ts';
import { checkText } from './held-key.ts';
import { expiryDays, mostReadingKeys, mostReadingKeysADay } from './key-defaults.ts';
import { checkAccepted, keepAcceptance } from './terms.ts';

/**
 * Makes a key for reading open data, for the person who is signed in. The key is returned this once. It expires after
 * `days`, or never; `terms` are the ids of the terms of use that were accepted, all in force must be among them.
 * Errors: signed-out, invalid (`details.field`: name, purpose, days or terms), conflict (as many active keys as one
 * person may have), too-many (made in a day).
 */
export async function createReadingKey(
  ctx: Ctx,
  input: { name: string; purpose: string; days?: number; terms?: readonly string[] },
): Promise<{ id: string; key: string }> {
  checkPermission(ctx, 'own-keys');
  const { personId } = signedIn(ctx);
  const name = checkText('name', input.name);
  const purpose = checkText('purpose', input.purpose);
  const { days } = input;
  if (days !== undefined && !(expiryDays as readonly number[]).includes(days))
    throw new Problem('invalid', `A key works for ${expiryDays.join(', ')} days, or without an end.`, {
      details: { field: 'days' },
    });
  const now = ctx.clock.now();
  const expiresAt = days === undefined ? null : new Date(now.getTime() + days * 86_400_000);
  return withTransaction(ctx.app, async (tx) => {
    // Makers of one person's keys wait for each other, so that many at once are counted.
    await tx.query('select from private.person where id = $1 for update', [personId]);
    const { rows: counted } = await tx.query<{ active: number; today: number }>(
      `select count(*) filter (where revoked_at is null and (expires_at is null or expires_at > $2))::int as active,
         count(*) filter (where created_at > $2::timestamptz - interval '1 day')::int as today
       from private.api_key where person_id = $1`,
      [personId, now],
    );
    const { active = 0, today = 0 } = counted[0] ?? {};
    if (today >= mostReadingKeysADay)
      throw new Problem('too-many', 'You have made many keys today. Make another tomorrow.');
    if (active >= mostReadingKeys) {
      throw new Problem('conflict', `You have ${active} active keys. Revoke one before you make another.`);
    }
    const terms = await checkAccepted(tx, input.terms ?? []);
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.api_key (name, purpose, person_id, created_at, expires_at)
       values ($1, $2, $3, $4, $5) returning id`,
      [name, purpose, personId, now, expiresAt],
    );
    const { id, key, prefix } = await addSecret(tx, ctx, (rows[0] as { id: string }).id);
    await keepAcceptance(tx, ctx, [id], terms);
    await recordAudit(tx, ctx, {
      kind: 'key-created',
      subject: `key:${id}`,
      content: { prefix, person: `person:${personId}`, terms, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return { id, key };
  });
}

import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { generateKey } from './api-key.ts';
import { checkPermission } from './permissions.ts';
import { signedIn } from './person.ts';
import { mostReadingKeys, mostReadingKeysADay } from './person-defaults.ts';
import { recordAudit } from './record-audit.ts';

/**
 * Makes a key for reading open data, for the person who is signed in. The key is returned this once.
 * Errors: signed-out, invalid (`details.field`: name or purpose), conflict (as many active keys as one
 * person may have), too-many (made in a day).
 */
export async function createReadingKey(
  ctx: Ctx,
  input: { name: string; purpose: string },
): Promise<{ id: string; key: string }> {
  checkPermission(ctx, 'own-keys');
  const { personId } = signedIn(ctx);
  const name = input.name.trim();
  const purpose = input.purpose.trim();
  for (const [field, text, most] of [
    ['name', name, 100],
    ['purpose', purpose, 500],
  ] as const) {
    if (text.length === 0 || text.length > most || text.includes('\0'))
      throw new Problem('invalid', `Give a ${field} of 1 to ${most} characters.`, { details: { field } });
  }
  const { key, prefix, hash } = generateKey();
  return withTransaction(ctx.app, async (tx) => {
    // Makers of one person's keys wait for each other, so that many at once are counted.
    await tx.query('select from private.person where id = $1 for update', [personId]);
    const { rows: counted } = await tx.query<{ active: number; today: number }>(
      `select count(*) filter (where revoked_at is null)::int as active,
         count(*) filter (where created_at > $2::timestamptz - interval '1 day')::int as today
       from private.api_key where person_id = $1`,
      [personId, ctx.clock.now()],
    );
    const { active = 0, today = 0 } = counted[0] ?? {};
    if (today >= mostReadingKeysADay)
      throw new Problem('too-many', 'You have made many keys today. Make another tomorrow.');
    if (active >= mostReadingKeys) {
      throw new Problem('conflict', `You have ${active} active keys. Revoke one before you make another.`);
    }
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.api_key (name, purpose, prefix, secret_hash, person_id, created_at)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [name, purpose, prefix, hash, personId, ctx.clock.now()],
    );
    const { id } = rows[0] as { id: string };
    await recordAudit(tx, ctx, {
      kind: 'key-created',
      subject: `key:${id}`,
      content: { prefix, person: `person:${personId}` },
    });
    return { id, key };
  });
}

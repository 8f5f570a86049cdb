import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { checkSeldom, checkText, lockKey, type WhichKey } from './held-key.ts';

/** Gives a key another name. Errors: signed-out, not-allowed, not-found (also for somebody else's), invalid (the name), too-many. */
export async function renameKey(ctx: Ctx, input: WhichKey & { name: string }): Promise<void> {
  checkPermission(ctx, 'keep-keys');
  const name = checkText('name', input.name);
  await withTransaction(ctx.app, async (tx) => {
    const key = await lockKey(tx, ctx, input);
    if (key.name === name) return;
    await checkSeldom(tx, ctx, key, 'key-renamed');
    await tx.query('update private.api_key set name = $2 where id = $1', [key.id, name]);
    await recordAudit(tx, ctx, {
      kind: 'key-renamed',
      subject: `key:${key.id}`,
      // What a person calls his own keys is nobody else's.
      content: key.personId ? {} : { before: key.name, after: name },
    });
  });
}

import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission, isPermitted } from '../permissions.ts';
import { addSecret } from './add-secret.ts';
import { checkText } from './held-key.ts';

/**
 * Makes a key for devices and returns it, the only time it can be seen. It writes the datasets named, or adds readings
 * to the Things named; with neither it writes everything, and only an operator makes such a one.
 * Errors: signed-out, not-allowed, not-found (a dataset or Thing), invalid (`details.field`).
 */
export async function createKey(
  ctx: Ctx,
  input: { name: string; datasets?: readonly string[]; things?: readonly string[]; expiresAt?: Date },
): Promise<{ id: string; key: string; prefix: string }> {
  checkPermission(ctx, 'device-keys');
  const name = checkText('name', input.name);
  const slugs = [...new Set(input.datasets ?? [])];
  const things = [...new Set(input.things ?? [])];
  const expiresAt = input.expiresAt ?? null;
  if (slugs.length > 0 && things.length > 0) {
    throw new Problem('invalid', 'A key is for datasets or for Things. Make one for each.', {
      details: { field: 'things' },
    });
  }
  if (slugs.length === 0 && things.length === 0) checkPermission(ctx, 'manage-keys');
  if (expiresAt && expiresAt <= ctx.clock.now()) {
    throw new Problem('invalid', 'The key would have expired already. Name a later day.', {
      details: { field: 'expires' },
    });
  }
  return withTransaction(ctx.app, async (tx) => {
    const datasetIds = slugs.length > 0 ? await datasetsNamed(tx, ctx, slugs) : null;
    if (things.length > 0) await checkThings(tx, ctx, things);
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.api_key (name, dataset_ids, thing_ids, created_at, expires_at)
       values ($1, $2, $3, $4, $5) returning id`,
      [name, datasetIds, things.length > 0 ? things : null, ctx.clock.now(), expiresAt],
    );
    const made = await addSecret(tx, ctx, (rows[0] as { id: string }).id);
    await recordAudit(tx, ctx, {
      kind: 'key-created',
      subject: `key:${made.id}`,
      content: {
        name,
        prefix: made.prefix,
        datasets: slugs,
        things,
        expiresAt: expiresAt?.toISOString() ?? null,
      },
    });
    return made;
  });
}

async function datasetsNamed(tx: Tx, ctx: Ctx, slugs: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string; slug: string; place: string | null; office: string | null }>(
    `select id, slug, place, office from private.dataset where slug = any($1) and kind = 'own'`,
    [slugs],
  );
  // One that is another office's is not told from one that is not there.
  const own = rows.filter(({ place, office }) => isPermitted(ctx, 'device-keys', { place, office }));
  const unknown = slugs.find((slug) => !own.some((row) => row.slug === slug));
  if (unknown !== undefined)
    throw new Problem('not-found', `You keep no dataset “${unknown.slice(0, 100)}”.`, {
      details: { field: 'datasets' },
    });
  return own.map(({ id }) => id);
}

async function checkThings(tx: Tx, ctx: Ctx, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ id: string; place: string | null; office: string | null }>(
    `select t.id::text, d.place, d.office from private.thing t left join private.dataset d on d.id = t.dataset_id
     where t.id::text = any($1)`,
    [ids],
  );
  const own = rows.filter(({ place, office }) => isPermitted(ctx, 'device-keys', { place, office }));
  const unknown = ids.find((id) => !own.some((row) => row.id === id));
  if (unknown !== undefined)
    throw new Problem('not-found', `You keep no Thing with the id ${unknown.slice(0, 30)}.`, {
      details: { field: 'things' },
    });
}

import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../../people/index.ts';
import { findSource } from './find-source.ts';
import { type SourceInput, sourceInput } from './source.ts';

/**
 * Adds a source, or corrects one; it is read at the next look. What it lists stands in the catalog without a second person:
 * it is public already where it lives, and none of it is ours. Errors: signed-out, not-allowed, not-found, invalid
 * (`details.fields`), conflict (there is one of this address).
 */
export async function saveSource(ctx: Ctx, input: { source?: string; fields: SourceInput }): Promise<string> {
  checkPermission(ctx, 'manage-harvest');
  const parsed = sourceInput.safeParse(input.fields);
  if (!parsed.success) throw wrongFields(parsed.error.issues.map(({ path }) => String(path[0] ?? '')));
  const { name, kind, url, office, every } = parsed.data;
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ place: string }>('select place from released.office where slug = $1', [
      office,
    ]);
    const place = rows[0]?.place;
    if (!place) throw wrongFields(['office']);
    checkPermission(ctx, 'manage-harvest', { place, office });
    const before =
      input.source === undefined ? undefined : await findSource(tx, ctx, input.source, 'manage-harvest');
    const { rows: taken } = await tx.query(
      'select from private.harvest_source where url = $1 and id is distinct from $2',
      [url, before?.id ?? null],
    );
    if (taken.length > 0)
      throw new Problem('conflict', 'There is a source of this address already.', {
        details: { fields: { url: 'taken' } },
      });
    const now = ctx.clock.now();
    const { rows: saved } = await tx.query<{ id: string }>(
      before
        ? `update private.harvest_source set name = $1, kind = $2, url = $3, place = $4, office = $5, every = $6, next_at = $7
           where id = $8 returning id::text`
        : `insert into private.harvest_source (name, kind, url, place, office, every, next_at, made_at, made_by)
           values ($1, $2, $3, $4, $5, $6, $7, $7, $8) returning id::text`,
      [name, kind, url, place, office, every, now, before ? before.id : nameOf(ctx.actor)],
    );
    const id = saved[0]?.id as string;
    await tx.query(
      `insert into released.harvest_source (id, name, url) values ($1, $2, $3)
       on conflict (id) do update set name = excluded.name, url = excluded.url`,
      [id, name, url],
    );
    await recordAudit(tx, ctx, {
      kind: before ? 'harvest-source-changed' : 'harvest-source-added',
      subject: `harvest-source:${id}`,
      content: { source: name, kind, url, place, office, every },
    });
    return id;
  });
}

function wrongFields(names: string[]): Problem {
  return new Problem('invalid', `“${names[0]}” is missing or not of the form that is asked for.`, {
    details: { field: names[0] ?? '', fields: Object.fromEntries(names.map((name) => [name, 'form'])) },
  });
}

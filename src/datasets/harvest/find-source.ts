import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { isPermitted, type permissions } from '../../people/index.ts';

export type LockedSource = { id: string; name: string; place: string; office: string; enabled: boolean };

/** A source, locked, for whoever may do this with it. Of another office's nobody learns that there is one. Errors: not-found. */
export async function findSource(
  tx: Tx,
  ctx: Ctx,
  id: string,
  permission: keyof typeof permissions,
): Promise<LockedSource> {
  const { rows } = await tx.query<LockedSource>(
    'select id::text, name, place, office, enabled from private.harvest_source where id::text = $1 for update',
    [id],
  );
  const [source] = rows;
  if (!source || !isPermitted(ctx, permission, source))
    throw new Problem('not-found', 'There is no such source.');
  return source;
}

import { type LockedCase, lockForWork } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { breachKind } from './breach.ts';

/** Locks an open breach for whoever works on it. Errors: not-found, not-allowed, too-late (closed). */
export async function lockBreach(tx: Tx, ctx: Ctx, number: string): Promise<LockedCase> {
  const on = await lockForWork(tx, ctx, number);
  if (on.kind !== breachKind) throw new Problem('not-found', `There is no breach ${number}.`);
  checkPermission(ctx, 'work-on-breaches', on);
  if (on.closedAt) throw new Problem('too-late', 'This case is closed.');
  return on;
}

import type { Actor, Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import {
  type Asker,
  asksPlaceAlone,
  byPlace,
  type Columns,
  type Condition,
  conditionSql,
  everywhere,
  holds,
  nameOf,
  type Subject,
} from './condition.ts';
import { type Permission, permissions, type Role, type Row } from './permission-table.ts';
import type { StaffRole } from './role.ts';

export type { Condition, Subject } from './condition.ts';
export { type Permission, permissions, type Role, roles } from './permission-table.ts';

/**
 * Whether a role that is given for one office acts in its whole place too (an approver approves for all of it), so that
 * it is for whoever governs the place to give. Seeing who works there does not count.
 */
export function reachesBeyondOffice(role: StaffRole): boolean {
  return Object.entries(permissions).some(([name, row]) => {
    const condition = (row as Row).may[role];
    return name !== 'see-colleagues' && condition !== undefined && asksPlaceAlone(condition);
  });
}

/** In which roles this actor has a permission, each with its condition. */
function waysTo(actor: Actor, permission: Permission): { condition: Condition; asker: Asker }[] {
  const { may } = permissions[permission] as Row;
  const own = may[actor.kind];
  const ways = own ? [{ condition: own, asker: { actor, reach: everywhere } }] : [];
  for (const { role, places, office } of actor.kind === 'person' ? actor.grants : []) {
    const condition = may[role as Role];
    if (condition) ways.push({ condition, asker: { actor, reach: { places, office } } });
  }
  return ways;
}

/**
 * Asks the table. Without a subject: may this actor do such a thing at all? An action asks that before it reads
 * anything, and again with the subject when it knows it.
 */
export function isPermitted(ctx: Ctx, permission: Permission, subject?: Subject): boolean {
  const ways = waysTo(ctx.actor, permission);
  return subject ? ways.some((way) => holds(way.condition, way.asker, subject)) : ways.length > 0;
}

/**
 * The rows of a list about which this actor has the permission, as SQL for a where clause: true for them, else false
 * or null. `columns` name the subject's fields in the query; values are added to `values`, the statement's parameters.
 */
export function permittedSql(ctx: Ctx, permission: Permission, columns: Columns, values: unknown[]): string {
  const ways = permittedWays(ctx, permission, columns, values);
  return ways.length === 0 ? 'false' : `(${ways.join(' or ')})`;
}

/** The same, an expression for each role and each place that it covers: a long list is read by an index for each. */
export function permittedWays(
  ctx: Ctx,
  permission: Permission,
  columns: Columns,
  values: unknown[],
): string[] {
  return waysTo(ctx.actor, permission).flatMap(({ condition, asker }) =>
    byPlace(asker).map((each) => conditionSql(condition, each, columns, values)),
  );
}

/** The same as a gate. Errors: signed-out where a key would help, else not-allowed with who may. */
export function checkPermission(ctx: Ctx, permission: Permission, subject?: Subject): void {
  if (isPermitted(ctx, permission, subject)) return;
  const { may, needs } = permissions[permission] as Row;
  ctx.log.info({ actor: nameOf(ctx.actor), permission, place: subject?.place }, 'refused');
  if (ctx.actor.kind === 'anonymous' && needs) throw new Problem('signed-out', needs);
  const who = Object.keys(may).join(', ');
  const where = isPermitted(ctx, permission) ? ' You have a part in it, but not for this.' : '';
  throw new Problem(
    'not-allowed',
    `This is not for ${ctx.actor.kind.endsWith('key') ? 'this key' : 'you'} to do. “${permission}” is for: ${who}.${where}`,
    { details: { permission, roles: Object.keys(may) } },
  );
}

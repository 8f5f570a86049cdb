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
import { type StaffRole, staffRoles } from './role.ts';

/**
 * The permission table: who may do what, under which condition. It is the only place that says so; every action asks
 * it (`npm run check:permissions` finds one that does not), and people read it at /en/permissions. Safe for the browser.
 */
export const roles = [
  'anonymous',
  'person',
  'reading-key',
  'demo-key',
  'key',
  'open-writes',
  ...staffRoles,
  'operator',
] as const;
export type Role = (typeof roles)[number];

type Row = {
  /** The actions, each by the name of its file. */
  actions: readonly string[];
  may: Partial<Record<Role, Condition>>;
  /** What a stranger is told who has not signed in or shown a key, where that would help. */
  needs?: string;
};
const everybody = {
  anonymous: 'always',
  person: 'always',
  'reading-key': 'always',
  'demo-key': 'always',
  key: 'always',
  'open-writes': 'always',
  operator: 'always',
} as const;
const operator = { operator: 'always' } as const;
/** Everybody who works for the city, each within the places of his role. */
const staff = Object.fromEntries(staffRoles.map((role) => [role, 'own-place'])) as Record<
  StaffRole,
  'own-place'
>;

export const permissions = {
  'read-open-data': {
    actions: [
      'read-site',
      'find-place',
      'list-offices',
      'search-catalog',
      'read-overview',
      'read-belonging',
      'read-dataset',
      'read-sensor',
      'read-example',
      'read-exploration',
      'read-series',
      'read-table',
      'open-download',
      'read-entities',
      'read-arrivals',
      'read-rulebook',
    ],
    may: everybody,
  },
  'read-rules': {
    actions: [
      'answer-question',
      'list-guides',
      'read-guide',
      'read-directory',
      'find-office',
      'read-rule-file',
    ],
    may: everybody,
  },
  'show-a-key': { actions: ['check-key', 'read-demo-key', 'read-terms'], may: everybody },
  'try-the-demonstration': {
    actions: ['list-demonstration-staff', 'sign-in-to-demonstration'],
    may: everybody,
  },
  'sign-in': {
    actions: [
      'request-sign-in-link',
      'read-sign-in-link',
      'sign-in',
      'begin-provider-sign-in',
      'finish-provider-sign-in',
      'read-session',
    ],
    may: everybody,
  },
  'staff-sign-in': {
    actions: [
      'read-invitation',
      'begin-enrollment',
      'read-enrollment',
      'finish-enrollment',
      'sign-in-with-password',
      'read-second-step',
      'finish-sign-in',
      'ask-passkey',
      'sign-in-with-passkey',
    ],
    may: everybody,
  },
  'own-factors': {
    actions: [
      'accept-invitation',
      'read-security',
      'confirm-session',
      'ask-own-passkey',
      'change-password',
      'begin-app',
      'finish-app',
      'make-recovery-codes',
      'add-passkey',
      'name-passkey',
      'remove-passkey',
    ],
    may: { person: 'always' },
    needs: 'Sign in as staff first.',
  },
  'own-account': {
    actions: ['read-account', 'sign-out', 'delete-account'],
    may: { person: 'always' },
    needs: 'Sign in first.',
  },
  'own-keys': {
    actions: ['create-reading-key', 'accept-terms'],
    may: { person: 'always' },
    needs: 'Sign in first.',
  },
  'own-roles': {
    actions: ['read-own-roles', 'delegate-role', 'end-delegation'],
    may: { person: 'always' },
    needs: 'Sign in first.',
  },
  'see-colleagues': { actions: ['list-colleagues'], may: staff, needs: 'Sign in as staff first.' },
  'see-staff': {
    actions: ['list-staff'],
    may: {
      'city-administrator': 'own-office',
      'installation-operator': 'own-office',
      auditor: 'own-place',
      ...operator,
    },
    needs: 'Sign in as staff first.',
  },
  'manage-staff': {
    actions: [
      'list-role-places',
      'invite-person',
      'revoke-invitation',
      'grant-role',
      'revoke-role',
      'reset-sign-in',
      'end-sessions',
    ],
    may: {
      'city-administrator': 'own-office-another-person',
      'installation-operator': 'own-office-another-person',
      ...operator,
    },
    needs: 'Sign in as staff first.',
  },
  'appoint-operators': {
    actions: [],
    may: { 'installation-operator': 'own-office-another-person', ...operator },
    needs: 'Sign in as staff first.',
  },
  'device-keys': {
    actions: ['create-key', 'list-device-keys'],
    may: { 'data-steward': 'own-office-no-person', operator: 'always' },
    needs: 'Sign in first.',
  },
  'keep-keys': {
    actions: ['read-key', 'rename-key', 'rotate-key', 'end-secret', 'revoke-key'],
    may: { person: 'own', 'data-steward': 'own-office-no-person', operator: 'always' },
    needs: 'Sign in first.',
  },
  'write-entities': {
    actions: ['create-entity', 'update-entity', 'delete-entity', 'create-observations', 'read-as-writer'],
    may: { key: 'own-scope', 'open-writes': 'always', operator: 'always' },
    needs: 'Writing needs an API key. Send it as “Authorization: Bearer co_…”.',
  },
  'import-files': { actions: ['import-file', 'import-register'], may: operator },
  'run-the-installation': {
    actions: [
      'store-readings',
      'load-region',
      'simulate',
      'prune-arrivals',
      'prune-sign-ins',
      'fire-deadlines',
    ],
    may: operator,
  },
  'read-outbox': { actions: ['read-outbox'], may: operator },
  'import-city': { actions: ['import-city', 'check-city', 'export-rules'], may: operator },
  'see-rules': {
    actions: ['list-rules', 'read-rule', 'list-rule-proposals'],
    may: {
      'rule-editor': 'own-place',
      approver: 'own-place',
      auditor: 'own-place',
      'city-administrator': 'own-place',
    },
    needs: 'Sign in as staff first.',
  },
  'propose-rule': {
    actions: ['propose-rule', 'withdraw-rule'],
    may: { 'rule-editor': 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'decide-rule': {
    actions: ['decide-rule'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
  'check-rule': {
    actions: ['check-rule'],
    may: { 'rule-editor': 'own-place', approver: 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'set-up-installation': { actions: ['set-up-installation'], may: operator },
  'manage-keys': { actions: ['create-demo-key', 'list-keys'], may: operator },
  'publish-terms': { actions: ['publish-terms'], may: operator },
  'read-audit-log': {
    actions: ['read-audit-log', 'download-audit-log'],
    may: { auditor: 'own-place', operator: 'always' },
    needs: 'Sign in as staff first.',
  },
  'verify-audit-log': {
    actions: ['verify-audit-log', 'read-audit-head'],
    may: { auditor: 'own-place', operator: 'always' },
    needs: 'Sign in as staff first.',
  },
  'propose-audit-erasure': {
    actions: ['propose-audit-erasure', 'withdraw-audit-erasure'],
    may: { 'records-officer': 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'decide-audit-erasure': {
    actions: ['decide-audit-erasure'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
  'read-audit-erasures': {
    actions: ['read-audit-erasures'],
    may: { 'records-officer': 'own-place', approver: 'own-place', auditor: 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'ask-an-office': { actions: ['prepare-question', 'preview-question', 'send-question'], may: everybody },
  'open-a-private-link': {
    actions: ['read-case-status', 'read-document', 'read-question-status', 'withdraw-question', 'add-remark'],
    may: everybody,
  },
  'see-cases': {
    actions: ['list-queue', 'read-case', 'read-question'],
    may: {
      clerk: 'own-office',
      officer: 'own-office',
      inspector: 'own-office',
      'hearing-officer': 'own-place',
      'records-officer': 'own-place',
      'rule-editor': 'own-place',
      auditor: 'own-place',
      'city-administrator': 'own-place',
    },
    needs: 'Sign in as staff first.',
  },
  'work-on-cases': {
    actions: [
      'list-assignees',
      'assign-case',
      'add-note',
      'add-task',
      'finish-task',
      'record-answer',
      'route-question',
      'close-question',
    ],
    may: {
      clerk: 'own-office',
      officer: 'own-office',
      inspector: 'own-office',
      'records-officer': 'own-office',
    },
    needs: 'Sign in as staff first.',
  },
  'verify-cases': { actions: ['verify-cases'], may: operator },
  'change-access': { actions: ['set-access'], may: operator },
  'change-owner': { actions: ['set-owner'], may: operator },
  'see-managed-datasets': {
    actions: ['list-managed-datasets'],
    may: {
      'data-steward': 'own-office',
      officer: 'own-office',
      'records-officer': 'own-place',
      approver: 'own-place',
      auditor: 'own-place',
      'city-administrator': 'own-place',
      ...operator,
    },
    needs: 'Sign in as staff first.',
  },
  'propose-access-change': {
    actions: ['propose-access-change', 'withdraw-access-change'],
    may: { 'data-steward': 'own-office' },
    needs: 'Sign in as staff first.',
  },
  'decide-access-change': {
    actions: ['decide-access-change'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
} as const satisfies Record<string, Row>;
export type { Condition, Subject } from './condition.ts';
export type Permission = keyof typeof permissions;

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

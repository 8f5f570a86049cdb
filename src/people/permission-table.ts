import { harvestPermissions } from './harvest-permissions.ts';
import type { Row } from './permission-row.ts';
import { releasePermissions } from './release-permissions.ts';
import { retentionPermissions } from './retention-permissions.ts';
import { type StaffRole, staffRoles } from './role.ts';
import { takedownPermissions } from './takedown-permissions.ts';

/**
 * The permission table: who may do what, under which condition. It is the only place that says so; every action asks
 * it (`npm run check:permissions` finds one that does not), and people read it at /en/permissions. Safe for the browser.
 */
export { type Role, type Row, roles } from './permission-row.ts';

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
      'search-packages',
      'search-datastore',
      'list-catalog',
      'list-packages',
      'find-package',
      'find-resource',
      'export-catalog',
      'list-files',
      'open-file',
      'read-overview',
      'read-belonging',
      'read-dataset',
      'read-dataset-rules',
      'read-versions',
      'read-sensor',
      'read-example',
      'read-exploration',
      'read-series',
      'read-table',
      'open-download',
      'read-data-table',
      'read-table-rows',
      'open-table-download',
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
      'work-out',
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
    actions: ['read-account', 'sign-out', 'delete-account', 'list-own-cases', 'list-own-questions'],
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
      'publish-files',
      'prune-arrivals',
      'refresh-catalog',
      'release-what-is-due',
      'prune-sign-ins',
      'fire-deadlines',
      'remind-rechecks',
      'harvest-due',
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
  'report-a-fault': { actions: ['prepare-report', 'preview-report', 'send-report'], may: everybody },
  'open-a-private-link': {
    actions: [
      'read-case-status',
      'read-document',
      'read-question-status',
      'withdraw-question',
      'add-remark',
      'read-report-status',
    ],
    may: everybody,
  },
  'see-cases': {
    actions: ['list-queue', 'read-case', 'read-question', 'read-report'],
    may: {
      // Of questions and other cases of the office, a steward has none: those of its datasets alone.
      'data-steward': 'own-office-data-cases',
      clerk: 'own-office-no-breach',
      officer: 'own-office-no-breach',
      inspector: 'own-office-no-breach',
      'hearing-officer': 'own-place-no-breach',
      'records-officer': 'own-place',
      'rule-editor': 'own-place-no-breach',
      // Who approves that a case is erased must have seen it.
      approver: 'own-place',
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
      'set-review-date',
      'record-answer',
      'route-question',
      'close-question',
      'answer-report',
    ],
    may: {
      'data-steward': 'own-office-data-cases',
      clerk: 'own-office-no-breach',
      officer: 'own-office-no-breach',
      inspector: 'own-office-no-breach',
      'records-officer': 'own-office',
    },
    needs: 'Sign in as staff first.',
  },
  'see-case-erasures': {
    actions: ['list-case-erasures', 'list-erasable-cases'],
    may: { 'records-officer': 'own-place', approver: 'own-place', auditor: 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'propose-case-erasure': {
    actions: ['propose-case-erasure', 'withdraw-case-erasure'],
    may: { 'records-officer': 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'decide-case-erasure': {
    actions: ['decide-case-erasure'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
  'verify-cases': { actions: ['verify-cases'], may: operator },
  ...releasePermissions,
  'change-access': { actions: ['set-access'], may: operator },
  'change-owner': { actions: ['set-owner'], may: operator },
  'describe-dataset': {
    actions: [
      'list-own-offices',
      'create-dataset',
      'edit-description',
      'describe-columns',
      'describe-footage',
    ],
    may: { 'data-steward': 'own-office', ...operator },
    needs: 'Sign in as staff first.',
  },
  'see-managed-datasets': {
    actions: ['list-managed-datasets', 'read-description'],
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
  'manage-tables': {
    actions: [
      'receive-upload',
      'confirm-upload',
      'forget-upload',
      'guess-upload',
      'read-table-desk',
      'read-rejects',
      'set-table-fetch',
    ],
    may: { 'data-steward': 'own-office', ...operator },
    needs: 'Sign in as staff first.',
  },
  'import-readings': {
    actions: [
      'receive-import',
      'preview-upload',
      'confirm-import',
      'forget-import',
      'read-import-desk',
      'read-import-rejects',
    ],
    may: { 'data-steward': 'own-office', ...operator },
    needs: 'Sign in as staff first.',
  },
  'propose-access-change': {
    actions: ['propose-access-change', 'withdraw-access-change', 'withdraw-sensitivity'],
    may: { 'data-steward': 'own-office' },
    needs: 'Sign in as staff first.',
  },
  'decide-access-change': {
    actions: ['decide-access-change', 'decide-sensitivity'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
  ...harvestPermissions,
  ...retentionPermissions,
  ...takedownPermissions,
} as const satisfies Record<string, Row>;
export type Permission = keyof typeof permissions;

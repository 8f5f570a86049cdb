import type { Row } from './permission-row.ts';

const operator = { operator: 'always' } as const;

/** The rows of the permission table on retention, holds and destruction. Safe for the browser. */
export const retentionPermissions = {
  'see-retention': {
    actions: ['list-retention', 'read-series-choices', 'list-holds', 'list-certificates', 'read-certificate'],
    may: {
      'data-steward': 'own-office',
      'records-officer': 'own-place',
      approver: 'own-place',
      auditor: 'own-place',
      'city-administrator': 'own-place',
      ...operator,
    },
    needs: 'Sign in as staff first.',
  },
  'set-retention': {
    actions: ['set-retention'],
    may: { 'data-steward': 'own-office', 'records-officer': 'own-place', ...operator },
    needs: 'Sign in as staff first.',
  },
  'keep-holds': {
    actions: ['place-hold-by-hand', 'review-hold', 'release-hold'],
    may: { 'records-officer': 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'propose-disposition': {
    actions: ['propose-disposition', 'withdraw-disposition'],
    may: { 'data-steward': 'own-office', 'records-officer': 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'decide-disposition': {
    actions: ['decide-disposition'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
  'end-disposition': {
    actions: ['end-disposition'],
    may: { 'data-steward': 'own-office', 'records-officer': 'own-place', approver: 'own-place' },
    needs: 'Sign in as staff first.',
  },
  'destroy-readings': {
    actions: ['run-destruction'],
    may: { 'records-officer': 'own-place', ...operator },
    needs: 'Sign in as staff first.',
  },
  'verify-certificates': { actions: ['verify-certificates'], may: operator },
} as const satisfies Record<string, Row>;

import type { Row } from './permission-row.ts';

const operator = { operator: 'always' } as const;

/** The rows of the permission table on takedowns and breaches. Safe for the browser. */
export const takedownPermissions = {
  // One person suffices: it only closes. Bringing back is a change of access, by two.
  'take-down': {
    actions: ['take-down', 'prepare-takedown'],
    may: {
      'data-steward': 'own-office',
      'records-officer': 'own-place',
      'city-administrator': 'own-place',
      ...operator,
    },
    needs: 'Sign in as staff first.',
  },
  'see-breaches': {
    actions: ['read-breach'],
    may: {
      'data-steward': 'own-office',
      'records-officer': 'own-place',
      approver: 'own-place',
      auditor: 'own-place',
      'city-administrator': 'own-place',
    },
    needs: 'Sign in as staff first.',
  },
  'work-on-breaches': {
    actions: ['decide-redaction', 'close-breach'],
    may: { 'data-steward': 'own-office', 'records-officer': 'own-office' },
    needs: 'Sign in as staff first.',
  },
} as const satisfies Record<string, Row>;

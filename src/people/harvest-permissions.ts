import type { Row } from './permission-row.ts';

const operator = { operator: 'always' } as const;

/** The rows of the permission table on catalogs of other portals. Safe for the browser. */
export const harvestPermissions = {
  'see-harvest': {
    actions: ['list-sources', 'read-source'],
    may: {
      'data-steward': 'own-office',
      approver: 'own-place',
      auditor: 'own-place',
      'city-administrator': 'own-place',
      ...operator,
    },
    needs: 'Sign in as staff first.',
  },
  'manage-harvest': {
    actions: ['save-source', 'switch-source', 'harvest-source', 'withdraw-entries', 'hide-entry'],
    may: { 'data-steward': 'own-office', ...operator },
    needs: 'Sign in as staff first.',
  },
} as const satisfies Record<string, Row>;

/** Rows of the permission table (permission-table.ts): who is let in to a dataset, and in what form. Safe for the browser. */
export const releasePermissions = {
  /** Datasets that take a key: those of class `key`, and of class `agreement` those granted to the key's person. */
  'read-with-a-key': {
    actions: ['read-granted'],
    may: { 'reading-key': 'always' },
    needs: 'Reading this needs an API key of your own. Send it as “Authorization: Bearer co_…”.',
  },
  'grant-datasets': {
    actions: ['grant-dataset', 'end-grant'],
    may: { 'data-steward': 'own-office', operator: 'always' },
    needs: 'Sign in as staff first.',
  },
  'see-grants': {
    actions: ['list-grants'],
    may: { 'data-steward': 'own-office', approver: 'own-place', auditor: 'own-place', operator: 'always' },
    needs: 'Sign in as staff first.',
  },
  'set-policy': { actions: ['set-policy'], may: { operator: 'always' } },
  'propose-policy': {
    actions: ['propose-policy', 'withdraw-policy'],
    may: { 'data-steward': 'own-office' },
    needs: 'Sign in as staff first.',
  },
  'decide-policy': {
    actions: ['decide-policy'],
    may: { approver: 'own-place-not-proposer' },
    needs: 'Sign in as staff first.',
  },
  'preview-policy': {
    actions: ['preview-policy', 'preview-table', 'read-policy'],
    may: { 'data-steward': 'own-office', approver: 'own-place', operator: 'always' },
    needs: 'Sign in as staff first.',
  },
  'review-hints': {
    actions: ['review-hint'],
    may: { 'data-steward': 'own-office', approver: 'own-place', operator: 'always' },
    needs: 'Sign in as staff first.',
  },
} as const;

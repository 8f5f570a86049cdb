/**
 * The roles of staff. A person may have several, each for a place (and the places below it) or for every place, for one
 * office or for all of a place's, with a first and perhaps a last day. A role counts only in a session that was begun
 * with a second factor, a passkey or the city's identity provider. It ends by its last day or by being revoked, for
 * running sessions at once; it is never changed, and its row stays. Safe for the browser.
 */
export const staffRoles = [
  'clerk',
  'officer',
  'inspector',
  'data-steward',
  'records-officer',
  'rule-editor',
  'approver',
  'hearing-officer',
  'auditor',
  'city-administrator',
  'installation-operator',
] as const;
export type StaffRole = (typeof staffRoles)[number];

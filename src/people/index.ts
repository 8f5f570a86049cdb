export { readAuditHead } from './audit/read-audit-head.ts';
export { type AuditEvent, readAuditLog } from './audit/read-audit-log.ts';
export { recordAudit } from './audit/record-audit.ts';
export { recordFirst } from './audit/record-first.ts';
export { type AuditVerification, verifyAuditLog } from './audit/verify-audit-log.ts';
export { asksNoOtherKind, nameOf } from './condition.ts';
export { holdsKey, keyInAddress, pathWithoutKey } from './keys/api-key.ts';
export { checkKey } from './keys/check-key.ts';
export { createDemoKey } from './keys/create-demo-key.ts';
export { createKey } from './keys/create-key.ts';
export type { WhichKey } from './keys/held-key.ts';
export { graceDays } from './keys/key-defaults.ts';
export type { KeyRow } from './keys/key-row.ts';
export { listKeys } from './keys/list-keys.ts';
export { publishTerms, termsFile } from './keys/publish-terms.ts';
export { readDemoKey } from './keys/read-demo-key.ts';
export { renameKey } from './keys/rename-key.ts';
export { revokeKey } from './keys/revoke-key.ts';
export { rotateKey } from './keys/rotate-key.ts';
export { limitedAddress } from './limits/limited-address.ts';
export { countOne } from './limits/limits.ts';
export {
  checkPermission,
  isPermitted,
  permissions,
  permittedSql,
  permittedWays,
  type Subject,
} from './permissions.ts';
export { emailAddress, hashSecret, makeSecret, signedIn } from './person.ts';
export {
  closeProposals,
  decideProposal,
  lockOpenProposals,
  lockProposal,
  openProposal,
  type Proposal,
  proposalJson,
} from './proposal.ts';
export { type StaffRole, staffRoles } from './role.ts';
export { addDemonstrationStaff } from './roles/add-demonstration-staff.ts';
export { endSessions } from './roles/end-sessions.ts';
export { linkFor, wordInvitation, wordReset } from './roles/invitation-letters.ts';
export { invitePerson } from './roles/invite-person.ts';
export { type Holder, listHolders } from './roles/list-holders.ts';
export { listStaff } from './roles/list-staff.ts';
export { resetSignIn } from './roles/reset-sign-in.ts';
export { setUpInstallation } from './roles/set-up-installation.ts';
export { deleteAccount } from './sign-in/delete-account.ts';
export { readAccount } from './sign-in/read-account.ts';
export { readSession } from './sign-in/read-session.ts';
export { secretIn } from './sign-in/session-cookie.ts';

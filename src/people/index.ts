export { addDemonstrationStaff } from './add-demonstration-staff.ts';
export { holdsKey, keyInAddress, pathWithoutKey } from './api-key.ts';
export { checkKey } from './check-key.ts';
export { nameOf } from './condition.ts';
export { createDemoKey } from './create-demo-key.ts';
export { createKey } from './create-key.ts';
export { deleteAccount } from './delete-account.ts';
export { endSessions } from './end-sessions.ts';
export type { WhichKey } from './held-key.ts';
export { linkFor, wordInvitation, wordReset } from './invitation-letters.ts';
export { invitePerson } from './invite-person.ts';
export { graceDays } from './key-defaults.ts';
export type { KeyRow } from './key-row.ts';
export { limitedAddress } from './limited-address.ts';
export { countOne } from './limits.ts';
export { listKeys } from './list-keys.ts';
export { listStaff } from './list-staff.ts';
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
export { publishTerms, termsFile } from './publish-terms.ts';
export { readAccount } from './read-account.ts';
export { readAuditHead } from './read-audit-head.ts';
export { type AuditEvent, readAuditLog } from './read-audit-log.ts';
export { readDemoKey } from './read-demo-key.ts';
export { readSession } from './read-session.ts';
export { recordAudit } from './record-audit.ts';
export { recordFirst } from './record-first.ts';
export { renameKey } from './rename-key.ts';
export { resetSignIn } from './reset-sign-in.ts';
export { revokeKey } from './revoke-key.ts';
export { type StaffRole, staffRoles } from './role.ts';
export { rotateKey } from './rotate-key.ts';
export { setUpInstallation } from './set-up-installation.ts';
export { type AuditVerification, verifyAuditLog } from './verify-audit-log.ts';

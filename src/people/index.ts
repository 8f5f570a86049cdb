export type { ApiKey } from './api-key.ts';
export { checkKey } from './check-key.ts';
export { createKey } from './create-key.ts';
export { listKeys } from './list-keys.ts';
export { checkPermission, isPermitted, permissions } from './permissions.ts';
export { type AuditEvent, readAuditLog } from './read-audit-log.ts';
export { actorName, recordAudit } from './record-audit.ts';
export { revokeKey } from './revoke-key.ts';
export { type AuditVerification, verifyAuditLog } from './verify-audit-log.ts';

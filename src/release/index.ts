export { type LockedDataset, lockDataset } from './access-change.ts';
export {
  type AccessClass,
  type Audience,
  accessClasses,
  audiences,
  type Side,
  sideSql,
  sides,
} from './audience.ts';
export { type DatasetInput, datasetInput, slugPattern, type Topic, topics } from './dataset.ts';
export { slugOf } from './describe/create-dataset.ts';
export { ensureDictionary } from './describe/ensure-dictionary.ts';
export { endGrant } from './end-grant.ts';
export { ensureDataset } from './ensure-dataset.ts';
export { reckonExtents } from './extents.ts';
export { grantDataset } from './grant-dataset.ts';
export { bindDatasets, queryBound, readBound, stillGranted } from './granted.ts';
export { listGrants } from './list-grants.ts';
export {
  type DatasetKind,
  datasetKinds,
  type ExternalParticulars,
  type FootageParticulars,
  shownAccessSql,
} from './particulars.ts';
export { type PolicyContent, type PolicyStep, policyContent } from './policy.ts';
export { type EntityKind, projectDatasetContents, projectDatasets, projectEntities } from './project.ts';
export { refreshEntries } from './project-catalog.ts';
export { dropPublishedFiles, noteStaleFiles } from './published-files.ts';
export { forgetGranted, type GrantedDataset, readGranted } from './read-granted.ts';
export { readPolicy } from './read-policy.ts';
export {
  holdReleases,
  holdSides,
  type Release,
  releaseAgain,
  releaseStored,
  type StoredRange,
} from './release-readings.ts';
export { releaseWhatIsDue } from './release-what-is-due.ts';
export { type HoldCause, type HoldInput, holdCauses } from './retention/hold.ts';
export { type ListedCertificate, listCertificates } from './retention/list-certificates.ts';
export { type ListedSeries, listRetention } from './retention/list-retention.ts';
export { placeHold } from './retention/place-hold.ts';
export { readCertificate } from './retention/read-certificate.ts';
export { readDestroyedParts } from './retention/read-destroyed-parts.ts';
export { refuseHeld } from './retention/refuse-held.ts';
export { type Destroyed, runDestruction } from './retention/run-destruction.ts';
export { verifyCertificates } from './retention/verify-certificates.ts';
export { reviewHint } from './review-hint.ts';
export { setAccess } from './set-access.ts';
export { setOwner } from './set-owner.ts';
export { setPolicy } from './set-policy.ts';
export { isUnsettled, settle, settleAll } from './settlement.ts';
export { type ColumnType, type CompiledPolicy, compilePolicy, type TableColumn } from './table-policy.ts';
export { applyTakedown } from './takedown.ts';
export { type TakedownCause, takedownCauses } from './takedown-causes.ts';

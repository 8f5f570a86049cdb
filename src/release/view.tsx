/** What pages of other rooms may use of this one. Safe for the browser. */
export { kinds, type LicenseGap, type Sensitivity, sensitivities } from './describe/description.ts';
export { describeLicense, licenseIds, licenses } from './licenses.ts';

export { describeLicense, licenseIds } from '../kit/licenses.ts';

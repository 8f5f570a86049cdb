export { describeLicense, licenseIds } from '../release/view.tsx';

/** The names of licenses that cities use, by SPDX identifier [https://spdx.org/licenses/]. */
export const licenses: Readonly<Record<string, string>> = {
  'CC0-1.0': 'Creative Commons Zero 1.0 Universal (public domain)',
  'CC-BY-4.0': 'Creative Commons Attribution 4.0 International',
  'CC-BY-SA-4.0': 'Creative Commons Attribution Share Alike 4.0 International',
  'CC-BY-NC-4.0': 'Creative Commons Attribution Non Commercial 4.0 International',
  'CC-PDDC': 'Creative Commons Public Domain Dedication and Certification',
  'ODbL-1.0': 'Open Data Commons Open Database License v1.0',
  'ODC-By-1.0': 'Open Data Commons Attribution License v1.0',
  'PDDL-1.0': 'Open Data Commons Public Domain Dedication & License 1.0',
};

export const licenseIds: readonly string[] = Object.keys(licenses);

/** The license's name, or its identifier when we know no name, and where its text is. */
export function describeLicense(spdx: string): { name: string; url: string } {
  return { name: licenses[spdx] ?? spdx, url: `https://spdx.org/licenses/${encodeURIComponent(spdx)}.html` };
}

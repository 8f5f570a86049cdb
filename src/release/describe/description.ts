/**
 * What a dataset says about itself, in sections that are saved one by one, and its dictionary. It has no states: a
 * description is complete or lacks something (completeness.ts). Once the dataset can be seen outside, every change of it is a
 * version that stays. Safe for the browser.
 */
export const sensitivities = ['none', 'personal', 'location-of-a-person', 'security'] as const;
export type Sensitivity = (typeof sensitivities)[number];
/** What the values of a column are. */
export const kinds = ['number', 'text', 'true-false', 'time', 'place', 'object'] as const;
export type Kind = (typeof kinds)[number];

/** No license is stated: the page that was read, and on which day. */
export type LicenseGap = { page: string; url: string | null; readOn: string };
export type Words = { en: string; es: string };
export type Column = {
  /** As release policies name it: of readings `result:<ObservedProperty>`, of a table its name. */
  name: string;
  kind: Kind;
  unit: string | null;
  meaning: Words;
  sensitivity: Sensitivity;
};

export type Description = {
  slug: string;
  title: string;
  description: string;
  translations: { es?: { title: string; description: string } };
  topic: string;
  keywords: string[];
  place: string | null;
  office: string | null;
  custodian: string | null;
  contact: string | null;
  license: string | null;
  licenseGap: LicenseGap | null;
  terms: string | null;
  /** ISO 8601. */
  updateEvery: string | null;
  noPromise: boolean;
  area: string | null;
  from: string | null;
  to: string | null;
  retentionRule: string | null;
  retentionAsk: string | null;
  source: string | null;
};

export const resultPrefix = 'result:';
/** What people call the column. */
export const columnLabel = (name: string): string =>
  name.startsWith(resultPrefix) ? name.slice(resultPrefix.length) : name;

/** Whether what is asked protects less than what is so: that takes two people. */
export function isWeaker(from: Sensitivity | undefined, to: Sensitivity): boolean {
  return from !== undefined && from !== 'none' && from !== to;
}

const durations = { minute: 'M', hour: 'H', day: 'D', week: 'W', month: 'M', year: 'Y' } as const;
export type Unit = keyof typeof durations;
export const units = Object.keys(durations) as Unit[];

export const duration = (count: number, unit: Unit): string =>
  `P${unit === 'minute' || unit === 'hour' ? 'T' : ''}${count}${durations[unit]}`;

/** A promise as its form shows it; a duration of several parts has no form of its own and stays as it is. */
export function promiseOf(updateEvery: string | null): { count: string; unit: Unit } {
  const unit = units.find((each) => updateEvery === duration(Number(updateEvery?.replace(/\D/g, '')), each));
  return unit ? { count: updateEvery?.replace(/\D/g, '') ?? '', unit } : { count: '', unit: 'hour' };
}

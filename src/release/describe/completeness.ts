import type { FootageParticulars } from '../particulars.ts';
import type { Column, Description } from './description.ts';

/** What may lack; each has words for why it matters (describe-messages.ts). */
export const lacks = [
  'spanish',
  'keywords',
  'office',
  'contact',
  'license',
  'terms',
  'promise',
  'area',
  'period',
  'retention',
  'columns',
  'column',
  'footage',
] as const;
export type Lack = (typeof lacks)[number];

/** The part of the steward's page where each is filled in. */
export const partOf: Record<Lack, string> = {
  spanish: 'words',
  keywords: 'words',
  office: 'people',
  contact: 'people',
  license: 'license',
  terms: 'license',
  promise: 'coverage',
  area: 'coverage',
  period: 'coverage',
  retention: 'retention',
  columns: 'dictionary',
  column: 'dictionary',
  footage: 'footage',
};

/** A column that the data have, as far as they tell. */
export type DataColumn = {
  name: string;
  kind: Column['kind'];
  units: string[];
  low: number | null;
  high: number | null;
  /** What the source says of it, in its own language. */
  said: string | null;
  series: number;
};

export type Facts = {
  access: string;
  /** Of its table, where it has one. */
  tableRows?: number | null;
  listed: boolean;
  /** Of footage: what is said of the camera. There is no content to describe. */
  footage: FootageParticulars | null;
  columns: DataColumn[];
  /** The first and last moment of what is stored. */
  firstAt: string | null;
  lastAt: string | null;
  /** The owner office states a way to reach it. */
  officeReachable: boolean;
  /** Its place has published terms of use. */
  termsPublished: boolean;
};

export type Missing = { lack: Lack; column?: string };

/**
 * What a description lacks before the dataset can be proposed for publication, in the order of the page. Pure. A custodian
 * who is not named is the owner; a contact that is not stated is the owner's.
 */
export function completeness(given: {
  description: Description;
  dictionary: Pick<Column, 'name' | 'meaning' | 'sensitivity'>[];
  facts: Facts;
}): Missing[] {
  const { description: d, dictionary, facts } = given;
  const missing: Missing[] = [];
  const lack = (holds: boolean, what: Lack, column?: string) => {
    if (!holds) missing.push(column === undefined ? { lack: what } : { lack: what, column });
  };
  lack(Boolean(d.translations.es?.title && d.translations.es.description), 'spanish');
  lack(d.keywords.length > 0, 'keywords');
  lack(d.office !== null, 'office');
  lack(d.contact !== null || facts.officeReachable, 'contact');
  if (facts.footage) {
    lack(Boolean(facts.footage.camera && facts.footage.location), 'footage');
    lack(d.retentionRule !== null || d.retentionAsk !== null, 'retention');
    return missing;
  }
  lack(d.license !== null || d.licenseGap !== null, 'license');
  lack(d.terms !== null || !facts.termsPublished || ['open', 'restricted'].includes(facts.access), 'terms');
  lack(d.updateEvery !== null || d.noPromise, 'promise');
  lack(d.place !== null || d.area !== null, 'area');
  lack(d.from !== null || facts.firstAt !== null, 'period');
  lack(d.retentionRule !== null || d.retentionAsk !== null, 'retention');
  const described = new Map(dictionary.map((column) => [column.name, column]));
  lack(facts.columns.length > 0 || described.size > 0, 'columns');
  for (const { name } of facts.columns) lack(described.has(name), 'column', name);
  return missing;
}

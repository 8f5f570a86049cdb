import type { Aspect } from '../rules/index.ts';
import type { OfficeEntry } from './read-directory.ts';
import type { RuleView } from './rule-view.ts';

/** What the finder asks, and how that is put to the rules. Safe for the browser. */
export const matters = [
  'complaint',
  'records',
  'permit',
  'appeal',
  'data',
  'fine',
  'enforcement',
  'anything',
] as const;
export type Matter = (typeof matters)[number];
/** Whose camera, record, building or data it is. */
export const owners = ['any', 'police', 'records', 'building', 'data', 'money'] as const;
export type Owner = (typeof owners)[number];

/** Aspects of rules that answer a matter, the most telling first; and the topics it is about, where it is about some;
 * `howTo`: the topics whose steps count. */
export const matterRules: Record<Matter, { aspects: Aspect[]; topics?: string[]; howTo?: string[] }> = {
  complaint: { aspects: ['complaint', 'enforcer', 'duty'] },
  records: {
    aspects: ['request', 'duty', 'access', 'how-to', 'form'],
    topics: ['public-records', 'sensors'],
  },
  permit: { aspects: ['permit', 'duty', 'form'] },
  appeal: {
    aspects: ['appeal', 'review', 'how-to', 'deadline'],
    // How to look up a permit is no way to appeal.
    howTo: ['appeals', 'records-denial', 'decision-review'],
  },
  data: {
    aspects: ['agreement', 'request', 'duty', 'how-to', 'access', 'license'],
    topics: ['open-data', 'sensor-data'],
  },
  fine: { aspects: ['fine', 'cap', 'enforcer'] },
  enforcement: { aspects: ['enforcer', 'notice', 'sanction', 'duty'] },
  anything: { aspects: ['duty', 'enforcer', 'request'] },
};
/** Topics of the tree, each with all below it; one that an installation's tree lacks finds nothing. */
export const ownerTopics: Record<Exclude<Owner, 'any'>, string[]> = {
  police: ['police-cameras'],
  records: ['public-records'],
  building: ['building', 'sensor-installation', 'land-use', 'electrical', 'business-licenses'],
  data: ['open-data', 'sensor-data', 'privacy'],
  money: ['city-finance', 'cryptocurrency'],
};

export type FoundOffice = OfficeEntry & {
  /** The rules that lead to it, the most telling first. */
  because: RuleView[];
};

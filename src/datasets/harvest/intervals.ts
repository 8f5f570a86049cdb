/** The kinds of portals that can be read. Safe for the browser. */
export const sourceKinds = ['ckan', 'socrata', 'arcgis', 'data-json'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** How often one is read, in hours. */
export const intervals = { PT1H: 1, PT6H: 6, P1D: 24, P7D: 168 } as const;
export type Interval = keyof typeof intervals;

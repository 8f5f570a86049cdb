/** What datasets are about. Safe for the browser. */
export const topics = [
  'traffic',
  'parking',
  'environment',
  'infrastructure',
  'public-safety',
  'other',
] as const;
export type Topic = (typeof topics)[number];

/** The order in which topics are shown. */
export const topics = [
  'traffic',
  'parking',
  'environment',
  'infrastructure',
  'public-safety',
  'other',
] as const;
export type Topic = (typeof topics)[number];

export function isTopic(text: string): text is Topic {
  return topics.some((topic) => topic === text);
}

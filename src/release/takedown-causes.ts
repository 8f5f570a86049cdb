/** For what something is taken down; the public is told this and no more. Safe for the browser. */
export const takedownCauses = ['personal-data', 'wrong', 'rights', 'order', 'other'] as const;
export type TakedownCause = (typeof takedownCauses)[number];

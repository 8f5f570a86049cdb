/**
 * Where a dataset's content lies for those who may see it. `open`: anyone; `key`: whoever shows a key; `agreement`:
 * whoever was granted it and shows a key; `restricted`: nobody outside. Safe for the browser.
 */
export const accessClasses = ['open', 'key', 'agreement', 'restricted'] as const;
export type AccessClass = (typeof accessClasses)[number];

/** A schema that doors read. */
export const audiences = ['released', 'granted'] as const;
export type Audience = (typeof audiences)[number];
/** A schema in which readings lie. */
export const sides = ['released', 'granted', 'private'] as const;
export type Side = (typeof sides)[number];

/** Where readings lie while nothing is changed before they are released, as SQL about a dataset `ds`. */
export const sideSql = (ds: string): string =>
  `case ${ds}.access when 'open' then 'released' when 'restricted' then 'private' else 'granted' end`;

/** Whether what belongs to the dataset `ds` is for this schema, as SQL. */
export const isFor = (ds: string, audience: Audience): string =>
  audience === 'released' ? `${ds}.access = 'open'` : `${ds}.access in ('key', 'agreement')`;

/**
 * Whether the Datastream `d` of dataset `ds` is shown to those whom the class lets in, as SQL: while what an older policy
 * released is replaced, it is not.
 */
export const isShown = (d: string, ds: string): string =>
  `case when ${ds}.policy is null
    then not exists (select from private.datastream_release r where r.datastream_id = ${d}.id)
    else exists (select from private.datastream_release r where r.datastream_id = ${d}.id and r.phase = 'settled'
      and r.version = ${ds}.policy_version and r.observed_property_id = ${d}.observed_property_id) end`;

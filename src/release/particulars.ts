/**
 * What an entry of the catalog says that has no content here. `external`: the dataset stands on another portal, and was found
 * there; `footage`: what a camera records, which is never published. It has no states of its own: an external one is seen, or
 * not seen since a time. Safe for the browser.
 */
export const datasetKinds = ['own', 'external', 'footage'] as const;
export type DatasetKind = (typeof datasetKinds)[number];

/** Who may get the content, as catalogs and facets say it, as SQL about a dataset `ds`. */
export const shownAccessSql =
  "case ds.kind when 'external' then 'elsewhere' when 'footage' then 'footage' else ds.access end";

export type ExternalParticulars = {
  publisher: string | null;
  /** What the portal says of the license, and where. Both null: nothing is said. */
  licenseText: string | null;
  licenseUrl: string | null;
  landingPage: string | null;
  /** When the portal says that it was changed, ISO 8601. */
  modified: string | null;
  distributions: { title: string; format: string; url: string }[];
  /** The formats of these, each once, for facets. */
  formats: string[];
};

export type FootageParticulars = {
  /** Which cameras, in plain words. */
  camera: string;
  /** Where they stand and look. */
  location: string;
  /** The rule that says that it is not public; null: none is known. */
  basis: string | null;
};

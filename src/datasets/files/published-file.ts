/**
 * A file of one month of a dataset, as it was published. It is made once the month is over, and never changed: when readings of the
 * month come late, are corrected or destroyed, another edition is made, and of the older one only its checksum stays. Safe for the
 * browser.
 */
export type PublishedFile = {
  id: string;
  /** `2026-10`, by the dataset's clock. */
  month: string;
  edition: number;
  rows: number;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  madeAt: string;
  /** Null while it is there. */
  endedAt: string | null;
  endedWhy: string | null;
};

/** The address, below the dataset's, at which these very bytes are and never any other. */
export const fileName = ({ month, sha256 }: Pick<PublishedFile, 'month' | 'sha256'>): string =>
  `${month}-${sha256}.parquet`;
export const filePath = (slug: string, file: Pick<PublishedFile, 'month' | 'sha256'>): string =>
  `/datasets/${slug}/files/${fileName(file)}`;
/** The address at which the newest edition of a month is. */
export const newestPath = (slug: string, month: string): string => `/datasets/${slug}/files/${month}.parquet`;

/** How long after the end of a month its file is made, in days: readings come late. A default of the software; no law sets it. */
export const daysOfGrace = 1;

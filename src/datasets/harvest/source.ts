import { z } from 'zod';
import { slugPattern } from '../../release/index.ts';
import { type Interval, intervals, sourceKinds } from './intervals.ts';

export { type Interval, intervals, type SourceKind, sourceKinds } from './intervals.ts';

/**
 * A harvest source is a catalog of another portal whose entries stand in ours too, as entries without content. It is read on
 * schedule while it is enabled; a reading that fails leaves what the one before found.
 */
/** Bounds of one reading. They are defaults of the software; no law sets them. */
export const harvestLimits = {
  entries: 20_000,
  requests: 500,
  /** Of one answer, and of all. */
  answerBytes: 32 * 1024 * 1024,
  bytes: 128 * 1024 * 1024,
  milliseconds: 300_000,
  /** Faults that are kept of one reading; all are counted. */
  faults: 100,
  /** Readings that are kept of one source. */
  runs: 50,
} as const;

/** Where one dataset can be got, as the portal says. */
export type Distribution = { title: string; format: string; url: string };

/** A catalog entry as a portal tells it, cleaned: plain text, bounded, addresses of the web alone. */
export type HarvestedEntry = {
  foreignId: string;
  title: string;
  description: string;
  publisher: string | null;
  /** SPDX identifier, where the portal's words mean one beyond doubt. */
  license: string | null;
  /** What the portal says, and where. */
  licenseText: string | null;
  licenseUrl: string | null;
  keywords: string[];
  topic: string;
  landingPage: string | null;
  /** When the portal says that it was changed, ISO 8601. */
  modified: string | null;
  distributions: Distribution[];
};

/** What is wrong with which entry of a portal. */
export type Fault = { entry: string; what: string };

export const sourceInput = z.strictObject({
  name: z.string().trim().min(1).max(120),
  kind: z.enum(sourceKinds),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && !url.username && !url.password;
    }),
  office: z.string().trim().max(100).regex(slugPattern),
  every: z.enum(Object.keys(intervals) as [Interval, ...Interval[]]),
});
export type SourceInput = Record<keyof z.input<typeof sourceInput>, string>;

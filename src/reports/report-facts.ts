import type { Queryable } from '../kit/database.ts';
import type { Language } from '../ui/language.ts';
import type { Fault } from './report.ts';

/** What was reported and answered, as both sides see it. */
export type ReportFacts = {
  what: Fault;
  /** In its address; null: one that is missing. */
  dataset: string | null;
  /** Its name, while anybody may see that there is such a dataset. */
  datasetTitle: string | null;
  from: string | null;
  to: string | null;
  spot: string;
  said: string;
  language: Language;
  reply: string | null;
  /** The version of the dataset's description that mends it. */
  fixedIn: number | null;
};

export async function readFacts(db: Queryable, caseId: string): Promise<ReportFacts> {
  const { rows } = await db.query<ReportFacts>(
    `select r.what, r.dataset, ds.title as "datasetTitle", r.from_day::text as from, r.to_day::text as to, r.spot, r.said,
       r.language, r.reply, r.fixed_in as "fixedIn"
     from private.report r left join released.dataset ds on ds.slug = r.dataset where r.case_id = $1`,
    [caseId],
  );
  const found = rows[0];
  if (!found) throw new Error(`The report of case ${caseId} has lost its row: restore it from a backup.`);
  return found;
}

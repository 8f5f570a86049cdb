import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, permittedSql } from '../../people/index.ts';

export type Certificate = {
  number: string;
  at: string;
  actor: string;
  hash: string;
  content: {
    dataset: string;
    title: string;
    series: string;
    cutoff: string;
    readings: number;
    held: number;
    from: string | null;
    to: string | null;
    sha256: string;
    rule: {
      id: string;
      recordedAt: string;
      says: { en: string; es: string };
      cite: { instrument: string; locator: string }[];
    };
    disposition: {
      proposal: number;
      until: string | null;
      form: string;
      formDate: string;
      proposedBy: string;
      approvedBy: string;
      approvedAt: string;
      reason: string;
    };
    holds: { id: number; cause: string; source: string }[];
    parts: { datastream: string; readings: number; held: number; from: string; to: string; sha256: string }[];
    takenFrom: string[];
    startedAt: string;
    endedAt: string;
    startedBy: string;
    software: string;
    backupsKeptDays: number | null;
    stopped: string | null;
  };
};

/** A certificate whole, as it was sealed. Errors: signed-out, not-allowed, not-found (also of others' datasets). */
export async function readCertificate(ctx: Ctx, input: { number: string }): Promise<Certificate> {
  checkPermission(ctx, 'see-retention');
  const values: unknown[] = [input.number];
  const seen = permittedSql(ctx, 'see-retention', { place: 'd.place', office: 'd.office' }, values);
  const { rows } = await ctx.app.query<Certificate>(
    `select c.number::text, c.at, c.actor, encode(c.hash, 'hex') as hash, c.content
     from private.destruction_certificate c join private.destruction_run r on r.id = c.run_id
     join private.dataset d on d.id = r.dataset_id where c.number::text = $1 and ${seen}`,
    values,
  );
  if (!rows[0]) throw new Problem('not-found', `There is no certificate ${input.number} within your places.`);
  return rows[0];
}

import { createHash } from 'node:crypto';
import { commit, type JsonObject, seal } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { nameOf, recordAudit } from '../../people/index.ts';
import { takenFrom } from './copies.ts';
import type { Run } from './destroy-batch.ts';
import { projectRetention } from './project-retention.ts';

type Part = {
  datastream: string;
  readings: number;
  held: number;
  from: string | null;
  to: string | null;
  sha256: string;
};

/**
 * The hash over all that a run destroyed: SHA-256 of one line for each Datastream with its number, count and the hash of
 * its ids (decimal, ascending, each ending in a line feed), in the order of the numbers. docs/retention.md, Checking.
 */
export function hashOfParts(parts: readonly Pick<Part, 'datastream' | 'readings' | 'sha256'>[]): string {
  const hash = createHash('sha256');
  for (const { datastream, readings, sha256 } of parts) hash.update(`${datastream} ${readings} ${sha256}\n`);
  return hash.digest('hex');
}

/**
 * Ends a run with its certificate, sealed onto the chain, in one transaction with the audit event that tells its hash.
 * `stopped`: why the run did not come to its end. Undefined when another process has ended it.
 */
export async function certify(run: Run, ctx: Ctx, stopped: string | null): Promise<string | undefined> {
  return withTransaction(ctx.app, async (tx) => {
    const { rows: runs } = await tx.query<{ certificate: string | null }>(
      'select certificate from private.destruction_run where id = $1 for update',
      [run.id],
    );
    if (!runs[0] || runs[0].certificate !== null) return undefined;
    const { rows: facts } = await tx.query<{ content: JsonObject; slug: string }>(factsSql, [run.id]);
    const { rows: parts } = await tx.query<Part>(
      `select datastream_id::text as datastream, readings::int, held::int, phenomenon_from as "from",
         phenomenon_to as "to", ids_sha256 as sha256
       from private.destruction_part where run_id = $1 and done order by datastream_id`,
      [run.id],
    );
    const gone = parts.filter(({ readings }) => readings > 0);
    const sum = (of: 'readings' | 'held') => parts.reduce((total, part) => total + part[of], 0);
    const times = (of: 'from' | 'to') => gone.flatMap((part) => part[of] ?? []).toSorted();
    const fact = facts[0] as { content: JsonObject; slug: string };
    const content: JsonObject = {
      ...fact.content,
      readings: sum('readings'),
      held: sum('held'),
      from: times('from')[0] ?? null,
      to: times('to').at(-1) ?? null,
      sha256: hashOfParts(gone),
      parts: gone.map((part) => ({ ...part })),
      takenFrom: [...takenFrom],
      endedAt: ctx.clock.now().toISOString(),
      backupsKeptDays: ctx.config.BACKUPS_KEPT_DAYS ?? null,
      stopped,
    };
    const { text, salt, commitment } = commit(content);
    const { rows: heads } = await tx.query<{ number: string; hash: Buffer }>(
      'select number, hash from private.certificate_head for update',
    );
    const head = heads[0];
    if (!head) throw new Error('private.certificate_head has lost its row: restore it from a backup.');
    const sealed = seal(
      { number: BigInt(head.number), hash: head.hash },
      {
        at: ctx.clock.now().toISOString(),
        actor: nameOf(ctx.actor),
        kind: 'destruction',
        subject: `dataset:${run.datasetId}`,
        commitment,
      },
    );
    const number = String(sealed.number);
    await tx.query(
      `insert into private.destruction_certificate
         (number, run_id, at, actor, kind, subject, commitment, hash, salt, content)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        number,
        run.id,
        sealed.at,
        sealed.actor,
        sealed.kind,
        sealed.subject,
        commitment,
        sealed.hash,
        salt,
        text,
      ],
    );
    await tx.query('update private.certificate_head set number = $1, hash = $2', [number, sealed.hash]);
    await tx.query('update private.destruction_run set certificate = $2 where id = $1', [run.id, number]);
    await tx.query('delete from private.destruction_batch where run_id = $1', [run.id]);
    await projectRetention(tx, [run.datasetId]);
    await recordAudit(tx, ctx, {
      kind: 'readings-destroyed',
      subject: `dataset:${run.datasetId}`,
      content: {
        certificate: number,
        hash: sealed.hash.toString('hex'),
        dataset: fact.slug,
        readings: content.readings as number,
      },
    });
    return number;
  });
}

const person = (column: string) =>
  `coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = ${column}), ${column})`;

const factsSql = `
  select d.slug, jsonb_build_object(
    'dataset', d.slug, 'title', d.title, 'place', d.place, 'office', d.office, 'series', r.series, 'cutoff', r.cutoff,
    'rule', jsonb_build_object('id', u.id, 'recordedAt', u.body ->> 'recordedAt', 'says', u.body -> 'says', 'cite', u.body -> 'value' -> 'cite'),
    'disposition', jsonb_build_object('id', p.id, 'proposal', o.id, 'until', p.until, 'form', p.form_number,
      'formDate', p.form_date, 'proposedBy', ${person('o.proposed_by')}, 'approvedBy', ${person('o.decided_by')},
      'approvedAt', p.approved_at, 'reason', o.reason),
    'holds', (select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'cause', h.cause, 'source', h.source) order by h.id), '[]')
      from private.hold h where h.id in (select unnest(t.holds) from private.destruction_part t where t.run_id = r.id)),
    'startedAt', to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'startedBy', r.started_by,
    'software', r.software) as content
  from private.destruction_run r join private.dataset d on d.id = r.dataset_id
  join private.disposition p on p.id = r.disposition_id join private.proposal o on o.id = p.proposal_id
  join released.rule u on u.id = p.rule_id and u.recorded_at = p.rule_recorded_at where r.id = $1`;

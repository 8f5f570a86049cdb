import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { checkPermission, nameOf, openProposal, recordAudit } from '../../people/index.ts';
import { projectDatasets } from '../project.ts';
import { type Column, isWeaker, type Sensitivity } from './description.ts';
import { lockDescription, refused, refusedFields } from './edit-description.ts';
import { columnInput } from './section-input.ts';

/** The kind under which a weaker sensitivity waits for a second person. */
export const sensitivityChange = 'sensitivity-change';
const most = 100;

/**
 * Saves what columns mean and how sensitive they are; a steward confirms with it what was proposed from the data. What would
 * be less sensitive than recorded waits for a second person, with a reason, under one proposal (`asked`); all else is in force
 * from the commit on. Errors: signed-out, not-allowed, not-found, invalid (`details.fields`: `0.meaning.en`, `reason`),
 * conflict (another such change waits).
 */
export async function describeColumns(
  ctx: Ctx,
  input: { dataset: string; columns: unknown[]; reason: string },
): Promise<{ asked: boolean }> {
  checkPermission(ctx, 'describe-dataset');
  const columns = parseColumns(input.columns);
  return withTransaction(ctx.app, async (tx) => {
    const { id, description, dictionary } = await lockDescription(tx, input.dataset);
    const { place, office } = description;
    checkPermission(ctx, 'describe-dataset', { place, office });
    const known = new Map(dictionary.map((column) => [column.name, column]));
    const weaker = columns.filter(({ name, sensitivity }) =>
      isWeaker(known.get(name)?.sensitivity, sensitivity),
    );
    if (weaker.length > 0 && !input.reason.trim())
      throw refused({ reason: 'needed' }, 'To make data less sensitive takes a reason and a second person.');
    const next = columns.map((column) =>
      weaker.includes(column)
        ? { ...column, sensitivity: known.get(column.name)?.sensitivity as Sensitivity }
        : column,
    );
    const changed = next.filter((column) => differs(known.get(column.name), column));
    for (const column of changed) await save(tx, ctx, id, column);
    if (changed.length > 0) {
      await tx.query('update private.dataset set modified_at = $2 where id = $1', [id, ctx.clock.now()]);
      await projectDatasets(tx, [id]);
    }
    if (weaker.length > 0)
      await openProposal(tx, ctx, {
        kind: sensitivityChange,
        subject: `dataset:${id}`,
        place,
        office,
        content: {
          before: await sensitivityNow(
            tx,
            id,
            input.dataset,
            weaker.map(({ name }) => name),
          ),
          after: { columns: Object.fromEntries(weaker.map(({ name, sensitivity }) => [name, sensitivity])) },
        },
        reason: input.reason,
      });
    if (changed.length > 0)
      await recordAudit(tx, ctx, {
        kind: 'dictionary-changed',
        subject: `dataset:${id}`,
        content: { dataset: input.dataset, columns: changed as unknown as JsonObject[] },
      });
    return { asked: weaker.length > 0 };
  });
}

function parseColumns(given: unknown[]): Column[] {
  if (given.length === 0 || given.length > most)
    throw refused({ columns: 'count' }, `Describe 1 to ${most} columns at once.`);
  return given.map((each, index) => {
    const parsed = columnInput.safeParse(each);
    if (!parsed.success) throw refusedFields(parsed.error, `${index}.`);
    return parsed.data;
  });
}

/** How sensitive columns are now, and what they mean: what an approval is about. */
export async function sensitivityNow(
  tx: Tx,
  id: string,
  dataset: string,
  names: string[],
): Promise<JsonObject> {
  const { rows } = await tx.query<{ columns: JsonObject }>(
    `select coalesce(jsonb_object_agg(name, jsonb_build_object('sensitivity', sensitivity, 'meaning', meaning)), '{}') as columns
     from private.dictionary_column where dataset_id = $1 and name = any($2)`,
    [id, names],
  );
  return { dataset, columns: rows[0]?.columns ?? {} };
}

const differs = (known: Column | undefined, column: Column): boolean =>
  !known ||
  known.kind !== column.kind ||
  known.unit !== column.unit ||
  known.sensitivity !== column.sensitivity ||
  known.meaning.en !== column.meaning.en ||
  known.meaning.es !== column.meaning.es;

async function save(tx: Tx, ctx: Ctx, id: string, { name, kind, unit, meaning, sensitivity }: Column) {
  await tx.query(
    `insert into private.dictionary_column (dataset_id, name, kind, unit, meaning, sensitivity, described_by, described_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (dataset_id, name) do update set kind = excluded.kind, unit = excluded.unit, meaning = excluded.meaning,
       sensitivity = excluded.sensitivity, described_by = excluded.described_by, described_at = excluded.described_at`,
    [id, name, kind, unit, meaning, sensitivity, nameOf(ctx.actor), ctx.clock.now()],
  );
}

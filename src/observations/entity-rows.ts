import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { type EntityKind, projectEntities } from '../release/index.ts';
import type { EntityInput, Time } from './entity-input.ts';
import { mayRefer } from './may-write.ts';
import { type Kind, model } from './sensorthings/model.ts';

/** One act of writing: its transaction, and the rows whose projection must follow before it commits. */
export class Writing {
  readonly ctx: Ctx;
  readonly tx: Tx;
  #touched = new Map<EntityKind, Set<string>>();

  constructor(ctx: Ctx, tx: Tx) {
    this.ctx = ctx;
    this.tx = tx;
  }

  touch(kind: Exclude<Kind, 'observation'>, ...ids: string[]): void {
    const table = model[kind].table as EntityKind;
    const known = this.#touched.get(table) ?? new Set();
    for (const id of ids) known.add(id);
    this.#touched.set(table, known);
  }

  /** Brings `released` into line; what others hang on goes first. */
  async project(): Promise<void> {
    for (const kind of projectionOrder)
      await projectEntities(this.tx, kind, [...(this.#touched.get(kind) ?? [])]);
  }
}

const projectionOrder: EntityKind[] = [
  'sensor',
  'observed_property',
  'location',
  'thing',
  'feature_of_interest',
  'datastream',
  'historical_location',
];

/** The columns that these values go into. JSON is handed over as text. */
export function columnsOf(kind: Kind, values: Record<string, unknown>): Map<string, unknown> {
  const columns = new Map<string, unknown>();
  for (const [name, value] of Object.entries(values)) {
    const property = model[kind].properties[name];
    if (!property || property.computed) continue;
    if (property.type === 'json') columns.set(property.column, value === null ? null : JSON.stringify(value));
    else if (property.type === 'instant') columns.set(property.column, (value as Time | null)?.start ?? null);
    else if (property.type === 'interval') {
      columns.set(property.column, (value as Time | null)?.start ?? null);
      columns.set(property.second as string, (value as Time | null)?.end ?? null);
    } else if (property.type === 'result') {
      const isNumber = typeof value === 'number';
      columns.set(property.column, isNumber ? value : null);
      columns.set(property.second as string, isNumber ? null : JSON.stringify(value));
    } else columns.set(property.column, value);
  }
  return columns;
}

/** Inserts a master row and returns its id. */
export async function insertRow(
  writing: Writing,
  entity: EntityInput,
  more: Record<string, unknown>,
): Promise<string> {
  const kind = entity.kind as Exclude<Kind, 'observation'>;
  const columns = new Map([...columnsOf(kind, entity.values), ...Object.entries(more)]);
  const { rows } = await writing.tx.query<{ id: string }>(
    `insert into private.${model[kind].table} (${[...columns.keys()].join(', ')})
     values (${[...columns.keys()].map((_, index) => `$${index + 1}`).join(', ')}) returning id`,
    [...columns.values()],
  );
  const { id } = rows[0] as { id: string };
  writing.touch(kind, id);
  return id;
}

/** The dataset of a row that a link names. Errors: invalid, if it is not there for this actor. */
export async function datasetOfLinked(
  { ctx, tx }: Writing,
  kind: Exclude<Kind, 'observation'>,
  link: { id: string; at: string },
): Promise<string | null> {
  const { rows } = await tx.query<{ dataset_id: string | null }>(datasetQuery(kind), [link.id]);
  const row = rows[0];
  if (!row || !(await mayRefer(ctx, tx, row.dataset_id))) {
    throw new Problem(
      'invalid',
      `${link.at}: there is no ${model[kind].table.replaceAll('_', ' ')} with the id ${link.id}.`,
      {
        details: { at: link.at },
      },
    );
  }
  return row.dataset_id;
}

/** The row is held, so that nobody deletes it before we commit. */
function datasetQuery(kind: Exclude<Kind, 'observation'>): string {
  return kind === 'historicalLocation'
    ? `select t.dataset_id from private.historical_location h join private.thing t on t.id = h.thing_id
       where h.id = $1 for key share of h`
    : `select dataset_id from private.${model[kind].table} where id = $1 for key share`;
}

/** The dataset of one entity that a path has led to. Errors: not-found. */
export async function datasetOf(
  tx: Tx,
  kind: Exclude<Kind, 'observation'>,
  id: string,
): Promise<string | null> {
  const { rows } = await tx.query<{ dataset_id: string | null }>(datasetQuery(kind), [id]);
  if (!rows[0]) throw new Problem('not-found', 'There is no such entity any more.');
  return rows[0].dataset_id;
}

/** Where a Datastream belongs. It is held, so that nobody deletes it before we commit. Errors: not-found. */
export async function homeOf(
  tx: Tx,
  datastreamId: string,
): Promise<{ datasetId: string | null; thingId: string }> {
  const { rows } = await tx.query<{ datasetId: string | null; thingId: string }>(
    `select dataset_id as "datasetId", thing_id as "thingId" from private.datastream where id = $1 for key share`,
    [datastreamId],
  );
  if (!rows[0]) throw new Problem('not-found', 'There is no such entity any more.');
  return rows[0];
}

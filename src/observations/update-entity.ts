import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { type EntityInput, isNew } from './entity-input.ts';
import { columnsOf, datasetOf, datasetOfLinked, Writing } from './entity-rows.ts';
import { wrongPlace } from './geojson.ts';
import { checkMayWrite } from './may-write.ts';
import { addToHistory, moveThing } from './move-things.ts';
import { type Kind, type Link, model } from './sensorthings/model.ts';
import { updateObservation } from './update-observation.ts';

type EntityOfRow = Exclude<Kind, 'observation'>;

/**
 * Changes what is named of an entity and nothing else; a relation is changed by the id of what it is to lead to
 * [STA 1.1 §10.3]. Errors: signed-out, not-allowed, not-found, invalid (with the place).
 */
export async function updateEntity(ctx: Ctx, input: { id: string; changes: EntityInput }): Promise<void> {
  checkPermission(ctx, 'write-entities');
  const { id, changes } = input;
  for (const links of Object.values(changes.links)) {
    const inline = links.find(isNew);
    if (inline) {
      throw new Problem(
        'invalid',
        `${inline.at}: a change cannot make related entities. Create it first, then link it by id.`,
        {
          details: { at: inline.at },
        },
      );
    }
  }
  await withTransaction(ctx.app, async (tx) => {
    const writing = new Writing(ctx, tx);
    if (changes.kind === 'observation') return updateObservation(writing, id, changes);
    await updateRow(writing, changes.kind, id, changes);
    await writing.project();
  });
}

async function updateRow(
  writing: Writing,
  kind: EntityOfRow,
  id: string,
  changes: EntityInput,
): Promise<void> {
  const { ctx, tx } = writing;
  await checkMayWrite(ctx, tx, [await datasetOf(tx, kind, id)], 'the entity');
  const columns = columnsOf(kind, changes.values);
  for (const [key, links] of Object.entries(changes.links)) {
    const link = model[kind].links[key] as Link;
    for (const each of links) {
      if (isNew(each)) continue;
      const datasetId = link.to === 'observation' ? null : await datasetOfLinked(writing, link.to, each);
      // What is given to a Thing adds to it, and a relation to many changes the other side as well, or a Thing's place.
      if (link.to === 'thing' || (link.many && link.to !== 'location'))
        await checkMayWrite(ctx, tx, [datasetId], 'what is linked');
    }
    const ids = links.flatMap((each) => (isNew(each) ? [] : each.id));
    if (link.many) await relate(writing, kind, id, key, link, ids);
    else if (ids[0]) columns.set(link.column, ids[0]);
  }
  if (columns.size > 0) {
    const set = [...columns.keys()].map((column, index) => `${column} = $${index + 2}`);
    await tx.query(`update private.${model[kind].table} set ${set.join(', ')} where id = $1`, [
      id,
      ...columns.values(),
    ]);
    await checkPlace(writing, kind, id, columns);
  }
  writing.touch(kind, id);
}

/**
 * A changed place must be what its encoding says, whichever of the two was named. Readings made at a Location before it
 * was changed stay where they were made: the next one gets a FeatureOfInterest of its own.
 */
async function checkPlace(
  writing: Writing,
  kind: EntityOfRow,
  id: string,
  changed: ReadonlyMap<string, unknown>,
): Promise<void> {
  if (kind !== 'location' && kind !== 'featureOfInterest') return;
  const column = kind === 'location' ? 'location' : 'feature';
  if (!changed.has(column) && !changed.has('encoding_type')) return;
  const { rows } = await writing.tx.query<{ encoding: string; place: unknown }>(
    `select encoding_type as encoding, ${column} as place from private.${model[kind].table} where id = $1`,
    [id],
  );
  const fault = wrongPlace(rows[0]?.encoding, rows[0]?.place);
  if (fault)
    throw new Problem('invalid', `${[column, ...fault.path.map(String)].join('.')}: ${fault.message}.`);
  if (kind !== 'location') return;
  const left = await writing.tx.query<{ id: string }>(
    'update private.feature_of_interest set location_id = null where location_id = $1 returning id',
    [id],
  );
  writing.touch('featureOfInterest', ...left.rows.map((row) => row.id));
}

async function relate(
  writing: Writing,
  kind: EntityOfRow,
  id: string,
  key: string,
  link: Extract<Link, { many: true }>,
  ids: string[],
): Promise<void> {
  if (link.to === 'observation') {
    throw new Problem('invalid', `${key}: an Observation is given to another from its own side.`);
  }
  if (kind === 'thing' && link.to === 'location') return moveThing(writing, id, ids);
  if (kind === 'location' && link.to === 'thing') {
    for (const thing of ids) await moveThing(writing, thing, [id]);
    return;
  }
  if ('theirColumn' in link) {
    const { table } = model[link.to];
    await writing.tx.query(
      `update private.${table} set ${link.theirColumn} = $1 where id = any($2::bigint[])`,
      [id, ids],
    );
    writing.touch(link.to, ...ids);
    return;
  }
  if (kind === 'historicalLocation') {
    await writing.tx.query(
      'delete from private.historical_location_location where historical_location_id = $1',
      [id],
    );
    return addToHistory(writing, id, ids);
  }
  for (const history of ids) await addToHistory(writing, history, [id]);
}

import { Problem } from '../kit/problem.ts';
import { noteStaleFiles, refuseHeld, type Side, sideSql } from '../release/index.ts';
import { type EntityInput, isNew } from './entity-input.ts';
import { columnsOf, datasetOfLinked, type Writing } from './entity-rows.ts';
import { checkMayWrite } from './may-write.ts';
import { holdReading, reckonExtents } from './reading-rows.ts';

/** Corrects a reading where it lies; given to another Datastream, it goes where that one's readings lie. */
export async function updateObservation(writing: Writing, id: string, changes: EntityInput): Promise<void> {
  const { ctx, tx } = writing;
  const reading = await holdReading(tx, id);
  if (!reading) throw new Problem('not-found', `There is no Observation ${id}.`);
  await checkMayWrite(ctx, tx, [reading.dataset_id], `Observation ${id}`);
  await refuseHeld(tx, [reading.datastream_id], { id });
  const columns = columnsOf('observation', changes.values);
  const link = (key: string) =>
    changes.links[key]?.find((each) => !isNew(each)) as { id: string; at: string } | undefined;
  const feature = link('featureOfInterest');
  if (feature) {
    await datasetOfLinked(writing, 'featureOfInterest', feature);
    columns.set('feature_id', feature.id);
  }
  const datastream = link('datastream');
  let side: Side = reading.side;
  if (datastream && datastream.id !== reading.datastream_id) {
    await checkMayWrite(
      ctx,
      tx,
      [await datasetOfLinked(writing, 'datastream', datastream)],
      'the Datastream',
    );
    columns.set('datastream_id', datastream.id);
    side = await move(writing, id, reading.side, datastream.id);
  }
  if (columns.size === 0) return;
  const set = [...columns.keys()].map((column, index) => `${column} = $${index + 2}`);
  await tx.query(`update ${side}.observation set ${set.join(', ')} where id = $1`, [id, ...columns.values()]);
  await noteStaleFiles(tx, [
    { datastreamId: reading.datastream_id, phenomenonStart: reading.phenomenon_start },
    {
      datastreamId: datastream?.id ?? reading.datastream_id,
      phenomenonStart: String(columns.get('phenomenon_start') ?? reading.phenomenon_start),
    },
  ]);
  const times = ['phenomenon_start', 'phenomenon_end', 'result_time', 'datastream_id'];
  if (!times.some((column) => columns.has(column))) {
    // What is downloaded is recognized as changed by its Datastream's extent.
    await tx.query(`update ${side}.datastream_extent set arrived_at = now() where datastream_id = $1`, [
      reading.datastream_id,
    ]);
    return;
  }
  await reckonExtents(tx, reading.side, [reading.datastream_id]);
  if (datastream && datastream.id !== reading.datastream_id) await reckonExtents(tx, side, [datastream.id]);
}

async function move({ tx }: Writing, id: string, from: Side, datastreamId: string): Promise<Side> {
  const { rows } = await tx.query<{ side: Side }>(
    `select ${sideSql('ds')} as side
     from private.datastream d join private.dataset ds on ds.id = d.dataset_id where d.id = $1 for share of ds`,
    [datastreamId],
  );
  const to = rows[0]?.side ?? from;
  if (to !== from) {
    await tx.query(
      `with gone as (delete from ${from}.observation where id = $1 returning *) insert into ${to}.observation select * from gone`,
      [id],
    );
  }
  return to;
}

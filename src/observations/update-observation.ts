import { Problem } from '../kit/problem.ts';
import {
  holdSides,
  noteStaleFiles,
  type Release,
  reckonExtents,
  refuseHeld,
  releaseAgain,
  type Side,
} from '../release/index.ts';
import { type EntityInput, isNew } from './entity-input.ts';
import { columnsOf, datasetOfLinked, type Writing } from './entity-rows.ts';
import { checkMayWrite } from './may-write.ts';
import { holdReading } from './reading-rows.ts';

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
  const now = ctx.clock.now();
  // Of the Datastream it is in, before it may go to another.
  const release = (await holdSides(tx, [reading.datastream_id])).get(reading.datastream_id)?.release;
  let next: Release | undefined = release;
  let side: Side = reading.side;
  if (datastream && datastream.id !== reading.datastream_id) {
    await checkMayWrite(
      ctx,
      tx,
      [await datasetOfLinked(writing, 'datastream', datastream)],
      'the Datastream',
    );
    columns.set('datastream_id', datastream.id);
    const home = (await holdSides(tx, [datastream.id])).get(datastream.id);
    next = home?.release;
    side = await move(writing, id, reading.side, home?.side ?? reading.side);
    if (release)
      await releaseAgain(tx, release, { id, times: [reading.phenomenon_start], again: false }, now);
  }
  if (columns.size === 0) return;
  const set = [...columns.keys()].map((column, index) => `${column} = $${index + 2}`);
  await noteStaleFiles(tx, [
    { datastreamId: reading.datastream_id, phenomenonStart: reading.phenomenon_start },
    {
      datastreamId: datastream?.id ?? reading.datastream_id,
      phenomenonStart: String(columns.get('phenomenon_start') ?? reading.phenomenon_start),
    },
  ]);
  const { rows: changed } = await tx.query<{ start: string }>(
    `update ${side}.observation set ${set.join(', ')} where id = $1 returning phenomenon_start::text as start`,
    [id, ...columns.values()],
  );
  if (next) {
    const times = [
      ...(next.datastreamId === reading.datastream_id ? [reading.phenomenon_start] : []),
      ...changed.map(({ start }) => start),
    ];
    await releaseAgain(tx, next, { id, times, again: true }, now);
  }
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

async function move({ tx }: Writing, id: string, from: Side, to: Side): Promise<Side> {
  if (to !== from) {
    await tx.query(
      `with gone as (delete from ${from}.observation where id = $1 returning *) insert into ${to}.observation select * from gone`,
      [id],
    );
  }
  return to;
}

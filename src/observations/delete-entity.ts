import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import {
  holdReleases,
  noteStaleFiles,
  reckonExtents,
  refuseHeld,
  releaseAgain,
  sides,
} from '../release/index.ts';
import { datasetOf, Writing } from './entity-rows.ts';
import { checkMayWrite } from './may-write.ts';
import { holdReading, shrinkExtent } from './reading-rows.ts';
import { type Kind, model } from './sensorthings/model.ts';

/**
 * Deletes an entity and what cannot be without it [STA 1.1 §10.4, Table 26]: Datastreams with their Thing, Sensor or
 * ObservedProperty, readings with their Datastream or FeatureOfInterest, history with its Thing or Location.
 * Errors: signed-out, not-allowed (also when something of another dataset would go too), not-found.
 */
export async function deleteEntity(ctx: Ctx, input: { kind: Kind; id: string }): Promise<void> {
  checkPermission(ctx, 'write-entities');
  const { kind, id } = input;
  await withTransaction(ctx.app, async (tx) => {
    if (kind === 'observation') return deleteObservation(ctx, tx, id);
    const writing = new Writing(ctx, tx);
    const column = (
      {
        thing: 'thing_id',
        sensor: 'sensor_id',
        observedProperty: 'observed_property_id',
        datastream: 'id',
      } as const
    )[kind as 'thing'];
    const datastreams = column
      ? await tx.query<DatastreamRow>(
          `select id, dataset_id, thing_id, sensor_id, observed_property_id from private.datastream
           where ${column} = $1 order by id for update`,
          [id],
        )
      : { rows: [] };
    const history = kind === 'location' ? await datasetsOfHistory(tx, id) : [];
    const own = await datasetOf(tx, kind, id);
    const datasets = [own, ...datastreams.rows.map((row) => row.dataset_id), ...history];
    await checkMayWrite(ctx, tx, datasets, 'the entity, or something that would be deleted with it,');
    await deleteReadings(
      tx,
      datastreams.rows.map((row) => row.id),
    );
    for (const row of datastreams.rows) {
      writing.touch('datastream', row.id);
      // What was public only because this hung on it is so no longer.
      writing.touch('thing', row.thing_id);
      writing.touch('sensor', row.sensor_id);
      writing.touch('observedProperty', row.observed_property_id);
    }
    if (kind === 'featureOfInterest') await deleteReadingsOf(ctx, tx, id);
    if (kind === 'location') await deleteHistory(writing, id);
    await tx.query(`delete from private.${model[kind].table} where id = $1`, [id]);
    writing.touch(kind, id);
    await writing.project();
  });
}

type DatastreamRow = {
  id: string;
  dataset_id: string;
  thing_id: string;
  sensor_id: string;
  observed_property_id: string;
};

async function deleteObservation(ctx: Ctx, tx: Tx, id: string): Promise<void> {
  const reading = await holdReading(tx, id);
  if (!reading) throw new Problem('not-found', `There is no Observation ${id}.`);
  await checkMayWrite(ctx, tx, [reading.dataset_id], `Observation ${id}`);
  await refuseHeld(tx, [reading.datastream_id], { id });
  await tx.query(
    `delete from ${reading.side}.observation where datastream_id = $1 and phenomenon_start = $2 and id = $3`,
    [reading.datastream_id, reading.phenomenon_start, id],
  );
  await shrinkExtent(tx, reading);
  await noteStaleFiles(tx, [
    { datastreamId: reading.datastream_id, phenomenonStart: reading.phenomenon_start },
  ]);
  const release = (await holdReleases(tx, [reading.datastream_id])).get(reading.datastream_id);
  const gone = { id, times: [reading.phenomenon_start], again: false };
  if (release) await releaseAgain(tx, release, gone, ctx.clock.now());
}

/** A Datastream's readings, on every side: a change of access may be under way. */
async function deleteReadings(tx: Tx, datastreamIds: readonly string[]): Promise<void> {
  if (datastreamIds.length === 0) return;
  await refuseHeld(tx, datastreamIds);
  for (const side of sides) {
    for (const table of ['observation', 'datastream_extent', 'arrival'] as const) {
      await tx.query(`delete from ${side}.${table} where datastream_id = any($1::bigint[])`, [datastreamIds]);
    }
  }
}

async function deleteReadingsOf(ctx: Ctx, tx: Tx, featureId: string): Promise<void> {
  const { rows: under } = await tx.query<{ id: string }>(
    sides
      .map(
        (side) => `select distinct datastream_id::text as id from ${side}.observation where feature_id = $1`,
      )
      .join(' union '),
    [featureId],
  );
  await refuseHeld(
    tx,
    under.map(({ id }) => id),
    { featureId },
  );
  for (const side of sides) {
    const { rows: stale } = await tx.query<{ datastreamId: string; phenomenonStart: string }>(
      `select distinct datastream_id as "datastreamId", date_trunc('hour', phenomenon_start) as "phenomenonStart"
       from ${side}.observation where feature_id = $1`,
      [featureId],
    );
    await noteStaleFiles(tx, stale);
    const { rows } = await tx.query<{ id: string; dataset_id: string; times: string[] }>(
      `with gone as (delete from ${side}.observation where feature_id = $1 returning datastream_id, phenomenon_start)
       select d.id, d.dataset_id, array_agg(g.phenomenon_start::text) as times
       from private.datastream d join gone g on g.datastream_id = d.id group by d.id order by d.id`,
      [featureId],
    );
    const releases =
      side === 'private'
        ? await holdReleases(
            tx,
            rows.map((row) => row.id),
          )
        : new Map();
    for (const { id, times } of rows) {
      const release = releases.get(id);
      // Each stretch of time that lost one is released anew; what was released under its own id goes by its feature.
      if (release) await releaseAgain(tx, release, { id: '0', times, again: false }, ctx.clock.now());
    }
    await checkMayWrite(
      ctx,
      tx,
      rows.map((row) => row.dataset_id),
      'a Datastream with readings of this feature',
    );
    await reckonExtents(
      tx,
      side,
      rows.map((row) => row.id),
    );
  }
}

/** Of the Things that have been at this Location. */
async function datasetsOfHistory(tx: Tx, locationId: string): Promise<(string | null)[]> {
  const { rows } = await tx.query<{ dataset_id: string | null }>(
    `select distinct t.dataset_id from private.historical_location_location l
     join private.historical_location h on h.id = l.historical_location_id join private.thing t on t.id = h.thing_id
     where l.location_id = $1`,
    [locationId],
  );
  return rows.map((row) => row.dataset_id);
}

async function deleteHistory(writing: Writing, locationId: string): Promise<void> {
  const { rows } = await writing.tx.query<{ id: string }>(
    `delete from private.historical_location where id in (
       select historical_location_id from private.historical_location_location where location_id = $1) returning id`,
    [locationId],
  );
  writing.touch('historicalLocation', ...rows.map((row) => row.id));
}

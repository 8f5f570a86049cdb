import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { withTransaction } from '../kit/database.ts';
import { type AccessClass, accessClasses, sides } from './audience.ts';
import { setAccess } from './set-access.ts';

const db = testDatabase();
const contents = [
  'thing',
  'location',
  'thing_location',
  'historical_location',
  'historical_location_location',
  'sensor',
  'observed_property',
  'datastream',
  'observation',
  'datastream_extent',
  'arrival',
];

/** How many rows of each kind of content a reader finds with these datasets bound. */
async function seen(
  view: 'visible' | 'granted',
  datasets: string[] | undefined,
): Promise<Record<string, number>> {
  return withTransaction(db.ctx.granted, async (tx) => {
    if (datasets)
      await tx.query(`select set_config('charter_oak.datasets', $1, true)`, [`{${datasets.join(',')}}`]);
    const counts: Record<string, number> = {};
    for (const name of contents) {
      const { rows } = await tx.query<{ n: number }>(`select count(*)::int as n from ${view}.${name}`);
      counts[name] = rows[0]?.n ?? 0;
    }
    return counts;
  });
}

/** In which schema a dataset's readings lie, and in which its Datastream is shown. */
async function places(datastreamId: string): Promise<{ readings: string[]; shown: string[] }> {
  const where = async (table: string, column: string, schemas: readonly string[]) => {
    const found: string[] = [];
    for (const schema of schemas) {
      const { rowCount } = await db.ctx.owner.query(`select from ${schema}.${table} where ${column} = $1`, [
        datastreamId,
      ]);
      if (rowCount) found.push(schema);
    }
    return found;
  };
  return {
    readings: await where('observation', 'datastream_id', sides),
    shown: await where('datastream', 'id', ['released', 'granted']),
  };
}

async function store(datastreamId: string, result: number): Promise<void> {
  const { storeReadings } = await import('../observations/index.ts');
  await storeReadings(db.ctx, {
    readings: [{ datastreamId, phenomenonStart: `2026-11-20T0${result}:00:00Z`, result }],
    repeats: 'allow',
  });
}

describe('an access class says where content lies', () => {
  test('whichever class follows which, content lies in one place, and new readings go there', async () => {
    const expected: Record<AccessClass, [string, string[]]> = {
      open: ['released', ['released']],
      key: ['granted', ['granted']],
      agreement: ['granted', ['granted']],
      restricted: ['private', []],
    };
    const { dataset, datastreamId } = await makeDatastream(db.ctx, { access: 'restricted' });
    let stored = 0;
    for (const from of accessClasses) {
      for (const to of accessClasses) {
        await setAccess(db.ctx, { dataset, access: from });
        await store(datastreamId, ++stored % 10);
        await setAccess(db.ctx, { dataset, access: to });
        await store(datastreamId, ++stored % 10);
        const [side, shown] = expected[to];
        assert.deepEqual(await places(datastreamId), { readings: [side], shown }, `${from} → ${to}`);
        const { rows } = await db.ctx.owner.query(
          `select readings::int from ${side}.datastream_extent where datastream_id = $1`,
          [datastreamId],
        );
        assert.deepEqual(rows, [{ readings: stored }], `${from} → ${to}`);
      }
    }
  });

  test('what takes a key is seen by a reader who has bound it, and by nobody else', async () => {
    const one = await makeDatastream(db.ctx, { access: 'key' });
    const other = await makeDatastream(db.ctx, { access: 'agreement' });
    await store(one.datastreamId, 1);
    await store(other.datastreamId, 2);
    const nothing = Object.fromEntries(contents.map((name) => [name, 0]));
    assert.deepEqual(await seen('granted', undefined), nothing, 'nothing bound');
    assert.deepEqual(await seen('granted', []), nothing);
    assert.deepEqual(await seen('granted', ['999999']), nothing);
    const all = await seen('granted', [one.datasetId]);
    // An ObservedProperty and a Sensor without a dataset are vocabulary for all.
    assert.deepEqual(all, { ...Object.fromEntries(contents.map((name) => [name, 1])) });
    const open = await seen('visible', []);
    const both = await seen('visible', [one.datasetId, other.datasetId]);
    for (const name of contents) assert.equal(both[name], (open[name] as number) + 2, name);
    for (const name of contents) {
      await assert.rejects(db.ctx.public.query(`select from granted.${name}`), { code: '42501' });
      await assert.rejects(db.ctx.public.query(`select from visible.${name}`), { code: '42501' });
    }
    await assert.rejects(db.ctx.granted.query('select from private.observation'), { code: '42501' });
    // A connection that served somebody else is empty again.
    assert.deepEqual(await seen('granted', undefined), nothing);
  });

  test('a Thing is as public as the most public Datastream on it, and lies in one place', async () => {
    const open = await makeDatastream(db.ctx, { access: 'open' });
    const keyed = await makeDatastream(db.ctx, { access: 'key' });
    await db.ctx.owner.query('update private.datastream set thing_id = $2 where id = $1', [
      keyed.datastreamId,
      open.thingId,
    ]);
    await setAccess(db.ctx, { dataset: keyed.dataset, access: 'agreement' });
    const where = async (id: string) => {
      const { rows } = await db.ctx.owner.query(
        `select 'released' as schema from released.thing where id = $1 union all select 'granted' from granted.thing where id = $1`,
        [id],
      );
      return rows.map(({ schema }) => schema);
    };
    assert.deepEqual(await where(open.thingId), ['released']);
    await setAccess(db.ctx, { dataset: open.dataset, access: 'restricted' });
    assert.deepEqual(await where(open.thingId), ['granted'], 'the keyed Datastream hangs on it');
    await setAccess(db.ctx, { dataset: keyed.dataset, access: 'restricted' });
    assert.deepEqual(await where(open.thingId), []);
  });

  test('readings of one Datastream are read by their key and in its order, wherever they lie', async () => {
    const { datasetId, datastreamId } = await makeDatastream(db.ctx, { access: 'key' });
    await db.ctx.owner.query(
      `insert into granted.observation (datastream_id, id, phenomenon_start, result_number)
       select $1, nextval('private.observation_id'), '2026-01-01'::timestamptz + i * interval '1 minute', i from generate_series(1, 50000) i`,
      [datastreamId],
    );
    await db.ctx.owner.query('analyze granted.observation');
    const plan = await withTransaction(db.ctx.granted, async (tx) => {
      await tx.query(`select set_config('charter_oak.datasets', $1, true)`, [`{${datasetId}}`]);
      const { rows } = await tx.query<{ 'QUERY PLAN': string }>(
        `explain analyze select * from visible.observation o where o.datastream_id = ${datastreamId}
         order by phenomenon_start, id limit 100`,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    assert.doesNotMatch(plan, /Sort {2}|Seq Scan on observation/, plan);
  });
});

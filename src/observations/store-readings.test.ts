import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { setAccess } from '../release/index.ts';
import type { Reading, Repeats } from './reading.ts';
import { storeReadings } from './store-readings.ts';

const db = testDatabase();

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString();

async function results(datastreamId: string): Promise<unknown[]> {
  const { rows } = await db.ctx.owner.query<{ result: unknown }>(
    `select coalesce(to_jsonb(result_number), result_json) as result from released.observation
     where datastream_id = $1 order by phenomenon_start, id`,
    [datastreamId],
  );
  return rows.map((row) => row.result);
}

const reading = (datastreamId: string, minute: number, result: unknown): Reading => ({
  datastreamId,
  phenomenonStart: at(minute),
  result,
});

test('stores numbers, texts, booleans and objects as they are', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  const values = [1.5, -2, 'open\t"\\n', true, { a: [1, 2] }, 'ü'];
  const outcome = await storeReadings(db.ctx, {
    readings: values.map((value, minute) => reading(datastreamId, minute, value)),
    repeats: 'allow',
    wantIds: true,
  });
  assert.equal(outcome.stored, values.length);
  assert.equal(outcome.ids?.length, values.length);
  assert.ok(
    outcome.ids?.every(
      (id, index, ids) => id !== null && (index === 0 || BigInt(id) > BigInt(ids[index - 1] as string)),
    ),
  );
  assert.deepEqual(await results(datastreamId), values);
});

const sequence: [number, number][] = [
  [0, 1],
  [0, 2],
  [0, 1],
  [0, 2],
  [1, 5],
  [1, 5],
];

for (const [repeats, want] of [
  ['keep-first', { stored: 2, duplicates: 2, conflictsDropped: 2, conflictsKept: 0, kept: [1, 5] }],
  ['reject', { stored: 2, duplicates: 2, conflictsDropped: 2, conflictsKept: 0, kept: [1, 5] }],
  ['keep-both', { stored: 3, duplicates: 3, conflictsDropped: 0, conflictsKept: 1, kept: [1, 2, 5] }],
  ['allow', { stored: 6, duplicates: 0, conflictsDropped: 0, conflictsKept: 0, kept: [1, 2, 1, 2, 5, 5] }],
] as const) {
  for (const batches of ['one batch', 'a batch each'] as const) {
    test(`${repeats}: the same counts in ${batches}`, async () => {
      const { datastreamId } = await makeDatastream(db.ctx);
      const readings = sequence.map(([minute, value]) => reading(datastreamId, minute, value));
      const sum = { stored: 0, duplicates: 0, conflictsDropped: 0, conflictsKept: 0 };
      for (const batch of batches === 'one batch' ? [readings] : readings.map((each) => [each])) {
        const outcome = await storeReadings(db.ctx, { readings: batch, repeats: repeats as Repeats });
        for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += outcome[key];
      }
      const { kept, ...counts } = want;
      assert.deepEqual(sum, counts);
      assert.deepEqual(await results(datastreamId), kept);
    });
  }
}

test('the same file again adds nothing, and an interval differs from an instant', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  const readings: Reading[] = [
    reading(datastreamId, 0, 1),
    { ...reading(datastreamId, 0, 1), phenomenonEnd: at(5) },
  ];
  assert.equal((await storeReadings(db.ctx, { readings, repeats: 'keep-first' })).stored, 2);
  const again = await storeReadings(db.ctx, { readings, repeats: 'keep-first' });
  assert.deepEqual([again.stored, again.duplicates], [0, 2]);
});

test('what is outside the plausible range is kept and flagged, and the extent follows', async () => {
  const { datastreamId } = await makeDatastream(db.ctx, { plausibleLow: 0, plausibleHigh: 100 });
  const outcome = await storeReadings(db.ctx, {
    readings: [reading(datastreamId, 3, 500), reading(datastreamId, 1, 50), reading(datastreamId, 2, -1)],
    repeats: 'keep-first',
  });
  assert.equal(outcome.flagged, 2);
  const { rows } = await db.ctx.owner.query(
    `select e.readings, e.phenomenon_from, e.phenomenon_to,
       (select json_agg(o.result_quality order by o.phenomenon_start) from released.observation o where o.datastream_id = $1) as quality
     from released.datastream_extent e where e.datastream_id = $1`,
    [datastreamId],
  );
  assert.deepEqual(rows[0]?.quality, [null, { plausible: false }, { plausible: false }]);
  assert.equal(rows[0]?.readings, '3');
  assert.equal(new Date(rows[0]?.phenomenon_from).toISOString(), at(1));
  assert.equal(new Date(rows[0]?.phenomenon_to).toISOString(), at(3));
});

test('an unknown Datastream refuses the whole batch', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  await assert.rejects(
    storeReadings(db.ctx, {
      readings: [reading(datastreamId, 0, 1), reading('999999', 0, 1)],
      repeats: 'allow',
    }),
    { kind: 'not-found' },
  );
  assert.deepEqual(await results(datastreamId), []);
});

test('writers at once: within a Datastream, each transaction has an unbroken range of ids', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  await Promise.all(
    Array.from({ length: 8 }, (_, writer) =>
      storeReadings(db.ctx, {
        readings: Array.from({ length: 50 }, (_, minute) =>
          reading(datastreamId, minute + writer * 50, writer),
        ),
        repeats: 'keep-first',
      }),
    ),
  );
  const { rows } = await db.ctx.owner.query<{ first_id: string; last_id: string }>(
    'select first_id, last_id from released.arrival where datastream_id = $1 order by first_id',
    [datastreamId],
  );
  assert.equal(rows.length, 8);
  for (const [index, row] of rows.entries()) {
    assert.equal(BigInt(row.last_id) - BigInt(row.first_id), 49n, 'no other writer’s ids in between');
    const before = rows[index - 1];
    if (before) assert.ok(BigInt(row.first_id) > BigInt(before.last_id));
  }
});

test('a restricted dataset disappears for the public at once and its readings follow; opening brings them back', async () => {
  const { datastreamId, dataset, thingId } = await makeDatastream(db.ctx);
  await storeReadings(db.ctx, { readings: [reading(datastreamId, 0, 1)], repeats: 'allow' });
  const seen = async () => {
    const tables = [
      'dataset where slug = $1',
      'thing where id::text = $2',
      'datastream where id::text = $3',
      'observation where datastream_id::text = $3',
      'datastream_extent where datastream_id::text = $3',
      'arrival where datastream_id::text = $3',
    ];
    const counts = [];
    for (const table of tables) {
      const { rows } = await db.ctx.public.query<{ n: number }>(
        `select count(*)::int as n from released.${table} and $1 || $2 || $3 <> ''`,
        [dataset, thingId, datastreamId],
      );
      counts.push(rows[0]?.n);
    }
    return counts;
  };
  assert.deepEqual(await seen(), [1, 1, 1, 1, 1, 1]);
  await setAccess(db.ctx, { dataset, access: 'restricted' });
  assert.deepEqual(await seen(), [0, 0, 0, 0, 0, 0]);
  const stored = await storeReadings(db.ctx, { readings: [reading(datastreamId, 1, 2)], repeats: 'allow' });
  assert.equal(stored.stored, 1);
  assert.deepEqual(await seen(), [0, 0, 0, 0, 0, 0]);
  await setAccess(db.ctx, { dataset, access: 'open' });
  assert.deepEqual(await seen(), [1, 1, 1, 2, 1, 2]);
});

test('the public role cannot read what is private', async () => {
  await assert.rejects(db.ctx.public.query('select * from private.observation'), /permission denied/);
  await assert.rejects(db.ctx.public.query('select * from private.api_key'), /permission denied/);
  await assert.rejects(db.ctx.public.query('delete from released.observation'), /permission denied/);
});

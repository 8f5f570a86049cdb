import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestContext } from '../../test/support/context.ts';
import { loadTestRegion } from '../../test/support/region.ts';
import type { Ctx } from '../kit/context.ts';
import * as observations from '../observations/index.ts';
import { loadRegion } from './load-region.ts';

async function withContext(
  work: (ctx: Awaited<ReturnType<typeof openTestContext>>['ctx']) => Promise<void>,
): Promise<void> {
  const { ctx, close } = await openTestContext();
  try {
    await work(ctx);
  } finally {
    await close();
  }
}

async function one<Row extends object>(pool: Ctx['app'], sql: string): Promise<Row> {
  const { rows } = await pool.query<Row>(sql);
  return rows[0] as Row;
}

const fingerprint = `select md5(string_agg(concat_ws(' ', d.external_key, o.phenomenon_start, o.result_number, o.result_json,
    o.result_quality), e'\\n' order by d.external_key, o.phenomenon_start)) as text
  from private.datastream d
  join (select * from released.observation union all select * from private.observation) o on o.datastream_id = d.id`;

test('loads everything once, and what it counts is what is there', () =>
  withContext(async (ctx) => {
    const loaded = await loadTestRegion(ctx);
    const found = await one(
      ctx.owner,
      `select (select count(*)::int from released.place) as places, (select count(*)::int from released.office) as offices,
         (select count(*)::int from private.dataset) as datasets, (select count(*)::int from private.thing) as things,
         (select count(*)::int from private.datastream) as datastreams,
         (select count(*)::int from released.observation) + (select count(*)::int from private.observation) as readings`,
    );
    assert.deepEqual(loaded, found);
    assert.ok(loaded.things > 50 && loaded.readings > 5000);
    assert.deepEqual(ctx.events, [{ kind: 'readings-stored', readings: loaded.readings }]);

    const again = await loadTestRegion(ctx);
    assert.deepEqual(Object.values(again), [0, 0, 0, 0, 0, 0]);
    assert.equal(ctx.events.length, 1);
  }));

test('extents, arrivals, ids and features are as if the readings had come one by one', () =>
  withContext(async (ctx) => {
    await loadTestRegion(ctx);
    for (const side of ['released', 'private']) {
      const wrong = await one<{ extents: number; arrivals: number; order: number; features: number }>(
        ctx.owner,
        `with truth as (
           select datastream_id, count(*) as readings, min(phenomenon_start) as low, max(phenomenon_start) as high,
             min(id) as first_id, max(id) as last_id
           from ${side}.observation group by datastream_id)
         select
           (select count(*)::int from truth t full join ${side}.datastream_extent e using (datastream_id)
            where (t.readings, t.low, t.high) is distinct from (e.readings, e.phenomenon_from, e.phenomenon_to)
               or (t.low, t.high) is distinct from (e.result_from, e.result_to)) as extents,
           (select count(*)::int from truth t full join ${side}.arrival a using (datastream_id)
            where (t.readings, t.first_id, t.last_id) is distinct from (a.readings, a.first_id, a.last_id)) as arrivals,
           (select count(*)::int from (select id, lag(id) over (partition by datastream_id order by phenomenon_start) as before
              from ${side}.observation) o where id <= before) as order,
           (select count(*)::int from ${side}.observation o join private.datastream d on d.id = o.datastream_id
              join private.thing_location tl on tl.thing_id = d.thing_id
              left join private.feature_of_interest f on f.id = o.feature_id and f.location_id = tl.location_id
            where f.id is null) as features`,
      );
      assert.deepEqual(wrong, { extents: 0, arrivals: 0, order: 0, features: 0 }, side);
    }
    const { fresh } = await one<{ fresh: boolean }>(
      ctx.owner,
      "select nextval('private.observation_id') > (select max(id) from released.observation) as fresh",
    );
    assert.ok(fresh);
  }));

test('the public sees that cameras are recorded, and nothing of what is recorded', () =>
  withContext(async (ctx) => {
    await loadTestRegion(ctx);
    const seen = await one(
      ctx.public,
      `select (select count(*)::int from released.dataset where topic = 'public-safety') as entries,
         (select count(*)::int from released.datastream d join released.dataset ds on ds.id = d.dataset_id
          where ds.topic = 'public-safety') as datastreams,
         (select count(*)::int from released.thing where name like '%camera%') as things,
         (select count(*)::int from released.location where external_key like 'camera/%') as locations`,
    );
    assert.deepEqual(seen, { entries: 3, datastreams: 0, things: 0, locations: 0 });
    const kept = await one<{ booleans: number; readings: number }>(
      ctx.owner,
      `select count(*) filter (where jsonb_typeof(result_json) = 'boolean')::int as booleans, count(*)::int as readings
       from private.observation`,
    );
    assert.ok(kept.booleans > 50 && kept.readings > kept.booleans);
  }));

test('nonsense is kept and flagged, and only nonsense is out of range', () =>
  withContext(async (ctx) => {
    await loadTestRegion(ctx, { scale: 0.2, days: 10 });
    const counts = await one<{ flagged: number; unflagged: number }>(
      ctx.owner,
      `select count(*) filter (where result_quality = '{"plausible": false}')::int as flagged,
         count(*) filter (where result_quality is null
           and (result_number < plausible_low or result_number > plausible_high))::int as unflagged
       from released.observation o join private.datastream d on d.id = o.datastream_id`,
    );
    assert.ok(counts.flagged > 0);
    assert.equal(counts.unflagged, 0);
  }));

test('the same now gives the same readings in another database', async () => {
  const prints: string[] = [];
  for (let round = 0; round < 2; round++) {
    await withContext(async (ctx) => {
      await loadTestRegion(ctx, { now: new Date('2026-09-10T12:34:56Z'), days: 2 });
      prints.push((await one<{ text: string }>(ctx.owner, fingerprint)).text);
    });
  }
  assert.ok(prints[0]);
  assert.equal(prints[0], prints[1]);
});

test('a load that fails leaves nothing behind, and the next one succeeds', () =>
  withContext(async (ctx) => {
    const entities = {
      ...observations,
      ensureAutomaticFeatures: () => Promise.reject(new Error('the power went')),
    };
    await assert.rejects(loadRegion(ctx, { entities, days: 1, scale: 0.1 }), /the power went/);
    const { left } = await one<{ left: number }>(
      ctx.owner,
      `select ((select count(*) from released.place) + (select count(*) from private.dataset)
         + (select count(*) from private.thing))::int as left`,
    );
    assert.equal(left, 0);
    assert.equal((await loadTestRegion(ctx, { days: 1 })).places, 6);
  }));

test('two loads at once: one loads, the other finds it there', () =>
  withContext(async (ctx) => {
    const both = await Promise.all([loadTestRegion(ctx, { days: 1 }), loadTestRegion(ctx, { days: 1 })]);
    assert.deepEqual(both.map(({ places }) => places).sort(), [0, 6]);
  }));

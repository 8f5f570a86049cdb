import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestContext, type TestContext } from '../../test/support/context.ts';
import { loadTestRegion } from '../../test/support/region.ts';
import { storeReadings } from '../observations/index.ts';
import { momentAt } from './moment.ts';
import { planRegion } from './plan-region.ts';
import { readSeeds } from './seeds.ts';
import { valueAt } from './signal.ts';
import { type StoreReadings, simulate } from './simulate.ts';

async function withRegion(work: (ctx: TestContext) => Promise<void>): Promise<void> {
  const { ctx, close } = await openTestContext();
  try {
    await loadTestRegion(ctx, { days: 1 });
    await work(ctx);
  } finally {
    await close();
  }
}

/** Runs until the simulation has looked once and found nothing more to report; it asks the clock at each look. */
async function runUntilQuiet(ctx: TestContext, store: StoreReadings = storeReadings): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let looks = 0;
    let stores = 0;
    const clock = {
      now() {
        if (++looks > 1 && stores === 0) simulation.stop().then(resolve, reject);
        stores = 0;
        return ctx.clock.now();
      },
    };
    const counted: StoreReadings = (given, input) => {
      stores++;
      // The simulation's own looks at the clock are counted, not those of whoever stores.
      return store({ ...given, clock: ctx.clock }, input);
    };
    const simulation = simulate({ ...ctx, clock }, { storeReadings: counted, everyMs: 5 });
  });
}

async function count(ctx: TestContext): Promise<number> {
  const { rows } = await ctx.owner.query<{ count: number }>(
    'select ((select count(*) from released.observation) + (select count(*) from private.observation))::int as count',
  );
  return rows[0]?.count ?? 0;
}

type Row = { key: string; ms: number; result: number | boolean; quality: unknown };
async function readingsAfter(ctx: TestContext, time: string): Promise<Row[]> {
  const { rows } = await ctx.owner.query<Row>(
    `select d.external_key as key, (extract(epoch from phenomenon_start) * 1000)::float8 as ms,
       coalesce(to_jsonb(result_number), result_json) as result, result_quality as quality
     from (select * from released.observation union all select * from private.observation) o
     join private.datastream d on d.id = o.datastream_id where phenomenon_start > $1 order by 1, 2`,
    [time],
  );
  return rows;
}

test('goes on where the history ends, on the same curve, each sensor at its interval', () =>
  withRegion(async (ctx) => {
    const start = ctx.clock.now().toISOString();
    await runUntilQuiet(ctx);
    ctx.clock.advance(10 * 60_000);
    await runUntilQuiet(ctx);
    const planned = new Map(planRegion(await readSeeds()).streams.map((stream) => [stream.key, stream]));
    const rows = await readingsAfter(ctx, start);
    assert.ok(rows.length > 100, String(rows.length));
    const last = new Map<string, number>();
    for (const { key, ms, result, quality } of rows) {
      const stream = planned.get(key);
      assert.ok(stream);
      const value = valueAt(stream.measure, stream.site, momentAt(ms, stream.zone));
      assert.deepEqual(value, { result, plausible: quality === null });
      const before = last.get(key);
      if (before !== undefined) assert.equal((ms - before) % stream.every, 0, key);
      last.set(key, ms);
    }
  }));

test('after a restart it fills the gap once, thinly where it is old, and never twice', () =>
  withRegion(async (ctx) => {
    await runUntilQuiet(ctx);
    const stopped = ctx.clock.now().toISOString();
    ctx.clock.advance(5 * 3_600_000);
    await runUntilQuiet(ctx);
    const filled = await count(ctx);
    await runUntilQuiet(ctx);
    assert.equal(await count(ctx), filled);

    const rows = await readingsAfter(ctx, stopped);
    const denseFrom = ctx.clock.now().getTime() - 3_600_000;
    const old = rows.filter(({ ms }) => ms <= denseFrom);
    assert.ok(old.length > 100 && old.every(({ ms }) => ms % 900_000 === 0));
    assert.ok(rows.length - old.length > 3 * old.length);
    const twice = new Set(rows.map(({ key, ms }) => `${key} ${ms}`));
    assert.equal(twice.size, rows.length);
  }));

test('a gap longer than a week is filled for its last week', () =>
  withRegion(async (ctx) => {
    const stopped = ctx.clock.now().toISOString();
    ctx.clock.advance(30 * 86_400_000);
    await runUntilQuiet(ctx);
    const rows = await readingsAfter(ctx, stopped);
    const earliest = Math.min(...rows.map(({ ms }) => ms));
    const back = ctx.clock.now().getTime() - earliest;
    assert.ok(back <= 7 * 86_400_000 && back > 6.9 * 86_400_000, String(back / 86_400_000));
  }));

test('an error is logged and tried again; nothing is lost', () =>
  withRegion(async (ctx) => {
    let failures = 3;
    await runUntilQuiet(ctx, async (given, input) => {
      if (failures-- > 0) throw new Error('the database is away');
      return storeReadings(given, input);
    });
    assert.match(ctx.logged(), /the database is away/);
    const found = await count(ctx);
    await runUntilQuiet(ctx);
    assert.equal(await count(ctx), found);
    assert.ok(
      (await readingsAfter(ctx, new Date(ctx.clock.now().getTime() - 600_000).toISOString())).length > 50,
    );
  }));

test('a Datastream deleted meanwhile does not stop the others', () =>
  withRegion(async (ctx) => {
    let first = true;
    ctx.clock.advance(120_000);
    await runUntilQuiet(ctx, async (given, input) => {
      if (first) {
        first = false;
        await ctx.owner.query(`delete from released.datastream where id = $1`, [
          input.readings[0]?.datastreamId,
        ]);
        await ctx.owner.query(`delete from private.datastream where id = $1`, [
          input.readings[0]?.datastreamId,
        ]);
      }
      return storeReadings(given, input);
    });
    assert.match(ctx.logged(), /could not report/);
    assert.ok(
      (await readingsAfter(ctx, new Date(ctx.clock.now().getTime() - 120_000).toISOString())).length > 10,
    );
  }));

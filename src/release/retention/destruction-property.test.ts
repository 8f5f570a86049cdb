import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { govern, period, recordRetentionRule } from '../../../test/support/retention.ts';
import { notSpecified } from '../../../test/support/rules.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import type { Ctx } from '../../kit/context.ts';
import { as } from '../../kit/context.ts';
import { storeReadings } from '../../observations/index.ts';
import { countDue } from './count-due.ts';
import { cutoffOf } from './cutoff.ts';
import { leavesInForce } from './leave.ts';
import { placeHoldByHand } from './place-hold-by-hand.ts';
import { releaseHold } from './release-hold.ts';
import { runDestruction } from './run-destruction.ts';
import { readSeries } from './series.ts';
import { verifyCertificates } from './verify-certificates.ts';

const db = testDatabase({ now: '2026-10-01T03:00:00Z' });
let records: Ctx;
let approver: Ctx;
const dayMs = 86_400_000;
const zero = Date.parse('2026-10-01T04:00:00Z');
const at = (hours: number) => new Date(zero + hours * 3_600_000).toISOString();
// A box around Oakton's west, and places inside, outside, on its edge.
const box: [number, number, number, number] = [-73.6, 41.3, -73.4, 41.5];
const spots = [
  { lon: -73.5, lat: 41.4, inside: true },
  { lon: -73.4, lat: 41.5, inside: true },
  { lon: -73.3, lat: 41.4, inside: false },
  { lon: -73.5, lat: 41.6, inside: false },
];

const reading = fc.record({
  stream: fc.nat({ max: 1 }),
  hour: fc.integer({ min: 0, max: 24 * 40 }),
  lasts: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
  spot: fc.nat({ max: spots.length }),
});
const hold = fc.record({
  column: fc.option(fc.nat({ max: 1 }), { nil: null }),
  box: fc.boolean(),
  from: fc.option(fc.integer({ min: 0, max: 24 * 40 }), { nil: null }),
  lasts: fc.option(fc.integer({ min: 24, max: 24 * 20 }), { nil: null }),
  cause: fc.constantFrom('litigation', 'records-request', 'audit'),
  released: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const world = fc.record({
  readings: fc.array(reading, { minLength: 1, maxLength: 40, size: 'max' }),
  holds: fc.array(hold, { maxLength: 4, size: 'max' }),
  rule: fc.oneof({ weight: 8, arbitrary: fc.constant('days') }, fc.constantFrom('months', 'gap', 'event')),
  count: fc.integer({ min: 0, max: 12 }),
  /** Whether the first stream has an order of its own. */
  ordered: fc.boolean(),
  leave: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  until: fc.integer({ min: 5, max: 45 }),
  now: fc.integer({ min: 24 * 10, max: 24 * 60 }),
  size: fc.integer({ min: 1, max: 7 }),
});

let counter = 0;
async function makeWorld(): Promise<{ streams: Made[]; dataset: string; features: string[] }> {
  const dataset = `world-${++counter}`;
  const streams = [
    await makeDatastream(db.ctx, { dataset, name: `plate ${counter}` }),
    await makeDatastream(db.ctx, { dataset, name: `count ${counter}`, access: 'open' }),
  ];
  await db.ctx.owner.query(
    `update private.dataset set place = 'oakton', office = 'oakton-works' where slug = $1`,
    [dataset],
  );
  const { rows } = await db.ctx.owner.query<{ id: string }>(
    `insert into private.feature_of_interest (dataset_id, name, description, encoding_type, feature)
     select $1, 'a spot', 'Made for a test.', 'application/geo+json', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(x, y))
     from unnest($2::float8[], $3::float8[]) with ordinality u(x, y, n) order by n returning id`,
    [streams[0]?.datasetId, spots.map(({ lon }) => lon), spots.map(({ lat }) => lat)],
  );
  return { streams, dataset, features: rows.map(({ id }) => id) };
}

describe('destruction', () => {
  before(async () => {
    await makePlaces(db.ctx);
    records = (await makeStaff(db.ctx, { email: 'r@example.org', role: 'records-officer', place: 'oakton' }))
      .ctx;
    approver = (await makeStaff(db.ctx, { email: 'a@example.org', role: 'approver', place: 'oakton' })).ctx;
  });

  // So that a property that never met anything does not pass.
  const met = { destroyed: 0, held: 0, unapproved: 0 };
  test('what is destroyed is exactly what is due, approved and not held', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        db.ctx.clock.set('2026-10-01T03:00:00Z');
        const { streams, dataset, features } = await makeWorld();
        const stored = await storeReadings(db.ctx, {
          readings: given.readings.map(({ stream, hour, lasts, spot }, index) => ({
            datastreamId: streams[stream]?.datastreamId as string,
            phenomenonStart: at(hour),
            phenomenonEnd: lasts === null ? null : at(hour + lasts),
            result: index,
            resultTime: at(hour + (index % 5)),
            // Without one, the reading lies where its Thing does: inside the box.
            featureId: features[spot] ?? null,
          })),
          repeats: 'allow',
          wantIds: true,
        });
        const value =
          given.rule === 'gap'
            ? notSpecified
            : period(
                given.rule === 'months' ? Math.min(given.count, 2) : given.count,
                given.rule === 'months' ? 'month' : 'calendar-day',
              );
        const rule = `oakton.w${counter}.retention`;
        await recordRetentionRule(db.ctx, rule, value);
        const order = `oakton.w${counter}.order`;
        await recordRetentionRule(db.ctx, order, period(3));
        const plates = `result:plate ${counter}`;
        const countable = given.rule === 'days' || given.rule === 'months';
        const until = new Date(zero + given.until * dayMs).toISOString().slice(0, 10);
        await govern(
          { records, approver },
          {
            dataset,
            rule,
            leave: given.leave && countable,
            until,
            clock: given.rule === 'event' ? 'another' : 'phenomenon-time',
          },
        );
        if (given.ordered)
          await govern(
            { records, approver },
            { dataset, series: plates, rule: order, duty: 'must', leave: given.leave },
          );
        for (const one of given.holds) {
          const { id } = await placeHoldByHand(records, {
            datasets: [dataset],
            ...(one.column === null
              ? {}
              : { columns: [one.column === 0 ? plates : `result:count ${counter}`] }),
            ...(one.box ? { area: { box } } : {}),
            ...(one.from === null ? {} : { from: at(one.from) }),
            ...(one.lasts === null ? {} : { to: at((one.from ?? 0) + one.lasts) }),
            cause: one.cause as 'audit',
            reason: 'Somebody asked.',
            source: 'Letter of a test',
            reviewOn: '2027-01-01',
          });
          if (one.released) await releaseHold(records, { hold: id, reason: 'It is over.' });
        }
        const now = new Date(zero + given.now * 3_600_000);
        db.ctx.clock.set(now.toISOString());

        // The model.
        const zone = 'America/New_York';
        const stays = given.readings.map(({ stream, hour, lasts, spot }) => {
          const ordered = given.ordered && stream === 0;
          const counted = ordered
            ? { count: 3, unit: 'calendar-day' as const }
            : {
                count: given.rule === 'months' ? Math.min(given.count, 2) : given.count,
                unit: given.rule === 'months' ? ('month' as const) : ('calendar-day' as const),
              };
          const cutoff = cutoffOf(counted, ordered ? 'must' : 'may', now, zone)?.at as string;
          const [start, end] = [Date.parse(at(hour)), Date.parse(at(hour + (lasts ?? 0)))];
          const due = (ordered || countable) && end < Date.parse(cutoff);
          const approved =
            given.leave &&
            (ordered ||
              end <
                Date.parse(`${until}T04:00:00Z`) +
                  (until >= '2026-11-01' ? (until === '2026-11-01' ? 0 : 3_600_000) : 0));
          const held = given.holds.some(
            (one) =>
              !one.released &&
              !(ordered && one.cause === 'records-request') &&
              (one.column === null || one.column === stream) &&
              (one.from === null || end >= Date.parse(at(one.from))) &&
              (one.lasts === null || start < Date.parse(at((one.from ?? 0) + one.lasts))) &&
              (!one.box || (spots[spot]?.inside ?? true)),
          );
          return { due, approved, held, destroyed: due && approved && !held };
        });
        for (const { due, approved, held, destroyed } of stays) {
          if (destroyed) met.destroyed += 1;
          if (due && approved && held) met.held += 1;
          if (due && !approved && !held) met.unapproved += 1;
        }
        const [planned, held] = await plan(dataset, now);
        assert.equal(planned, stays.filter(({ destroyed }) => destroyed).length, 'the plan tells how many');
        assert.equal(
          held,
          stays.filter(({ due, held }) => due && held).length,
          'the plan tells how many are held',
        );

        const done = await runDestruction(db.ctx, { dataset, size: given.size });
        const { rows } = await db.ctx.owner.query<{ id: string }>(
          `select id from released.observation where datastream_id = any($1) union select id from private.observation where datastream_id = any($1)`,
          [streams.map(({ datastreamId }) => datastreamId)],
        );
        const left = new Set(rows.map(({ id }) => id));
        for (const [index, fate] of stays.entries())
          assert.equal(
            left.has(stored.ids?.[index] as string),
            !fate.destroyed,
            `${index}: ${JSON.stringify(fate)}`,
          );
        assert.equal(
          done.reduce((sum, { readings }) => sum + readings, 0),
          stays.filter(({ destroyed }) => destroyed).length,
        );
        await extentsAreRight(streams);
        assert.deepEqual(await runDestruction(db.ctx, { dataset }), [], 'a second run finds nothing');
      }),
      { numRuns: 40 },
    );
    assert.ok(met.destroyed > 20 && met.held > 5 && met.unapproved > 5, JSON.stringify(met));
    assert.deepEqual((await verifyCertificates(db.ctx)).faults, []);
  });

  async function plan(dataset: string, now: Date): Promise<[number, number]> {
    const series = await readSeries(db.ctx.app, 'd.slug = $1', [dataset]);
    const leaves = await leavesInForce(
      db.ctx.app,
      series.map(({ datasetId }) => datasetId),
    );
    const months = (await Promise.all(series.map((one) => countDue(db.ctx.app, one, leaves, now)))).flat();
    const sum = (of: 'destroyable' | 'held') => months.reduce((total, month) => total + month[of], 0);
    return [sum('destroyable'), sum('held')];
  }

  /** What each Datastream spans is what is left of it. */
  async function extentsAreRight(streams: Made[]): Promise<void> {
    const { rows } = await db.ctx.owner.query(
      `select e.datastream_id from released.datastream_extent e, lateral (
       select count(*) as n, min(phenomenon_start) as a, max(greatest(phenomenon_start, phenomenon_end)) as b,
         min(result_time) as c, max(result_time) as d
       from released.observation o where o.datastream_id = e.datastream_id) o
     where e.datastream_id = any($1) and (e.readings, e.phenomenon_from, e.phenomenon_to, e.result_from, e.result_to)
       is distinct from (o.n, o.a, o.b, o.c, o.d)`,
      [streams.map(({ datastreamId }) => datastreamId)],
    );
    assert.deepEqual(rows, []);
  }

  // Who asks does not change what is due.
  test('a records officer destroys the readings of his own place alone', async () => {
    const elsewhere = (
      await makeStaff(db.ctx, { email: 'e@example.org', role: 'records-officer', place: 'elmford' })
    ).ctx;
    await assert.rejects(runDestruction(as(db.ctx, { kind: 'anonymous' }), {}), { kind: 'signed-out' });
    assert.deepEqual(await runDestruction(elsewhere, {}), []);
  });
});

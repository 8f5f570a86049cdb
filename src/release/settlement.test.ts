import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../test/support/context.ts';
import { type Made, makeDatastream } from '../../test/support/make.ts';
import { withTransaction } from '../kit/database.ts';
import { storeReadings } from '../observations/index.ts';
import type { PolicyStep } from './policy.ts';
import { applyPolicy, readPolicy, readUnderPolicy } from './policy-change.ts';
import { previewPolicy } from './preview-policy.ts';
import { releaseWhatIsDue } from './release-what-is-due.ts';
import { setPolicy } from './set-policy.ts';

const db = testDatabase({ now: '2026-11-25T12:00:00Z' });
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20) + minute * 60_000).toISOString();
const store = (made: Made, readings: { minute: number; result: unknown; parameters?: unknown }[]) =>
  storeReadings(db.ctx, {
    readings: readings.map(({ minute, ...rest }) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: at(minute),
      ...rest,
    })),
    repeats: 'allow',
  });

describe('a settlement', () => {
  test('that is killed anywhere loses nothing, shows nothing that the policy does not, and is resumed', async () => {
    const all = [];
    for (const name of ['first', 'second', 'third'])
      all.push(await makeDatastream(db.ctx, { dataset: 'killed', name }));
    for (const made of all)
      await store(
        made,
        Array.from({ length: 50 }, (_, minute) => ({ minute, result: minute + 0.25 })),
      );
    const ids = all.map(({ datastreamId }) => datastreamId);
    const values = async (sql: string) =>
      (await db.ctx.owner.query<{ v: number }>(sql, [ids])).rows.map(({ v }) => v).sort((a, b) => a - b);
    const measured = await values(
      'select result_number as v from released.observation where datastream_id = any($1)',
    );
    const asMeasured = () =>
      values(
        `select result_number as v from private.observation where datastream_id = any($1) union all
         select o.result_number from released.observation o left join private.datastream_release r using (datastream_id)
         where o.datastream_id = any($1) and (r.phase is null or r.phase = 'gather')`,
      );
    const shown = () =>
      values(
        `select o.result_number as v from released.observation o join released.datastream d on d.id = o.datastream_id
         where o.datastream_id = any($1)`,
      );
    const tens = (step: number) => measured.map((v) => Math.round(v / step) * step);
    const changes: [PolicyStep[], number[]][] = [
      [
        ['first', 'second', 'third'].map((name) => ({ do: 'round', column: `result:${name}`, to: 10 })),
        tens(10),
      ],
      [
        [
          { do: 'delay', for: 'P1D' },
          { do: 'round', column: 'result:first', to: 1 },
          { do: 'round', column: 'result:second', to: 1 },
          { do: 'round', column: 'result:third', to: 1 },
        ],
        tens(1),
      ],
      [[], measured],
    ];
    let killed = 0;
    for (const [steps, wanted] of changes) {
      await withTransaction(db.ctx.app, async (tx) => {
        const dataset = await readUnderPolicy(tx, 'killed');
        const content = readPolicy(dataset, { steps, reason: 'For a test.' });
        await applyPolicy(tx, dataset, content, { at: db.ctx.clock.now(), proposal: null, name: 'operator' });
      });
      assert.deepEqual(await shown(), [], 'at the commit nothing is seen');
      for (const commits of [0, 1, 2, 3, 5]) {
        const child = spawn(
          process.execPath,
          [
            new URL('../../test/support/settle-and-die.ts', import.meta.url).pathname,
            db.ctx.urlFor('charter_app'),
            db.ctx.clock.now().toISOString(),
            String(commits),
          ],
          { stdio: 'ignore' },
        );
        const [, signal] = await once(child, 'exit');
        if (signal === 'SIGKILL') killed++;
        assert.deepEqual(await asMeasured(), measured, 'nothing is lost');
        const left = [...wanted];
        for (const value of await shown()) {
          const index = left.indexOf(value);
          assert.ok(index >= 0, `${value} is shown, which the policy does not release`);
          left.splice(index, 1);
        }
      }
      await releaseWhatIsDue(db.ctx);
      assert.deepEqual(
        await shown(),
        wanted.toSorted((a, b) => a - b),
      );
      assert.deepEqual(await asMeasured(), measured);
    }
    assert.ok(killed >= 6, `only ${killed} were killed at work`);
  });

  test('releases what the preview showed, whatever the policy and the readings', async () => {
    const made = await makeDatastream(db.ctx, { dataset: 'previewed', name: 'speed' });
    const [treated, member] = [fc.constantFrom('mask', 'round'), fc.constantFrom('drop', 'mask', 'round')];
    const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const policies = fc.record({
      result: maybe(treated),
      who: maybe(member),
      quality: maybe(fc.constantFrom('drop', 'mask')),
      cut: maybe(fc.constantFrom('15-minutes', 'hour', 'day')),
      delay: maybe(fc.constantFrom('PT1H', 'P1D')),
      aggregate: maybe(
        fc.record({
          minimum: fc.integer({ min: 2, max: 4 }),
          by: fc.subarray(['parameters/kind', 'result:speed']),
        }),
      ),
    });
    const values = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.string({ maxLength: 5 }).map((s) => s.replaceAll('\0', '')),
      fc.boolean(),
    );
    const readings = fc.array(
      fc.record({
        minute: fc.nat({ max: 300 }),
        result: values,
        parameters: maybe(fc.record({ who: values, kind: fc.constantFrom('a', 'b') }, { requiredKeys: [] })),
      }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(policies, readings, async (policy, given) => {
        await db.ctx.owner.query(
          `with gone as (delete from private.observation where datastream_id = $1),
             more as (delete from released.datastream_extent where datastream_id = $1)
           delete from released.observation where datastream_id = $1`,
          [made.datastreamId],
        );
        await store(made, given);
        const { result, who, quality, cut, delay, aggregate } = policy;
        const treat = (what: string, column: string) =>
          (what === 'round' ? { do: what, to: 5, column } : { do: what, column }) as PolicyStep;
        const steps: PolicyStep[] = [
          ...(result ? [treat(result, 'result:speed')] : []),
          ...(who ? [treat(who, 'parameters/who')] : []),
          ...(quality ? [treat(quality, 'quality')] : []),
          ...(cut ? [{ do: 'coarsen-time', to: cut } as PolicyStep] : []),
          ...(delay ? [{ do: 'delay', for: delay } as PolicyStep] : []),
          ...(aggregate ? [{ do: 'aggregate', every: 'hour', ...aggregate } as PolicyStep] : []),
        ];
        const input = { dataset: 'previewed', policy: { steps, reason: 'For a test.' } };
        const [preview] = await previewPolicy(db.ctx, input);
        await setPolicy(db.ctx, input);
        await releaseWhatIsDue(db.ctx);
        const { rows } = await db.ctx.public.query(
          `select o.phenomenon_start as time, o.phenomenon_end as "timeEnd", coalesce(to_jsonb(o.result_number), o.result_json) as result,
             o.parameters, o.result_quality as quality
           from released.observation o join released.datastream d on d.id = o.datastream_id where d.id = $1`,
          [made.datastreamId],
        );
        const sorted = (list: unknown[]) => list.map((row) => JSON.stringify(row)).sort();
        assert.deepEqual(sorted(rows), sorted(preview?.released ?? []));
      }),
      { numRuns: 60 },
    );
  });
});

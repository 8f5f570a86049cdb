import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { type TestContext, testDatabase } from '../../../test/support/context.ts';
import { emptyUse, take } from '../../../test/support/lease-model.ts';
import type { Ctx } from '../../kit/context.ts';
import { openPool, type Pool } from '../../kit/database.ts';
import { type Lease, leaseFrom, leaseSize, slotAt, slots } from './allowance.ts';
import { openLimits, type Policy, pruneLimits, takeLease } from './limits.ts';

const setUp = testDatabase();
const policy: Policy = { name: 'anonymous', limit: { requests: 600, seconds: 300 } };
let counter = 0;
let asker = '';
beforeEach(() => {
  asker = `192.0.2.${++counter}`;
});

/** The same context with a pool that counts its statements, as another process would have it. */
function counted(ctx: TestContext): { ctx: Ctx; queries(): number } {
  let queries = 0;
  const app = new Proxy(ctx.app, {
    get: (pool, name) => {
      if (name !== 'query') return Reflect.get(pool, name);
      return (...args: Parameters<Pool['query']>) => {
        queries++;
        return pool.query(...args);
      };
    },
  });
  return { ctx: { ...ctx, app }, queries: () => queries };
}

describe('request limits on the database', () => {
  test('three processes hammered at once grant the limit and no more', async () => {
    const pools = [1, 2, 3].map(() => openPool(setUp.ctx.urlFor('charter_app'), { max: 4 }));
    const processes = pools.map((app) => openLimits({ ...setUp.ctx, app }));
    const verdicts = await Promise.all(
      processes.flatMap((limits) => Array.from({ length: 1000 }, () => limits.spend(policy, asker))),
    );
    const granted = verdicts.filter((verdict) => verdict.granted).length;
    assert.equal(granted, policy.limit.requests);
    await Promise.all(pools.map((pool) => pool.end()));
  });

  test('a lease is one statement, a request within it and a refusal none', async () => {
    const { ctx, queries } = counted(setUp.ctx);
    const limits = openLimits(ctx);
    const leases = Math.ceil(policy.limit.requests / leaseSize(policy.limit));
    assert.deepEqual(await limits.spend(policy, asker), { granted: true, remaining: 599, seconds: 315 });
    assert.equal(queries(), 1);
    for (let index = 1; index < policy.limit.requests; index++) await limits.spend(policy, asker);
    assert.equal(queries(), leases);
    for (let index = 0; index < 1000; index++) {
      const verdict = await limits.spend(policy, asker);
      assert.deepEqual([verdict.granted, verdict.remaining], [false, 0]);
    }
    assert.equal(limits.refusal(policy, asker)?.granted, false);
    assert.equal(queries(), leases);
    setUp.ctx.clock.advance(315_000);
    assert.equal(limits.refusal(policy, asker), undefined);
    assert.equal((await limits.spend(policy, asker)).granted, true);
    assert.equal(queries(), leases + 1);
  });

  test('requests at once share one question', async () => {
    const { ctx, queries } = counted(setUp.ctx);
    const limits = openLimits(ctx);
    await Promise.all(Array.from({ length: leaseSize(policy.limit) }, () => limits.spend(policy, asker)));
    assert.equal(queries(), 1);
  });

  test('who is refused by one process is refused by the others, and askers do not mind each other', async () => {
    const [one, other] = [openLimits(setUp.ctx), openLimits(setUp.ctx)];
    for (let index = 0; index < 600; index++) await one.spend(policy, asker);
    assert.equal((await other.spend(policy, asker)).granted, false);
    assert.equal((await other.spend(policy, 'somebody else')).granted, true);
    assert.equal((await other.spend({ ...policy, name: 'key' }, asker)).granted, true);
  });

  test('what a past slot has left is given back', async () => {
    const limits = openLimits(setUp.ctx);
    for (let index = 0; index < slots; index++) {
      assert.equal((await limits.spend(policy, asker)).remaining, 599 - index);
      setUp.ctx.clock.advance(15_000);
    }
  });

  test('the statement does what the model does', async () => {
    const limit = { requests: 40, seconds: 20 };
    const step = fc.record({
      slots: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -30, max: 45 })),
      process: fc.integer({ min: 0, max: 2 }),
      spent: fc.integer({ min: 0, max: 1 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const name = `model ${++run}`;
        const leases: Lease[] = [];
        let use = emptyUse;
        let at = 1_764_000_000_000;
        for (const { slots: later, process, spent } of steps) {
          at += later * 1000;
          const past = leases[process];
          if (past) past.left = Math.max(0, past.left - spent);
          const expected = take(use, limit, slotAt(limit, at), leaseSize(limit), past);
          use = expected.use;
          leases[process] = await takeLease(setUp.ctx.app, name, limit, at, past);
          assert.deepEqual(leases[process], leaseFrom(limit, use, expected.granted));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('if the database does not answer, requests pass and it is logged once', async () => {
    const gone = openPool('postgres://charter_app@127.0.0.1:1/none', { max: 1 });
    const limits = openLimits({ ...setUp.ctx, app: gone });
    for (let index = 0; index < 3; index++) {
      assert.deepEqual(await limits.spend(policy, asker), { granted: true });
      setUp.ctx.clock.advance(2000);
    }
    assert.equal(setUp.ctx.logged().match(/request limits are off/g)?.length, 1);
    await gone.end();
  });

  test('idle askers are forgotten in the database', async () => {
    const rows = async () =>
      (await setUp.ctx.app.query('select from private.limit_use where asker like $1', [`%${asker}`]))
        .rowCount;
    await openLimits(setUp.ctx).spend(policy, asker);
    await pruneLimits(setUp.ctx);
    assert.equal(await rows(), 1);
    setUp.ctx.clock.advance(601_000);
    await pruneLimits(setUp.ctx);
    assert.equal(await rows(), 0);
  });
});

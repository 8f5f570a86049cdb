import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/context.ts';
import { makeDatastream } from '../../../test/support/make.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { readAuditLog } from '../audit/read-audit-log.ts';
import { isPermitted } from '../permissions.ts';
import { mostLiveSecrets } from './api-key.ts';
import { checkKey } from './check-key.ts';
import { createDemoKey } from './create-demo-key.ts';
import { createKey } from './create-key.ts';
import { endSecret } from './end-secret.ts';
import { listKeys } from './list-keys.ts';
import { readDemoKey } from './read-demo-key.ts';
import { readKey } from './read-key.ts';
import { renameKey } from './rename-key.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

const db = testDatabase();
const day = 86_400_000;
const make = () => createKey(db.ctx, { name: 'counter' });
const works = (ctx: Ctx, key: string) =>
  checkKey(ctx, key).then(
    () => true,
    (error) => {
      assert.equal(error.kind, 'signed-out');
      return false;
    },
  );
// Without what this process remembers of keys: as another process sees them.
const elsewhere = (): Ctx => {
  const { app } = db.ctx;
  return { ...db.ctx, app: { query: app.query.bind(app) } as unknown as typeof app };
};
const live = async (id: string) => (await readKey(db.ctx, { id })).secrets.filter((each) => each.live);

describe('rotation', () => {
  test('the old secret works to the end of its grace and not a moment longer, remembered or not', async () => {
    const { id, key, prefix } = await make();
    const next = await rotateKey(db.ctx, { id, grace: 1 });
    assert.deepEqual([await works(db.ctx, key), await works(db.ctx, next.key)], [true, true]);
    assert.deepEqual(
      (await live(id)).map((each) => each.prefix),
      [prefix, next.prefix],
    );
    db.ctx.clock.advance(day - 1000);
    assert.equal(await works(db.ctx, key), true, 'and is remembered for five seconds');
    db.ctx.clock.advance(1000);
    assert.equal(await works(db.ctx, key), false);
    assert.equal(await works(db.ctx, next.key), true);
  });

  test('never makes three secrets work, also at once; ending the old one early makes room', async () => {
    const { id, key, prefix } = await make();
    const tries = await Promise.allSettled(
      Array.from({ length: 6 }, () => rotateKey(db.ctx, { id, grace: 7 })),
    );
    const made = tries.filter(({ status }) => status === 'fulfilled');
    assert.equal(made.length, 1);
    for (const each of tries) if (each.status === 'rejected') assert.equal(each.reason.kind, 'conflict');
    assert.equal((await live(id)).length, 2);
    await works(db.ctx, key);
    await endSecret(db.ctx, { id, prefix });
    assert.equal(await works(db.ctx, key), false);
    await assert.rejects(endSecret(db.ctx, { id, prefix }), { kind: 'not-found' });
    const [last] = await live(id);
    await assert.rejects(endSecret(db.ctx, { id, prefix: last?.prefix ?? '' }), { kind: 'conflict' });
    await rotateKey(db.ctx, { id, grace: 7 });
    // Whoever fears that both are known gives the key a new one at once.
    const { key: only } = await rotateKey(db.ctx, { id, grace: 0 });
    assert.equal((await live(id)).length, 1);
    assert.equal(await works(db.ctx, only), true);
  });

  test('takes a grace from the list, and a key that still works', async () => {
    const { id } = await make();
    for (const grace of [-1, 2, 0.5, Number.NaN, 3650])
      await assert.rejects(rotateKey(db.ctx, { id, grace }), { kind: 'invalid' });
    const expiresAt = new Date(db.ctx.clock.now().getTime() + 1000);
    const brief = await createKey(db.ctx, { name: 'brief', expiresAt });
    await revokeKey(db.ctx, { id });
    db.ctx.clock.advance(1000);
    for (const gone of [id, brief.id]) {
      await assert.rejects(rotateKey(db.ctx, { id: gone, grace: 1 }), { kind: 'too-late' });
      await assert.rejects(endSecret(db.ctx, { id: gone, prefix: 'x' }), { kind: 'too-late' });
    }
    await assert.rejects(rotateKey(db.ctx, { id: '999999', grace: 1 }), { kind: 'not-found' });
    await assert.rejects(rotateKey(db.ctx, { prefix: 'nothing0', grace: 1 }), { kind: 'not-found' });
    await assert.rejects(createKey(db.ctx, { name: 'late', expiresAt }), { kind: 'invalid' });
  });

  test('at the same moment as a revocation leaves nothing that works', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, key } = await make();
      const [rotated, revoked] = await Promise.allSettled([
        rotateKey(db.ctx, { id, grace: 7 }),
        revokeKey(db.ctx, { id }),
      ]);
      assert.equal(revoked.status, 'fulfilled');
      for (const ctx of [db.ctx, elsewhere()]) {
        assert.equal(await works(ctx, key), false);
        if (rotated.status === 'fulfilled') assert.equal(await works(ctx, rotated.value.key), false);
      }
    }
  });

  test('whatever is done in whatever order: two secrets work at most, and none that should not', async () => {
    const step = fc.oneof(
      fc
        .constantFrom('rotate-0', 'rotate-1', 'rotate-7', 'end', 'revoke', 'near', 'near')
        .map((what) => ({ what, ms: 0 })),
      fc.constantFrom(1000, 4999, 5001, day - 1, day, 7 * day).map((ms) => ({ what: 'wait', ms })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, expires) => {
        const now = () => db.ctx.clock.now().getTime();
        const expiresAt = expires ? new Date(now() + 8 * day) : undefined;
        const { id, key, prefix } = await createKey(db.ctx, { name: 'any', expiresAt });
        const secrets = [{ key, prefix, ends: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY }];
        const end = (at: number) => {
          for (const each of secrets) each.ends = Math.min(each.ends, at);
        };
        for (const { what, ms } of steps) {
          if (what === 'wait') db.ctx.clock.advance(ms);
          else if (what === 'near') {
            // To the last moment of a secret, where it is checked and remembered, and then past it.
            const next = Math.min(...secrets.map((each) => each.ends).filter((at) => at > now()));
            if (Number.isFinite(next)) {
              db.ctx.clock.advance(next - 1 - now());
              for (const each of secrets)
                assert.equal(await works(db.ctx, each.key), each.ends > now(), `before ${each.prefix}`);
              db.ctx.clock.advance(1);
            }
          } else if (what === 'revoke') {
            await revokeKey(db.ctx, { id }).catch(() => {});
            end(now());
          } else if (what === 'end') {
            const old = secrets.filter((each) => each.ends > now()).at(-2);
            if (old) {
              await endSecret(db.ctx, { id, prefix: old.prefix });
              old.ends = now();
            }
          } else {
            const grace = Number(what.slice(-1));
            await rotateKey(db.ctx, { id, grace }).then(
              (made) => {
                end(now() + grace * day);
                secrets.push({ ...made, ends: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY });
              },
              (error) => assert.match(error.kind, /conflict|too-late/),
            );
          }
          const working = secrets.filter((each) => each.ends > now());
          assert.ok(working.length <= mostLiveSecrets);
          assert.equal((await live(id)).length, working.length);
          for (const each of secrets)
            assert.equal(await works(db.ctx, each.key), each.ends > now(), `${what} ${each.prefix}`);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('a key', () => {
  test('is renamed, with what it was called in the log', async () => {
    const { id, prefix } = await make();
    await renameKey(db.ctx, { prefix, name: ' bridge ' });
    assert.equal((await readKey(db.ctx, { id })).name, 'bridge');
    for (const name of ['', 'x'.repeat(101), 'a\0'])
      await assert.rejects(renameKey(db.ctx, { id, name }), { kind: 'invalid' });
    const { events } = await readAuditLog(db.ctx, { subject: `key:${id}` });
    assert.deepEqual(
      [events[0]?.kind, events[0]?.content],
      ['key-renamed', { before: 'counter', after: 'bridge' }],
    );
  });

  test('is for datasets or for Things that exist, and says so in the list', async () => {
    const { dataset, datasetId, thingId } = await makeDatastream(db.ctx);
    const other = await makeDatastream(db.ctx);
    const both = await createKey(db.ctx, { name: 'two', datasets: [dataset, other.dataset, dataset] });
    const device = await createKey(db.ctx, { name: 'device', things: [thingId] });
    const listed = await listKeys(db.ctx);
    const row = (id: string) => listed.find((each) => each.id === id);
    assert.deepEqual(row(both.id)?.datasets, [dataset, other.dataset].sort());
    assert.deepEqual([row(device.id)?.things, row(device.id)?.datasets], [[thingId], null]);
    assert.deepEqual([row(device.id)?.state, row(device.id)?.lastUsedAt], ['active', null]);
    const actor = await checkKey(db.ctx, both.key);
    assert.ok(actor.kind === 'key' && actor.things === null);
    assert.deepEqual(new Set(actor.datasets), new Set([datasetId, other.datasetId]));
    for (const wrong of [{ datasets: ['nothing'] }, { things: ['987654'] }, { things: ['x'] }])
      await assert.rejects(createKey(db.ctx, { name: 'w', ...wrong }), { kind: 'not-found' });
    await assert.rejects(createKey(db.ctx, { name: 'w', things: [thingId], datasets: [dataset] }), {
      kind: 'invalid',
    });
  });

  test('for trying there is one, seen by everybody, that writes nothing and cannot be kept', async () => {
    assert.equal(await readDemoKey(db.ctx), null);
    const made = await Promise.all([createDemoKey(db.ctx), createDemoKey(db.ctx)]);
    assert.equal(made[0]?.key, made[1]?.key);
    const key = (await readDemoKey(as(db.ctx, { kind: 'anonymous' }))) ?? '';
    assert.equal(key, made[0]?.key);
    const actor = await checkKey(db.ctx, key);
    assert.equal(actor.kind, 'demo-key');
    for (const permission of [
      'write-entities',
      'own-keys',
      'keep-keys',
      'device-keys',
      'manage-keys',
    ] as const)
      assert.equal(isPermitted(as(db.ctx, actor), permission), false, permission);
    const prefix = key.slice(3, 11);
    await assert.rejects(rotateKey(db.ctx, { prefix, grace: 0 }), { kind: 'conflict' });
    await revokeKey(db.ctx, { prefix });
    assert.equal(await works(db.ctx, key), false);
    assert.equal(await readDemoKey(db.ctx), null);
    assert.equal((await createDemoKey(db.ctx)).made, true);
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { makePlaces, signInAsStaff } from '../../../test/support/staff.ts';
import type { Ctx } from '../../kit/context.ts';
import { checkKey } from './check-key.ts';
import { createKey } from './create-key.ts';
import { createReadingKey } from './create-reading-key.ts';
import { endSecret } from './end-secret.ts';
import { listDeviceKeys } from './list-device-keys.ts';
import { readKey } from './read-key.ts';
import { renameKey } from './rename-key.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

const db = testDatabase();
let works: Made;
let clerks: Made;
let elmford: Made;
let steward: Ctx;

const all = [
  (ctx: Ctx, id: string) => readKey(ctx, { id }),
  (ctx: Ctx, id: string) => renameKey(ctx, { id, name: 'x' }),
  (ctx: Ctx, id: string) => rotateKey(ctx, { id, grace: 1 }),
  (ctx: Ctx, id: string) => endSecret(ctx, { id, prefix: 'x' }),
  (ctx: Ctx, id: string) => revokeKey(ctx, { id }),
];

describe('a data steward', () => {
  before(async () => {
    await makePlaces(db.ctx);
    works = await makeDatastream(db.ctx, { dataset: 'of-works', access: 'restricted' });
    clerks = await makeDatastream(db.ctx, { dataset: 'of-clerk' });
    elmford = await makeDatastream(db.ctx, { dataset: 'of-elmford' });
    for (const [{ datasetId }, place, office] of [
      [works, 'oakton', 'oakton-works'],
      [clerks, 'oakton', 'oakton-clerk'],
      [elmford, 'elmford', null],
    ] as const)
      await db.ctx.owner.query('update private.dataset set place = $2, office = $3 where id = $1', [
        datasetId,
        place,
        office,
      ]);
    steward = await signInAsStaff(db.ctx, { role: 'data-steward', place: 'oakton', office: 'oakton-works' });
  });
  test('makes and keeps keys for what is within his role, by dataset and by Thing', async () => {
    const made = await createKey(steward, { name: 'counters', datasets: [works.dataset] });
    const device = await createKey(steward, { name: 'one', things: [works.thingId] });
    const actor = await checkKey(db.ctx, device.key);
    assert.ok(actor.kind === 'key');
    assert.deepEqual([actor.datasets, actor.things], [null, [works.thingId]]);
    const { keys, datasets } = await listDeviceKeys(steward);
    assert.deepEqual(
      keys.map(({ id }) => id),
      [device.id, made.id],
    );
    assert.deepEqual(
      datasets.map(({ slug }) => slug),
      [works.dataset],
    );
    await rotateKey(steward, { id: made.id, grace: 1 });
    await renameKey(steward, { id: made.id, name: 'new name' });
    await revokeKey(steward, { id: made.id });
    const page = await readKey(steward, { id: made.id });
    assert.deepEqual(
      page.timeline.map(({ kind }) => kind),
      ['made', 'renamed', 'rotated', 'revoked'],
    );
    assert.equal((await listDeviceKeys(steward)).keys.at(-1)?.state, 'revoked');
  });

  test('neither makes nor sees nor touches any other', async () => {
    for (const wrong of [
      { datasets: [clerks.dataset] },
      { datasets: [works.dataset, clerks.dataset] },
      { datasets: ['nothing'] },
      { things: [clerks.thingId] },
      { things: [works.thingId, elmford.thingId] },
    ])
      await assert.rejects(createKey(steward, { name: 'w', ...wrong }), { kind: 'not-found' });
    await assert.rejects(createKey(steward, { name: 'w' }), { kind: 'not-allowed' });
    const others = [
      await createKey(db.ctx, { name: 'everything' }),
      await createKey(db.ctx, { name: 'both', datasets: [works.dataset, clerks.dataset] }),
      await createKey(db.ctx, { name: 'thing', things: [works.thingId, clerks.thingId] }),
      await createKey(db.ctx, { name: 'elmford', datasets: [elmford.dataset] }),
      await createReadingKey(await signInAsStaff(db.ctx), { name: 'mine', purpose: 'x' }),
    ];
    // Who keeps every place still keeps no person's key, nor one for everything.
    const widest = await signInAsStaff(db.ctx, { role: 'data-steward' });
    const seen = async (ctx: Ctx) => (await listDeviceKeys(ctx)).keys.map(({ name }) => name);
    assert.ok(!(await seen(steward)).some((name) => name !== 'one' && name !== 'new name'));
    assert.deepEqual((await seen(widest)).slice(0, 3), ['elmford', 'thing', 'both']);
    for (const { id } of others)
      for (const act of all) await assert.rejects(act(steward, id), { kind: 'not-found' });
    for (const { id } of [others[0], others[4]] as { id: string }[])
      for (const act of all) await assert.rejects(act(widest, id), { kind: 'not-found' });
  });

  test('needs the role, and a Thing that is gone leaves a key that writes nothing and is the operator’s', async () => {
    const nobody = await signInAsStaff(db.ctx);
    const clerk = await signInAsStaff(db.ctx, { role: 'clerk' });
    for (const ctx of [nobody, clerk]) {
      await assert.rejects(listDeviceKeys(ctx), { kind: 'not-allowed' });
      await assert.rejects(createKey(ctx, { name: 'w', datasets: [works.dataset] }), { kind: 'not-allowed' });
    }
    const { id } = await createKey(steward, { name: 'brief', things: [works.thingId] });
    await db.ctx.owner.query('update private.api_key set thing_ids = array[999999] where id = $1', [id]);
    await assert.rejects(revokeKey(steward, { id }), { kind: 'not-found' });
    assert.deepEqual((await readKey(db.ctx, { id })).things, [{ id: '999999', name: null }]);
    await revokeKey(db.ctx, { id });
  });
});

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makeDevice } from '../../../test/support/passkey.ts';
import { enrollStaff, inviteStaff } from '../../../test/support/staff.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { readSession } from '../sign-in/read-session.ts';
import { addPasskey } from './add-passkey.ts';
import { askOwnPasskey } from './ask-own-passkey.ts';
import { askPasskey } from './ask-passkey.ts';
import { beginApp } from './begin-app.ts';
import { beginEnrollment } from './begin-enrollment.ts';
import { confirmSession } from './confirm-session.ts';
import { finishEnrollment } from './finish-enrollment.ts';
import { namePasskey } from './name-passkey.ts';
import { readSecurity } from './read-security.ts';
import { removePasskey } from './remove-passkey.ts';
import { signInWithPasskey } from './sign-in-with-passkey.ts';
import { signInWithPassword } from './sign-in-with-password.ts';

const db = testDatabase();
const site = { id: 'localhost', origin: 'http://localhost:8080' };
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
const signedInWith = async (secret: string): Promise<Ctx> =>
  as(db.ctx, (await readSession(anonymous(), secret)) as Actor);
let place = 0;
const ask = async () => {
  const { options, pending } = await askPasskey(anonymous(), { from: `10.2.${place >> 8}.${place++ % 256}` });
  return { options, pending: pending?.secret ?? '' };
};
const answer = (pending: string, passkey: string) =>
  signInWithPasskey(anonymous(), { pending, passkey, agent: 'test' });
type Device = ReturnType<typeof makeDevice>;
type Asked = Parameters<Device['make']>[0];

async function enrollDevice(lie: Parameters<Device['make']>[1] = {}) {
  const device = makeDevice(site);
  const { secret: invitation, email } = await inviteStaff(db.ctx);
  const { options, pending } = await beginEnrollment(anonymous(), { invitation, choice: 'passkey' });
  const proof = { passkey: device.make(options as Asked, lie), name: 'First' };
  const done = await finishEnrollment(anonymous(), { invitation, pending: pending.secret, proof, agent: '' });
  return { device, email, invitation, ...done };
}

beforeEach(() => db.ctx.clock.advance(3_600_000));

describe('a passkey', () => {
  test('is set up by an invitation and signs in by itself', async () => {
    const { device, session, email, recoveryCodes } = await enrollDevice();
    assert.deepEqual(recoveryCodes, []);
    const first = await readSession(anonymous(), session.secret);
    assert.ok(first?.kind === 'person' && first.method === 'passkey' && first.grants.length === 1);
    const { options, pending } = await ask();
    const opened = await answer(pending, device.use(options));
    const actor = await readSession(anonymous(), opened.session.secret);
    assert.ok(actor?.kind === 'person' && actor.name === email && actor.method === 'passkey');
  });

  test('that is made without the person, or on another site, is not taken, and the invitation stays open', async () => {
    await assert.rejects(enrollDevice({ verified: false }), { kind: 'invalid' });
    await assert.rejects(enrollDevice({ origin: 'https://evil.example' }), { kind: 'invalid' });
    assert.equal((await db.ctx.owner.query('select from private.passkey')).rowCount, 1);
  });

  test('an answer counts once, in the browser that was asked, for ten minutes', async () => {
    const { device } = await enrollDevice();
    const { options, pending } = await ask();
    const given = device.use(options);
    const other = await ask();
    await assert.rejects(answer(other.pending, given), { kind: 'invalid' }, 'another browser’s question');
    await answer(pending, given);
    await assert.rejects(answer(pending, given), { kind: 'too-late' }, 'a replay');
    const late = await ask();
    db.ctx.clock.advance(10 * 60_000 + 1);
    await assert.rejects(answer(late.pending, device.use(late.options)), { kind: 'too-late' });
    await assert.rejects(answer('x'.repeat(43), device.use(late.options)), { kind: 'too-late' });
  });

  test('a wrong answer uses the question up', async () => {
    const { device } = await enrollDevice();
    const { options, pending } = await ask();
    await assert.rejects(answer(pending, device.use(options, { tamper: true })), { kind: 'invalid' });
    await assert.rejects(answer(pending, device.use(options)), { kind: 'too-late' });
  });

  test('of several with one answer at once, one gets in', async () => {
    const { device } = await enrollDevice();
    const { options, pending } = await ask();
    const given = device.use(options);
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => answer(pending, given)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('every lie is refused: not verified, another site, a count that goes back, another person, nonsense', async () => {
    const [{ device }, other] = [await enrollDevice(), await enrollDevice()];
    const start = await ask();
    await answer(start.pending, device.use(start.options, { counter: 9 }));
    const lies = [
      { verified: false },
      { origin: 'https://evil.example' },
      { counter: 9 },
      { counter: 3 },
      { userHandle: 'AAAA' },
    ];
    for (const lie of lies) {
      const { options, pending } = await ask();
      await assert.rejects(
        answer(pending, device.use(options, { counter: 20, ...lie })),
        { kind: 'invalid' },
        JSON.stringify(lie),
      );
    }
    const strange = makeDevice(site);
    const { options, pending } = await ask();
    await assert.rejects(answer(pending, strange.use(options)), { kind: 'invalid' });
    for (const text of [
      '',
      'null',
      '{}',
      '[]',
      '{"id":"x"}',
      `{"id":"${other.device.id}","response":{}}`,
      `{"id":"${'x'.repeat(60_000)}"}`,
      '{"id":"\\u0000","response":{}}',
    ]) {
      const { pending } = await ask();
      await assert.rejects(answer(pending, text), { kind: 'invalid' }, text.slice(0, 60));
    }
  });

  test('as the second step after a password only of the same person', async () => {
    const sam = await enrollStaff(db.ctx);
    const device = makeDevice(site);
    const ctx = await signedInWith(sam.session.secret);
    const asked = await askOwnPasskey(ctx, { purpose: 'add' });
    await addPasskey(ctx, {
      pending: asked.pending.secret,
      passkey: device.make(asked.options as Asked),
      name: 'Phone',
    });
    const { device: stranger } = await enrollDevice();
    const from = '10.3.0.1';
    const step = await signInWithPassword(anonymous(), { email: sam.email, password: sam.password, from });
    const question = async () => (await askPasskey(anonymous(), { from, pending: step.secret })).options;
    await assert.rejects(answer(step.secret, stranger.use(await question())), { kind: 'invalid' });
    const { session } = await answer(step.secret, device.use(await question()));
    const actor = await readSession(anonymous(), session.secret);
    assert.ok(actor?.kind === 'person' && actor.method === 'second-factor' && actor.name === sam.email);
  });
});

describe('one’s own passkeys', () => {
  test('are added, named and removed, never the last, never another one’s, also at once', async () => {
    const { session } = await enrollDevice();
    const ctx = await signedInWith(session.secret);
    const stranger = await signedInWith((await enrollDevice()).session.secret);
    const [first] = (await readSecurity(ctx)).passkeys;
    assert.ok(first);
    await assert.rejects(removePasskey(ctx, { passkey: first.id }), { kind: 'conflict' });
    const asked = await askOwnPasskey(ctx, { purpose: 'add' });
    const given = {
      pending: asked.pending.secret,
      passkey: makeDevice(site).make(asked.options as Asked),
      name: ' Second ',
    };
    await assert.rejects(addPasskey(stranger, given), { kind: 'too-late' });
    const again = await askOwnPasskey(ctx, { purpose: 'add' });
    await addPasskey(ctx, {
      pending: again.pending.secret,
      passkey: makeDevice(site).make(again.options as Asked),
      name: ' Second ',
    });
    const two = (await readSecurity(ctx)).passkeys;
    assert.deepEqual(
      two.map(({ name }) => name),
      ['First', 'Second'],
    );
    await assert.rejects(removePasskey(stranger, { passkey: first.id }), { kind: 'not-found' });
    await assert.rejects(namePasskey(stranger, { passkey: first.id, name: 'x' }), { kind: 'not-found' });
    await assert.rejects(namePasskey(ctx, { passkey: first.id, name: ' ' }), { kind: 'invalid' });
    await namePasskey(ctx, { passkey: first.id, name: 'Key ring' });
    const both = await Promise.allSettled(two.map(({ id }) => removePasskey(ctx, { passkey: id })));
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1, 'one of the two stays');
  });

  test('confirm a session once, in that session', async () => {
    const { session, device } = await enrollDevice();
    const ctx = await signedInWith(session.secret);
    db.ctx.clock.advance(11 * 60_000);
    await assert.rejects(askOwnPasskey(ctx, { purpose: 'add' }), { kind: 'invalid' });
    await assert.rejects(beginApp(ctx, { password: 'a good long phrase here' }), { kind: 'invalid' });
    const asked = await askOwnPasskey(ctx, { purpose: 'confirm' });
    const given = { pending: asked.pending.secret, passkey: device.use(asked.options) };
    await confirmSession(ctx, given);
    await assert.rejects(confirmSession(ctx, given), { kind: 'too-late' });
    await askOwnPasskey(ctx, { purpose: 'add' });
    await assert.rejects(beginApp(ctx, {}), { kind: 'conflict' }, 'an app alone is no way in');
  });
});

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type TOTP, URI } from 'otpauth';
import { testDatabase } from '../../../test/support/context.ts';
import { enrollStaff } from '../../../test/support/staff.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { openSession, type SignInMethod } from '../sign-in/open-session.ts';
import { readSession } from '../sign-in/read-session.ts';
import { signOut } from '../sign-in/sign-out.ts';
import { beginApp } from './begin-app.ts';
import { changePassword } from './change-password.ts';
import { confirmSession } from './confirm-session.ts';
import { finishApp } from './finish-app.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { makeRecoveryCodes } from './make-recovery-codes.ts';
import { readEnrollment } from './read-enrollment.ts';
import { readSecurity } from './read-security.ts';
import { sealSecret } from './sealed.ts';
import { signInWithPassword } from './sign-in-with-password.ts';

const db = testDatabase({ env: { TOTP_KEY: Buffer.alloc(32, 7).toString('base64') } });
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
const signedInWith = async (secret: string): Promise<Ctx> =>
  as(db.ctx, (await readSession(anonymous(), secret)) as Actor);
let place = 0;
const first = (email: string, password: string) =>
  signInWithPassword(anonymous(), { email, password, from: `10.4.0.${place++}` });
const second = (pending: { secret: string }, code: string) =>
  finishSignIn(anonymous(), { pending: pending.secret, code, agent: 'test' });
const next = 'granite mitten parade onion';
const told = async (email: string) =>
  (
    await db.ctx.owner.query('select body from private.mail where recipient = $1 order by id', [email])
  ).rows.map(({ body }) => body as string);

beforeEach(() => db.ctx.clock.advance(3_600_000));

describe('changing how one signs in', () => {
  test('needs a second factor that is fresh, in a session of its own kind', async () => {
    const sam = await enrollStaff(db.ctx);
    const ctx = await signedInWith(sam.session.secret);
    assert.equal((await readSecurity(ctx)).fresh, true);
    db.ctx.clock.advance(11 * 60_000);
    assert.equal((await readSecurity(ctx)).fresh, false);
    const changes: (() => Promise<unknown>)[] = [
      () => changePassword(ctx, { current: sam.password, password: next }),
      () => beginApp(ctx, {}),
      () => makeRecoveryCodes(ctx),
    ];
    for (const change of changes)
      await assert.rejects(change(), { kind: 'invalid', details: { reason: 'old' } });
    await assert.rejects(confirmSession(ctx, { code: '000000' }), { kind: 'invalid' });
    const { secret } = await confirmSession(ctx, { code: sam.code() });
    assert.equal(
      await readSession(anonymous(), sam.session.secret),
      undefined,
      'the session has a new secret',
    );
    assert.deepEqual(
      ((await readSession(anonymous(), secret)) as { sessionId: string }).sessionId,
      (ctx.actor as { sessionId: string }).sessionId,
    );
    await assert.rejects(
      confirmSession(ctx, { code: sam.code() }),
      { kind: 'invalid' },
      'a code is taken once',
    );
    await makeRecoveryCodes(ctx);
    for (const method of ['link', 'provider', undefined] as const) {
      const weak = as(ctx, { ...ctx.actor, method } as Actor);
      await assert.rejects(makeRecoveryCodes(weak), { kind: 'not-allowed' });
      await assert.rejects(confirmSession(weak, { code: sam.code() }), { kind: 'not-allowed' });
    }
    const session = (ctx.actor as { sessionId: string }).sessionId;
    const ended = as(ctx, { ...ctx.actor, personId: '999999', sessionId: session } as Actor);
    await assert.rejects(makeRecoveryCodes(ended), { kind: 'invalid' });
  });

  test('ending other sessions, too, for staff; not for residents, and never for signing out here', async () => {
    const sam = await enrollStaff(db.ctx);
    const personId = ((await signedInWith(sam.session.secret)).actor as { personId: string }).personId;
    const open = (method: SignInMethod) =>
      withTransaction(db.ctx.app, (tx) => openSession(tx, anonymous(), { personId, method, browser: '' }));
    const count = async () => {
      const { rows } = await db.ctx.owner.query(
        'select count(*)::int as n from private.session where person_id = $1',
        [personId],
      );
      return rows[0].n as number;
    };
    const [provider, link, demonstration] = [
      await open('provider'),
      await open('link'),
      await open('demonstration'),
    ];
    db.ctx.clock.advance(11 * 60_000);
    for (const { secret } of [sam.session, provider])
      for (const which of ['all', { session: 'any' }] as const)
        await assert.rejects(signOut(await signedInWith(secret), which), {
          kind: 'invalid',
          details: { reason: 'old' },
        });
    assert.equal(await count(), 4);
    for (const { secret } of [link, demonstration])
      await signOut(await signedInWith(secret), { session: 'none' });
    await signOut(await signedInWith(provider.secret), 'this');
    assert.equal(await count(), 3);
    const ctx = await signedInWith(sam.session.secret);
    await confirmSession(ctx, { code: sam.code() });
    await signOut(ctx, 'all');
    assert.equal(await count(), 0);
    const { secret } = await open('provider');
    await open('provider');
    await signOut(await signedInWith(secret), 'all');
    assert.equal(await count(), 0, 'who has just signed in through the provider needs nothing more');
  });

  test('the password: asks the current one, ends all others, tells the person', async () => {
    const sam = await enrollStaff(db.ctx);
    const ctx = await signedInWith(sam.session.secret);
    db.ctx.clock.advance(60_000);
    const other = await second(await first(sam.email, sam.password), sam.code());
    const begun = await first(sam.email, sam.password);
    await assert.rejects(changePassword(ctx, { current: next, password: next }), { kind: 'invalid' });
    await assert.rejects(changePassword(ctx, { current: sam.password, password: 'short' }), {
      kind: 'invalid',
    });
    await assert.rejects(changePassword(ctx, { current: sam.password, password: sam.email }), {
      kind: 'invalid',
    });
    await changePassword(ctx, { current: sam.password, password: next });
    assert.equal(await readSession(anonymous(), other.session.secret), undefined);
    assert.ok(await readSession(anonymous(), sam.session.secret));
    db.ctx.clock.advance(30_000);
    await assert.rejects(second(begun, sam.code()), { kind: 'too-late' });
    await assert.rejects(first(sam.email, sam.password), { kind: 'invalid' });
    await second(await first(sam.email, next), sam.code());
    assert.match((await told(sam.email)).at(-1) ?? '', /password was changed/);
  });

  test('the app: the old one works until the new one has been shown to', async () => {
    const sam = await enrollStaff(db.ctx);
    const ctx = await signedInWith(sam.session.secret);
    const pending = await beginApp(ctx, {});
    const app = await readEnrollment(ctx, { purpose: 'security', pending: pending.secret, email: sam.email });
    const totp = URI.parse(app?.uri ?? '') as TOTP;
    const code = () => totp.generate({ timestamp: db.ctx.clock.now().getTime() });
    const other = await signedInWith((await enrollStaff(db.ctx)).session.secret);
    await assert.rejects(finishApp(other, { pending: pending.secret, code: code() }), { kind: 'too-late' });
    db.ctx.clock.advance(60_000);
    await assert.rejects(finishApp(ctx, { pending: pending.secret, code: sam.code() }), { kind: 'invalid' });
    const elsewhere = await second(await first(sam.email, sam.password), sam.code());
    assert.deepEqual(await finishApp(ctx, { pending: pending.secret, code: code() }), []);
    assert.equal(await readSession(anonymous(), elsewhere.session.secret), undefined);
    db.ctx.clock.advance(60_000);
    await assert.rejects(second(await first(sam.email, sam.password), sam.code()), { kind: 'invalid' });
    await second(await first(sam.email, sam.password), code());
    await second(await first(sam.email, sam.password), sam.recoveryCodes[0] as string);
    assert.ok((await told(sam.email)).some((body) => /app was replaced/.test(body)));
  });

  test('new recovery codes: the old ones work no more', async () => {
    const sam = await enrollStaff(db.ctx);
    const codes = await makeRecoveryCodes(await signedInWith(sam.session.secret));
    await assert.rejects(second(await first(sam.email, sam.password), sam.recoveryCodes[0] as string), {
      kind: 'invalid',
    });
    await second(await first(sam.email, sam.password), codes[9] as string);
  });

  test('nothing of it lies in the database or the letters as it is', async () => {
    const sam = await enrollStaff(db.ctx);
    const { rows } = await db.ctx.owner.query(
      'select secret from private.totp t join private.person p on p.id = t.person_id where p.email = $1',
      [sam.email],
    );
    const kept = rows[0].secret as Buffer;
    assert.equal(kept[0], 1, 'sealed, as TOTP_KEY is set');
    assert.ok(!kept.includes(Buffer.from(sam.totp.secret.bytes)));
    const letters = (await told(sam.email)).join();
    assert.ok(
      ![sam.password, sam.totp.secret.base32, ...sam.recoveryCodes].some((each) => letters.includes(each)),
    );
    const ctx = { ...anonymous(), config: { ...db.ctx.config, TOTP_KEY: Buffer.alloc(32, 8) } };
    const pending = await first(sam.email, sam.password);
    const agent = 'test';
    await assert.rejects(finishSignIn(ctx, { pending: pending.secret, code: sam.code(), agent }), {
      kind: 'busy',
    });
    await finishSignIn(ctx, { pending: pending.secret, code: sam.recoveryCodes[0] as string, agent });
    assert.equal(sealSecret({ ...db.ctx.config, TOTP_KEY: undefined }, Buffer.of(5)).toString('hex'), '0005');
  });
});

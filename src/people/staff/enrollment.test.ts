import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { beforeEach, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { enrollStaff, goodPassword, inviteStaff } from '../../../test/support/staff.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { verifyAuditLog } from '../audit/verify-audit-log.ts';
import { passwordLength } from '../person-defaults.ts';
import { deleteAccount } from '../sign-in/delete-account.ts';
import { readSession } from '../sign-in/read-session.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { beginEnrollment } from './begin-enrollment.ts';
import { finishEnrollment } from './finish-enrollment.ts';
import { checkPassword } from './password.ts';
import { readInvitation } from './read-invitation.ts';
import { signInWithPassword } from './sign-in-with-password.ts';

const db = testDatabase();
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
const signedInWith = async (secret: string): Promise<Ctx> =>
  as(db.ctx, (await readSession(anonymous(), secret)) as Actor);
const count = async (table: string) =>
  (await db.ctx.owner.query(`select count(*)::int as n from private.${table}`)).rows[0].n as number;
const begin = (invitation: string, password = goodPassword) =>
  beginEnrollment(anonymous(), { invitation, choice: { password } });

beforeEach(() => db.ctx.clock.advance(3_600_000));

describe('an invitation', () => {
  test('sets up a password and an app, gives the role, and opens a session in which it counts', async () => {
    const { session, recoveryCodes, invitation, email } = await enrollStaff(db.ctx, { role: 'auditor' });
    const actor = await readSession(anonymous(), session.secret);
    assert.ok(actor?.kind === 'person');
    assert.deepEqual(
      [actor.name, actor.method, actor.grants.map(({ role }) => role)],
      [email, 'second-factor', ['auditor']],
    );
    assert.equal(new Set(recoveryCodes).size, 10);
    // 28 characters of five bits, from 136 random ones.
    for (const code of recoveryCodes) assert.match(code, /^([a-z2-7]{7}-){3}[a-z2-7]{7}$/);
    await assert.rejects(readInvitation(anonymous(), { invitation }), { kind: 'too-late' });
  });

  test('left midway is open as before, and nothing is in force', async () => {
    const { secret: invitation, email } = await inviteStaff(db.ctx);
    const before = await count('password');
    const { pending } = await begin(invitation);
    const finish = (code: string) =>
      finishEnrollment(anonymous(), { invitation, pending: pending.secret, proof: { code }, agent: '' });
    await assert.rejects(finish('000000'), { kind: 'invalid' });
    await assert.rejects(finish(''), { kind: 'invalid' });
    assert.equal(await count('password'), before);
    assert.equal(
      (await db.ctx.owner.query('select from private.person where email = $1', [email])).rowCount,
      0,
    );
    assert.equal((await readInvitation(anonymous(), { invitation })).next, 'enroll');
    db.ctx.clock.advance(11 * 60_000);
    await assert.rejects(finish('000000'), { kind: 'too-late' });
    await begin(invitation);
    assert.equal(await count('pending_sign_in'), 1, 'beginning again forgets the step before');
  });

  test('that is foreign, expired, taken back or used opens nothing', async () => {
    const taken = await inviteStaff(db.ctx);
    await db.ctx.owner.query('update private.invitation set revoked_at = now() where email = $1', [
      taken.email,
    ]);
    const old = await inviteStaff(db.ctx, { days: 0 });
    for (const invitation of [
      '',
      'x'.repeat(43),
      taken.secret,
      old.secret,
      (await enrollStaff(db.ctx)).invitation,
    ])
      for (const choice of [{ password: goodPassword }, 'passkey'] as const)
        await assert.rejects(beginEnrollment(anonymous(), { invitation, choice }), { kind: 'too-late' });
  });

  test('another one’s step does not fit', async () => {
    const [mine, other] = [await inviteStaff(db.ctx), await inviteStaff(db.ctx)];
    const { pending } = await begin(other.secret);
    const input = { invitation: mine.secret, pending: pending.secret, proof: { code: '123456' }, agent: '' };
    await assert.rejects(finishEnrollment(anonymous(), input), { kind: 'too-late' });
  });

  test('of two that finish at once, one gets in', async () => {
    const { secret: invitation, email } = await inviteStaff(db.ctx);
    const { pending } = await begin(invitation);
    const { readEnrollment } = await import('./read-enrollment.ts');
    const { URI } = await import('otpauth');
    const app = await readEnrollment(anonymous(), { purpose: 'enroll', pending: pending.secret, email });
    const totp = URI.parse(app?.uri ?? '') as import('otpauth').TOTP;
    const code = totp.generate({ timestamp: db.ctx.clock.now().getTime() });
    const input = { invitation, pending: pending.secret, proof: { code }, agent: '' };
    const tries = await Promise.allSettled(
      Array.from({ length: 6 }, () => finishEnrollment(anonymous(), input)),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('never overwrites what somebody signs in with: it is accepted from a session', async () => {
    const { email, session } = await enrollStaff(db.ctx);
    const { secret: invitation } = await inviteStaff(db.ctx, { email, role: 'approver' });
    await assert.rejects(begin(invitation), { kind: 'conflict' });
    assert.equal((await readInvitation(anonymous(), { invitation })).next, 'sign-in');
    const ctx = await signedInWith(session.secret);
    const other = await signedInWith((await enrollStaff(db.ctx)).session.secret);
    assert.equal((await readInvitation(other, { invitation })).next, 'sign-in');
    await assert.rejects(acceptInvitation(other, { invitation }), { kind: 'not-allowed' });
    const weak = as(ctx, { ...ctx.actor, method: 'link' } as Actor);
    await assert.rejects(acceptInvitation(weak, { invitation }), { kind: 'not-allowed' });
    assert.equal((await readInvitation(ctx, { invitation })).next, 'accept');
    await acceptInvitation(ctx, { invitation });
    const actor = await readSession(anonymous(), session.secret);
    assert.ok(actor?.kind === 'person' && actor.grants.some(({ role }) => role === 'approver'));
    await assert.rejects(acceptInvitation(ctx, { invitation }), { kind: 'too-late' });
  });

  test('without a role voids what was there before and ends the sessions, only when it is finished', async () => {
    const before = await enrollStaff(db.ctx, { email: 'lost@example.gov' });
    const tryOld = () =>
      signInWithPassword(anonymous(), {
        email: before.email,
        password: before.password,
        from: '192.0.2.1',
        browser: before.browser.secret,
      });
    const { secret: invitation } = await inviteStaff(db.ctx, { email: before.email, role: null });
    await begin(invitation, 'another good long phrase');
    await tryOld();
    assert.ok(await readSession(anonymous(), before.session.secret));
    const anew = await enrollStaff(db.ctx, {
      email: before.email,
      role: null,
      password: 'another good long phrase',
    });
    assert.equal(await readSession(anonymous(), before.session.secret), undefined);
    await assert.rejects(tryOld(), { kind: 'invalid' });
    const actor = await readSession(anonymous(), anew.session.secret);
    assert.ok(actor?.kind === 'person' && actor.grants.length === 1, 'the role stays as it was');
  });

  test('refuses passwords that are short, long, or stand to reason', async () => {
    const { secret } = await inviteStaff(db.ctx, {
      email: 'maria.lopez@danbury-ct.example',
      name: 'Maria López',
    });
    const wrong = {
      short: ['', 'a', 'elevenchars'],
      long: ['x'.repeat(201)],
      common: [
        'password1234',
        'Password2026!',
        'aaaaaaaaaaaaaaaa',
        '123456789012345',
        'qwertyuiop123',
        'abcdefghijklmnop',
        'maria.lopez@danbury-ct.example',
        'MariaLopez2026',
        'López María 1!',
        'charteroak1234',
        'abcabcabcabcabc',
        'adminadminadmin1',
        'Counterstrike',
        'MICHAEL19851985',
        'Jennifer#123456!',
        'mailcreated5240',
      ],
    };
    for (const [reason, passwords] of Object.entries(wrong))
      for (const password of passwords)
        await assert.rejects(
          begin(secret, password),
          (error: { details?: { reason?: string } }) => error.details?.reason === reason,
          password,
        );
    for (const password of [
      'danbury tuba ferry',
      'ñandú océano ríos',
      'x7!kQ2#mP9zL',
      '密码很长而且不常见的一句话',
      'michael tuba 1985',
      'Orchard7Lantern',
    ])
      await begin(secret, password);
  });

  test('refuses more than 3,000 leaked passwords of the length that is asked for', () => {
    const list = createRequire(import.meta.url)('popular-passwords') as string[];
    const long = list.filter(({ length }) => length >= passwordLength.least);
    assert.ok(long.length > 3000, `${long.length}`);
    for (const password of long)
      for (const typed of [password, password.toUpperCase(), `${password}1!`])
        assert.throws(
          () => checkPassword(typed, []),
          { details: { field: 'password', reason: 'common' } },
          typed,
        );
  });
});

describe('what is kept', () => {
  test('is neither a password nor a code, and goes with the account', async () => {
    const { session, email, password, recoveryCodes, browser } = await enrollStaff(db.ctx);
    const tables = [
      'password',
      'totp',
      'recovery_code',
      'known_browser',
      'pending_sign_in',
      'audit_content',
      'mail',
    ];
    const dump = async () => {
      const parts = tables.map((t) => `(select coalesce(string_agg(x::text, ''), '') from private.${t} x)`);
      return (await db.ctx.owner.query(`select ${parts.join(' || ')} as dump`)).rows[0].dump as string;
    };
    const text = await dump();
    for (const secret of [
      password,
      session.secret,
      browser.secret,
      ...recoveryCodes,
      ...recoveryCodes.map((c) => c.replaceAll('-', '')),
    ])
      assert.ok(!text.includes(secret));
    assert.ok(!db.ctx.logged().includes(password));
    const counts = () => Promise.all(['password', 'totp', 'recovery_code', 'known_browser'].map(count));
    const before = await counts();
    const ctx = await signedInWith(session.secret);
    const byLink = as(ctx, { ...ctx.actor, method: 'link' } as Actor);
    await assert.rejects(
      deleteAccount(byLink),
      { kind: 'not-allowed' },
      'a mailbox alone ends no staff account',
    );
    await deleteAccount(ctx);
    assert.deepEqual(
      await counts(),
      before.map((n, i) => n - (i === 2 ? 10 : 1)),
    );
    assert.ok(!(await dump()).includes(email));
    assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
  });
});

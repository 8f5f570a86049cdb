import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { parseOptions } from '@node-rs/argon2';
import { testDatabase } from '../../../test/support/context.ts';
import { enrollStaff } from '../../../test/support/staff.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { verifyAuditLog } from '../audit/verify-audit-log.ts';
import { deleteAccount } from '../sign-in/delete-account.ts';
import { pruneSignIns } from '../sign-in/prune-sign-ins.ts';
import { readSession } from '../sign-in/read-session.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { argon2id, isPassword, nobodysHash } from './password.ts';
import { readSecondStep } from './read-second-step.ts';
import { signInWithPassword } from './sign-in-with-password.ts';
import { tryLimits } from './throttle.ts';

const db = testDatabase();
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
let place = 0;
const first = (
  who: { email: string; password: string },
  from = `10.1.${place >> 8}.${place++ % 256}`,
  browser?: string,
) => signInWithPassword(anonymous(), { email: who.email, password: who.password, from, browser });
const second = (pending: { secret: string }, code: string) =>
  finishSignIn(anonymous(), { pending: pending.secret, code, agent: 'test' });
const events = async (kind: string) =>
  (
    await db.ctx.owner.query(
      'select e.subject, c.content from private.audit_event e join private.audit_content c using (number) where kind = $1 order by number',
      [kind],
    )
  ).rows.map(({ subject, content }) => ({ subject, content }));

beforeEach(() => db.ctx.clock.advance(4 * 3_600_000));

describe('a password and a code', () => {
  test('open a session; the password alone opens none', async () => {
    const sam = await enrollStaff(db.ctx);
    db.ctx.clock.advance(60_000);
    const pending = await first({ ...sam, email: ` ${sam.email.toUpperCase()} ` });
    assert.equal(await readSession(anonymous(), pending.secret), undefined);
    assert.ok(await readSecondStep(anonymous(), { pending: pending.secret }));
    const { session } = await second(pending, sam.code());
    const actor = await readSession(anonymous(), session.secret);
    assert.ok(actor?.kind === 'person' && actor.method === 'second-factor' && actor.grants.length === 1);
    await assert.rejects(second(pending, sam.code()), { kind: 'too-late' }, 'the step is used up');
  });

  test('signing in ends the session that the browser had, and no other', async () => {
    const sam = await enrollStaff(db.ctx);
    db.ctx.clock.advance(60_000);
    const kept = await second(await first(sam), sam.code());
    const had = as(db.ctx, (await readSession(anonymous(), sam.session.secret)) as never);
    const pending = await first(sam);
    const code = sam.recoveryCodes[0] as string;
    await finishSignIn(had, { pending: pending.secret, code, agent: 'test' });
    assert.equal(await readSession(anonymous(), sam.session.secret), undefined);
    assert.ok(await readSession(anonymous(), kept.session.secret));
  });

  test('a code is taken once, and none of an earlier step after it', async () => {
    const sam = await enrollStaff(db.ctx);
    const at = (seconds: number) => new Date(db.ctx.clock.now().getTime() + seconds * 1000);
    await assert.rejects(
      second(await first(sam), sam.code()),
      { kind: 'invalid' },
      'used when it was set up',
    );
    db.ctx.clock.advance(90_000);
    const next = sam.code(at(30));
    await second(await first(sam), next);
    await assert.rejects(second(await first(sam), next), { kind: 'invalid' }, 'a replay');
    await assert.rejects(second(await first(sam), sam.code()), { kind: 'invalid' }, 'an earlier step');
    await assert.rejects(second(await first(sam), sam.code(at(90))), { kind: 'invalid' }, 'too far ahead');
    db.ctx.clock.advance(90_000);
    await assert.rejects(second(await first(sam), sam.code(at(-60))), { kind: 'invalid' }, 'too old');
    await second(await first(sam), sam.code(at(-30)));
    await second(await first(sam), sam.code());
  });

  test('a clock that was wrong for a while locks nobody out', async () => {
    const sam = await enrollStaff(db.ctx);
    const right = db.ctx.clock.now();
    db.ctx.clock.advance(365 * 86_400_000);
    await second(await first(sam), sam.code());
    db.ctx.clock.set(new Date(right.getTime() + 60_000).toISOString());
    await second(await first(sam), sam.code());
  });

  test('of several that come with one code at once, one gets in', async () => {
    const sam = await enrollStaff(db.ctx);
    db.ctx.clock.advance(60_000);
    const steps = [];
    for (let n = 0; n < 6; n++) steps.push(await first(sam));
    const tries = await Promise.allSettled(steps.map((pending) => second(pending, sam.code())));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('five wrong codes end the step, and the person is told once', async () => {
    const sam = await enrollStaff(db.ctx);
    for (let round = 0; round < 2; round++) {
      const pending = await first(sam);
      for (let n = 0; n < 5; n++) await assert.rejects(second(pending, '000000'), { kind: 'invalid' });
      db.ctx.clock.advance(60_000);
      await assert.rejects(second(pending, sam.code()), { kind: 'too-late' });
    }
    const told = await db.ctx.owner.query(
      "select from private.mail where recipient = $1 and body like '%wrong codes%'",
      [sam.email],
    );
    assert.equal(told.rowCount, 1);
  });

  test('after ten minutes the step is too old', async () => {
    const sam = await enrollStaff(db.ctx);
    const pending = await first(sam);
    db.ctx.clock.advance(10 * 60_000 + 1);
    await assert.rejects(second(pending, sam.code()), { kind: 'too-late' });
    await pruneSignIns(db.ctx);
    assert.equal((await db.ctx.owner.query('select from private.pending_sign_in')).rowCount, 0);
  });

  test('a recovery code lets in once, also at once, and is told', async () => {
    const sam = await enrollStaff(db.ctx);
    const code = sam.recoveryCodes[0] as string;
    const steps = [await first(sam), await first(sam), await first(sam)];
    const tries = await Promise.allSettled(
      steps.map((pending) => second(pending, ` ${code.toUpperCase().replaceAll('-', ' ')}`)),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(second(await first(sam), code), { kind: 'invalid' });
    const other = await enrollStaff(db.ctx);
    await assert.rejects(second(await first(sam), other.recoveryCodes[0] as string), { kind: 'invalid' });
    assert.deepEqual((await events('recovery-code-used')).at(-1)?.content, { left: 9 });
    const told = await db.ctx.owner.query('select subject from private.mail where recipient = $1', [
      sam.email,
    ]);
    assert.equal(told.rowCount, 1);
  });

  test('signing in and deleting the account at once end without a deadlock', async () => {
    for (let round = 0; round < 5; round++) {
      const sam = await enrollStaff(db.ctx);
      const pending = await first(sam);
      const ctx = as(db.ctx, (await readSession(anonymous(), sam.session.secret)) as never);
      const both = await Promise.allSettled([
        second(pending, sam.recoveryCodes[0] as string),
        deleteAccount(ctx),
      ]);
      for (const each of both)
        if (each.status === 'rejected') assert.equal(each.reason.kind, 'too-late', String(each.reason));
    }
  });
});

describe('whoever is refused', () => {
  test('hears the same for a wrong password, an unknown account, no password and no address', async () => {
    const sam = await enrollStaff(db.ctx);
    await db.ctx.owner.query(
      "insert into private.person (email, language, created_at) values ('resident@example.org', 'en', now())",
    );
    const said = new Set<string>();
    const password = 'not the right one at all';
    for (const email of [sam.email, 'nobody@example.gov', 'resident@example.org', '', '\0', 'x'.repeat(1000)])
      await first({ email, password }).catch((error) => said.add(`${error.kind} ${error.message}`));
    assert.equal(said.size, 1);
    const { memoryCost, timeCost, parallelism } = parseOptions(nobodysHash);
    assert.deepEqual(
      { algorithm: 2, memoryCost, timeCost, parallelism },
      argon2id,
      'the same work for nobody',
    );
  });

  test('is written down with the reason, a few times and never with an address', async () => {
    const sam = await enrollStaff(db.ctx);
    const before = (await events('sign-in-refused')).length;
    for (let n = 0; n < 9; n++)
      await assert.rejects(first({ ...sam, password: 'wrong and long enough' }), { kind: 'invalid' });
    const written = (await events('sign-in-refused')).slice(before);
    const { rows } = await db.ctx.owner.query('select id from private.person where email = $1', [sam.email]);
    assert.deepEqual(
      written,
      Array(5).fill({ subject: `person:${rows[0].id}`, content: { reason: 'password' } }),
    );
    await assert.rejects(first({ email: 'ghost@example.gov', password: 'wrong and long enough' }), {
      kind: 'invalid',
    });
    assert.deepEqual((await events('sign-in-refused')).at(-1)?.subject, 'person:unknown');
    assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
  });
});

describe('trying often', () => {
  const wrong = (email: string, from: string) =>
    first({ email, password: 'wrong and long enough' }, from).catch((error) => error.kind as string);

  test('is refused for one account from one address, also at once, and for one address', async () => {
    const many = await Promise.all(Array.from({ length: 25 }, () => wrong('often@example.gov', '192.0.2.7')));
    // At once, some find the queue for hashing full; no more than the limit were let through to it.
    assert.equal(many.filter((kind) => kind !== 'too-many').length, tryLimits['account-address'].requests);
    const spread = [];
    for (let n = 0; n < 70; n++) spread.push(await wrong(`who${n}@example.gov`, `2001:db8:1::${n + 1}`));
    assert.equal(spread.filter((kind) => kind === 'invalid').length, tryLimits.address.requests);
  });

  test('by strangers from everywhere locks out neither a known browser nor, after an hour, anybody', async () => {
    const sam = await enrollStaff(db.ctx);
    for (let n = 0; n < 60; n++) await wrong(sam.email, `198.51.100.${n}`);
    await assert.rejects(first(sam, '203.0.113.9'), { kind: 'too-many' });
    db.ctx.clock.advance(60_000);
    const pending = await first(sam, '203.0.113.9', sam.browser.secret);
    await second(pending, sam.code());
    await assert.rejects(first(sam, '203.0.113.9', 'x'.repeat(43)), { kind: 'too-many' });
    db.ctx.clock.advance(3_600_000 * 1.1);
    await first(sam, '203.0.113.9');
  });

  test('another one’s known browser is nobody’s', async () => {
    const [sam, eve] = [await enrollStaff(db.ctx), await enrollStaff(db.ctx)];
    for (let n = 0; n < 60; n++) await wrong(sam.email, `198.51.100.${n}`);
    await assert.rejects(first(sam, '203.0.113.9', eve.browser.secret), { kind: 'too-many' });
  });

  test('second factors are counted over all steps', async () => {
    const sam = await enrollStaff(db.ctx);
    const kinds: string[] = [];
    for (let n = 0; n < 30; n++) {
      const pending = await first(sam, `203.0.113.${n}`);
      await second(pending, '000000').catch((error) => kinds.push(error.kind));
    }
    assert.equal(kinds.filter((kind) => kind === 'invalid').length, tryLimits['second-factor'].requests);
  });

  test('a flood of hashing is refused before it is hashed, and known browsers have a lane of their own', async () => {
    const flood = Array.from({ length: 200 }, () =>
      isPassword(undefined, 'x', 'stranger').catch(({ kind }) => kind),
    );
    // Strangers are then told so without a statement.
    const noDatabase = { ...anonymous(), app: undefined } as unknown as Ctx;
    const stranger = { email: 'a@example.gov', password: 'x', from: '10.9.9.9' };
    await assert.rejects(signInWithPassword(noDatabase, stranger), { kind: 'busy' });
    const known = await isPassword(undefined, 'x', 'known');
    assert.equal(known, false);
    const ends = await Promise.all(flood);
    assert.equal(ends.filter((end) => end === 'busy').length, 179);
    assert.equal(await isPassword(undefined, 'x', 'stranger'), false, 'and the lane is free again');
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestContext, type TestContext } from '../../../test/support/context.ts';
import { openIdentityProvider, passProvider } from '../../../test/support/identity-provider.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { readAuditLog } from '../audit/read-audit-log.ts';
import { verifyAuditLog } from '../audit/verify-audit-log.ts';
import { mostProviderSignIns } from '../person-defaults.ts';
import { beginProviderSignIn } from './begin-provider-sign-in.ts';
import { deleteAccount } from './delete-account.ts';
import { finishProviderSignIn } from './finish-provider-sign-in.ts';
import { pruneSignIns } from './prune-sign-ins.ts';
import { readAccount } from './read-account.ts';
import { readSession } from './read-session.ts';

const url = 'http://127.0.0.1:8080/sign-in/provider/back';
let provider: Awaited<ReturnType<typeof openIdentityProvider>>;
let opened: Awaited<ReturnType<typeof openTestContext>>;
let db: TestContext;
let ctx: Ctx;

before(async () => {
  provider = await openIdentityProvider({ back: url });
  opened = await openTestContext({ env: provider.env, now: new Date().toISOString() });
  db = opened.ctx;
  ctx = as(db, { kind: 'anonymous' });
});
after(async () => {
  await opened?.close();
  await provider?.close();
});

const later = (minutes: number): Ctx => {
  const now = new Date(db.clock.now().getTime() + minutes * 60_000);
  return { ...ctx, clock: { now: () => now } };
};
const begin = (language = 'en', from = '192.0.2.1') => beginProviderSignIn(ctx, { language, from });
const finish = (secret: string | undefined, answer: URL, by = ctx) =>
  finishProviderSignIn(by, { secret, answer: answer.searchParams, browser: 'test' });
async function signIn(login: string) {
  const { address, secret } = await begin();
  return finish(secret, await passProvider(address, login));
}
async function personOf(secret: string): Promise<Extract<Actor, { kind: 'person' }>> {
  return (await readSession(ctx, secret)) as Extract<Actor, { kind: 'person' }>;
}
const count = async (table: string): Promise<number> =>
  (await db.owner.query(`select count(*)::int as n from private.${table}`)).rows[0].n;
const refused = (reason: string) => (error: unknown) => {
  assert.equal((error as { details?: { reason?: string } }).details?.reason, reason, String(error));
  return true;
};
async function invite(email: string, role: string | null): Promise<void> {
  await db.owner.query(
    `insert into private.invitation (secret_hash, email, name, language, role, invited_by, created_at, expires_at)
     values (sha256(random()::text::bytea), $1, 'Invited', 'en', $2, 'operator', $3, $3::timestamptz + interval '3 days')`,
    [email, role, db.clock.now()],
  );
}

describe('signing in through the identity provider', () => {
  test('whoever it vouches for gets in, without roles, and stays the same person when the address changes', async () => {
    provider.accounts.set('ana', { email: 'Ana@City.example', email_verified: true, name: 'Ana \u0007Ruiz' });
    const first = await signIn('ana');
    assert.deepEqual([first.language, first.path], ['en', '/account']);
    const actor = await personOf(first.secret);
    assert.deepEqual([actor.name, actor.grants], ['ana@city.example', []]);
    provider.accounts.set('ana', { email: 'ana.ruiz@city.example', email_verified: true });
    assert.equal((await personOf((await signIn('ana')).secret)).personId, actor.personId);
    provider.accounts.set('ana', {});
    assert.equal((await personOf((await signIn('ana')).secret)).personId, actor.personId);
    const { rows } = await db.owner.query('select email, name from private.person');
    assert.deepEqual(rows, [{ email: 'ana@city.example', name: 'Ana Ruiz' }]);
    const { method } = (await db.owner.query('select method from private.session limit 1')).rows[0];
    assert.equal(method, 'provider');
    const letters = await db.owner.query('select recipient, body from private.mail');
    assert.deepEqual(
      letters.rows.map(({ recipient }) => recipient),
      ['ana@city.example'],
      'told once, when linked',
    );
    assert.match(letters.rows[0].body, /identity provider/);
    const account = await readAccount(as(db, actor));
    assert.deepEqual(
      account.identities.map(({ issuer, subject }) => [issuer, subject]),
      [[provider.issuer, 'ana']],
    );
    await deleteAccount(as(db, actor));
    assert.equal(await count('identity'), 0);
  });

  test('an address that the provider does not vouch for neither finds nor makes a person', async () => {
    await db.owner.query(
      "insert into private.person (email, language, created_at) values ('chief@city.example', 'en', now())",
    );
    const before = await count('person');
    for (const account of [
      { email: 'chief@city.example', email_verified: false },
      { email: 'chief@city.example' },
      { email: 'nobody', email_verified: true },
      {},
    ]) {
      provider.accounts.set('mallory', account);
      await assert.rejects(signIn('mallory'), refused('mail'));
    }
    assert.deepEqual([await count('person'), await count('identity')], [before, 0]);
  });

  test('staff are found by a vouched address, and their roles then count', async () => {
    const { rows } = await db.owner.query<{ id: string }>(
      "insert into private.person (email, language, created_at) values ('clerk@city.example', 'es', now()) returning id",
    );
    await db.owner.query(
      `insert into private.role_grant (person_id, role, starts_at, granted_by, created_at)
       values ($1, 'clerk', $2, 'operator', $2)`,
      [rows[0]?.id, db.clock.now()],
    );
    provider.accounts.set('clerk', { email: 'clerk@city.example', email_verified: true });
    const actor = await personOf((await signIn('clerk')).secret);
    assert.equal(actor.personId, rows[0]?.id);
    assert.deepEqual(
      actor.grants.map(({ role }) => role),
      ['clerk'],
    );
  });

  test('an open invitation is used at that sign-in, once; one that is over is not', async () => {
    await invite('new@city.example', 'auditor');
    provider.accounts.set('new', { email: 'new@city.example', email_verified: true, name: 'Other' });
    const actor = await personOf((await signIn('new')).secret);
    assert.deepEqual(
      actor.grants.map(({ role }) => role),
      ['auditor'],
    );
    assert.equal((await personOf((await signIn('new')).secret)).grants.length, 1);
    // One more while the account is known already.
    await invite('new@city.example', 'clerk');
    assert.equal((await personOf((await signIn('new')).secret)).grants.length, 2);
    await invite('new@city.example', 'officer');
    await db.owner.query("update private.invitation set expires_at = created_at where role = 'officer'");
    assert.equal((await personOf((await signIn('new')).secret)).grants.length, 2);
  });

  test('an invitation to an address that an account came to later is not for whoever has that account', async () => {
    provider.accounts.set('mover', { email: 'mover@city.example', email_verified: true });
    await signIn('mover');
    await invite('boss@city.example', 'city-administrator');
    provider.accounts.set('mover', { email: 'boss@city.example', email_verified: true });
    const actor = await personOf((await signIn('mover')).secret);
    assert.deepEqual([actor.name, actor.grants], ['mover@city.example', []]);
    const { rows } = await db.owner.query("select from private.person where email = 'boss@city.example'");
    assert.equal(rows.length, 0);
  });

  test('a second account with the same address takes nobody’s place, unless an invitation is open again', async () => {
    provider.accounts.set('john', { email: 'john@city.example', email_verified: true });
    const first = await signIn('john');
    provider.accounts.set('john2', { email: 'john@city.example', email_verified: true });
    await assert.rejects(signIn('john2'), refused('taken'));
    await invite('john@city.example', null);
    const second = await signIn('john2');
    assert.equal(await readSession(ctx, first.secret), undefined, 'what the old account began has ended');
    const { name } = await personOf(second.secret);
    assert.equal(name, 'john@city.example');
    await db.owner.query('update private.invitation set revoked_at = created_at where used_at is null');
    await assert.rejects(signIn('john'), refused('taken'));
  });

  test('of many first sign-ins at once, one person is made', async () => {
    provider.accounts.set('many', { email: 'many@city.example', email_verified: true });
    const ready = async (login: string) => {
      const { address, secret } = await begin();
      return { secret, answer: await passProvider(address, login) };
    };
    const all = await Promise.all(Array.from({ length: 6 }, () => ready('many')));
    const done = await Promise.all(all.map(({ secret, answer }) => finish(secret, answer)));
    const ids = await Promise.all(done.map(async ({ secret }) => (await personOf(secret)).personId));
    assert.equal(new Set(ids).size, 1);
    for (const login of ['pair1', 'pair2'])
      provider.accounts.set(login, { email: 'pair@city.example', email_verified: true });
    const both = await Promise.all(['pair1', 'pair2'].map(ready));
    const pair = await Promise.allSettled(both.map(({ secret, answer }) => finish(secret, answer)));
    assert.equal(pair.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('signing in and deleting the account at once end without a deadlock', async () => {
    provider.accounts.set('race', { email: 'race@city.example', email_verified: true });
    for (let round = 0; round < 5; round++) {
      const actor = await personOf((await signIn('race')).secret);
      await Promise.all([signIn('race'), deleteAccount(as(db, actor))]);
    }
  });

  test('a begun sign-in ends once, within ten minutes, in its own browser, with its own state', async () => {
    provider.accounts.set('once', { email: 'once@city.example', email_verified: true });
    const { address, secret } = await begin('es');
    const answer = await passProvider(address, 'once');
    await assert.rejects(finish(undefined, answer), refused('over'));
    await assert.rejects(finish('x'.repeat(43), answer), refused('over'));
    const other = new URL(answer);
    other.searchParams.set('state', 'another');
    await assert.rejects(finish(secret, other), refused('over'));
    await assert.rejects(finish(secret, answer, later(11)), refused('over'));
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => finish(secret, answer)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const each of tries) if (each.status === 'rejected') refused('over')(each.reason);
    const stranger = await begin();
    await assert.rejects(finish(stranger.secret, answer), refused('over'), 'the answer to another sign-in');
  });

  test('a code works once, even in a sign-in that was begun anew', async () => {
    const first = await begin();
    const answer = await passProvider(first.address, 'once');
    await finish(first.secret, answer);
    const second = await begin();
    const replayed = new URL(answer);
    replayed.searchParams.set('state', new URL(second.address).searchParams.get('state') ?? '');
    await assert.rejects(finish(second.secret, replayed), refused('answer'));
  });

  test('whoever cancels is told so', async () => {
    const { address, secret } = await begin();
    await assert.rejects(finish(secret, await passProvider(address, 'cancel')), (error) => {
      assert.equal((error as { kind: string }).kind, 'not-allowed');
      return refused('denied')(error);
    });
  });

  test('a clock ahead of the provider’s refuses what has expired by it', async () => {
    const { address, secret } = await begin();
    const answer = await passProvider(address, 'once');
    await db.owner.query("update private.provider_sign_in set expires_at = expires_at + interval '1 day'");
    await assert.rejects(finish(secret, answer, later(130)), refused('answer'));
  });

  test('asking too often from one place is refused, also at once', async () => {
    const many = await Promise.allSettled(
      Array.from({ length: mostProviderSignIns + 10 }, () => begin('en', '198.51.100.1')),
    );
    assert.equal(many.filter(({ status }) => status === 'fulfilled').length, mostProviderSignIns);
    const late = many.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    refused('too-many')(late.reason);
  });

  test('afterwards one goes nowhere but to a path of ours', async () => {
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a?b', '/a/../b', ''])
      await assert.rejects(beginProviderSignIn(ctx, { language: 'en', from: '192.0.2.1', path }), {
        kind: 'invalid',
      });
    const { address, secret } = await beginProviderSignIn(ctx, {
      language: 'es',
      from: '192.0.2.1',
      path: '/staff/tasks',
    });
    const done = await finish(secret, await passProvider(address, 'once'));
    assert.deepEqual([done.language, done.path], ['es', '/staff/tasks']);
  });

  test('nothing secret is logged or audited, and the audit log says what happened', async () => {
    const { address, secret } = await begin();
    const answer = await passProvider(address, 'once');
    const done = await finish(secret, answer);
    const { rows } = await db.owner.query<{ dump: string }>(
      `select string_agg(c::text, '') || (select string_agg(e::text, '') from private.audit_event e) as dump
       from private.audit_content c`,
    );
    const written = db.logged() + rows[0]?.dump;
    const secrets = [
      secret,
      done.secret,
      provider.env.OIDC_CLIENT_SECRET,
      answer.searchParams.get('code') ?? '',
    ];
    for (const each of [...secrets, 'eyJ', '@city.example']) assert.ok(!written.includes(each), each);
    const kinds = new Set<string>();
    for (const { kind } of (await readAuditLog(db, { limit: 500 })).events) kinds.add(kind);
    for (const kind of ['identity-linked', 'sign-in-refused', 'invitation-used', 'signed-in'])
      assert.ok(kinds.has(kind), kind);
    assert.deepEqual((await verifyAuditLog(db)).faults, []);
    await pruneSignIns(as(later(60 * 48), { kind: 'operator' }));
    assert.equal(await count('provider_sign_in'), 0);
  });

  test('where no provider is configured, there is none', async () => {
    const none = { ...ctx, config: { ...ctx.config, OIDC_ISSUER: undefined } };
    await assert.rejects(beginProviderSignIn(none, { language: 'en', from: '192.0.2.1' }), {
      kind: 'not-found',
    });
  });
});

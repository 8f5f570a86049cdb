import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { inviteStaff } from '../../../test/support/staff.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { sendWaiting } from '../../kit/mail.ts';
import { verifyAuditLog } from '../audit/verify-audit-log.ts';
import { mostLinks } from '../person.ts';
import { deleteAccount } from './delete-account.ts';
import { pruneSignIns } from './prune-sign-ins.ts';
import { readAccount } from './read-account.ts';
import { readSession } from './read-session.ts';
import { requestSignInLink } from './request-sign-in-link.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';

const db = testDatabase();
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
const at = (ctx: Ctx, minutes: number): Ctx => {
  const now = new Date(ctx.clock.now().getTime() + minutes * 60_000);
  return { ...ctx, clock: { now: () => now } };
};
let place = 0;

async function askForLink(email: string, ctx = anonymous(), from = `10.0.0.${place++}`): Promise<string> {
  let secret = '';
  const letter = (made: string) => {
    secret = made;
    return { subject: 's', text: made };
  };
  await requestSignInLink(ctx, { email, language: 'en', from, letter });
  return secret;
}

async function signedInAs(email: string): Promise<{ ctx: Ctx; secret: string }> {
  const { secret } = await signIn(anonymous(), { link: await askForLink(email), browser: 'test' });
  return { ctx: as(db.ctx, (await readSession(anonymous(), secret)) as Actor), secret };
}

describe('signing in by a link', () => {
  test('a link opens once, for half an hour, and a foreign one never', async () => {
    const open = (link: string, minutes = 0) => signIn(at(anonymous(), minutes), { link, browser: '' });
    const link = await askForLink(' Ana@Example.ORG ');
    await open(link);
    await assert.rejects(open(link), { kind: 'too-late' });
    await assert.rejects(open('x'.repeat(43)), { kind: 'too-late' });
    await assert.rejects(open(await askForLink('ana@example.org'), 31), { kind: 'too-late' });
    await open(await askForLink('ana@example.org'), 29);
    const { rows } = await db.ctx.owner.query('select email from private.person');
    assert.deepEqual(rows, [{ email: 'ana@example.org' }], 'one account, whatever the case of its address');
  });

  test('of two that open one link at once, one gets in', async () => {
    const link = await askForLink('twice@example.org');
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => signIn(anonymous(), { link, browser: '' })),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('asking too often is refused, for one address and from one place, also at once', async () => {
    const many = await Promise.allSettled(
      Array.from({ length: 12 }, () => askForLink('busy@example.org', anonymous(), '192.0.2.9')),
    );
    assert.equal(many.filter(({ status }) => status === 'fulfilled').length, mostLinks.forOneAddress);
    const spread = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => askForLink(`p${n}@example.org`, anonymous(), '192.0.2.1')),
    );
    assert.equal(spread.filter(({ status }) => status === 'fulfilled').length, mostLinks.fromOnePlace);
    const oneHome = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) =>
        askForLink(`q${n}@example.org`, anonymous(), `2001:db8::${n + 1}`),
      ),
    );
    assert.equal(oneHome.filter(({ status }) => status === 'fulfilled').length, mostLinks.fromOnePlace);
    await askForLink('busy@example.org', at(anonymous(), 61), '192.0.2.9');
  });

  test('strangers lock nobody out, and fill nobody’s mailbox without end', async () => {
    for (let n = 0; n < 20; n++) await askForLink('victim@example.org', anonymous(), `198.51.100.${n >> 2}`);
    await askForLink('victim@example.org', anonymous(), '203.0.113.7');
    const { rows } = await db.ctx.owner.query(
      "select from private.mail where recipient = 'victim@example.org'",
    );
    assert.equal(rows.length, mostLinks.fromAllPlaces);
  });

  test('signing in and deleting the account at once end without a deadlock', async () => {
    for (let round = 0; round < 5; round++) {
      const email = `race${round}@example.org`;
      const { ctx } = await signedInAs(email);
      const link = await askForLink(email);
      const both = await Promise.allSettled([signIn(anonymous(), { link, browser: '' }), deleteAccount(ctx)]);
      for (const each of both)
        if (each.status === 'rejected') assert.equal(each.reason.kind, 'too-late', String(each.reason));
    }
  });

  test('no secret is stored as it is, and what is no address is refused', async () => {
    const { secret } = await signedInAs('secret@example.org');
    const { rows } = await db.ctx.owner.query<{ dump: string }>(
      `select (select coalesce(string_agg(s::text, ''), '') from private.session s) ||
         (select coalesce(string_agg(c::text, ''), '') from private.audit_content c) as dump`,
    );
    assert.ok(!rows[0]?.dump.includes(secret));
    for (const email of ['', 'a', 'a@', 'a b@example.org', `${'x'.repeat(300)}@example.org`])
      await assert.rejects(askForLink(email), { kind: 'invalid' }, email);
  });
});

describe('an account', () => {
  test('shows its own sessions alone, and ends them', async () => {
    const [first, second] = [await signedInAs('two@example.org'), await signedInAs('two@example.org')];
    const stranger = await signedInAs('other@example.org');
    const { sessions } = await readAccount(first.ctx);
    assert.deepEqual([sessions.length, sessions.filter(({ current }) => current).length], [2, 1]);
    const other = sessions.find(({ current }) => !current)?.id ?? '';
    await signOut(stranger.ctx, { session: other });
    assert.ok(await readSession(anonymous(), second.secret), 'nobody ends another one’s session');
    await signOut(first.ctx, { session: other });
    assert.equal(await readSession(anonymous(), second.secret), undefined);
    await signOut(first.ctx, 'all');
    assert.equal(await readSession(anonymous(), first.secret), undefined);
    assert.ok(await readSession(anonymous(), stranger.secret));
  });

  test('that somebody else signs in from ends in that browser, and nowhere else', async () => {
    const [here, there] = [await signedInAs('first@example.org'), await signedInAs('first@example.org')];
    await signIn(here.ctx, { link: await askForLink('second@example.org'), browser: '' });
    assert.equal(await readSession(anonymous(), here.secret), undefined);
    assert.ok(await readSession(anonymous(), there.secret));
  });

  test('ends after thirty days', async () => {
    const { secret } = await signedInAs('old@example.org');
    assert.ok(await readSession(at(anonymous(), 30 * 1440 - 1), secret));
    assert.equal(await readSession(at(anonymous(), 30 * 1440 + 1), secret), undefined);
  });

  test('that is deleted leaves no address behind, and the audit log verifies', async () => {
    const { ctx } = await signedInAs('gone@example.org');
    await askForLink('gone@example.org');
    await deleteAccount(ctx);
    const tables = ['person', 'sign_in_link', 'session', 'mail', 'audit_event', 'audit_content'];
    for (const table of tables) {
      const { rows } = await db.ctx.owner.query(
        `select from private.${table} x where x::text like '%gone@example.org%'`,
      );
      assert.equal(rows.length, 0, table);
    }
    assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
  });
});

describe('pruning', () => {
  test('forgets links, sessions and letters that are over, and no others', async () => {
    const left = async () => {
      const tables = ['sign_in_link', 'session', 'mail', 'invitation'].map(
        (name) => `(select count(*)::int from private.${name})`,
      );
      const { rows } = await db.ctx.owner.query(`select array[${tables.join()}] as left`);
      return rows[0].left;
    };
    await signedInAs('kept@example.org');
    await inviteStaff(db.ctx);
    const before = await left();
    await pruneSignIns(db.ctx);
    assert.deepEqual(await left(), before);
    await pruneSignIns(at(db.ctx, 125));
    assert.deepEqual(await left(), [0, before[1], 0, 1]);
    await pruneSignIns(at(db.ctx, 31 * 1440));
    assert.deepEqual(await left(), [0, 0, 0, 0]);
  });
});

describe('mail', () => {
  test('goes out once, and is tried again later when the server refuses', async () => {
    await db.ctx.owner.query('delete from private.mail');
    await askForLink('post@example.org');
    const taken: string[] = [];
    const send = async ({ to }: { to: string }) => taken.push(to);
    await sendWaiting(anonymous(), async () => Promise.reject(new Error('451')));
    assert.equal(await sendWaiting(anonymous(), send), 0, 'not before its time');
    assert.equal(await sendWaiting(at(anonymous(), 2), send), 1);
    assert.equal(await sendWaiting(at(anonymous(), 99), send), 0);
    await askForLink('late@example.org');
    assert.equal(await sendWaiting(at(anonymous(), 31), send), 0, 'a link that no longer opens is not sent');
    assert.deepEqual(taken, ['post@example.org']);
  });

  test('a mail server that hangs holds no connection to the database', async () => {
    await db.ctx.owner.query('delete from private.mail');
    await askForLink('hang@example.org');
    let answer = () => {};
    const hung = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let asked = 0;
    const send = () => {
      asked += 1;
      return hung;
    };
    const waiting = Array.from({ length: 10 }, () => sendWaiting(anonymous(), send));
    await db.ctx.app.query('select 1');
    answer();
    await Promise.all(waiting);
    assert.equal(asked, 1, 'one process has it, the others leave it alone');
  });
});

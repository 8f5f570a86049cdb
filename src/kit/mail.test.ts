import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, beforeEach, describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { testDatabase } from '../../test/support/context.ts';
import type { Ctx } from './context.ts';
import { withTransaction } from './database.ts';
import { type Mail, queueMail, sendWaiting, smtp } from './mail.ts';

const db = testDatabase();
const from = 'Ciudad de Ñ <data@city.example>';
type Taken = { to: string[]; secure: boolean; user: string | undefined; raw: string };
type Options = ConstructorParameters<typeof SMTPServer>[0];
const closing: (() => Promise<unknown>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

/** A mail server on 127.0.0.1 that keeps what it takes. */
async function mailServer(
  options: Options = {},
  host = '127.0.0.1',
): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const user = session.user as string | undefined;
        taken.push({ to, secure: session.secure, user, raw: Buffer.concat(chunks).toString() });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, host);
  await once(server.server, 'listening');
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as { port: number }).port, taken };
}

const write = (mail: Partial<Mail> = {}) =>
  withTransaction(db.ctx.app, (tx) =>
    queueMail(
      tx,
      db.ctx,
      { to: 'ana@example.org', subject: 'Su enlace – ¡aquí!', text: 'Línea uno\n.\nLínea tres', ...mail },
      new Date(db.ctx.clock.now().getTime() + 3_600_000),
    ),
  );
const at = (minutes: number): Ctx => {
  const now = new Date(db.ctx.clock.now().getTime() + minutes * 60_000);
  return { ...db.ctx, clock: { now: () => now } };
};
const waiting = async (): Promise<number> =>
  (await db.ctx.owner.query('select count(*)::int as n from private.mail')).rows[0].n;

beforeEach(() => db.ctx.owner.query('delete from private.mail'));

describe('a mail server', () => {
  test('takes each letter once, whoever sends, with the words as they were written', async () => {
    const { port, taken } = await mailServer();
    for (let n = 0; n < 5; n++) await write({ to: `p${n}@example.org` });
    const send = smtp(`smtp://127.0.0.1:${port}`, from);
    const counts = await Promise.all(Array.from({ length: 3 }, () => sendWaiting(db.ctx, send)));
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      5,
    );
    assert.deepEqual(
      taken.flatMap(({ to }) => to).sort(),
      [0, 1, 2, 3, 4].map((n) => `p${n}@example.org`),
    );
    const raw = taken[0]?.raw ?? '';
    assert.match(raw, /^From: =\?UTF-8\?.+<data@city\.example>/m);
    assert.match(raw, /^Subject: =\?UTF-8\?/m);
    assert.match(raw, /^Content-Type: text\/plain; charset=utf-8/im);
    assert.match(raw, /L=C3=ADnea uno|L=EDnea|TMOtbmVh/);
    assert.equal(await waiting(), 0);
  });

  test('that refuses one recipient is asked again later, and holds up nobody else', async () => {
    let refuse = true;
    const { port, taken } = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(refuse && address.startsWith('gone') ? new Error('no such mailbox') : null),
    });
    await write({ to: 'gone@example.org' });
    await write();
    const send = smtp(`smtp://127.0.0.1:${port}`, from);
    assert.equal(await sendWaiting(db.ctx, send), 1);
    assert.equal(await sendWaiting(db.ctx, send), 0);
    refuse = false;
    assert.equal(await sendWaiting(at(2), send), 1);
    assert.equal(await sendWaiting(at(9), send), 0);
    assert.deepEqual(
      taken.map(({ to }) => to),
      [['ana@example.org'], ['gone@example.org']],
    );
    assert.ok(!db.ctx.logged().includes('gone@example.org'), 'whom it refused is not logged');
  });

  test('that hangs is given up, whether it never greets or stops in between', async () => {
    const mute = createServer(() => {});
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    closing.push(async () => mute.close());
    const { port: late } = await mailServer({ onMailFrom: () => {} });
    for (const port of [(mute.address() as { port: number }).port, late]) {
      await write();
      const start = performance.now();
      assert.equal(await sendWaiting(db.ctx, smtp(`smtp://127.0.0.1:${port}`, from, 300)), 0);
      assert.ok(performance.now() - start < 5000);
      assert.equal(await waiting(), 1, 'the letter is kept');
      await db.ctx.owner.query('delete from private.mail');
    }
    await write();
    assert.equal(await sendWaiting(db.ctx, smtp('smtp://127.0.0.1:9', from)), 0, 'nobody there');
  });

  test('is given the password over TLS alone, and a wrong one stays unsaid', async () => {
    const asked: string[] = [];
    const auth: Options = {
      authOptional: false,
      onAuth: ({ username, password }, _session, done) => {
        asked.push(String(username));
        done(null, password === 'right word' ? { user: username } : {});
      },
    };
    const open = await mailServer({ ...auth, disabledCommands: [] });
    const url = (port: number, word: string, more = '') =>
      `smtp://us:${encodeURIComponent(word)}@127.0.0.1:${port}?tls.rejectUnauthorized=false${more}`;
    await write();
    assert.equal(await sendWaiting(db.ctx, smtp(url(open.port, 'wrong word'), from)), 0);
    assert.ok(!db.ctx.logged().includes('wrong word'));
    assert.equal(await sendWaiting(at(5), smtp(url(open.port, 'right word'), from)), 1);
    assert.deepEqual(
      open.taken.map(({ secure, user }) => [secure, user]),
      [[true, 'us']],
    );
    asked.length = 0;
    const bare = await mailServer({ ...auth, allowInsecureAuth: true });
    await write();
    const forced = smtp(url(bare.port, 'right word', '&requireTLS=true'), from);
    assert.equal(await sendWaiting(db.ctx, forced), 0);
    assert.deepEqual([asked, bare.taken], [[], []], 'a server that offers no TLS never hears of it');
    // A certificate that nobody vouches for is none.
    const strict = smtp(url(open.port, 'right word').replace(/\?.*/, ''), from);
    assert.equal(await sendWaiting(at(5), strict), 0);
  });

  test('elsewhere than on this machine is given a password over TLS alone, without being told so', async (t) => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
    if (!outside) return t.skip('this machine has no address but its own');
    const { port, taken } = await mailServer(
      { allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(null, { user: 'us' }) },
      outside,
    );
    await write();
    assert.equal(await sendWaiting(db.ctx, smtp(`smtp://us:word@${outside}:${port}`, from)), 0);
    assert.deepEqual(taken, []);
    assert.equal(
      await sendWaiting(at(5), smtp(`smtp://${outside}:${port}`, from)),
      1,
      'without a password as it is offered',
    );
  });

  test('is told nothing more by a subject, an address or a text than they say', async () => {
    const { port, taken } = await mailServer();
    const send = smtp(`smtp://127.0.0.1:${port}`, from);
    const line = '\r\nBcc: eve@evil.example\r\nX-Evil: yes';
    await write({ subject: `Hello${line}\r\n\r\nbody` });
    await write({ text: `One${line}\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n` });
    await write({ to: `ana@example.org${line}` });
    await write({ to: 'ana@example.org, eve@evil.example' });
    await write({ to: '"Eve" <eve@evil.example>, ana@example.org' });
    await sendWaiting(db.ctx, send);
    assert.ok(taken.length >= 2);
    for (const { to, raw } of taken) {
      const head = raw.split('\r\n\r\n')[0] ?? '';
      assert.equal(to.length, 1, `one recipient: ${to}`);
      assert.doesNotMatch(head, /^(bcc|x-evil):/im);
    }
    assert.ok(!taken.some(({ to }) => to.includes('eve@evil.example')));
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/context.ts';
import { canonicalJson, emptyHead, type Head, type Json, type JsonObject } from '../../kit/chain.ts';
import { as } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import { nameOf } from '../condition.ts';
import { createKey } from '../keys/create-key.ts';
import { revokeKey } from '../keys/revoke-key.ts';
import { readAuditLog } from './read-audit-log.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAuditLog } from './verify-audit-log.ts';

const test = testDatabase();

const record = (kind: string, subject: string, content: JsonObject = {}, ctx = test.ctx) =>
  withTransaction(ctx.app, (tx) => recordAudit(tx, ctx, { kind, subject, content }));

/** As an owner who means harm: the triggers and foreign keys are out of the way. */
const tamper = (...statements: string[]) =>
  withTransaction(test.ctx.owner, async (tx) => {
    await tx.query('alter table private.audit_event disable trigger append_only');
    await tx.query('alter table private.audit_content disable trigger user');
    await tx.query('set local session_replication_role = replica');
    for (const statement of statements) await tx.query(statement);
    await tx.query('alter table private.audit_event enable always trigger append_only');
    await tx.query('alter table private.audit_content enable always trigger kept');
    await tx.query('alter table private.audit_content enable always trigger erased_by_approval');
  });

const faults = async (remembered?: Head) =>
  (await verifyAuditLog(test.ctx, { remembered })).faults.map(({ number, kind }) => `${number} ${kind}`);

beforeEach(() =>
  tamper(
    'truncate private.audit_event, private.audit_content',
    "update private.audit_head set number = 0, hash = decode(repeat('00', 32), 'hex')",
  ),
);

async function twelve(): Promise<Head> {
  for (let i = 1; i <= 12; i += 1) {
    test.ctx.clock.advance(1_001);
    await record(i % 3 === 0 ? 'key-revoked' : 'key-created', `key:${i}`, { name: `key ${i}`, i });
  }
  const { head, faultCount } = await verifyAuditLog(test.ctx);
  assert.equal(faultCount, 0);
  return head;
}

describe('recording', () => {
  it('verifies from an empty log on', async () => {
    const empty = await verifyAuditLog(test.ctx, { remembered: emptyHead });
    assert.deepEqual(empty, {
      events: 0,
      erased: 0,
      head: emptyHead,
      complete: true,
      faults: [],
      faultCount: 0,
    });
    const head = await twelve();
    assert.equal(head.number, 12n);
  });

  it('gives writers at once a chain without gaps', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        withTransaction(test.ctx.app, async (tx) => {
          await tx.query('select pg_sleep(random() * 0.02)');
          await recordAudit(tx, test.ctx, { kind: 'tried', subject: `try:${i}`, content: { i } });
          await recordAudit(tx, test.ctx, { kind: 'tried', subject: `try:${i}`, content: { again: i } });
        }),
      ),
    );
    const { events, head, faults } = await verifyAuditLog(test.ctx);
    assert.deepEqual([events, head.number, faults], [40, 40n, []]);
  });

  it('leaves nothing of a transaction that was rolled back', async () => {
    await record('tried', 'try:1');
    await assert.rejects(
      withTransaction(test.ctx.app, async (tx) => {
        await recordAudit(tx, test.ctx, { kind: 'tried', subject: 'try:2', content: {} });
        throw new Error('no');
      }),
      /no/,
    );
    await record('tried', 'try:3');
    const { events } = await readAuditLog(test.ctx, {});
    assert.deepEqual(
      events.map(({ number, subject }) => [number, subject]),
      [
        ['2', 'try:3'],
        ['1', 'try:1'],
      ],
    );
    assert.deepEqual(await faults(), []);
  });

  it('verifies whatever content went through jsonb', async () => {
    const text = fc.string({ unit: 'binary' }).filter((s) => !s.includes('\0'));
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !/e/.test(String(n)));
    const leaf = fc.oneof(text, number, fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
    const content = fc.dictionary(text, fc.oneof(leaf, fc.array(leaf), fc.dictionary(text, leaf)));
    await fc.assert(
      fc.asyncProperty(content, (each) => record('tried', 'try:1', each as JsonObject)),
      { numRuns: 60 },
    );
    const { faultCount, erased } = await verifyAuditLog(test.ctx);
    assert.deepEqual([faultCount, erased], [0, 0]);
  });

  it('names the actor', () => {
    assert.equal(nameOf({ kind: 'key', keyId: '12', name: 'n', datasets: null, things: null }), 'key:12');
    assert.equal(nameOf({ kind: 'operator' }), 'operator');
  });

  it('tells of keys made and revoked, never the key', async () => {
    const { id, key, prefix } = await createKey(test.ctx, { name: 'bridge counter' });
    await revokeKey(test.ctx, { prefix });
    const { events } = await readAuditLog(test.ctx, {});
    assert.deepEqual(
      events.map(({ kind, subject, actor }) => [kind, subject, actor]),
      [
        ['key-revoked', `key:${id}`, 'operator'],
        ['key-created', `key:${id}`, 'operator'],
      ],
    );
    assert.deepEqual(events[1]?.content, {
      name: 'bridge counter',
      prefix,
      datasets: [],
      things: [],
      expiresAt: null,
    });
    assert.ok(!JSON.stringify(events).includes(key.slice(12)));
    await assert.rejects(revokeKey(test.ctx, { prefix }), /no active key/);
    assert.equal((await verifyAuditLog(test.ctx)).events, 2);
  });
});

describe('the database refuses', () => {
  const refused = (error: unknown) => sqlState(error) === '42501';
  const changes = [
    "update private.audit_event set actor = 'x'",
    'delete from private.audit_event',
    'truncate private.audit_event cascade',
  ];

  it('the product: changing events, content or the place of the head', async () => {
    await twelve();
    for (const statement of [
      ...changes,
      "update private.audit_content set content = '{}'",
      'delete from private.audit_content',
      'truncate private.audit_content',
      'delete from private.audit_head',
      'insert into private.audit_head (singleton, number, hash) select true, number, hash from private.audit_head',
      'truncate private.audit_head',
    ]) {
      await assert.rejects(test.ctx.app.query(statement), refused, statement);
    }
    await assert.rejects(test.ctx.public.query('select from private.audit_event'), refused);
    assert.deepEqual(await faults(), []);
  });

  it('the owner too, and says why', async () => {
    await twelve();
    for (const statement of changes) {
      await assert.rejects(test.ctx.owner.query(statement), /private\.audit_event is append-only/);
      await assert.rejects(
        test.ctx.owner.query(`set session_replication_role = replica; ${statement}`),
        /private\.audit_event is append-only/,
      );
    }
    assert.deepEqual(await faults(), []);
  });
});

describe('verifying finds', () => {
  for (const change of [
    "at = at + interval '1 microsecond'",
    "at = '2026-11-20 BC'",
    "actor = 'key:1'",
    "kind = 'key-revoked '",
    "subject = 'key:8'",
    "hash = decode(repeat('ab', 32), 'hex')",
  ]) {
    it(`a changed field: ${change}`, async () => {
      await twelve();
      await tamper(`update private.audit_event set ${change} where number = 7`);
      const found = await faults();
      assert.equal(found[0], '7 changed');
      // The next one was sealed over the hash that is gone.
      assert.deepEqual(found.slice(1), change.startsWith('hash') ? ['8 changed'] : []);
    });
  }

  it('a changed commitment, by the chain and by the content', async () => {
    await twelve();
    await tamper(
      "update private.audit_event set commitment = decode(repeat('ab', 32), 'hex') where number = 7",
    );
    assert.deepEqual(await faults(), ['7 changed', '7 content-differs']);
  });

  it('missing events, at the start and in between', async () => {
    await twelve();
    await tamper('delete from private.audit_event where number in (1, 5, 6)');
    const { faults: found } = await verifyAuditLog(test.ctx);
    assert.deepEqual(
      found.map(({ number, message }) => [number, message]),
      [
        [1n, 'event 1 is missing.'],
        [5n, 'events 5 to 6 are missing.'],
      ],
    );
  });

  it('two that changed places, near and far', async () => {
    const swap = (a: number, b: number) =>
      tamper(
        `update private.audit_event set number = 1000 where number = ${a}`,
        `update private.audit_event set number = ${a} where number = ${b}`,
        `update private.audit_event set number = ${b} where number = 1000`,
        `update private.audit_content set number = 1000 where number = ${a}`,
        `update private.audit_content set number = ${a} where number = ${b}`,
        `update private.audit_content set number = ${b} where number = 1000`,
      );
    await twelve();
    await swap(4, 5);
    assert.deepEqual(await faults(), ['4 changed', '5 out-of-order', '6 changed']);
    await swap(4, 5);
    assert.deepEqual(await faults(), []);
    await swap(3, 9);
    const { faults: found } = await verifyAuditLog(test.ctx);
    assert.equal(found[0]?.message, 'Event 3 is out of order: it was recorded as event 9.');
    assert.equal(
      found.find(({ number }) => number === 9n)?.message,
      'Event 9 is out of order: it was recorded as event 3.',
    );
  });

  it('an event put in between, the rest numbered anew', async () => {
    await twelve();
    await tamper(
      'update private.audit_event set number = number + 100 where number > 5',
      `insert into private.audit_event select 6, at, actor, kind, 'key:66', commitment, hash
       from private.audit_event where number = 5`,
      'update private.audit_event set number = number - 99 where number > 100',
      'update private.audit_head set number = number + 1',
    );
    const found = await faults();
    assert.equal(found[0], '6 changed');
    assert.ok(found.includes('7 out-of-order'));
  });

  it('an event put in after the end', async () => {
    await twelve();
    await tamper(
      `insert into private.audit_event select 13, at, actor, kind, subject, commitment, hash
       from private.audit_event where number = 12`,
    );
    assert.deepEqual(await faults(), ['13 changed', '13 content-missing', '13 head-differs']);
  });

  it('an end cut off, and a head set back with it only by one that was kept', async () => {
    const kept = await twelve();
    await tamper('delete from private.audit_event where number > 10');
    assert.deepEqual(await faults(), ['11 cut-off']);
    await tamper(
      'update private.audit_head h set number = e.number, hash = e.hash from private.audit_event e where e.number = 10',
    );
    assert.deepEqual(await faults(), []);
    assert.deepEqual(await faults(kept), ['12 rewritten']);
  });

  it('a log written anew, by a head that was kept', async () => {
    const kept = await twelve();
    await record('key-created', 'key:13');
    assert.deepEqual(await faults(kept), []);
    await tamper(
      'truncate private.audit_event, private.audit_content',
      "update private.audit_head set number = 0, hash = decode(repeat('00', 32), 'hex')",
    );
    await twelve();
    await record('key-created', 'key:13');
    assert.deepEqual(await faults(), []);
    assert.deepEqual(await faults(kept), ['12 rewritten']);
  });

  it('a head that was changed or lost', async () => {
    await twelve();
    await tamper("update private.audit_head set hash = decode(repeat('ab', 32), 'hex')");
    assert.deepEqual(await faults(), ['12 head-differs']);
    await tamper('update private.audit_head set number = 11');
    assert.deepEqual(await faults(), ['12 head-differs']);
    await tamper('delete from private.audit_head');
    assert.deepEqual(await faults(), ['12 head-differs']);
    await tamper("insert into private.audit_head (number, hash) values (0, decode(repeat('00', 32), 'hex'))");
  });

  it('changed content, and content that is gone without an approval', async () => {
    await twelve();
    await tamper('delete from private.audit_content where number in (2, 3)');
    assert.deepEqual(await faults(), ['2 content-missing', '3 content-missing']);
    assert.equal((await verifyAuditLog(test.ctx)).erased, 2);
    const { events } = await readAuditLog(test.ctx, { before: '4', limit: 2 });
    assert.deepEqual(
      events.map(({ content, erasure }) => [content, erasure]),
      [
        [null, null],
        [null, null],
      ],
    );
    await record('audit-content-erased', 'audit-event:2,3', { numbers: ['2', '3'] });
    await tamper(
      `update private.audit_content set content = content || '{"i": 5.0}' where number = 5`,
      "update private.audit_content set salt = decode(repeat('ab', 32), 'hex') where number = 6",
    );
    assert.deepEqual(await faults(), ['5 content-differs', '6 content-differs']);
  });

  it('content that two events have exchanged, and a copy of an event under a number of its own', async () => {
    await twelve();
    await tamper(
      'update private.audit_content set number = 100 where number = 4',
      'update private.audit_content set number = 4 where number = 9',
      'update private.audit_content set number = 9 where number = 100',
    );
    assert.deepEqual(await faults(), ['4 content-differs', '9 content-differs']);
    await tamper(
      `update private.audit_event copy set at = e.at, actor = e.actor, kind = e.kind, subject = e.subject,
         commitment = e.commitment, hash = e.hash
       from private.audit_event e where copy.number = 6 and e.number = 5`,
    );
    assert.ok((await faults()).includes('6 changed'));
  });

  it('no fault in a clock that was set back, and the same when it verifies in parts', async () => {
    await twelve();
    test.ctx.clock.advance(-3_600_000);
    await record('tried', 'try:13');
    const { events } = await readAuditLog(test.ctx, { limit: 2 });
    assert.deepEqual(
      events.map(({ number, clockWentBack }) => [number, clockWentBack]),
      [
        ['13', true],
        ['12', false],
      ],
    );
    assert.ok((events[0]?.at ?? '') < (events[1]?.at ?? ''), 'the true reading of the clock');
    assert.deepEqual(await faults(), []);
    const first = await verifyAuditLog(test.ctx, { most: 8 });
    assert.deepEqual([first.events, first.head.number, first.complete, first.faults], [8, 8n, false, []]);
    const rest = await verifyAuditLog(test.ctx, { after: 8n, most: 8 });
    assert.deepEqual([rest.events, rest.head.number, rest.complete, rest.faults], [5, 13n, true, []]);
    await tamper("update private.audit_event set actor = 'x' where number = 9");
    assert.equal((await verifyAuditLog(test.ctx, { after: 8n })).faults[0]?.number, 9n);
    await assert.rejects(verifyAuditLog(test.ctx, { after: 99n }), { kind: 'not-found' });
    test.ctx.clock.advance(3_600_000);
  });

  it('every fault, though it lists a hundred', async () => {
    await withTransaction(test.ctx.app, async (tx) => {
      for (let i = 0; i < 1_105; i += 1) {
        await recordAudit(tx, test.ctx, { kind: 'tried', subject: `try:${i}`, content: {} });
      }
    });
    await tamper("update private.audit_event set actor = 'x' where number > 900");
    const { events, faults: found, faultCount } = await verifyAuditLog(test.ctx);
    assert.deepEqual([events, found.length, faultCount], [1_105, 100, 205]);
  });
});

describe('reading', () => {
  it('pages from the newest, with filters', async () => {
    const start = test.ctx.clock.now();
    await twelve();
    const numbers = async (input: Parameters<typeof readAuditLog>[1]) =>
      (await readAuditLog(test.ctx, input)).events.map(({ number }) => Number(number));
    const first = await readAuditLog(test.ctx, { limit: 5 });
    assert.deepEqual([first.events.length, first.next], [5, '8']);
    assert.deepEqual(await numbers({ before: '8', limit: 5 }), [7, 6, 5, 4, 3]);
    const lastPage = await readAuditLog(test.ctx, { before: '3' });
    assert.deepEqual([lastPage.events.length, lastPage.next], [2, null]);
    assert.deepEqual(await numbers({ kind: 'key-revoked' }), [12, 9, 6, 3]);
    assert.deepEqual(await numbers({ subject: 'key:4' }), [4]);
    assert.deepEqual(await numbers({ actor: 'key:1' }), []);
    const at = new Date(start.getTime() + 12 * 1_001).toISOString();
    assert.deepEqual(
      await numbers({ kind: 'key-revoked', from: at.slice(0, 10), to: at.slice(0, 10) }),
      [12, 9, 6, 3],
    );
    assert.deepEqual(await numbers({ to: '2026-11-19' }), []);
    assert.deepEqual(await numbers({ from: '2027-11-19' }), []);
    assert.equal(first.events[0]?.at, at);
    assert.equal(canonicalJson(first.events[0]?.content as Json), '{"i":12,"name":"key 12"}');
  });

  it('is for those who may', async () => {
    const stranger = as(test.ctx, { kind: 'anonymous' });
    await assert.rejects(readAuditLog(stranger, {}), { kind: 'signed-out' });
    await assert.rejects(verifyAuditLog(stranger), { kind: 'signed-out' });
    await assert.rejects(readAuditLog(test.ctx, { before: '1 or 1' }), { kind: 'invalid' });
    await assert.rejects(readAuditLog(test.ctx, { limit: 0 }), { kind: 'invalid' });
    for (const day of ['2026-02-30', 'yesterday', '2026-11-20 or 1', '99999-01-01', ''])
      await assert.rejects(readAuditLog(test.ctx, { from: day }), { kind: 'invalid' }, day);
    await assert.rejects(readAuditLog(test.ctx, { actor: 'a\0' }), { kind: 'invalid' });
    await assert.rejects(readAuditLog(test.ctx, { number: 'x' }), { kind: 'invalid' });
  });
});

describe('charter-oak verify', () => {
  const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, DATABASE_URL: test.ctx.urlFor('charter_owner') };
      execFile(process.execPath, [main, 'verify', ...args], { env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });

  it('prints the head to keep, takes it again, and fails with each fault', async () => {
    const head = await twelve();
    const kept = `12:${head.hash.toString('hex')}`;
    const fine = await run();
    assert.equal(fine.code, 0, fine.err);
    assert.match(fine.out, /12 events checked, 0 /);
    assert.equal(fine.out.trimEnd().split('\n').at(-1), kept);
    assert.match((await run('--head', kept)).out, /event 12, is in it/);

    await tamper('delete from private.audit_event where number = 4');
    const broken = await run('--head', `11:${'ab'.repeat(32)}`);
    assert.equal(broken.code, 1);
    assert.match(
      broken.out,
      /2 faults:\n {2}Event 4 is missing\.\n {2}The head that you kept is not in the log/,
    );
    assert.equal((await run('--head', 'nonsense')).code, 2);
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openAuditLog } from '../../../test/support/audit-log.ts';
import { testDatabase } from '../../../test/support/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { readAuditLog } from './read-audit-log.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAuditLog } from './verify-audit-log.ts';

const test = testDatabase();
const { record, tamper, faults, clear, twelve } = openAuditLog(test);
beforeEach(clear);

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

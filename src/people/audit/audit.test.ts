import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { openAuditLog } from '../../../test/support/audit-log.ts';
import { testDatabase } from '../../../test/support/context.ts';
import { canonicalJson, emptyHead, type Json, type JsonObject } from '../../kit/chain.ts';
import { as } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import { nameOf } from '../condition.ts';
import { createKey } from '../keys/create-key.ts';
import { revokeKey } from '../keys/revoke-key.ts';
import { readAuditLog } from './read-audit-log.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAuditLog } from './verify-audit-log.ts';

const test = testDatabase();
const { record, faults, clear, twelve } = openAuditLog(test);
beforeEach(clear);

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

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { before, describe, it } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import { check, emptyHead, type Sealed } from '../../kit/chain.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { auditKindMessages } from './audit-kind-messages.ts';
import { downloadAuditLog } from './download-audit-log.ts';
import { readAuditHead } from './read-audit-head.ts';
import { readAuditLog } from './read-audit-log.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAuditLog } from './verify-audit-log.ts';

const test = testDatabase();
let [oakton, regional, everywhere] = [] as unknown as [Ctx, Ctx, Ctx];
let [datasetOfOakton, datasetOfElmford] = ['', ''];

describe('reading the audit log', () => {
  before(async () => {
    await makePlaces(test.ctx);
    const dataset = async (place: string) => {
      const { rows } = await test.ctx.app.query<{ id: string }>(
        `insert into private.dataset (slug, place, title, description, topic) values ($1, $1, 't', 'd', 'other') returning id`,
        [place],
      );
      return rows[0]?.id ?? '';
    };
    [datasetOfOakton, datasetOfElmford] = [await dataset('oakton'), await dataset('elmford')];
    const auditor = (email: string, place?: string) => makeStaff(test.ctx, { email, role: 'auditor', place });
    oakton = (await auditor('o@example.gov', 'oakton')).ctx;
    regional = (await auditor('r@example.gov', 'valley')).ctx;
    everywhere = (await auditor('e@example.gov')).ctx;
    await test.ctx.app.query(
      `insert into private.api_key (id, name, dataset_ids)
       values (501, 'k', array[$1::bigint]), (502, 'of two cities', array[$1::bigint, $2])`,
      [datasetOfOakton, datasetOfElmford],
    );
    for (const subject of [
      `dataset:${datasetOfOakton}`,
      `dataset:${datasetOfElmford}`,
      'key:501',
      'key:502',
      'key:999',
      'try:1',
    ])
      await withTransaction(test.ctx.app, (tx) =>
        recordAudit(tx, test.ctx, { kind: 'tried', subject, content: {} }),
      );
  });

  const subjects = async (ctx: Ctx, input: Parameters<typeof readAuditLog>[1] = { kind: 'tried' }) =>
    (await readAuditLog(ctx, input)).events.map(({ subject }) => subject).reverse();

  describe('an auditor', () => {
    it('of every place, or of the one above all others, sees everything and verifies it', async () => {
      for (const ctx of [everywhere, regional]) {
        assert.deepEqual(await subjects(ctx), [
          `dataset:${datasetOfOakton}`,
          `dataset:${datasetOfElmford}`,
          'key:501',
          'key:502',
          'key:999',
          'try:1',
        ]);
        const { faultCount, head } = await verifyAuditLog(ctx);
        assert.equal(faultCount, 0);
        assert.deepEqual(await readAuditHead(ctx), head);
      }
    });

    it('of one city sees what belongs to its datasets and their keys, and verifies nothing', async () => {
      assert.deepEqual(await subjects(oakton), [`dataset:${datasetOfOakton}`, 'key:501']);
      assert.deepEqual(await subjects(oakton, { subject: `dataset:${datasetOfElmford}` }), []);
      assert.deepEqual(await subjects(oakton, {}), [`dataset:${datasetOfOakton}`, 'key:501']);
      await assert.rejects(verifyAuditLog(oakton), { kind: 'not-allowed' });
      await assert.rejects(readAuditHead(oakton), { kind: 'not-allowed' });
      const { stream } = await downloadAuditLog(oakton, { kind: 'tried' });
      assert.equal((await text(stream)).trim().split('\n').length, 2);
    });

    it('with no role, or another, is refused', async () => {
      const clerk = (await makeStaff(test.ctx, { email: 'c@example.gov', role: 'clerk' })).ctx;
      for (const ctx of [clerk, as(test.ctx, { kind: 'anonymous' })]) {
        for (const action of [readAuditLog, downloadAuditLog, verifyAuditLog, readAuditHead] as ((
          ctx: Ctx,
          input: object,
        ) => Promise<unknown>)[])
          await assert.rejects(action(ctx, {}), { kind: ctx === clerk ? 'not-allowed' : 'signed-out' });
      }
    });

    it('is recorded at the first look of a session, also when two come at once, and at each download', async () => {
      const count = async (kind: string, actor: string) => (await subjects(test.ctx, { kind, actor })).length;
      const { ctx, personId } = await makeStaff(test.ctx, { email: 'n@example.gov', role: 'auditor' });
      await Promise.all([1, 2, 3, 4].map(() => readAuditLog(ctx, { kind: 'tried' })));
      await readAuditLog(ctx, {});
      assert.equal(await count('audit-log-read', `person:${personId}`), 1);
      await downloadAuditLog(ctx, { kind: 'tried' });
      await downloadAuditLog(ctx, { kind: 'tried' });
      assert.equal(await count('audit-log-downloaded', `person:${personId}`), 2);
      const { events } = await readAuditLog(ctx, { kind: 'audit-log-downloaded', limit: 1 });
      assert.deepEqual(events[0]?.content?.filter, { kind: 'tried' });
      await assert.rejects(downloadAuditLog(ctx, { from: 'x' }), { kind: 'invalid' });
      assert.equal(await count('audit-log-downloaded', `person:${personId}`), 2);
    });

    it('reads days of the installation’s zone', async () => {
      const record = (at: string) => {
        test.ctx.clock.set(at);
        return withTransaction(test.ctx.app, (tx) =>
          recordAudit(tx, test.ctx, { kind: 'timed', subject: `at:${at}`, content: {} }),
        );
      };
      // Midnight in New York is five hours after midnight in UTC.
      await record('2026-12-01T04:59:59.999Z');
      await record('2026-12-01T05:00:00Z');
      await record('2026-12-02T04:59:59.999Z');
      await record('2026-12-02T05:00:00Z');
      assert.deepEqual(await subjects(test.ctx, { kind: 'timed', from: '2026-12-01', to: '2026-12-01' }), [
        'at:2026-12-01T05:00:00Z',
        'at:2026-12-02T04:59:59.999Z',
      ]);
    });
  });

  describe('the download', () => {
    it('is whole, in order, and verifies by itself', async () => {
      await withTransaction(test.ctx.app, async (tx) => {
        for (let i = 0; i < 2_100; i += 1)
          await recordAudit(tx, test.ctx, { kind: 'many', subject: `try:${i}`, content: { i } });
      });
      const { number } = await readAuditHead(test.ctx);
      const { stream, fileName } = await downloadAuditLog(test.ctx, {});
      const rows = (await text(stream))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.equal(fileName, `audit-log-to-${number}.jsonl`);
      assert.equal(rows.length, Number(number));
      let previous = emptyHead;
      for (const row of rows) {
        const event: Sealed = {
          ...row,
          number: BigInt(row.number),
          commitment: Buffer.from(row.commitment, 'hex'),
          hash: Buffer.from(row.hash, 'hex'),
        };
        assert.equal(check(previous, event), undefined);
        assert.ok(!('salt' in row));
        previous = event;
      }
    });
  });

  it('every kind of event that the program records has words', async () => {
    const src = new URL('../../', import.meta.url);
    const files = (await readdir(src, { recursive: true })).filter((name) => /(?<!\.test)\.tsx?$/.test(name));
    const kinds = new Set<string>();
    for (const file of files) {
      const code = await readFile(new URL(file, src), 'utf8');
      for (const [, recorded, changed] of code.matchAll(
        /record(?:Audit|First)\((?:[^;]|;(?!\n))*?kind: '([a-z-]+)'|recordChange\([^)]*?'([a-z-]+)'/g,
      ))
        kinds.add(recorded ?? changed ?? '');
    }
    assert.ok(kinds.size > 10, [...kinds].join());
    assert.deepEqual(
      [...kinds].filter((kind) => !(kind in auditKindMessages.en)),
      [],
    );
  });
});

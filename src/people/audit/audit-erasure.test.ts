import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import { parseNumbers } from './audit-erasure.ts';
import { decideAuditErasure } from './decide-audit-erasure.ts';
import { proposeAuditErasure } from './propose-audit-erasure.ts';
import { readAuditErasures } from './read-audit-erasures.ts';
import { readAuditLog } from './read-audit-log.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAuditLog } from './verify-audit-log.ts';
import { withdrawAuditErasure } from './withdraw-audit-erasure.ts';

const test = testDatabase();
let [officer, approver, both, auditor] = [] as unknown as [Ctx, Ctx, Ctx, Ctx];

describe('erasing in the audit log', () => {
  before(async () => {
    await makePlaces(test.ctx);
    const staff = async (role: 'records-officer' | 'approver' | 'auditor', email: string) =>
      (await makeStaff(test.ctx, { email, role })).ctx;
    officer = await staff('records-officer', 'officer@example.gov');
    approver = await staff('approver', 'approver@example.gov');
    auditor = await staff('auditor', 'auditor@example.gov');
    await staff('records-officer', 'both@example.gov');
    both = await staff('approver', 'both@example.gov');
  });

  /** Some events with something personal in them; their numbers. */
  async function events(count: number, subject = 'person:9'): Promise<string[]> {
    const made: string[] = [];
    for (let i = 0; i < count; i += 1) {
      await withTransaction(test.ctx.app, (tx) =>
        recordAudit(tx, test.ctx, { kind: 'tried', subject, content: { said: `secret ${i}` } }),
      );
      const { rows } = await test.ctx.app.query<{ number: string }>('select number from private.audit_head');
      made.push(rows[0]?.number ?? '');
    }
    return made;
  }
  const kept = async (numbers: string[]) =>
    (
      await test.ctx.app.query<{ number: string }>(
        'select number from private.audit_content where number = any($1) order by number',
        [numbers],
      )
    ).rows.map(({ number }) => number);
  const propose = (ctx: Ctx, numbers: string[], reason = 'Schedule S, form F-7') =>
    proposeAuditErasure(ctx, { numbers: numbers.join(', '), reason });
  const approve = (ctx: Ctx, { id, version }: { id: string; version: string }) =>
    decideAuditErasure(ctx, { id, version, decision: 'approved' });

  describe('erasing what events said', () => {
    it('takes two people; the events stay, verify, and say under which approval', async () => {
      const numbers = await events(3);
      const [one = '', two = '', three = ''] = numbers;
      const proposal = await propose(officer, [one, three]);
      assert.deepEqual(await kept(numbers), numbers, 'a proposal erases nothing');
      const { waiting } = await readAuditErasures(approver);
      assert.deepEqual(
        waiting.map(({ id, may, events }) => [id, may.decide, events.map(({ content }) => content?.said)]),
        [[proposal.id, true, ['secret 0', 'secret 2']]],
      );
      assert.equal(
        waiting[0]?.proposer,
        'officer@example.gov',
        'people know each other by name, not by number',
      );
      assert.equal((await readAuditErasures(officer)).waiting[0]?.may.decide, false);
      await approve(approver, proposal);
      assert.deepEqual(await kept(numbers), [two]);
      const { faults, erased } = await verifyAuditLog(test.ctx);
      assert.deepEqual([faults, erased], [[], 2]);
      const { events: found } = await readAuditLog(auditor, { number: one });
      assert.equal(found[0]?.content, null);
      assert.deepEqual(
        [
          found[0]?.erasure?.content?.numbers,
          found[0]?.erasure?.content?.reason,
          found[0]?.erasure?.content?.proposal,
        ],
        [[one, three], 'Schedule S, form F-7', proposal.id],
      );
      const { rows } = await test.ctx.app.query<{ text: string }>(
        `select coalesce(jsonb_agg(c.content), '[]')::text as text from private.audit_content c
       join private.audit_event e using (number) where e.kind <> 'tried'`,
      );
      assert.ok(!rows[0]?.text.includes('secret'), 'what was erased stands nowhere else');
      await assert.rejects(propose(officer, [one]), { kind: 'conflict' });
      assert.deepEqual((await readAuditErasures(approver)).waiting, []);
    });

    it('is refused to whoever proposed it, to one person in both roles, and to everybody else', async () => {
      const numbers = await events(1);
      const proposal = await propose(both, numbers);
      await assert.rejects(approve(both, proposal), { kind: 'not-allowed' });
      for (const ctx of [
        officer,
        auditor,
        test.ctx,
        as(test.ctx, { kind: 'person', personId: '9', sessionId: '9', name: 'x', grants: [] }),
      ])
        await assert.rejects(approve(ctx, proposal), { kind: 'not-allowed' });
      for (const ctx of [approver, auditor, test.ctx]) {
        await assert.rejects(propose(ctx, numbers), { kind: 'not-allowed' });
        await assert.rejects(withdrawAuditErasure(ctx, proposal), { kind: 'not-allowed' });
      }
      await assert.rejects(withdrawAuditErasure(officer, proposal), { kind: 'not-allowed' });
      assert.deepEqual(await kept(numbers), numbers);
      await withdrawAuditErasure(both, proposal);
      await assert.rejects(approve(approver, proposal), { kind: 'too-late' });
      assert.deepEqual(await kept(numbers), numbers);
    });

    it('keeps to the places of the roles', async () => {
      const { rows } = await test.ctx.app.query<{ id: string }>(
        `insert into private.dataset (slug, place, title, description, topic) values ('d', 'oakton', 't', 'd', 'other') returning id`,
      );
      const [own = ''] = await events(1, `dataset:${rows[0]?.id}`);
      const [general = ''] = await events(1, 'try:1');
      const at = async (role: 'records-officer' | 'approver', place: string) =>
        (await makeStaff(test.ctx, { email: `${role}-${place}@example.gov`, role, place })).ctx;
      const oakton = await at('records-officer', 'oakton');
      await assert.rejects(propose(oakton, [general]), { kind: 'not-allowed' });
      await assert.rejects(propose(oakton, [own, general]), { kind: 'not-allowed' });
      await assert.rejects(propose(await at('records-officer', 'elmford'), [own]), { kind: 'not-allowed' });
      const proposal = await propose(oakton, [own]);
      const elmford = await at('approver', 'elmford');
      assert.deepEqual((await readAuditErasures(elmford)).waiting, []);
      await assert.rejects(approve(elmford, proposal), { kind: 'not-allowed' });
      await approve(await at('approver', 'oakton'), proposal);
      assert.deepEqual(await kept([own]), []);
    });

    it('at once by two approvers, or of overlapping numbers, happens once', async () => {
      const numbers = await events(3);
      const [one = '', two = '', three = ''] = numbers;
      const proposal = await propose(officer, [one, two]);
      await assert.rejects(propose(officer, [one, two]), { kind: 'conflict' });
      const overlapping = await propose(officer, [two, three]);
      const outcomes = await Promise.allSettled([
        approve(approver, proposal),
        approve(both, proposal),
        approve(approver, overlapping),
      ]);
      const left = await kept(numbers);
      assert.ok(left.length === 1, left.join());
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await verifyAuditLog(test.ctx)).faultCount, 0);
      // Whichever lost stays open, and can be declined.
      for (const { id, version } of (await readAuditErasures(approver)).waiting)
        await decideAuditErasure(approver, { id, version, decision: 'declined', reason: 'erased already' });
      assert.deepEqual(await kept(numbers), left);
    });

    it('refuses what is no event, too many, another version, and the events that tell of erasures', async () => {
      const [number = ''] = await events(1);
      for (const numbers of ['', 'x', '0-', '9-3', '1-2-3', '1-101', '99999999999999999999'])
        await assert.rejects(
          proposeAuditErasure(officer, { numbers, reason: 'r' }),
          { kind: 'invalid' },
          numbers,
        );
      await assert.rejects(propose(officer, ['900000']), { kind: 'not-found' });
      await assert.rejects(propose(officer, [number], ' '), { kind: 'invalid' });
      const proposal = await propose(officer, [number]);
      await assert.rejects(approve(approver, { ...proposal, version: '00' }), { kind: 'conflict' });
      await assert.rejects(decideAuditErasure(approver, { ...proposal, decision: 'declined' }), {
        kind: 'invalid',
      });
      await approve(approver, proposal);
      const { events: told } = await readAuditLog(test.ctx, { kind: 'audit-content-erased', limit: 1 });
      await assert.rejects(propose(officer, [told[0]?.number ?? '']), { kind: 'conflict' });
      assert.deepEqual(parseNumbers('15-17, 12;16'), ['12', '15', '16', '17']);
    });
  });

  describe('the database', () => {
    const refused = (error: unknown) => sqlState(error) === '42501';

    it('lets nothing be erased but what an approval of the same transaction names', async () => {
      const [one = '', two = ''] = await events(2);
      const proposal = await propose(officer, [one]);
      const erase = (number: string, id = proposal.id) =>
        withTransaction(test.ctx.app, async (tx) => {
          await tx.query("select set_config('charter_oak.erasure', $1, true)", [id]);
          await tx.query('delete from private.audit_content where number = $1', [number]);
        });
      await assert.rejects(
        test.ctx.app.query('delete from private.audit_content where number = $1', [one]),
        refused,
      );
      await assert.rejects(erase(one), refused, 'it is not approved yet');
      await approve(approver, proposal);
      await assert.rejects(erase(two), refused, 'it names another number');
      const again = await propose(officer, [two]);
      await withTransaction(test.ctx.app, (tx) =>
        tx.query(
          `update private.proposal set decision = 'approved', decided_by = 'person:77', decided_at = now() where id = $1`,
          [again.id],
        ),
      );
      await assert.rejects(erase(two, again.id), refused, 'it was approved in a transaction before');
      for (const ctx of [test.ctx.app, test.ctx.owner]) {
        await assert.rejects(ctx.query('delete from private.audit_content'), refused);
        await assert.rejects(ctx.query("update private.audit_content set content = '{}'"), refused);
        await assert.rejects(ctx.query('truncate private.audit_content'), refused);
      }
      assert.deepEqual(await kept([two]), [two]);
    });

    it('keeps proposals as they were made', async () => {
      const [number = ''] = await events(1);
      await propose(officer, [number]);
      for (const change of ["set content = '{}'", "set proposed_by = 'person:1'", "set reason = ''"])
        await assert.rejects(test.ctx.app.query(`update private.proposal ${change}`), refused, change);
      await assert.rejects(test.ctx.app.query('delete from private.proposal'), refused);
    });
  });
});

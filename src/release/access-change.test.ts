import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { inviteStaff, makePlaces, makeStaff } from '../../test/support/staff.ts';
import { as } from '../kit/context.ts';
import { verifyAuditLog } from '../people/index.ts';
import { deleteAccount } from '../people/sign-in/delete-account.ts';
import { beginEnrollment } from '../people/staff/begin-enrollment.ts';
import { decideAccessChange } from './decide-access-change.ts';
import { listManagedDatasets } from './list-managed-datasets.ts';
import { proposeAccessChange } from './propose-access-change.ts';
import { setOwner } from './set-owner.ts';
import { withdrawAccessChange } from './withdraw-access-change.ts';

const db = testDatabase();
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let approver: Staff;
let elsewhere: Staff;
let both: Staff;
let counter = 0;

async function makeDataset(office: string | null = 'oakton-works'): Promise<string> {
  const made = await makeDatastream(db.ctx, { access: 'restricted', dataset: `managed-${++counter}` });
  await db.ctx.owner.query(`update private.dataset set place = 'oakton', office = $2 where slug = $1`, [
    made.dataset,
    office,
  ]);
  return made.dataset;
}
const open = (dataset: string, ctx = steward.ctx) =>
  proposeAccessChange(ctx, { dataset, access: 'open', listed: false, reason: 'The council asked for it.' });
const waiting = async (dataset: string, ctx = approver.ctx) =>
  (await listManagedDatasets(ctx)).find(({ slug }) => slug === dataset)?.waiting;
async function decide(dataset: string, ctx = approver.ctx, decision: 'approved' | 'declined' = 'approved') {
  const proposal = await waiting(dataset);
  assert.ok(proposal);
  const { id, version } = proposal;
  return decideAccessChange(ctx, { proposal: id, version, decision, reason: 'Read.' });
}
const accessOf = async (dataset: string) =>
  (await db.ctx.public.query('select access from released.dataset where slug = $1', [dataset])).rows[0]
    ?.access;

describe('a change of access takes two people', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const staff = (
      email: string,
      role: Parameters<typeof makeStaff>[1]['role'],
      place: string,
      office?: string,
    ) => makeStaff(db.ctx, { email: `${email}@example.org`, role, place, ...(office ? { office } : {}) });
    steward = await staff('steward', 'data-steward', 'oakton', 'oakton-works');
    approver = await staff('approver', 'approver', 'oakton');
    elsewhere = await staff('elsewhere', 'approver', 'elmford');
    await staff('both', 'data-steward', 'oakton');
    both = await staff('both', 'approver', 'oakton');
  });

  test('proposed by the office’s steward, approved by another, then public; all of it in the log', async () => {
    const dataset = await makeDataset();
    await open(dataset);
    assert.equal(await accessOf(dataset), undefined, 'asking changes nothing');
    const { moved } = await decide(dataset);
    assert.equal(await accessOf(dataset), 'open');
    await moved;
    assert.equal(await waiting(dataset), null);
    const { rows } = await db.ctx.app.query(
      'select kind, actor from private.audit_event order by number desc limit 3',
    );
    assert.deepEqual(rows, [
      { kind: 'access-changed', actor: `person:${approver.personId}` },
      { kind: 'change-approved', actor: `person:${approver.personId}` },
      { kind: 'change-proposed', actor: `person:${steward.personId}` },
    ]);
    assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
  });

  test('nobody decides his own proposal, nor one of another city, nor without the role', async () => {
    const dataset = await makeDataset();
    await open(dataset, both.ctx);
    await assert.rejects(decide(dataset, both.ctx), { kind: 'not-allowed' });
    await assert.rejects(decide(dataset, elsewhere.ctx), { kind: 'not-allowed' });
    await assert.rejects(decide(dataset, steward.ctx), { kind: 'not-allowed' });
    await assert.rejects(decide(dataset, as(db.ctx, { kind: 'operator' })), { kind: 'not-allowed' });
    assert.equal(await accessOf(dataset), undefined);
    await decide(dataset);
    assert.equal(await accessOf(dataset), 'open');
  });

  test('a steward proposes for the own office alone', async () => {
    await assert.rejects(open(await makeDataset('oakton-clerk')), { kind: 'not-allowed' });
    await assert.rejects(open(await makeDataset(null)), { kind: 'not-allowed' });
    await assert.rejects(open('no-such'), { kind: 'not-found' });
    const seen = await listManagedDatasets(steward.ctx);
    assert.ok(
      seen.length > 0 && seen.every(({ office, mayPropose }) => office === 'oakton-works' && mayPropose),
    );
    assert.deepEqual(await listManagedDatasets(elsewhere.ctx), []);
  });

  test('of two who approve at once, one does', async () => {
    const dataset = await makeDataset();
    await open(dataset);
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => decide(dataset)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const each of tries)
      if (each.status === 'rejected') assert.equal((each.reason as { kind: string }).kind, 'too-late');
  });

  test('what was changed after approval was asked must be proposed anew', async () => {
    const dataset = await makeDataset();
    await open(dataset);
    await db.ctx.owner.query(`update private.dataset set description = 'Cameras too.' where slug = $1`, [
      dataset,
    ]);
    await assert.rejects(decide(dataset), { kind: 'conflict' });
    await decide(dataset, approver.ctx, 'declined');
    await open(dataset);
    await db.ctx.owner.query(
      `insert into private.datastream select (jsonb_populate_record(d, jsonb_build_object('id', d.id + 1000000, 'external_key', null))).*
       from private.datastream d join private.dataset ds on ds.id = d.dataset_id where ds.slug = $1`,
      [dataset],
    );
    await assert.rejects(decide(dataset), { kind: 'conflict' }, 'one more sensor is another question');
    assert.equal(await accessOf(dataset), undefined);
  });

  test('an approval is of the version that was read', async () => {
    const dataset = await makeDataset();
    const { id } = await open(dataset);
    const version = '0'.repeat(64);
    const input = { proposal: id, version, decision: 'approved', reason: '' } as const;
    await assert.rejects(decideAccessChange(approver.ctx, input), { kind: 'conflict' });
    await assert.rejects(decideAccessChange(approver.ctx, { ...input, proposal: '999999' }), {
      kind: 'not-found',
    });
  });

  test('nothing is published without an owner; an operator names it', async () => {
    const dataset = await makeDataset(null);
    await assert.rejects(open(dataset, both.ctx), { kind: 'conflict', message: /without an owner/ });
    await assert.rejects(setOwner(both.ctx, { dataset, office: 'oakton-clerk' }), { kind: 'not-allowed' });
    await assert.rejects(setOwner(db.ctx, { dataset, office: 'no-office' }), { kind: 'not-found' });
    await setOwner(db.ctx, { dataset, office: 'oakton-clerk' });
    await open(dataset, both.ctx);
    await decide(dataset);
    const { rows } = await db.ctx.public.query('select office from released.dataset where slug = $1', [
      dataset,
    ]);
    assert.deepEqual(rows, [{ office: 'oakton-clerk' }]);
  });

  test('a dataset that another city owns meanwhile is opened by nobody of the first', async () => {
    const dataset = await makeDataset();
    const { id } = await open(dataset);
    const { version = '' } = (await waiting(dataset)) ?? {};
    await db.ctx.owner.query(
      `insert into released.office (slug, place, name, duty, source) values ('elm-works', 'elmford', 'W', 'W', 'W')
       on conflict do nothing`,
    );
    // Under whatever hands the owner changed, the approval is about another thing.
    const move = (place: string, office: string) =>
      db.ctx.owner.query('update private.dataset set place = $2, office = $3 where slug = $1', [
        dataset,
        place,
        office,
      ]);
    await move('elmford', 'elm-works');
    const approve = () =>
      decideAccessChange(approver.ctx, { proposal: id, version, decision: 'approved', reason: '' });
    await assert.rejects(approve(), { kind: 'conflict' });
    await move('oakton', 'oakton-works');
    await setOwner(db.ctx, { dataset, office: 'elm-works' });
    await assert.rejects(approve(), { kind: 'too-late' });
    assert.equal(await accessOf(dataset), undefined);
    assert.equal(await waiting(dataset, elsewhere.ctx), null, 'the new owner can ask');
  });

  test('who deletes his account approves nothing under a new one', async () => {
    const leaving = await makeStaff(db.ctx, {
      email: 'leaving@example.org',
      role: 'data-steward',
      place: 'oakton',
    });
    const dataset = await makeDataset();
    const { id } = await open(dataset, leaving.ctx);
    const { version = '' } = (await waiting(dataset)) ?? {};
    const { secret } = await inviteStaff(db.ctx, {
      email: 'leaving@example.org',
      role: 'approver',
      place: 'oakton',
    });
    await deleteAccount(leaving.ctx);
    await assert.rejects(beginEnrollment(db.ctx, { invitation: secret, choice: 'passkey' }), {
      kind: 'too-late',
    });
    const back = await makeStaff(db.ctx, { email: 'leaving@example.org', role: 'approver', place: 'oakton' });
    await assert.rejects(
      decideAccessChange(back.ctx, { proposal: id, version, decision: 'approved', reason: '' }),
      { kind: 'too-late' },
    );
    await assert.rejects(open(dataset, leaving.ctx), { kind: 'signed-out' }, 'a request that was on its way');
    const { rows } = await db.ctx.owner.query(
      `select (select decision from private.proposal where id = $1),
         (select count(*)::int from private.invitation where email = 'leaving@example.org') as invitations`,
      [id],
    );
    assert.deepEqual(rows, [{ decision: 'withdrawn', invitations: 0 }]);
  });

  test('one question at a time; withdrawn by who asked; declined with a reason; refused when it is so already', async () => {
    const dataset = await makeDataset();
    const { id } = await open(dataset);
    await assert.rejects(open(dataset), { kind: 'conflict' });
    await assert.rejects(withdrawAccessChange(both.ctx, { proposal: id }), { kind: 'not-allowed' });
    await withdrawAccessChange(steward.ctx, { proposal: id });
    await assert.rejects(withdrawAccessChange(steward.ctx, { proposal: id }), { kind: 'too-late' });
    const second = await open(dataset);
    const { version } = (await waiting(dataset)) ?? { version: '' };
    await assert.rejects(
      decideAccessChange(approver.ctx, { proposal: second.id, version, decision: 'declined', reason: ' ' }),
      { kind: 'invalid' },
    );
    await decide(dataset);
    await assert.rejects(open(dataset), { kind: 'conflict' });
    await assert.rejects(
      proposeAccessChange(steward.ctx, { dataset, access: 'restricted', listed: true, reason: '' }),
      { kind: 'invalid' },
    );
  });
});

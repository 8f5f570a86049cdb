import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { tamperWithCases } from '../../test/support/tamper.ts';
import { withTransaction } from '../kit/database.ts';
import { addNote } from './add-note.ts';
import { decideCaseErasure } from './decide-case-erasure.ts';
import { addDocument } from './documents.ts';
import { lockCase, moveCase } from './events.ts';
import { listCaseErasures } from './list-case-erasures.ts';
import { openCase } from './open-case.ts';
import { proposeCaseErasure } from './propose-case-erasure.ts';
import { readCase } from './read-case.ts';
import { verifyCases } from './verify-cases.ts';
import { withdrawCaseErasure } from './withdraw-case-erasure.ts';

const db = testDatabase();
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let clerk: Staff;
let records: Staff;
let approver: Staff;
let elsewhere: Staff;
let both: Staff;

async function makeCase(closed = true): Promise<string> {
  const number = await withTransaction(db.ctx.app, async (tx) => {
    const { opened } = await openCase(tx, db.ctx, {
      kind: 'question',
      letters: 'ASK',
      state: 'sent',
      place: 'oakton',
      office: null,
      title: 'canary title',
      parties: [{ role: 'asker', name: 'canary name', language: 'en' }],
      event: { kind: 'question-asked', content: { question: 'canary asked' } },
    });
    await addDocument(tx, db.ctx, opened, {
      name: 'canary.txt',
      mediaType: 'text/plain',
      audience: 'parties',
      content: Buffer.from('canary letter'),
    });
    await tx.query(
      `insert into private.question (case_id, topic, place, question, language, share_email)
       values ($1, 'sensors', 'oakton', 'canary asked', 'en', false)`,
      [opened.id],
    );
    return opened.number;
  });
  await addNote(clerk.ctx, { number, body: 'canary note' });
  if (closed)
    await withTransaction(db.ctx.app, async (tx) =>
      moveCase(tx, db.ctx, await lockCase(tx, number), { state: 'closed', closed: true }),
    );
  return number;
}
const propose = (number: string, ctx = records.ctx) =>
  proposeCaseErasure(ctx, { number, reason: 'Schedule M3, form RC-075' });
const decide = (proposal: { id: string; version: string }, ctx = approver.ctx) =>
  decideCaseErasure(ctx, {
    proposal: proposal.id,
    version: proposal.version,
    decision: 'approved',
    reason: '',
  });

/** Everything that the database keeps of cases, as text. */
async function everything(): Promise<string> {
  const { rows } = await db.ctx.owner.query(
    `select (select string_agg(t::text, '') from private.case_record t)
       || coalesce((select string_agg(t.content::text, '') from private.case_event_content t), '')
       || coalesce((select string_agg(t::text || convert_from(t.content, 'UTF8'), '') from private.case_document t), '')
       || coalesce((select string_agg(t::text, '') from private.case_note t), '')
       || coalesce((select string_agg(t::text, '') from private.case_party t), '')
       || coalesce((select string_agg(t::text, '') from private.question t), '') as all`,
  );
  return rows[0]?.all;
}

describe('erasing what a case said', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const staff = (email: string, role: Parameters<typeof makeStaff>[1]['role'], place: string) =>
      makeStaff(db.ctx, { email: `${email}@example.org`, role, place });
    clerk = await staff('clerk', 'clerk', 'oakton');
    records = await staff('records', 'records-officer', 'oakton');
    approver = await staff('approver', 'approver', 'oakton');
    elsewhere = await staff('elsewhere', 'approver', 'elmford');
    await staff('both', 'records-officer', 'oakton');
    both = await staff('both', 'approver', 'oakton');
  });

  test('takes two people; nothing of it is left, and the history verifies', async () => {
    const number = await makeCase();
    const proposal = await propose(number);
    assert.match(await everything(), /canary/);
    assert.deepEqual(
      (await listCaseErasures(approver.ctx)).map(({ content, mayDecide }) => [
        content.before.case,
        mayDecide,
      ]),
      [[number, true]],
    );
    assert.deepEqual(await listCaseErasures(elsewhere.ctx), []);
    await decide(proposal);
    assert.doesNotMatch(await everything(), /canary/);
    const { events, documents, notes } = await readCase(clerk.ctx, { number });
    assert.deepEqual([documents, notes], [[], []]);
    assert.equal(events.at(-1)?.kind, 'content-erased');
    assert.ok(events.slice(0, -1).every(({ content }) => content === null));
    assert.deepEqual((await verifyCases(db.ctx)).faults, []);
    await assert.rejects(propose(number), { kind: 'conflict' });
  });

  test('is refused for an open case, to whoever proposed it, elsewhere, and when the case went on', async () => {
    await assert.rejects(propose(await makeCase(false)), { kind: 'conflict' });
    await assert.rejects(propose('nonsense'), { kind: 'invalid' });
    await assert.rejects(propose('OAK-ASK-2026-99999'), { kind: 'not-found' });
    await assert.rejects(propose(await makeCase(), clerk.ctx), { kind: 'not-allowed' });
    const number = await makeCase();
    const proposal = await propose(number, both.ctx);
    await assert.rejects(decide(proposal, both.ctx), { kind: 'not-allowed' });
    await assert.rejects(decide(proposal, elsewhere.ctx), { kind: 'not-allowed' });
    await addNote(clerk.ctx, { number, body: 'one more' });
    await assert.rejects(decide(proposal), { kind: 'conflict' });
    await withdrawCaseErasure(both.ctx, { proposal: proposal.id });
    const again = await propose(number);
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => decide(again)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('the database lets go of nothing without an approval, and says when something went', async () => {
    const number = await makeCase();
    const { id } = await readCase(clerk.ctx, { number });
    for (const table of ['case_event_content', 'case_document', 'case_note'])
      for (const pool of [db.ctx.app, db.ctx.owner])
        await assert.rejects(pool.query(`delete from private.${table} where case_id = ${id}`), /is kept/);
    const other = await propose(await makeCase());
    await assert.rejects(
      db.ctx.app.query(
        'insert into private.case_erasure (case_id, proposal_id, erased_at) values ($1, $2, now())',
        [id, other.id],
      ),
      /no approval of this transaction/,
    );
    await tamperWithCases(
      db.ctx.owner,
      `delete from private.case_event_content where case_id = ${id} and number = 1`,
    );
    const faults = (await verifyCases(db.ctx)).faults.filter((fault) => fault.includes(number));
    assert.match(faults.join(), /what event 1 said is gone, and no approval says so/);
  });
});

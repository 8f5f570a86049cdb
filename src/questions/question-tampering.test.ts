import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { openQuestionDesk, type Staff } from '../../test/support/question-desk.ts';
import { makeStaff } from '../../test/support/staff.ts';
import { tamperWithCases } from '../../test/support/tamper.ts';
import { addNote } from '../cases/add-note.ts';
import { addTask } from '../cases/add-task.ts';
import { decideCaseErasure } from '../cases/decide-case-erasure.ts';
import { lockCase, setDeadline, verifyCases } from '../cases/index.ts';
import { proposeCaseErasure } from '../cases/propose-case-erasure.ts';
import { withTransaction } from '../kit/database.ts';
import { closeQuestion } from './close-question.ts';
import { readQuestion } from './read-question.ts';
import { routeQuestion } from './route-question.ts';

const db = testDatabase();
const desk = openQuestionDesk(db);
const { publicUrl, send, answer, status } = desk;
let clerk: Staff;
const faultsOf = async (number: string) =>
  (await verifyCases(db.ctx)).faults.filter((fault) => fault.includes(number));

/** A question with something in every table that a case has. */
async function whole(): Promise<{ number: string; id: string; secret: string }> {
  const { number, secret } = await send();
  await routeQuestion(clerk.ctx, {
    number,
    office: 'danbury-city-clerk',
    assignee: clerk.personId,
    publicUrl,
  });
  await addNote(clerk.ctx, { number, body: 'a note' });
  await addTask(clerk.ctx, { number, title: 'a task', office: null, dueAt: null });
  await withTransaction(db.ctx.app, async (tx) =>
    setDeadline(tx, db.ctx, await lockCase(tx, number), {
      kind: 'answer-due',
      dueAt: new Date('2026-12-03T05:00:00Z'),
      derivation: { rule: 'made for a test' },
    }),
  );
  await answer(number);
  const { rows } = await db.ctx.owner.query<{ id: string }>(
    'select id::text from private.case_record where number = $1',
    [number],
  );
  return { number, id: rows[0]?.id ?? '', secret };
}

describe('a question that somebody with all rights has changed', () => {
  before(async () => {
    ({ clerk } = await desk.open());
  });

  test('a case of another kind is no question, and one that is removed whole shows', async () => {
    const { number, secret } = await send();
    await db.ctx.owner.query(`update private.case_record set kind = 'permit' where number = $1`, [number]);
    await assert.rejects(status(secret), { kind: 'not-found' });
    await assert.rejects(answer(number), { kind: 'not-found' });
    await assert.rejects(readQuestion(clerk.ctx, { number, language: 'en' }), { kind: 'not-found' });
    await tamperWithCases(
      db.ctx.owner,
      `create temp table gone as select id from private.case_record where number = '${number}';
       delete from private.question where case_id in (select id from gone);
       delete from private.case_document where case_id in (select id from gone);
       delete from private.case_party where case_id in (select id from gone);
       delete from private.case_event_content where case_id in (select id from gone);
       delete from private.case_event where case_id in (select id from gone);
       delete from private.case_record where id in (select id from gone)`,
    );
    assert.deepEqual((await verifyCases(db.ctx)).faults, [
      `Case ${number}: the audit log tells of it, and it is gone.`,
    ]);
  });

  test('shows, by its number, the table and the field', async () => {
    const { number, id } = await whole();
    assert.deepEqual(await faultsOf(number), []);
    const changes: [table: string, column: string, value: string][] = [
      ['case_record', 'state', "'withdrawn'"],
      ['case_record', 'assignee', 'null'],
      ['case_record', 'assignee', `(select max(id) from private.person where id <> ${clerk.personId})`],
      ['case_record', 'office', "'danbury-police'"],
      ['case_record', 'title', "'Another title'"],
      ['case_record', 'closed_at', 'now()'],
      ['case_record', 'opened_at', "opened_at - interval '1 day'"],
      ['case_record', 'due_at', "'infinity'"],
      ['case_record', 'link_hash', "sha256('mine')"],
      ['case_party', 'name', "'Somebody Else'"],
      ['case_party', 'name', 'null'],
      ['case_party', 'email', "'else@example.org'"],
      ['case_party', 'address', "'1 Elm Street'"],
      ['case_party', 'role', "'other'"],
      ['question', 'answer', "'No fine.'"],
      ['question', 'answer_day', "'2026-11-19'"],
      ['question', 'answer_how', "'phone'"],
      ['question', 'answered_by', "'nobody'"],
      ['question', 'question', "'May I?'"],
      ['question', 'share_email', 'not share_email'],
      ['case_document', 'name', "'another.txt'"],
      ['case_document', 'audience', "'office'"],
      ['case_note', 'body', "'another note'"],
      ['case_task', 'title', "'another task'"],
      ['case_task', 'done_at', 'now()'],
      ['case_deadline', 'due_at', "due_at + interval '1 day'"],
      ['case_deadline', 'derivation', "'{}'"],
    ];
    for (const [table, column, value] of changes) {
      const own = `${table === 'case_record' ? 'id' : 'case_id'} = ${id}`;
      await db.ctx.owner.query(
        `create table public.kept_rows as select * from private.${table} where ${own}`,
      );
      await tamperWithCases(db.ctx.owner, `update private.${table} set ${column} = ${value} where ${own}`);
      const faults = await faultsOf(number);
      assert.ok(
        faults.some((fault) => fault.includes(`: ${table}`) && fault.includes(`, ${column}: `)),
        `${table}.${column}: ${faults.join()}`,
      );
      await tamperWithCases(
        db.ctx.owner,
        `update private.${table} t set ${column} = k.${column} from public.kept_rows k
         where ${table === 'question' ? 't.case_id = k.case_id' : 't.id = k.id'};
         drop table public.kept_rows`,
      );
      assert.deepEqual(await faultsOf(number), [], `${table}.${column} put back`);
    }
  });

  test('shows a row that nobody put in, and one that is gone', async () => {
    const { number, id } = await whole();
    await tamperWithCases(
      db.ctx.owner,
      `insert into private.case_party (case_id, role, language, added_at) values (${id}, 'witness', 'en', now())`,
    );
    assert.match((await faultsOf(number)).join(), /: case_party \(row \d+\): nobody put this row in/);
    await tamperWithCases(db.ctx.owner, `delete from private.case_party where case_id = ${id}`);
    assert.match((await faultsOf(number)).join(), /: case_party \(row \d+\): the row is gone/);
    await tamperWithCases(db.ctx.owner, `delete from private.case_task where case_id = ${id}`);
    assert.match((await faultsOf(number)).join(), /: case_task \(row \d+\): the row is gone/);
  });

  test('does not show where all is as it was done: a person who is deleted, content that is erased', async () => {
    const worker = await makeStaff(db.ctx, {
      email: 'leaves@example.org',
      role: 'clerk',
      place: 'danbury',
      office: 'danbury-city-clerk',
    });
    const { number } = await send();
    await routeQuestion(clerk.ctx, {
      number,
      office: 'danbury-city-clerk',
      assignee: worker.personId,
      publicUrl,
    });
    await db.ctx.owner.query('delete from private.person where id = $1', [worker.personId]);
    assert.deepEqual(await faultsOf(number), []);
    const { number: erased, id } = await whole();
    await closeQuestion(clerk.ctx, { number: erased, reason: '', publicUrl });
    const records = await makeStaff(db.ctx, {
      email: 'r@example.org',
      role: 'records-officer',
      place: 'danbury',
    });
    const approver = await makeStaff(db.ctx, { email: 'a@example.org', role: 'approver', place: 'danbury' });
    const proposal = await proposeCaseErasure(records.ctx, { number: erased, reason: 'Schedule M3' });
    await decideCaseErasure(approver.ctx, {
      proposal: proposal.id,
      version: proposal.version,
      decision: 'approved',
      reason: '',
    });
    assert.deepEqual(await faultsOf(erased), []);
    await tamperWithCases(db.ctx.owner, `update private.case_party set name = 'Back' where case_id = ${id}`);
    assert.match((await faultsOf(erased)).join(), /: case_party \(row \d+\), name: /);
  });

  test('what events seal of the tables is shown to nobody', async () => {
    const { number, secret } = await whole();
    for (const shown of [await status(secret), await readQuestion(clerk.ctx, { number, language: 'en' })])
      assert.doesNotMatch(JSON.stringify(shown), /link_hash|case_party/);
  });
});

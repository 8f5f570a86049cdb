import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { addNote } from '../cases/add-note.ts';
import { addTask } from '../cases/add-task.ts';
import { assignCase } from '../cases/assign-case.ts';
import { addDocument } from '../cases/documents.ts';
import { lockCase } from '../cases/events.ts';
import { finishTask } from '../cases/finish-task.ts';
import { listAssignees } from '../cases/list-assignees.ts';
import { listQueue } from '../cases/list-queue.ts';
import { openCase } from '../cases/open-case.ts';
import { readCase } from '../cases/read-case.ts';
import { readDocument } from '../cases/read-document.ts';
import { setReviewDate } from '../cases/set-review-date.ts';
import { withTransaction } from '../kit/database.ts';
import type { StaffRole } from '../people/role.ts';
import { projectDatasets } from '../release/index.ts';
import { takeDown } from './take-down.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
const works = { place: 'oakton', office: 'oakton-works' };
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let number: string;
let question: string;
let document: string;
const staff = (role: StaffRole) => makeStaff(db.ctx, { email: `${role}@example.org`, role, ...works });
const queued = async ({ ctx }: Staff) => (await listQueue(ctx, {})).cases.map((each) => each.number);

describe('a breach', () => {
  before(async () => {
    await makePlaces(db.ctx);
    steward = await staff('data-steward');
    const { datasetId } = await makeDatastream(db.ctx, { dataset: 'plates' });
    await db.ctx.owner.query(`update private.dataset set place = 'oakton', office = 'oakton-works'`);
    await withTransaction(db.ctx.owner, (tx) => projectDatasets(tx, [datasetId]));
    const down = { dataset: 'plates', cause: 'personal-data', reason: 'Plates.', listed: true };
    const { breach, moved } = await takeDown(steward.ctx, { ...down, language: 'en' });
    await moved;
    number = breach as string;
    await addNote(steward.ctx, { number, body: 'The plate is 4711.' });
    const made = await withTransaction(db.ctx.app, async (tx) => {
      const asked = await openCase(tx, db.ctx, {
        kind: 'question',
        letters: 'ASK',
        state: 'sent',
        ...works,
        title: 'What is the fine?',
        event: { kind: 'question-asked', content: {} },
      });
      const file = { name: 'memo', mediaType: 'text/plain', audience: 'office' as const };
      const content = Buffer.from('4711');
      const kept = await addDocument(tx, db.ctx, await lockCase(tx, number), { ...file, content });
      return { question: asked.opened.number, document: kept.id };
    });
    question = made.question;
    document = made.document;
  });

  for (const role of ['clerk', 'officer', 'inspector', 'hearing-officer', 'rule-editor'] as const)
    test(`is nothing that a ${role} of its office sees or works on, whatever other cases show`, async () => {
      const { ctx, ...who } = await staff(role);
      const refused =
        role === 'hearing-officer' || role === 'rule-editor' ? /not-allowed|not-found/ : /not-found/;
      assert.deepEqual(await queued({ ctx, ...who }), [question]);
      const { tasks } = await readCase(steward.ctx, { number });
      await assert.rejects(readCase(ctx, { number }), { kind: 'not-found' });
      await assert.rejects(readDocument(ctx, { number, document }), { kind: 'not-found' });
      for (const work of [
        () => addNote(ctx, { number, body: 'b' }),
        () => addTask(ctx, { number, title: 't', office: null, dueAt: null }),
        () => finishTask(ctx, { number, task: tasks[0]?.id ?? '' }),
        () => setReviewDate(ctx, { number, day: '' }),
        () => assignCase(ctx, { number, office: 'oakton-works', assignee: who.personId }),
      ])
        await assert.rejects(work, ({ kind }: { kind: string }) => refused.test(kind));
      const { tasks: after, notes } = await readCase(steward.ctx, { number });
      assert.deepEqual([after, notes.length], [tasks, 1]);
    });

  test('is given to nobody who may not see it', async () => {
    const clerk = await staff('clerk');
    const to = { number, office: 'oakton-works', assignee: clerk.personId };
    await assert.rejects(assignCase(steward.ctx, to), { kind: 'invalid', details: { field: 'assignee' } });
    const { people } = await listAssignees(steward.ctx, { kind: 'breach', ...works });
    assert.deepEqual(
      people.map(({ name }) => name),
      ['data-steward@example.org'],
    );
    await assignCase(steward.ctx, { ...to, assignee: steward.personId });
  });

  test('and reports are all that a data steward sees of cases', async () => {
    assert.deepEqual(await queued(steward), [number]);
    await assert.rejects(readCase(steward.ctx, { number: question }), { kind: 'not-found' });
    await assert.rejects(addNote(steward.ctx, { number: question, body: 'b' }), { kind: 'not-found' });
    assert.equal((await readDocument(steward.ctx, { number, document })).content.toString(), '4711');
    const auditor = await staff('auditor');
    assert.deepEqual((await queued(auditor)).toSorted(), [question, number].toSorted());
  });
});

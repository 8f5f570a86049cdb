import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { openQuestionDesk, type Staff } from '../../test/support/question-desk.ts';
import { makeStaff } from '../../test/support/staff.ts';
import { addNote } from '../cases/add-note.ts';
import { verifyCases } from '../cases/index.ts';
import { listErasableCases } from '../cases/list-erasable-cases.ts';
import { proposeCaseErasure } from '../cases/propose-case-erasure.ts';
import { deleteAccount } from '../people/sign-in/delete-account.ts';
import { closeQuestion } from './close-question.ts';
import { listOwnQuestions } from './list-own-questions.ts';

const db = testDatabase();
const desk = openQuestionDesk(db);
const { anonymous, publicUrl, send, answer } = desk;
let clerk: Staff;
let records: Staff;
const own = (ctx: Staff['ctx']) => listOwnQuestions(ctx, { language: 'en' });
const member = (email: string) => makeStaff(db.ctx, { email, role: 'clerk', place: 'norwalk' });
const close = (number: string) => closeQuestion(clerk.ctx, { number, reason: 'Done.', publicUrl });

describe('what somebody asked while signed in', () => {
  before(async () => {
    ({ clerk } = await desk.open());
    records = await makeStaff(db.ctx, {
      email: 'records@example.org',
      role: 'records-officer',
      place: 'danbury',
    });
  });

  test('is his to see and to take along, with the answer, and nobody else’s', async () => {
    const [ana, ben] = [await member('ana-own@example.org'), await member('ben-own@example.org')];
    const { number } = await send({ name: 'Ana Ruiz' }, { ctx: ana.ctx });
    await send({ name: 'Somebody' });
    await addNote(clerk.ctx, { number, body: 'canary-note' });
    await answer(number);
    const { cases } = await own(ana.ctx);
    assert.deepEqual(
      cases.map((one) => [one.number, one.party.name, one.asked?.answer]),
      [[number, 'Ana Ruiz', 'Code §7: 100 dollars.']],
    );
    assert.match(JSON.stringify(cases), /How much is the fine/);
    assert.doesNotMatch(JSON.stringify(cases), /canary-note|person:\d|link_hash|note-written/);
    assert.deepEqual((await own(ben.ctx)).cases, []);
    await assert.rejects(own(anonymous()), { kind: 'signed-out' });
  });

  test('comes with what rules say of keeping it, and no number where none says so', async () => {
    const { ctx } = await member('keep@example.org');
    assert.deepEqual((await own(ctx)).keeping, []);
    await send({}, { ctx });
    const { keeping } = await own(ctx);
    assert.ok(keeping.some(({ id }) => id === 'ct.retention.destruction'));
    assert.ok(keeping.every(({ howLong }) => !howLong));
  });

  test('stays when the account is deleted, and stands first where erasures are proposed', async () => {
    const { ctx } = await member('leaves-own@example.org');
    const before = await send();
    const { number } = await send({ name: 'Ana Ruiz' }, { ctx });
    const open = await send({ name: 'Ana Ruiz' }, { ctx });
    for (const each of [before.number, number]) await close(each);
    const listed = async (who = records.ctx) =>
      (await listErasableCases(who)).map((one) => [one.number, one.accountDeleted]);
    assert.deepEqual(await listed(), [
      [before.number, false],
      [number, false],
    ]);
    await deleteAccount(ctx);
    const { rows } = await db.ctx.owner.query(
      `select p.name, p.person_id from private.case_party p join private.case_record c on c.id = p.case_id where c.number = $1`,
      [number],
    );
    assert.deepEqual(rows, [{ name: 'Ana Ruiz', person_id: null }]);
    assert.deepEqual(await listed(), [
      [number, true],
      [before.number, false],
    ]);
    assert.deepEqual((await verifyCases(db.ctx)).faults, []);
    const norwalk = await makeStaff(db.ctx, {
      email: 'rn@example.org',
      role: 'records-officer',
      place: 'norwalk',
    });
    assert.deepEqual(await listed(norwalk.ctx), []);
    await assert.rejects(listed(clerk.ctx), { kind: 'not-allowed' });
    await close(open.number);
    await proposeCaseErasure(records.ctx, { number, reason: 'Asked by letter; schedule M3' });
    assert.deepEqual(await listed(), [
      [open.number, true],
      [before.number, false],
    ]);
  });
});

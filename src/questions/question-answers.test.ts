import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { openQuestionDesk, type Staff } from '../../test/support/question-desk.ts';
import { addNote } from '../cases/add-note.ts';
import { addTask } from '../cases/add-task.ts';
import { addRemark, verifyCases } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { closeQuestion } from './close-question.ts';
import { readQuestion } from './read-question.ts';
import { routeQuestion } from './route-question.ts';
import { withdrawQuestion } from './withdraw-question.ts';

const db = testDatabase();
const desk = openQuestionDesk(db);
const { anonymous, publicUrl, send, answer, status, mailTo, letters } = desk;
let clerk: Staff;
let police: Staff;
let elsewhere: Staff;

describe('what becomes of a question', () => {
  before(async () => {
    ({ clerk, police, elsewhere } = await desk.open());
  });

  test('whoever asked adds a remark and withdraws; nobody else, and not twice', async () => {
    const { number, secret } = await send();
    const remark = (text: string, link = secret) =>
      addRemark(anonymous(), { kind: 'question', secret: link, remark: text, from: '192.0.2.1' });
    await assert.rejects(remark(''), { kind: 'invalid' });
    await assert.rejects(remark('x', 'y'.repeat(43)), { kind: 'not-found' });
    await remark('It is about Main Street.');
    const both = await Promise.allSettled([1, 2, 3].map(() => withdrawQuestion(anonymous(), { secret })));
    assert.equal(both.filter((each) => each.status === 'fulfilled').length, 1);
    const { file } = await status(secret);
    assert.deepEqual(
      [file.state, file.events.map(({ kind }) => kind).slice(2)],
      ['withdrawn', ['remark-added', 'question-withdrawn']],
    );
    await assert.rejects(remark('late'), { kind: 'too-late' });
    await assert.rejects(answer(number), { kind: 'too-late' });
    const seen = await readQuestion(clerk.ctx, { number, language: 'en' });
    assert.match(JSON.stringify(seen.file.events), /Main Street/);
  });

  test('the office’s answer is recorded by its staff alone, once it is sound, and can be corrected', async () => {
    const { number, secret, email } = await send();
    for (const ctx of [anonymous(), police.ctx, elsewhere.ctx]) await assert.rejects(answer(number, {}, ctx));
    await assert.rejects(answer(number, { answer: ' ' }), { details: { field: 'answer' } });
    await assert.rejects(answer(number, { how: 'pigeon' }), { details: { field: 'how' } });
    for (const day of ['', '2026-11-21', '2026-11-19', '2026-13-01', 'today'])
      await assert.rejects(answer(number, { day }), { details: { field: 'day' } }, day);
    assert.equal((await status(secret)).question.answer, null);
    await answer(number);
    await assert.rejects(withdrawQuestion(anonymous(), { secret }), { kind: 'too-late' });
    await answer(number, { answer: 'Code §8: 90 dollars.' });
    const { file, question } = await status(secret);
    assert.deepEqual(
      [file.state, question.answer, question.answerHow, question.answerDay],
      ['answered', 'Code §8: 90 dollars.', 'paper', '2026-11-20'],
    );
    const kinds = file.events.map(({ kind }) => kind);
    assert.ok(kinds.includes('question-answered') && kinds.includes('answer-corrected'));
    const mails = (await mailTo(email)).map(({ body }) => body);
    assert.match(mails.at(-1) ?? '', /^Dear Ana Ruiz,[\s\S]*Code §8: 90 dollars\./);
    await closeQuestion(clerk.ctx, { number, reason: '', publicUrl });
    assert.equal((await status(secret)).file.state, 'closed');
    assert.ok((await status(secret)).file.closedAt);
  });

  test('goes to another office with a letter of its own; who asked is told', async () => {
    const { number, secret } = await send({ language: 'es' });
    const route = (ctx: Ctx, office: string | null, assignee: string | null = null) =>
      routeQuestion(ctx, { number, office, assignee, publicUrl });
    await assert.rejects(route(police.ctx, 'danbury-police'), { kind: 'not-found' });
    await assert.rejects(route(clerk.ctx, 'norwalk-city-clerk'), { kind: 'invalid' });
    await route(clerk.ctx, 'danbury-city-clerk', clerk.personId);
    assert.equal((await letters(secret)).length, 1, 'no letter when it stays');
    await route(clerk.ctx, 'danbury-police');
    const [first = '', second = '', third = ''] = await letters(secret);
    assert.match(first, /\nCity Clerk\nDanbury/);
    assert.match(second, /\nPolice Department\nDanbury/);
    assert.match(third, /^Hola, Ana Ruiz:[\s\S]*Police Department/);
    assert.equal((await status(secret)).file.officeName, 'Police Department');
    await assert.rejects(readQuestion(clerk.ctx, { number, language: 'en' }), { kind: 'not-found' });
    await answer(number, {}, police.ctx);
  });

  test('is closed without an answer only with a reason, which who asked is told', async () => {
    const { number, secret } = await send();
    const close = (reason: string) => closeQuestion(clerk.ctx, { number, reason, publicUrl });
    await assert.rejects(close(' '), { details: { field: 'reason' } });
    await close('Not a matter of the city.');
    assert.match((await letters(secret)).at(-1) ?? '', /Not a matter of the city\./);
    assert.equal((await status(secret)).file.state, 'closed');
    await assert.rejects(answer(number), { kind: 'too-late' });
    await assert.rejects(close('Again.'), { kind: 'too-late' });
  });

  test('answered, closed and withdrawn at once: what came first holds, and the history is one line', async () => {
    for (let n = 0; n < 5; n++) {
      const { number, secret } = await send();
      const [answered, closed, withdrawn] = await Promise.allSettled([
        answer(number),
        closeQuestion(clerk.ctx, { number, reason: 'No.', publicUrl }),
        withdrawQuestion(anonymous(), { secret }),
      ]);
      const { file, question } = await status(secret);
      const kinds = file.events.map(({ kind }) => kind);
      assert.ok(['closed', 'withdrawn'].includes(file.state));
      assert.equal(kinds.includes('question-withdrawn'), withdrawn?.status === 'fulfilled');
      assert.equal(kinds.includes('question-closed'), closed?.status === 'fulfilled');
      assert.equal(question.answer !== null, answered?.status === 'fulfilled');
      assert.notEqual(closed?.status, withdrawn?.status, 'one of the two ends it');
    }
    assert.deepEqual((await verifyCases(db.ctx)).faults, []);
  });

  test('nothing that is internal gets out: not on the private page, not in a letter, not by mail', async () => {
    const { number, secret } = await send();
    await addNote(clerk.ctx, { number, body: 'canary-note' });
    await addTask(clerk.ctx, { number, title: 'canary-task', office: null, dueAt: null });
    await db.ctx.owner.query(`update private.person set name = 'canary-name' where id = $1`, [
      clerk.personId,
    ]);
    await routeQuestion(clerk.ctx, {
      number,
      office: 'danbury-city-clerk',
      assignee: clerk.personId,
      publicUrl,
    });
    await routeQuestion(clerk.ctx, {
      number,
      office: 'danbury-police',
      assignee: police.personId,
      publicUrl,
    });
    await addNote(police.ctx, { number, body: 'canary-second' });
    await answer(number, {}, police.ctx);
    await closeQuestion(police.ctx, { number, reason: 'Done.', publicUrl });
    const mails = await db.ctx.owner.query('select subject, body from private.mail');
    const out = [
      JSON.stringify(await status(secret)),
      ...(await letters(secret)),
      JSON.stringify(mails.rows),
    ];
    for (const text of out)
      assert.doesNotMatch(text, /canary|person:\d|note-written|task-added|case-assigned/);
    assert.ok(out.length > 4);
    assert.match(JSON.stringify(await readQuestion(police.ctx, { number, language: 'en' })), /canary-note/);
  });
});

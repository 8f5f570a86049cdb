import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '../../test/support/context.ts';
import { regionFolder } from '../../test/support/rulebook.ts';
import { makeStaff } from '../../test/support/staff.ts';
import { tamperWithCases } from '../../test/support/tamper.ts';
import { addNote } from '../cases/add-note.ts';
import { addTask } from '../cases/add-task.ts';
import { readDocument, verifyCases } from '../cases/index.ts';
import { as, type Ctx } from '../kit/context.ts';
import { verifyAuditLog } from '../people/index.ts';
import { importCity, readFolder } from '../rulebook/index.ts';
import { addRemark } from './add-remark.ts';
import { closeQuestion } from './close-question.ts';
import { prepareQuestion } from './prepare-question.ts';
import { previewQuestion } from './preview-question.ts';
import { type Asked, mostQuestions } from './question.ts';
import { readQuestion } from './read-question.ts';
import { readQuestionStatus } from './read-question-status.ts';
import { recordAnswer } from './record-answer.ts';
import { routeQuestion } from './route-question.ts';
import { casePage, sendQuestion } from './send-question.ts';
import { withdrawQuestion } from './withdraw-question.ts';

const db = testDatabase();
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
const publicUrl = 'http://city.example';
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let clerk: Staff;
let police: Staff;
let elsewhere: Staff;
let addresses = 0;

const asked: Asked = {
  rule: 'danbury.sensors.fine',
  place: 'danbury',
  topic: 'sensors',
  aspect: 'fine',
  question: 'How much is the fine for a sensor without a permit?',
  office: 'danbury-city-clerk',
  name: 'Ana Ruiz',
  email: 'Ana@Example.org',
  shareEmail: false,
  language: 'en',
};
const preview = (change: Partial<Asked> = {}, ctx = anonymous()) =>
  previewQuestion(ctx, {
    ...asked,
    ...change,
    casePage: (number) => casePage(publicUrl, 'en', number),
  });
/** Each from an address of its own, unless one is given. */
async function send(change: Partial<Asked> = {}, more: { secret?: string; from?: string } = {}) {
  const secret = more.secret ?? (await preview(change)).secret;
  const from = more.from ?? `198.51.${Math.floor(++addresses / 250)}.${addresses % 250}`;
  const email = change.email ?? `ana${addresses}@example.org`;
  const { number } = await sendQuestion(anonymous(), { ...asked, ...change, email, secret, from, publicUrl });
  return { number, secret, email };
}
const answer = (number: string, change: Partial<Parameters<typeof recordAnswer>[1]> = {}, ctx = clerk.ctx) =>
  recordAnswer(ctx, {
    number,
    answer: 'Code §7: 100 dollars.',
    how: 'paper',
    day: '2026-11-20',
    publicUrl,
    ...change,
  });
const status = async (secret: string) => readQuestionStatus(anonymous(), { secret });
const count = async (sql: string) =>
  Number((await db.ctx.owner.query(`select count(*) from ${sql}`)).rows[0].count);
const mailTo = async (to: string) =>
  (
    await db.ctx.owner.query<{ subject: string; body: string }>(
      'select subject, body from private.mail where recipient = $1 order by id',
      [to],
    )
  ).rows;
/** The texts of every document of a case that the holder of its link can open. */
async function letters(secret: string): Promise<string[]> {
  const { file } = await status(secret);
  return Promise.all(
    file.documents.map(async ({ id }) =>
      (await readDocument(anonymous(), { document: id, secret })).content.toString(),
    ),
  );
}

describe('a question to an office', () => {
  before(async () => {
    const cities = fileURLToPath(new URL('../../cities/', import.meta.url));
    const folders = await Promise.all(
      ['connecticut', 'danbury', 'norwalk'].map((name) => readFolder(cities + name)),
    );
    await importCity(as(db.ctx, { kind: 'operator' }), { folders: [regionFolder, ...folders] });
    const staff = (email: string, place: string, office?: string) =>
      makeStaff(db.ctx, { email, role: 'clerk', place, ...(office ? { office } : {}) });
    clerk = await staff('clerk@example.org', 'danbury', 'danbury-city-clerk');
    police = await staff('police@example.org', 'danbury', 'danbury-police');
    elsewhere = await staff('norwalk@example.org', 'norwalk');
  });

  test('begins from a gap, in plain words, with the office that the gap names', async () => {
    const from = await prepareQuestion(anonymous(), { rule: 'danbury.sensors.fine', language: 'en' });
    // No number without its source beside it.
    assert.match(from.gap?.nearest?.says ?? '', /\$250/);
    assert.match(from.gap?.nearest?.source ?? '', /§7-148\(c\)\(10\)\(A\).*read November 21, 2026/);
    assert.equal(from.place?.slug, 'danbury');
    assert.match(from.question, / in Danbury: How much is the fine\?$/);
    assert.equal(from.gap?.state, 'not-specified');
    assert.ok(from.gap?.pages.some((page) => page.includes('Penalties & Enforcement')));
    assert.deepEqual(
      from.offices.filter(({ named }) => named).map(({ slug }) => slug),
      ['danbury-city-clerk', 'danbury-police'],
    );
    const words = await prepareQuestion(anonymous(), {
      place: 'danbury',
      topic: 'sensors',
      aspect: 'fine',
      question: '¿Y cuánto?',
      language: 'es',
    });
    assert.deepEqual([words.gap?.id, words.question], ['danbury.sensors.fine', '¿Y cuánto?']);
    const nothing = await prepareQuestion(anonymous(), { rule: 'no.such.rule', language: 'en' });
    assert.deepEqual([nothing.place, nothing.gap, nothing.offices], [null, null, []]);
    const other = await prepareQuestion(anonymous(), {
      rule: 'danbury.sensors.fine',
      place: 'norwalk',
      language: 'en',
    });
    assert.notEqual(other.gap?.id, 'danbury.sensors.fine', 'another city’s rule says nothing here');
    // A gap in state law names an office of the state: it is told, and the city's offices are offered.
    const state = await prepareQuestion(anonymous(), {
      rule: 'ct.exemption.dph',
      place: 'danbury',
      language: 'en',
    });
    assert.equal(state.stateOffices.length, 1);
    assert.ok(state.offices.length > 3 && state.offices.every(({ named }) => !named));
    const nowhere = await prepareQuestion(anonymous(), { rule: 'ct.exemption.dph', language: 'en' });
    assert.equal(nowhere.place, null, 'a place is to be chosen first');
    assert.ok(nowhere.places.some(({ slug }) => slug === 'danbury'));
  });

  test('is a letter that can be looked at, and nothing is stored before it is sent', async () => {
    const before = await count('private.case_record');
    const { letter, office, city } = await preview();
    assert.deepEqual([office.name, city], ['City Clerk', 'Danbury']);
    assert.match(letter.text, /^November 20, 2026\n\nCity Clerk\nDanbury\n\nCase number: \(given when/);
    assert.match(letter.text, /How much is the fine for a sensor without a permit\?/);
    assert.match(letter.text, /These pages were read, last on November 21, 2026:\n\n- /);
    assert.match(letter.text, /\nAna Ruiz\n/);
    assert.doesNotMatch(
      letter.text,
      /\{\{|example\.org|You may also answer to/i,
      'the mail address stays out',
    );
    assert.match(
      (await preview({ shareEmail: true })).letter.text,
      /You may also answer to: ana@example\.org/,
    );
    const es = (await preview({ language: 'es', name: '' })).letter.text;
    assert.match(es, /^20 de noviembre de 2026/);
    assert.match(es, /Gracias\.\n\nFirma:/, 'a line without a name is left out');
    assert.deepEqual(await count('private.case_record'), before);
    assert.equal(await count('private.limit_use'), 0);
  });

  test('what somebody writes is never read as a template', async () => {
    const { letter } = await preview({
      question: 'Who is {{writer}}? {{privateLink}}',
      name: '{{question}}',
    });
    assert.match(letter.text, /Who is \{\{writer\}\}\? \{\{privateLink\}\}/);
  });

  test('bad input is refused with its field', async () => {
    const wrong: [keyof Asked, string][] = [
      ['question', ' '],
      ['question', 'x'.repeat(2001)],
      ['question', 'a\u0000b'],
      ['office', 'norwalk-city-clerk'],
      ['office', ''],
      ['place', 'connecticut'],
      ['place', 'CT'],
      ['email', 'nobody'],
      ['email', 'a@example.org\r\nBcc: b@example.org'],
      ['name', 'x'.repeat(121)],
      ['language', 'fr'],
    ];
    for (const [field, value] of wrong)
      await assert.rejects(
        preview({ [field]: value }),
        { kind: 'invalid', details: { field } },
        `${field} ${value}`,
      );
    await assert.rejects(preview({ rule: 'no.such', topic: 'no-such' }), { details: { field: 'topic' } });
    await assert.rejects(send({}, { secret: 'short' }), { details: { field: 'secret' } });
  });

  test('sent: a case, its letter, a receipt to the asker alone, and the audit log tells of it', async () => {
    const { number, secret, email } = await send();
    assert.match(number, /^DAN-ASK-2026-\d{5}$/);
    const { file, question } = await status(secret);
    assert.deepEqual(
      [file.state, file.officeName, question.rule, question.answer],
      ['sent', 'City Clerk', 'danbury.sensors.fine', null],
    );
    assert.deepEqual(
      file.events.map(({ kind }) => kind),
      ['question-sent', 'document-added'],
    );
    assert.equal(file.deadlines.length, 0, 'no source gives the office a day');
    const [letter = ''] = await letters(secret);
    assert.match(letter, new RegExp(`Case number: ${number}`));
    assert.match(letter, new RegExp(`${publicUrl}/en/staff/question/${number}`));
    const receipt = (await mailTo(email)).at(-1);
    assert.match(receipt?.body ?? '', new RegExp(`/en/question\\?link=${secret}\\n`));
    const { rows } = await db.ctx.owner.query(
      `select c.content::text as said, e.subject from private.audit_event e join private.audit_content c using (number)
       where e.kind = 'case-opened' and e.subject = $1`,
      [`case:${number}`],
    );
    assert.equal(rows.length, 1);
    // The secret is in the receipt alone: in no letter, no event, no log.
    const everywhere = [letter, JSON.stringify(file.events), rows[0].said, db.ctx.logged()].join('\n');
    assert.ok(!everywhere.includes(secret));
    const kept = await db.ctx.owner.query(
      `select (select string_agg(t::text, ' ') from private.case_record t) || (select string_agg(t::text, ' ') from private.question t) as all`,
    );
    assert.ok(!kept.rows[0].all.includes(secret));
    assert.deepEqual((await verifyCases(db.ctx)).faults, []);
    assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
  });

  test('goes to an office by mail where it has an address', async () => {
    await db.ctx.owner.query(
      `update released.office set email = 'clerk@norwalk.example' where slug = 'norwalk-city-clerk'`,
    );
    await db.ctx.owner.query('update released.rulebook set version = version + 1');
    const office = 'norwalk-city-clerk';
    const { number, secret } = await send({ rule: undefined, place: 'norwalk', office });
    const mails = await mailTo('clerk@norwalk.example');
    assert.equal(mails.length, 1);
    assert.match(mails[0]?.subject ?? '', new RegExp(number));
    assert.ok(!mails[0]?.body.includes(secret));
    assert.ok((await status(secret)).file.events.some(({ kind }) => kind === 'letter-mailed'));
  });

  test('sent twice, one after the other or at once, it is one case and takes one number', async () => {
    const { secret } = await preview();
    const all = await Promise.all(Array.from({ length: 8 }, () => send({}, { secret })));
    const again = await send({ question: 'Something else?' }, { secret });
    assert.equal(new Set([...all, again].map(({ number }) => number)).size, 1);
    const next = await send();
    const [was, is] = [again, next].map(({ number }) => Number(number.slice(-5)));
    assert.equal(is, (was ?? 0) + 1, 'no number is lost');
  });

  test('too many from one address, or receipts to one mail address, are refused; also at once', async () => {
    const opened = await count('private.case_record');
    const from = '203.0.113.9';
    const tries = await Promise.allSettled(
      Array.from({ length: mostQuestions.requests + 6 }, () => send({ email: '' }, { from })),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, mostQuestions.requests);
    for (const each of tries)
      if (each.status === 'rejected') {
        assert.equal(each.reason.kind, 'too-many');
        assert.ok(each.reason.details.retryAfter > 0);
      }
    assert.equal(await count('private.case_record'), opened + mostQuestions.requests);
    const to = { email: 'bob@example.org' };
    for (let n = 0; n < 10; n++) await send(to);
    await assert.rejects(send({ email: 'BOB@example.org' }), { kind: 'too-many' });
    assert.equal((await mailTo('bob@example.org')).length, 10);
  });

  test('whoever asked adds a remark and withdraws; nobody else, and not twice', async () => {
    const { number, secret } = await send();
    const remark = (text: string, link = secret) =>
      addRemark(anonymous(), { secret: link, remark: text, from: '192.0.2.1' });
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
});

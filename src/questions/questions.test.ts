import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { openQuestionDesk } from '../../test/support/question-desk.ts';
import { mostSent, verifyCases } from '../cases/index.ts';
import { verifyAuditLog } from '../people/index.ts';
import { prepareQuestion } from './prepare-question.ts';
import type { Asked } from './question.ts';

const db = testDatabase();
const desk = openQuestionDesk(db);
const { anonymous, publicUrl, preview, send, status, count, mailTo, letters } = desk;

describe('a question to an office', () => {
  before(async () => {
    await desk.open();
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
      Array.from({ length: mostSent.requests + 6 }, () => send({ email: '' }, { from })),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, mostSent.requests);
    for (const each of tries)
      if (each.status === 'rejected') {
        assert.equal(each.reason.kind, 'too-many');
        assert.ok(each.reason.details.retryAfter > 0);
      }
    assert.equal(await count('private.case_record'), opened + mostSent.requests);
    const to = { email: 'bob@example.org' };
    for (let n = 0; n < 10; n++) await send(to);
    await assert.rejects(send({ email: 'BOB@example.org' }), { kind: 'too-many' });
    assert.equal((await mailTo('bob@example.org')).length, 10);
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '../../test/support/context.ts';
import { regionFolder } from '../../test/support/rulebook.ts';
import { makeStaff } from '../../test/support/staff.ts';
import { privateHeaders, readDocument } from '../cases/index.ts';
import { as, type Ctx } from '../kit/context.ts';
import { importCity, readFolder } from '../rulebook/index.ts';
import { readLettersFile } from '../rulebook/read-letters-file.ts';
import { closeQuestion } from './close-question.ts';
import { previewQuestion } from './preview-question.ts';
import { readQuestionStatus } from './read-question-status.ts';
import { recordAnswer } from './record-answer.ts';
import { sendQuestion } from './send-question.ts';

const db = testDatabase({ now: '2026-11-28T15:00:00Z' });
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
const publicUrl = 'http://city.example';
const asked = {
  rule: 'danbury.sensors.fine',
  place: 'danbury',
  topic: 'sensors',
  aspect: 'fine',
  question: 'How much is it?',
  office: 'danbury-city-clerk',
  name: 'Ana',
  email: '',
  shareEmail: false,
  language: 'en',
};
let addresses = 0;
async function send(change: Partial<typeof asked> = {}) {
  const input = { ...asked, ...change };
  const { secret } = await previewQuestion(anonymous(), { ...input, casePage: () => '' });
  const from = `198.51.100.${++addresses}`;
  const { number } = await sendQuestion(anonymous(), { ...input, secret, from, publicUrl });
  return { number, secret };
}
type Staff = Awaited<ReturnType<typeof makeStaff>>;

describe('a question from somebody who means ill', () => {
  let clerk: Staff;
  let elsewhere: Staff;
  before(async () => {
    const cities = fileURLToPath(new URL('../../cities/', import.meta.url));
    const folders = await Promise.all(
      ['connecticut', 'danbury', 'norwalk'].map((name) => readFolder(cities + name)),
    );
    await importCity(as(db.ctx, { kind: 'operator' }), { folders: [regionFolder, ...folders] });
    const staff = { role: 'clerk', place: 'danbury', office: 'danbury-city-clerk' } as const;
    clerk = await makeStaff(db.ctx, { email: 'clerk@example.org', ...staff });
    elsewhere = await makeStaff(db.ctx, { email: 'n@example.org', role: 'clerk', place: 'norwalk' });
  });

  test('cannot make its letter read otherwise than it is written', async () => {
    const { secret } = await send({
      question: 'one\u2028two\u0085three \u202eevil\u2066 {{officeEmail}}',
      name: 'A\u202ena\r\nBcc: x@example.org',
    });
    const { file, question } = await readQuestionStatus(anonymous(), { secret });
    assert.equal(question.question, 'one\ntwo\nthree evil {{officeEmail}}');
    const letter = await readDocument(anonymous(), { secret, document: file.documents[0]?.id ?? '' });
    const text = letter.content.toString();
    assert.match(text, /three evil \{\{officeEmail\}\}/);
    assert.match(text, /Ana Bcc: x@example\.org/);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u2028\u0085]/);
    for (const question of ['\u009b31m', 'half \ud83d a pair'])
      await assert.rejects(send({ question }), { kind: 'invalid', details: { field: 'question' } });
  });

  test('cannot send words of his own to somebody else in the city’s name', async () => {
    const email = 'victim@example.org';
    const { number } = await send({ question: 'You won! http://evil.example', name: 'Winner', email });
    const { rows } = await db.ctx.owner.query<{ subject: string; body: string }>(
      'select subject, body from private.mail where recipient = $1',
      [email],
    );
    assert.equal(rows.length, 1);
    assert.match(`${rows[0]?.subject} ${rows[0]?.body}`, new RegExp(number));
    assert.doesNotMatch(`${rows[0]?.subject} ${rows[0]?.body}`, /evil|Winner/);
  });

  test('the pages of a private link are kept by no cache, however their address is written', () => {
    assert.equal(privateHeaders()['cache-control'], 'private, no-store');
  });

  test('a day that no month has is refused by its field', async () => {
    const { number } = await send();
    db.ctx.clock.set('2026-12-02T15:00:00Z');
    const answer = { number, answer: 'Yes.', how: 'paper', day: '2026-11-31', publicUrl };
    await assert.rejects(recordAnswer(clerk.ctx, answer), { kind: 'invalid', details: { field: 'day' } });
    await recordAnswer(clerk.ctx, { ...answer, day: '2026-11-30' });
  });

  test('who works in another city is not told that there is such a question', async () => {
    const { number } = await send();
    for (const each of [number, 'DAN-ASK-2026-99999']) {
      const close = closeQuestion(elsewhere.ctx, { number: each, reason: 'x', publicUrl });
      await assert.rejects(close, { kind: 'not-found', message: `There is no case ${each}.` });
    }
  });

  test('a document is opened by the link or the number of its own case alone', async () => {
    const [one, two] = [await send(), await send()];
    const { file } = await readQuestionStatus(anonymous(), two);
    const document = file.documents[0]?.id ?? '';
    for (const input of [{ secret: one.secret }, { secret: one.secret, number: two.number }, two.number])
      await assert.rejects(
        readDocument(anonymous(), { document, ...(typeof input === 'string' ? { number: input } : input) }),
        { kind: 'not-found' },
      );
    await assert.rejects(readDocument(clerk.ctx, { document, number: one.number }), { kind: 'not-found' });
    await assert.rejects(readDocument(elsewhere.ctx, { document, number: two.number }), {
      kind: 'not-found',
    });
  });

  test('braces without end in a city’s letters are read in no time', () => {
    const file = (body: string) =>
      `placeholders: {}\nletters: [{ id: a, name: { en: a, es: a }, subject: { en: a, es: a }, body: { en: "${body}", es: a } }]`;
    const started = performance.now();
    readLettersFile(file(`{{${' '.repeat(19_000)}`), 'letters.yaml');
    readLettersFile(file('{{ '.repeat(6_600)), 'letters.yaml');
    assert.throws(() => readLettersFile(file('{{ constructor }}'), 'letters.yaml'), { kind: 'invalid' });
    assert.ok(performance.now() - started < 2000);
  });
});

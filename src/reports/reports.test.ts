import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { addRemark, mostSent, readDocument, verifyCases } from '../cases/index.ts';
import { listQueue } from '../cases/list-queue.ts';
import { setReviewDate } from '../cases/set-review-date.ts';
import { as, type Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { projectDatasets } from '../release/index.ts';
import { answerReport } from './answer-report.ts';
import { prepareReport } from './prepare-report.ts';
import { previewReport } from './preview-report.ts';
import { readReport } from './read-report.ts';
import { readReportStatus } from './read-report-status.ts';
import type { Reported } from './report.ts';
import { sendReport } from './send-report.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
const publicUrl = 'http://city.example';
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let elsewhere: Staff;
let addresses = 0;

const reported: Reported = {
  what: 'missing-readings',
  dataset: 'air',
  place: '',
  from: '2026-11-01',
  to: '2026-11-03',
  spot: 'Main Street',
  said: 'Nothing for three days.',
  name: 'Ana Ruiz',
  address: '1 Main Street',
  email: '',
  language: 'en',
};
const preview = (change: Partial<Reported> = {}) =>
  previewReport(anonymous(), { ...reported, ...change, publicUrl });
async function send(change: Partial<Reported> = {}, more: { secret?: string; asksFrom?: string } = {}) {
  const secret = more.secret ?? (await preview(change)).secret;
  const asksFrom = more.asksFrom ?? `198.51.100.${++addresses}`;
  const { number } = await sendReport(anonymous(), { ...reported, ...change, secret, asksFrom, publicUrl });
  return { number, secret };
}
const answer = (
  number: string,
  change: Partial<Parameters<typeof answerReport>[1]> = {},
  ctx = steward.ctx,
) => answerReport(ctx, { number, outcome: 'fixed', reply: 'Mended.', version: '', publicUrl, ...change });
const count = async (sql: string) =>
  Number((await db.ctx.owner.query(`select count(*) from ${sql}`)).rows[0].count);
const mailTo = async (to: string) =>
  (
    await db.ctx.owner.query<{ subject: string; body: string }>(
      'select subject, body from private.mail where recipient = $1',
      [to],
    )
  ).rows;

async function own(dataset: string, office: string | null) {
  await withTransaction(db.ctx.owner, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `update private.dataset set place = 'oakton', office = $2 where slug = $1 returning id`,
      [dataset, office],
    );
    await projectDatasets(tx, [rows[0]?.id as string]);
  });
}

describe('what anyone reports as missing or wrong', () => {
  before(async () => {
    await makePlaces(db.ctx);
    await db.ctx.owner.query(
      `update released.office set shares = '{records-requests}', email = 'clerk@oakton.example' where slug = 'oakton-clerk'`,
    );
    for (const dataset of ['air', 'ownerless']) await makeDatastream(db.ctx, { dataset });
    await makeDatastream(db.ctx, { dataset: 'secret', access: 'restricted' });
    await own('air', 'oakton-works');
    await own('ownerless', null);
    await own('secret', 'oakton-works');
    const staff = (email: string, office: string) =>
      makeStaff(db.ctx, { email, role: 'data-steward', place: 'oakton', office });
    steward = await staff('steward@example.org', 'oakton-works');
    elsewhere = await staff('other@example.org', 'oakton-clerk');
  });

  test('goes to the owner of the dataset, else to the office that shares in its city’s records', async () => {
    const office = async (dataset: string, place = '') =>
      (await prepareReport(anonymous(), { dataset, place, language: 'en' })).office?.slug;
    assert.equal(await office('air'), 'oakton-works');
    assert.equal(await office('ownerless'), 'oakton-clerk');
    assert.equal(await office('', 'hilltop'), 'oakton-clerk');
    assert.equal(await office('', 'elmford'), undefined);
    const hidden = await prepareReport(anonymous(), { dataset: 'secret', place: '', language: 'en' });
    const nowhere = await prepareReport(anonymous(), { dataset: 'nowhere', place: '', language: 'en' });
    assert.deepEqual({ ...hidden, unknown: '' }, { ...nowhere, unknown: '' });
  });

  test('is a letter that can be looked at, and nothing is stored before it is sent', async () => {
    const { letter, office, city } = await preview();
    assert.deepEqual([office?.name, city], ['Public Works', 'Oakton']);
    assert.match(
      letter.text,
      /Readings are missing\nDataset: Dataset air\nhttp:\/\/city\.example\/en\/datasets\/air/,
    );
    assert.match(
      letter.text,
      /Period: November 1, 2026 to November 3, 2026\nWhere: Main Street\n\nNothing for three/,
    );
    assert.match((await preview({ said: '{{number}}' })).letter.text, /\n\{\{number\}\}\n/);
    assert.match((await preview({ language: 'es' })).letter.text, /Faltan mediciones/);
    assert.equal(await count('private.case_record'), 0);
    assert.equal(await count('private.limit_use'), 0);
  });

  test('bad input is refused with its field', async () => {
    const bad: [Partial<Reported>, string][] = [
      [{ what: 'else' }, 'what'],
      [{ dataset: 'secret' }, 'dataset'],
      [{ dataset: '' }, 'dataset'],
      [{ what: 'missing-dataset' }, 'place'],
      [{ what: 'missing-dataset', place: 'valley-x' }, 'place'],
      [{ from: '2026-02-30' }, 'from'],
      [{ from: '2026-11-21', to: '2026-11-22' }, 'from'],
      [{ to: '2026-10-31' }, 'to'],
      [{ to: '2026-11-21' }, 'to'],
      [{ said: ' ' }, 'said'],
      [{ said: 'x'.repeat(2001) }, 'said'],
      [{ spot: 'x'.repeat(301) }, 'spot'],
      [{ email: 'ana' }, 'email'],
      [{ language: 'fr' }, 'language'],
    ];
    for (const [change, field] of bad)
      await assert.rejects(preview(change), { kind: 'invalid', details: { field } }, field);
    await assert.rejects(send({}, { secret: 'short' }), { kind: 'invalid' });
  });

  test('sent, once or many times at once, it is one case with a letter, and a receipt to the reporter alone', async () => {
    const { secret } = await preview();
    const tries = await Promise.all(
      Array.from({ length: 4 }, () => send({ email: 'ana@example.org' }, { secret, asksFrom: '192.0.2.9' })),
    );
    const number = tries[0]?.number as string;
    assert.deepEqual([...new Set(tries.map((each) => each.number))], ['OAK-RPT-2026-00001']);
    const { file, report } = await readReportStatus(anonymous(), { secret });
    assert.deepEqual(
      [file.state, report.from, report.said],
      ['received', '2026-11-01', 'Nothing for three days.'],
    );
    const document = file.documents[0]?.id as string;
    const letter = await readDocument(anonymous(), { document, secret });
    assert.match(letter.content.toString(), new RegExp(`Case number: ${number}`));
    const [receipt, ...more] = await mailTo('ana@example.org');
    assert.match(receipt?.body ?? '', new RegExp(`report\\?link=${secret}`));
    assert.equal(more.length, 0);
    assert.doesNotMatch(receipt?.body ?? '', /Nothing for three|Ana/, 'a stranger’s words go to nobody else');
    await addRemark(anonymous(), { kind: 'report', secret, remark: 'Still so.', from: '192.0.2.9' });
    await assert.rejects(
      addRemark(anonymous(), { kind: 'question', secret, remark: 'x', from: '192.0.2.9' }),
      {
        kind: 'not-found',
      },
    );
    assert.equal((await verifyCases(db.ctx)).faultCount, 0);
  });

  test('too many from one address are refused', async () => {
    const from = { asksFrom: '203.0.113.7' };
    for (let n = 0; n < mostSent.requests; n++) await send({}, from);
    await assert.rejects(send({}, from), { kind: 'too-many' });
  });

  test('what should not be public stands first in the queue, also with a day set', async () => {
    const { number } = await send({ what: 'not-public', from: '', to: '' });
    await setReviewDate(steward.ctx, { number, day: '2026-12-01' });
    const first = await listQueue(steward.ctx, { limit: 1 });
    assert.deepEqual(
      [first.cases[0]?.number, first.cases[0]?.urgent, first.cases[0]?.overdue],
      [number, true, false],
    );
    const next = await listQueue(steward.ctx, { limit: 1, after: first.next ?? '' });
    assert.ok(next.cases[0] && next.cases[0].number !== number, 'the page after an urgent case');
    assert.equal((await verifyCases(db.ctx)).faultCount, 0);
  });

  test('the office answers; whoever reported sees it, and an end is an end', async () => {
    const { number, secret } = await send({ email: 'bob@example.org' });
    await assert.rejects(readReport(elsewhere.ctx, { number }), { kind: 'not-found' });
    await assert.rejects(answer(number, {}, elsewhere.ctx), { kind: 'not-found' });
    await assert.rejects(answer(number, {}, anonymous()), { kind: 'signed-out' });
    await assert.rejects(answer(number, { outcome: 'gone' }), { kind: 'invalid' });
    await assert.rejects(answer(number, { version: '99' }), { details: { field: 'version' } });
    await answer(number, { outcome: 'needs-time', reply: 'We look.' });
    assert.equal((await readReportStatus(anonymous(), { secret })).file.state, 'needs-time');
    db.ctx.clock.set('2026-11-20T16:00:00Z');
    await withTransaction(db.ctx.owner, async (tx) => {
      const { rows } = await tx.query<{ id: string }>(
        `update private.dataset set description = 'Mended.', modified_at = $1 where slug = 'air' returning id`,
        [db.ctx.clock.now()],
      );
      await projectDatasets(tx, [rows[0]?.id as string]);
    });
    const { versions } = await readReport(steward.ctx, { number });
    assert.ok(versions.length > 0);
    const version = String(versions[0]?.number);
    const tries = await Promise.allSettled(Array.from({ length: 3 }, () => answer(number, { version })));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    const { file, report } = await readReportStatus(anonymous(), { secret });
    assert.deepEqual([file.state, String(report.fixedIn), report.reply], ['fixed', version, 'Mended.']);
    assert.match(
      (await mailTo('bob@example.org')).at(-1)?.body ?? '',
      /: fixed\.\n\nMended\.\n\n.*datasets\/air\/versions/,
    );
    await assert.rejects(answer(number), { kind: 'too-late' });
    await assert.rejects(addRemark(anonymous(), { kind: 'report', secret, remark: 'x', from: '192.0.2.1' }), {
      kind: 'too-late',
    });
    await db.ctx.owner.query(`update private.report set said = 'another' where case_id = $1`, [file.id]);
    assert.match((await verifyCases(db.ctx)).faults.join(), /report, said/);
  });
});

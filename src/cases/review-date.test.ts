import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { as } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { setDeadline } from './deadlines.ts';
import { appendEvent, lockCase, moveCase } from './events.ts';
import { fireDeadlines } from './fire-deadlines.ts';
import { listQueue } from './list-queue.ts';
import { openCase } from './open-case.ts';
import { readCase } from './read-case.ts';
import { readCaseStatus } from './read-case-status.ts';
import { setReviewDate } from './set-review-date.ts';
import { verifyCases } from './verify-cases.ts';

const db = testDatabase();
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let clerk: Staff;
let elsewhere: Staff;
const anonymous = () => as(db.ctx, { kind: 'anonymous' });
const open = () =>
  withTransaction(db.ctx.app, async (tx) => {
    const { opened, secret } = await openCase(tx, anonymous(), {
      kind: 'question',
      letters: 'ASK',
      state: 'sent',
      place: 'oakton',
      office: 'oakton-clerk',
      title: 'What is the fine?',
      event: { kind: 'question-asked', content: {} },
    });
    return { number: opened.number, secret };
  });
const status = (secret: string) => readCaseStatus(anonymous(), { secret });

describe('an internal review date', () => {
  before(async () => {
    await makePlaces(db.ctx);
    clerk = await makeStaff(db.ctx, {
      email: 'c@example.org',
      role: 'clerk',
      place: 'oakton',
      office: 'oakton-clerk',
    });
    elsewhere = await makeStaff(db.ctx, { email: 'e@example.org', role: 'clerk', place: 'elmford' });
  });

  test('is staff’s own, stands in the queue as such, and is not shown to whoever asked', async () => {
    const { number, secret } = await open();
    const later = await open();
    await setReviewDate(clerk.ctx, { number: later.number, day: '2026-12-10' });
    await setReviewDate(clerk.ctx, { number, day: '2026-12-04' });
    await setReviewDate(clerk.ctx, { number, day: '2026-12-03' });
    const file = await readCase(clerk.ctx, { number });
    assert.deepEqual(
      file.deadlines.map(({ kind, derivation, ending }) => [kind, derivation.day, ending]),
      [
        ['review-date', '2026-12-04', 'replaced'],
        ['review-date', '2026-12-03', null],
      ],
    );
    const { cases } = await listQueue(clerk.ctx, {});
    assert.deepEqual(
      cases.map((row) => [row.number, row.reviewDay]),
      [
        [number, '2026-12-03'],
        [later.number, '2026-12-10'],
      ],
    );
    const seen = await status(secret);
    assert.deepEqual([seen.deadlines, seen.dueAt], [[], null]);
    assert.doesNotMatch(JSON.stringify(seen), /deadline-|2026-12-0[34]/);
  });

  test('passes without a word to whoever asked, and is taken away', async () => {
    const { number, secret } = await open();
    await setReviewDate(clerk.ctx, { number, day: '2026-12-01' });
    const after = { ...db.ctx, clock: { now: () => new Date('2026-12-03T12:00:00Z') } };
    await fireDeadlines(after);
    const kinds = async () => (await readCase(clerk.ctx, { number })).events.map(({ kind }) => kind);
    assert.ok((await kinds()).includes('deadline-passed'));
    await setReviewDate(clerk.ctx, { number, day: '' });
    assert.ok((await kinds()).includes('deadline-called-off'));
    assert.equal((await readCase(clerk.ctx, { number })).dueAt, null);
    assert.deepEqual(
      (await status(secret)).events.map(({ kind }) => kind),
      ['question-asked'],
    );
    assert.deepEqual((await verifyCases(db.ctx)).faults, []);
  });

  test('beside a day that a rule gives leaves that day to be seen', async () => {
    const { number, secret } = await open();
    await withTransaction(db.ctx.app, async (tx) =>
      setDeadline(tx, db.ctx, await lockCase(tx, number), {
        kind: 'answer-due',
        dueAt: new Date('2026-12-20T05:00:00Z'),
        derivation: { rule: 'made for a test' },
      }),
    );
    await setReviewDate(clerk.ctx, { number, day: '2026-12-02' });
    const seen = await status(secret);
    assert.deepEqual(
      seen.deadlines.map(({ kind }) => kind),
      ['answer-due'],
    );
    assert.equal(new Date(seen.dueAt ?? '').toISOString(), '2026-12-20T05:00:00.000Z');
  });

  test('is refused for no day, a past or far one, elsewhere, and in a closed case', async () => {
    const { number } = await open();
    for (const day of ['2026-02-31', 'soon', '2020-01-01', '2040-01-01'])
      await assert.rejects(setReviewDate(clerk.ctx, { number, day }), { kind: 'invalid' }, day);
    await assert.rejects(setReviewDate(elsewhere.ctx, { number, day: '2026-12-01' }), { kind: 'not-found' });
    await assert.rejects(setReviewDate(anonymous(), { number, day: '2026-12-01' }), { kind: 'signed-out' });
    await withTransaction(db.ctx.app, async (tx) => {
      const on = await lockCase(tx, number);
      await moveCase(tx, db.ctx, on, { state: 'closed', closed: true });
      await appendEvent(tx, db.ctx, on, { kind: 'question-closed', audience: 'parties', content: {} });
    });
    await assert.rejects(setReviewDate(clerk.ctx, { number, day: '2026-12-01' }), { kind: 'too-late' });
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makePlaces, makeStaff, signInAsStaff } from '../../test/support/staff.ts';
import { tamperWithCases } from '../../test/support/tamper.ts';
import { as, type Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { addNote } from './add-note.ts';
import { addTask } from './add-task.ts';
import { assignCase } from './assign-case.ts';
import { endDeadline, setDeadline } from './deadlines.ts';
import { addDocument } from './documents.ts';
import { appendEvent, lockCase, moveCase } from './events.ts';
import { finishTask } from './finish-task.ts';
import { fireDeadlines } from './fire-deadlines.ts';
import { listAssignees } from './list-assignees.ts';
import { listQueue } from './list-queue.ts';
import { openCase } from './open-case.ts';
import { readCase } from './read-case.ts';
import { readCaseStatus } from './read-case-status.ts';
import { readDocument } from './read-document.ts';
import { verifyCases } from './verify-cases.ts';

const db = testDatabase();
const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let clerk: Staff;
let elsewhere: Staff;
let works: Staff;

const open = (office: string | null = 'oakton-clerk', place = 'oakton') =>
  withTransaction(db.ctx.app, async (tx) => {
    const { opened, secret } = await openCase(tx, anonymous(), {
      kind: 'question',
      letters: 'ASK',
      state: 'open',
      place,
      office,
      title: 'What is the fine?',
      parties: [{ role: 'asker', email: 'ana@example.org', language: 'en' }],
      event: { kind: 'question-asked', content: { question: 'What is the fine?' } },
    });
    return { number: opened.number, secret };
  });
const due = (number: string, at: string, kind = 'answer-due') =>
  withTransaction(db.ctx.app, async (tx) =>
    setDeadline(tx, db.ctx, await lockCase(tx, number), {
      kind,
      dueAt: new Date(at),
      derivation: { rule: 'made for a test' },
    }),
  );
const kinds = async (number: string) =>
  (await readCase(clerk.ctx, { number })).events.map(({ kind }) => kind);

describe('a case', () => {
  before(async () => {
    await makePlaces(db.ctx);
    clerk = await makeStaff(db.ctx, {
      email: 'clerk@example.org',
      role: 'clerk',
      place: 'oakton',
      office: 'oakton-clerk',
    });
    works = await makeStaff(db.ctx, {
      email: 'works@example.org',
      role: 'officer',
      place: 'oakton',
      office: 'oakton-works',
    });
    elsewhere = await makeStaff(db.ctx, { email: 'elm@example.org', role: 'clerk', place: 'elmford' });
  });

  test('has a number without gaps, also of many at once; a neighborhood’s is its city’s', async () => {
    const many = await Promise.all(Array.from({ length: 12 }, () => open()));
    assert.deepEqual(
      many.map(({ number }) => number).sort(),
      Array.from({ length: 12 }, (_, n) => `OAK-ASK-2026-${String(n + 1).padStart(5, '0')}`),
    );
    await assert.rejects(open('no-office'), { kind: 'conflict' });
    assert.equal((await open('oakton-clerk', 'hilltop')).number, 'OAK-ASK-2026-00013');
    assert.equal((await open(null, 'elmford')).number, 'ELM-ASK-2026-00001');
    db.ctx.clock.set('2027-01-01T04:59:00Z');
    assert.equal((await open()).number, 'OAK-ASK-2026-00014', 'the year is the city’s');
    db.ctx.clock.set('2027-01-01T05:00:00Z');
    assert.equal((await open()).number, 'OAK-ASK-2027-00001');
    db.ctx.clock.set('2026-11-20T15:00:00Z');
  });

  test('is shown to its office’s staff whole, and to the holder of its link without what is internal', async () => {
    const { number, secret } = await open();
    await addNote(clerk.ctx, { number, body: 'The canary sings.' });
    const document = await withTransaction(db.ctx.app, async (tx) =>
      addDocument(tx, clerk.ctx, await lockCase(tx, number), {
        name: 'memo.txt',
        mediaType: 'text/plain',
        audience: 'office',
        content: Buffer.from('canary'),
      }),
    );
    const file = await readCase(clerk.ctx, { number });
    assert.equal(file.notes[0]?.body, 'The canary sings.');
    assert.equal(file.parties[0]?.email, 'ana@example.org');
    const status = await readCaseStatus(anonymous(), { secret });
    assert.equal(status.number, number);
    assert.doesNotMatch(JSON.stringify(status), /canary|memo|note|ana@/);
    await assert.rejects(readDocument(anonymous(), { document: document.id, secret }), { kind: 'not-found' });
    await assert.rejects(readDocument(anonymous(), { document: document.id, number }), { kind: 'not-found' });
    assert.equal(
      (await readDocument(clerk.ctx, { document: document.id, number })).content.toString(),
      'canary',
    );
    for (const ctx of [works.ctx, elsewhere.ctx])
      await assert.rejects(readCase(ctx, { number }), { kind: 'not-found' });
    await assert.rejects(readCase(anonymous(), { number }), { kind: 'signed-out' });
    await assert.rejects(readCaseStatus(anonymous(), { secret: 'x'.repeat(43) }), { kind: 'not-found' });
  });

  test('goes from office to office and to people who work there', async () => {
    const { number } = await open();
    const give = (ctx: Ctx, office: string | null, assignee: string | null = null) =>
      assignCase(ctx, { number, office, assignee });
    await assert.rejects(give(works.ctx, 'oakton-works'), { kind: 'not-found' });
    await assert.rejects(give(clerk.ctx, 'elm'), { details: { field: 'office' } });
    await assert.rejects(give(clerk.ctx, 'oakton-clerk', elsewhere.personId), {
      details: { field: 'assignee' },
    });
    await give(clerk.ctx, 'oakton-clerk', clerk.personId);
    assert.equal((await readCase(clerk.ctx, { number })).assigneeName, 'clerk@example.org');
    await give(clerk.ctx, 'oakton-works', works.personId);
    await assert.rejects(readCase(clerk.ctx, { number }), { kind: 'not-found' }, 'it is theirs no more');
    const events = (await readCase(works.ctx, { number })).events.map(({ kind }) => kind);
    assert.deepEqual(events, ['question-asked', 'case-assigned', 'case-routed']);
  });

  test('has tasks that are done once', async () => {
    const { number } = await open();
    const { id } = await addTask(clerk.ctx, { number, title: 'Call them', office: null, dueAt: null });
    await assert.rejects(addTask(clerk.ctx, { number, title: 'Call', office: 'elm', dueAt: null }), {
      kind: 'invalid',
    });
    await finishTask(clerk.ctx, { number, task: id });
    await assert.rejects(finishTask(clerk.ctx, { number, task: id }), { kind: 'not-found' });
  });

  test('its deadlines are replaced in the open, met, or fire once, however late the sweep', async () => {
    const { number } = await open();
    await due(number, '2026-11-27T04:59:59Z');
    await due(number, '2026-11-28T04:59:59Z');
    const met = await open();
    await due(met.number, '2026-11-21T00:00:00Z');
    await withTransaction(db.ctx.app, async (tx) =>
      endDeadline(tx, db.ctx, await lockCase(tx, met.number), 'answer-due', 'met'),
    );
    db.ctx.clock.set('2026-12-24T15:00:00Z');
    const fired: string[] = [];
    const counts = await Promise.all(
      [1, 2, 3].map(() =>
        fireDeadlines(db.ctx, {
          question: async (_tx, _ctx, on, { kind }) => {
            fired.push(`${on.number} ${kind}`);
          },
        }),
      ),
    );
    db.ctx.clock.set('2026-11-20T15:00:00Z');
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      1,
    );
    assert.deepEqual(fired, [`${number} answer-due`]);
    assert.deepEqual(await kinds(number), [
      'question-asked',
      'deadline-set',
      'deadline-replaced',
      'deadline-passed',
    ]);
    assert.deepEqual(await kinds(met.number), ['question-asked', 'deadline-set', 'deadline-met']);
    assert.equal((await readCase(clerk.ctx, { number })).dueAt, '2026-11-28T04:59:59+00:00');
  });

  test('a deadline whose consequences fail keeps no other from firing, and is tried again', async () => {
    const [bad, good] = [await open(), await open()];
    await due(bad.number, '2026-11-19T12:00:00Z');
    await due(good.number, '2026-11-19T13:00:00Z');
    const passed = (fails: boolean) => ({
      question: async (_tx: unknown, _ctx: unknown, on: { number: string }) => {
        if (fails && on.number === bad.number) throw new Error('the feature is broken');
      },
    });
    assert.equal(await fireDeadlines(db.ctx, passed(true)), 1);
    assert.deepEqual(await kinds(bad.number), ['question-asked', 'deadline-set']);
    assert.equal((await kinds(good.number)).at(-1), 'deadline-passed');
    assert.match(db.ctx.logged(), /a deadline passed and could not be recorded/);
    assert.equal(await fireDeadlines(db.ctx, passed(false)), 1);
    assert.equal((await kinds(bad.number)).at(-1), 'deadline-passed');
  });

  test('the queue is of one’s own offices, by what is due, page by page', async () => {
    const numbers: string[] = [];
    for (const [n, day] of ['2026-12-03', '2026-12-01', '2026-12-02'].entries()) {
      const { number } = await open('oakton-works');
      if (n < 3) await due(number, `${day}T12:00:00Z`);
      numbers.push(number);
    }
    const closed = await open('oakton-works');
    await withTransaction(db.ctx.app, async (tx) => {
      const on = await lockCase(tx, closed.number);
      await moveCase(tx, db.ctx, on, { state: 'answered', closed: true });
      await appendEvent(tx, db.ctx, on, { kind: 'question-closed', audience: 'parties', content: {} });
    });
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { cases, next } = await listQueue(works.ctx, { limit: 1, after });
      seen.push(...cases.map(({ number }) => number));
      if (!next) break;
      after = next;
    }
    const routed = seen.filter((number) => !numbers.includes(number));
    assert.deepEqual(seen, [numbers[1], numbers[2], numbers[0], ...routed]);
    assert.ok(!seen.includes(closed.number));
    assert.deepEqual(
      (await listQueue(elsewhere.ctx, {})).cases.map(({ number }) => number),
      ['ELM-ASK-2026-00001'],
    );
    await assert.rejects(listQueue(anonymous(), {}), { kind: 'signed-out' });
    const forged = ['2026-02-30 10:00:00+00|1', '0000-01-01 10:00:00+00|1', '2026-01-01 10:00:00+2359|1'];
    for (const cursor of ['nonsense', '1|1', 'yesterday 1|1', '2026-11-20 15:00:00+00|x', ...forged])
      await assert.rejects(listQueue(works.ctx, { after: Buffer.from(cursor).toString('base64url') }), {
        kind: 'invalid',
      });
    const mine = await listQueue(works.ctx, { mine: true });
    assert.ok(mine.cases.every(({ assignee }) => assignee === works.personId));
  });

  test('whether there is a case elsewhere is not told to who works there not; nor is it given to who cannot work on it', async () => {
    const { number } = await open();
    for (const each of [number, 'OAK-ASK-2026-99999'])
      await assert.rejects(addNote(elsewhere.ctx, { number: each, body: 'x' }), { kind: 'not-found' });
    const steward = await makeStaff(db.ctx, {
      email: 's@example.org',
      role: 'data-steward',
      place: 'oakton',
    });
    const give = { number, office: 'oakton-clerk', assignee: steward.personId };
    await assert.rejects(assignCase(clerk.ctx, give), { kind: 'invalid', details: { field: 'assignee' } });
    const here = { kind: 'question', place: 'oakton', office: 'oakton-clerk' };
    const offered = (await listAssignees(clerk.ctx, here)).people.map(({ personId }) => personId);
    assert.ok(offered.includes(clerk.personId) && !offered.includes(steward.personId));
    await assert.rejects(listAssignees(clerk.ctx, { ...here, place: 'elmford' }), { kind: 'not-allowed' });
  });

  test('who has roles in two offices is offered to whom the cases of either can be given', async () => {
    const email = 'two@example.org';
    const two = await makeStaff(db.ctx, {
      email,
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-works',
    });
    const also = await signInAsStaff(db.ctx, {
      email,
      role: 'clerk',
      place: 'oakton',
      office: 'oakton-clerk',
    });
    assert.equal(also.actor.kind === 'person' && also.actor.personId, two.personId);
    const { offices } = await listAssignees(also, {
      kind: 'question',
      place: 'oakton',
      office: 'oakton-clerk',
    });
    assert.ok(offices.length > 1);
  });

  test('two who write into one case at once make one line', async () => {
    const { number } = await open();
    await Promise.all(Array.from({ length: 8 }, (_, n) => addNote(clerk.ctx, { number, body: `note ${n}` })));
    const { events } = await readCase(clerk.ctx, { number });
    assert.deepEqual(
      events.map((event) => event.number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual((await verifyCases(db.ctx)).faults, []);
  });

  test('refuses to be rewritten, and names what somebody with all rights has changed', async () => {
    const { number } = await open();
    await addNote(clerk.ctx, { number, body: 'one' });
    const id = (await readCase(clerk.ctx, { number })).id;
    for (const sql of [
      `update private.case_event set actor = 'nobody' where case_id = ${id}`,
      `delete from private.case_event where case_id = ${id}`,
      `update private.case_event_content set content = '{}' where case_id = ${id}`,
      'truncate private.case_event_content',
    ]) {
      await assert.rejects(db.ctx.app.query(sql), /permission denied/);
      await assert.rejects(db.ctx.owner.query(sql), /append-only|is kept/);
    }
    const tamper = async (sql: string) => {
      await tamperWithCases(db.ctx.owner, sql);
      return (await verifyCases(db.ctx)).faults.filter((fault) => fault.includes(number));
    };
    const swap = (from: string, to: string) =>
      `update private.case_event set actor = '${to}' where case_id = ${id} and number = 1 and actor = '${from}'`;
    assert.match((await tamper(swap('anonymous', 'somebody')))[0] ?? '', /event 1 was changed/);
    assert.deepEqual(await tamper(swap('somebody', 'anonymous')), []);
    const said = `update private.case_event_content set content = content || '{"question": "?"}' where case_id = ${id} and number = 1`;
    assert.match((await tamper(said))[0] ?? '', /what event 1 says was changed/);
    const audience = `update private.case_event set audience = 'parties' where case_id = ${id} and number = 2`;
    assert.match((await tamper(audience))[1] ?? '', /whom event 2 is for was changed/);
    const cut = `delete from private.case_event_content where case_id = ${id} and number = 2;
      delete from private.case_event where case_id = ${id} and number = 2`;
    assert.match((await tamper(cut)).join(), /its events after 1 are missing/);
  });

  test('names a document that is another than was put in, one that nobody put in, and one that is gone', async () => {
    const { number } = await open();
    const [first, second] = await withTransaction(db.ctx.app, async (tx) => {
      const on = await lockCase(tx, number);
      const add = (text: string) =>
        addDocument(tx, db.ctx, on, {
          name: text,
          mediaType: 'text/plain',
          audience: 'parties',
          content: Buffer.from(text),
        });
      return [await add('one'), await add('two')] as const;
    });
    const faults = async () => (await verifyCases(db.ctx)).faults.filter((fault) => fault.includes(number));
    assert.deepEqual(await faults(), []);
    const guards = (to: 'enable always' | 'disable') =>
      db.ctx.owner.query(`alter table private.case_document ${to} trigger kept;
        alter table private.case_document ${to} trigger erased_by_approval`);
    await guards('disable');
    const tamper = (sql: string) => tamperWithCases(db.ctx.owner, sql);
    await tamper(
      `update private.case_document set content = 'forged', sha256 = sha256('forged') where id = ${first.id}`,
    );
    assert.deepEqual(await faults(), [
      `Case ${number}: case_document (row ${first.id}), sha256: it is not what the history says.`,
      `Case ${number}: document ${first.id} is not what was put in.`,
    ]);
    await tamper(
      `update private.case_document set content = 'one', sha256 = sha256('one') where id = ${first.id}`,
    );
    await tamper(`delete from private.case_document where id = ${second.id}`);
    assert.deepEqual(await faults(), [`Case ${number}: document ${second.id} is gone.`]);
    await db.ctx.owner.query(
      `insert into private.case_document (case_id, name, media_type, audience, content, sha256, added_by, added_at)
       select case_id, name, media_type, audience, 'new', sha256('new'), added_by, added_at
       from private.case_document where id = $1`,
      [first.id],
    );
    assert.equal((await faults()).length, 2);
    await guards('enable always');
  });

  test('an event appended by hand does not verify', async () => {
    const { number } = await open();
    await withTransaction(db.ctx.app, async (tx) => {
      const on = await lockCase(tx, number);
      await appendEvent(tx, db.ctx, on, { kind: 'question-withdrawn', audience: 'parties', content: {} });
    });
    const id = (await readCase(clerk.ctx, { number })).id;
    await db.ctx.owner.query(
      `insert into private.case_event (case_id, number, at, actor, kind, audience, commitment, hash)
       select case_id, 3, at, actor, kind, audience, commitment, hash from private.case_event where case_id = $1 and number = 2`,
      [id],
    );
    const faults = (await verifyCases(db.ctx)).faults.filter((fault) => fault.includes(number));
    assert.match(faults.join(), /event 3 was changed/);
  });
});

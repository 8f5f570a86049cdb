import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { verifyCases } from '../cases/index.ts';
import { as } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { storeReadings } from '../observations/store-readings.ts';
import { projectDatasets, setAccess } from '../release/index.ts';
import { closeBreach } from './close-breach.ts';
import { decideRedaction } from './decide-redaction.ts';
import { prepareTakedown } from './prepare-takedown.ts';
import { readBreach } from './read-breach.ts';
import { takeDown } from './take-down.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let clerk: Staff;
let approver: Staff;
let elsewhere: Staff;

const down = (dataset: string, change = {}, ctx = steward.ctx) =>
  takeDown(ctx, {
    dataset,
    cause: 'personal-data',
    reason: 'Plates.',
    listed: true,
    language: 'en',
    ...change,
  });
const readings = async (side: string, datastream: string) =>
  Number(
    (
      await db.ctx.owner.query(`select count(*) from ${side}.observation where datastream_id = $1`, [
        datastream,
      ])
    ).rows[0].count,
  );
const store = (datastreamId: string, hour: number) =>
  storeReadings(as(db.ctx, { kind: 'operator' }), {
    repeats: 'allow',
    readings: [
      { datastreamId, phenomenonStart: `2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`, result: hour },
    ],
  });

async function make(slug: string) {
  const made = await makeDatastream(db.ctx, { dataset: slug });
  await withTransaction(db.ctx.owner, async (tx) => {
    await tx.query(`update private.dataset set place = 'oakton', office = 'oakton-works' where slug = $1`, [
      slug,
    ]);
    await projectDatasets(tx, [made.datasetId]);
  });
  for (const hour of [1, 2, 3]) await store(made.datastreamId, hour);
  return made;
}

describe('taking a dataset down', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const staff = (email: string, role: Parameters<typeof makeStaff>[1]['role'], place = 'oakton') =>
      makeStaff(db.ctx, { email: `${email}@example.org`, role, place });
    steward = await staff('steward', 'data-steward');
    clerk = await staff('clerk', 'clerk');
    approver = await staff('approver', 'approver');
    elsewhere = await staff('elsewhere', 'data-steward', 'elmford');
  });

  test('one person takes it out of every door at the commit; its entry says so, and a breach case is opened', async () => {
    const { datastreamId, datasetId } = await make('plates');
    const { rows: keys } = await db.ctx.owner.query(
      `insert into private.api_key (name, purpose, person_id) values ('Bob’s key', 'study', $1) returning id::text`,
      [approver.personId],
    );
    await db.ctx.owner.query(
      `insert into private.key_usage (key_id, day, dataset_id, requests, refused, bytes) values ($1, current_date, $2, 7, 2, 900)`,
      [keys[0].id, datasetId],
    );
    const { breach, moved } = await down('plates');
    const seen = await db.ctx.public.query(
      `select taken_down_for, access from released.dataset where slug = 'plates' and taken_down_at is not null`,
    );
    assert.deepEqual(seen.rows, [{ taken_down_for: 'personal-data', access: 'restricted' }]);
    const { rows: left } = await db.ctx.public.query('select from released.datastream where id = $1', [
      datastreamId,
    ]);
    assert.equal(left.length, 0);
    await moved;
    assert.deepEqual(
      [await readings('released', datastreamId), await readings('private', datastreamId)],
      [0, 3],
    );
    assert.match(breach ?? '', /^OAK-BRE-2026-00001$/);
    const { file, exposure } = await readBreach(steward.ctx, { number: breach ?? '' });
    assert.deepEqual(
      [exposure.readings, exposure.access, exposure.keys?.map(({ name, requests }) => [name, requests])],
      [3, 'open', [['Bob’s key', 5]]],
    );
    assert.equal(file.tasks.length, 3);
    assert.ok(
      file.tasks.every(({ title }) => title.endsWith('your city’s counsel decides; no rule on file')),
    );
    const { rows: audited } = await db.ctx.owner.query(
      `select c.content from private.audit_event e join private.audit_content c using (number) where e.kind = 'dataset-taken-down'`,
    );
    assert.equal(audited.length, 1);
    assert.deepEqual([audited[0].content.breach, audited[0].content.was.access], [breach, 'open']);
    await assert.rejects(readBreach(clerk.ctx, { number: breach ?? '' }), { kind: 'not-allowed' });
    await assert.rejects(readBreach(elsewhere.ctx, { number: breach ?? '' }), { kind: 'not-found' });
    assert.equal((await verifyCases(db.ctx)).faultCount, 0);
  });

  test('is refused to others, without a reason, and where nothing is public', async () => {
    await make('air');
    await assert.rejects(down('air', {}, clerk.ctx), { kind: 'not-allowed' });
    await assert.rejects(down('air', {}, elsewhere.ctx), { kind: 'not-allowed' });
    await assert.rejects(prepareTakedown(elsewhere.ctx, { dataset: 'air' }), { kind: 'not-found' });
    await assert.rejects(down('air', { reason: ' ' }), { kind: 'invalid', details: { field: 'reason' } });
    await assert.rejects(down('air', { cause: 'x' }), { kind: 'invalid', details: { field: 'cause' } });
    const once = await down('air', { cause: 'wrong', listed: false });
    assert.equal(once.breach, null);
    const { rows } = await db.ctx.public.query(`select from released.dataset where slug = 'air'`);
    assert.equal(rows.length, 0, 'not even its entry');
    await assert.rejects(down('air'), { kind: 'conflict' });
  });

  test('readings that are stored meanwhile stay inside, whichever comes first', async () => {
    const { datastreamId } = await make('busy');
    const [taken] = await Promise.all([
      down('busy', { cause: 'wrong' }),
      ...Array.from({ length: 12 }, (_, hour) => store(datastreamId, hour + 4)),
    ]);
    await taken.moved;
    await store(datastreamId, 20);
    assert.deepEqual(
      [await readings('released', datastreamId), await readings('private', datastreamId)],
      [0, 16],
    );
  });

  test('an operator alone does not bring it back; two people do', async () => {
    const { datastreamId } = await make('back');
    await (await down('back', { cause: 'wrong' })).moved;
    const operator = as(db.ctx, { kind: 'operator' });
    await assert.rejects(setAccess(operator, { dataset: 'back', access: 'open' }), { kind: 'conflict' });
    const { rows } = await db.ctx.owner.query<{ ok: boolean }>(
      `select taken_down_at is not null as ok from private.dataset where slug = 'back'`,
    );
    assert.ok(rows[0]?.ok);
    await assert.rejects(
      db.ctx.app.query(`update private.dataset set access = 'open' where slug = 'back'`),
      /check constraint/,
      'the database holds it too',
    );
    assert.equal(await readings('released', datastreamId), 0);
  });

  test('a breach is closed with what was done; redaction is decided with a reason and a source', async () => {
    await make('faces');
    const { breach } = await down('faces');
    const number = breach ?? '';
    const decide = (change = {}) =>
      decideRedaction(steward.ctx, {
        number,
        decision: 'ordered',
        reason: 'Faces.',
        source: 'Letter',
        ...change,
      });
    await assert.rejects(decide({ source: '' }), { details: { field: 'source' } });
    await assert.rejects(decide({ decision: 'x' }), { details: { field: 'decision' } });
    await decide();
    await assert.rejects(closeBreach(steward.ctx, { number, statement: ' ' }), {
      details: { field: 'statement' },
    });
    await assert.rejects(closeBreach(clerk.ctx, { number, statement: 'x' }), { kind: 'not-allowed' });
    const tries = await Promise.allSettled(
      [1, 2, 3].map(() => closeBreach(steward.ctx, { number, statement: 'All were told.' })),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(decide(), { kind: 'too-late' });
    const { file, redaction, statement } = await readBreach(steward.ctx, { number });
    assert.deepEqual([file.state, redaction?.decision, statement], ['closed', 'ordered', 'All were told.']);
    assert.equal((await verifyCases(db.ctx)).faultCount, 0);
  });
});

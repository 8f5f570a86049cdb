import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { type Made, makeDatastream } from '../../test/support/make.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { storeReadings } from '../observations/store-readings.ts';
import { decidePolicy } from './decide-policy.ts';
import type { PolicyStep } from './policy.ts';
import { previewPolicy } from './preview-policy.ts';
import { proposePolicy } from './propose-policy.ts';
import { readPolicy } from './read-policy.ts';
import { reviewHint } from './review-hint.ts';
import { setPolicy } from './set-policy.ts';
import { withdrawPolicy } from './withdraw-policy.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let approver: Staff;
let elsewhere: Staff;
let both: Staff;
let counter = 0;

/** An open dataset of Oakton with readings whose results are these texts. */
async function make(...texts: string[]): Promise<Made> {
  const made = await makeDatastream(db.ctx, { dataset: `under-${++counter}`, name: `Said${counter}` });
  await db.ctx.owner.query(
    `update private.dataset set place = 'oakton', office = 'oakton-works' where id = $1`,
    [made.datasetId],
  );
  await storeReadings(db.ctx, {
    readings: texts.map((text, minute) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString(),
      result: text,
    })),
    repeats: 'allow',
  });
  return made;
}
const result = (made: Made) => `result:Said${made.dataset.replace(/\D/g, '')}`;
const mask = (made: Made): PolicyStep => ({ do: 'mask', column: result(made) });
const propose = (made: Made, steps: unknown[], ctx = steward.ctx) =>
  proposePolicy(ctx, {
    dataset: made.dataset,
    policy: { steps, reason: 'People are named.' },
    reason: 'Asked by the clerk.',
  });
const state = (made: Made, ctx = approver.ctx) => readPolicy(ctx, { dataset: made.dataset });
async function decide(
  made: Made,
  ctx = approver.ctx,
  decision: 'approved' | 'declined' = 'approved',
  reason = '',
) {
  const { waiting } = await state(made);
  assert.ok(waiting);
  const { settled } = await decidePolicy(ctx, {
    proposal: waiting.id,
    version: waiting.version,
    decision,
    reason,
  });
  await settled;
}
const seen = async (made: Made) =>
  JSON.stringify(
    (
      await db.ctx.public.query('select result_json from released.observation where datastream_id = $1', [
        made.datastreamId,
      ])
    ).rows,
  );

describe('a release policy takes two people', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const works = { place: 'oakton', office: 'oakton-works' };
    steward = await makeStaff(db.ctx, { email: 'steward@example.org', role: 'data-steward', ...works });
    approver = await makeStaff(db.ctx, { email: 'approver@example.org', role: 'approver', place: 'oakton' });
    elsewhere = await makeStaff(db.ctx, {
      email: 'elsewhere@example.org',
      role: 'approver',
      place: 'elmford',
    });
    await makeStaff(db.ctx, { email: 'both@example.org', role: 'data-steward', place: 'oakton' });
    both = await makeStaff(db.ctx, { email: 'both@example.org', role: 'approver', place: 'oakton' });
  });

  test('one asks, another approves; then the value is nowhere outside', async () => {
    const made = await make('XQZ first', 'XQZ second');
    await propose(made, [mask(made)]);
    assert.match(await seen(made), /XQZ/, 'nothing changes before the approval');
    await assert.rejects(decide(made, steward.ctx), { kind: 'not-allowed' });
    await assert.rejects(decide(made, elsewhere.ctx), { kind: 'not-allowed' });
    await decide(made);
    assert.doesNotMatch(await seen(made), /XQZ/);
    const { dataset, versions, waiting } = await state(made);
    assert.equal(waiting, null);
    assert.equal(dataset.version, 1);
    assert.deepEqual(
      versions.map(({ version, by }) => [version, by]),
      [[1, 'approver@example.org']],
    );
  });

  test('nobody decides what he proposed, also with both roles; he withdraws it, and nobody else does', async () => {
    const made = await make('text');
    await propose(made, [mask(made)], both.ctx);
    await assert.rejects(decide(made, both.ctx), { kind: 'not-allowed' });
    const { waiting } = await state(made);
    const input = { proposal: waiting?.id ?? '' };
    await assert.rejects(withdrawPolicy(steward.ctx, input), { kind: 'not-allowed' });
    await withdrawPolicy(both.ctx, input);
    assert.equal((await state(made)).waiting, null);
    await assert.rejects(withdrawPolicy(both.ctx, input), { kind: 'too-late' });
  });

  test('one change waits at a time; a reason for the colleague and one for the public are needed', async () => {
    const made = await make('text');
    const asked = { dataset: made.dataset, policy: { steps: [mask(made)], reason: 'Named.' }, reason: ' ' };
    await assert.rejects(proposePolicy(steward.ctx, asked), { details: { field: 'reason' } });
    await assert.rejects(
      proposePolicy(steward.ctx, { ...asked, policy: { steps: [mask(made)], reason: ' ' }, reason: 'r' }),
      { details: { field: 'why' } },
    );
    const outcomes = await Promise.allSettled([propose(made, [mask(made)]), propose(made, [mask(made)])]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await assert.rejects(decide(made, approver.ctx, 'declined', ''), { details: { field: 'reason' } });
    await decide(made, approver.ctx, 'declined', 'Not needed.');
    assert.match(await seen(made), /text/);
    assert.equal((await state(made)).dataset.version, 0);
  });

  test('what was changed meanwhile must be proposed anew', async () => {
    const made = await make('text');
    await propose(made, [mask(made)]);
    await setPolicy(db.ctx, {
      dataset: made.dataset,
      policy: { steps: [{ do: 'drop', column: 'parameters/x' }], reason: 'Meanwhile.' },
    });
    await assert.rejects(decide(made), { kind: 'conflict' });
    assert.equal((await state(made)).dataset.version, 1);
    const other = await make('text');
    await propose(other, [mask(other)]);
    const { waiting } = await state(other);
    // Somebody reads one proposal and decides another.
    await assert.rejects(
      decidePolicy(approver.ctx, {
        proposal: waiting?.id ?? '',
        version: '00',
        decision: 'approved',
        reason: '',
      }),
      { kind: 'conflict' },
    );
  });

  test('a step that cannot be done is refused when it is proposed, in words', async () => {
    const made = await make('text');
    const wrong: [unknown, RegExp][] = [
      [{ do: 'mask', column: 'result:Nothing' }, /Nothing called “Nothing” is observed/],
      [{ do: 'mask', column: 'plate' }, /“plate” is no column of readings/],
      [{ do: 'round', column: result(made), to: Number.NaN }, /is wrong/],
      [{ do: 'invent', column: result(made) }, /is wrong/],
      [{ do: 'aggregate', by: [], minimum: 1 }, /is wrong/],
      [{ do: 'delay', for: 'P1X' }, /is wrong/],
      ['{', /is wrong/],
    ];
    for (const [step, message] of wrong) {
      await assert.rejects(propose(made, [step]), { kind: 'invalid', message });
      await assert.rejects(previewPolicy(steward.ctx, { dataset: made.dataset, policy: { steps: [step] } }), {
        kind: 'invalid',
        message,
      });
    }
    assert.equal((await state(made)).waiting, null);
  });

  test('seeming personal data is looked at by a person with a reason before anybody approves', async () => {
    const made = await make('call 203 555 0142', 'call 203 555 0143', 'nothing');
    await propose(made, [{ do: 'coarsen-place', to: '500-m' }]);
    const { hints } = await state(made);
    assert.deepEqual(
      hints.map(({ foundIn, kind, times }) => [foundIn, kind, times]),
      [[result(made), 'phone', 2]],
    );
    await assert.rejects(decide(made), { kind: 'conflict', details: { hints: [`${result(made)} (phone)`] } });
    const look = { dataset: made.dataset, foundIn: result(made), kind: 'phone' };
    await assert.rejects(reviewHint(approver.ctx, { ...look, reason: ' ' }), {
      details: { field: 'reason' },
    });
    await assert.rejects(reviewHint(elsewhere.ctx, { ...look, reason: 'Mine.' }), { kind: 'not-allowed' });
    await reviewHint(approver.ctx, { ...look, reason: 'Numbers of the office itself.' });
    await decide(made);
    const { reviews } = await state(made);
    assert.deepEqual(
      reviews.map(({ reason, by }) => [reason, by]),
      [['Numbers of the office itself.', 'approver@example.org']],
    );
  });

  test('a preview counts what nobody would see, stores nothing, and is recorded as read', async () => {
    const made = await make('a', 'b', 'c');
    const steps = [{ do: 'aggregate', every: 'hour', by: [result(made)], minimum: 2 }];
    const [preview] = await previewPolicy(steward.ctx, { dataset: made.dataset, policy: { steps } });
    assert.deepEqual([preview?.looked, preview?.withheld, preview?.released], [3, 3, []]);
    const [masked] = await previewPolicy(steward.ctx, {
      dataset: made.dataset,
      policy: { steps: [mask(made)] },
    });
    assert.deepEqual(
      masked?.released?.map((row) => row.result),
      [null, null, null],
    );
    assert.equal(masked?.withheld, 0);
    const { rows } = await db.ctx.owner.query(
      `select (select count(*)::int from private.release_policy where dataset_id = $1) as policies,
         (select count(*)::int from private.release_key where dataset_id = $1) as keys,
         (select count(*)::int from private.audit_event where kind = 'restricted-data-read' and subject = $2) as looks`,
      [made.datasetId, `dataset:${made.datasetId}`],
    );
    assert.deepEqual(rows[0], { policies: 0, keys: 0, looks: 1 });
  });

  test('a Datastream that is withheld is told with why', async () => {
    const made = await make('text');
    await propose(made, [mask(made)]);
    await decide(made);
    assert.deepEqual((await state(made)).faults, []);
    await db.ctx.owner.query(
      `update private.datastream_release set phase = 'withheld', fault = 'observes another' where datastream_id = $1`,
      [made.datastreamId],
    );
    assert.equal((await state(made)).faults[0]?.fault, 'observes another');
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { govern, period, recordRetentionRule } from '../../../test/support/retention.ts';
import { notSpecified, unverified } from '../../../test/support/rules.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import { tamperWithRetention } from '../../../test/support/tamper.ts';
import type { Ctx } from '../../kit/context.ts';
import { deleteEntity } from '../../observations/delete-entity.ts';
import { storeReadings } from '../../observations/index.ts';
import { updateEntity } from '../../observations/update-entity.ts';
import { verifyAuditLog } from '../../people/index.ts';
import { checkRule } from '../../rulebook/staff/check-rule.ts';
import { editDescription } from '../describe/edit-description.ts';
import { readDescription } from '../describe/read-description.ts';
import { setPolicy } from '../set-policy.ts';
import { endDisposition } from './end-disposition.ts';
import { listRetention } from './list-retention.ts';
import { placeHold } from './place-hold.ts';
import { placeHoldByHand } from './place-hold-by-hand.ts';
import { proposeDisposition } from './propose-disposition.ts';
import { releaseHold } from './release-hold.ts';
import { runDestruction } from './run-destruction.ts';
import { setRetention } from './set-retention.ts';
import { verifyCertificates } from './verify-certificates.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
let records: Ctx;
let approver: Ctx;

let counter = 0;
/** A dataset with an hourly reading since October 1, under a rule of ten days, with leave up to November 1. */
async function make(
  given: { readings?: number; leave?: boolean; access?: 'open' | 'restricted'; duty?: 'may' | 'must' } = {},
): Promise<Made & { ids: string[]; rule: string; series: string }> {
  const name = `d${++counter}`;
  const made = await makeDatastream(db.ctx, { dataset: name, name, access: given.access ?? 'open' });
  await db.ctx.owner.query(
    `update private.dataset set place = 'oakton', office = 'oakton-works' where slug = $1`,
    [name],
  );
  const ids = await store(made, given.readings ?? 200);
  const rule = `oakton.${name}.retention`;
  await recordRetentionRule(db.ctx, rule, period(10));
  const series = given.duty === 'must' ? `result:${name}` : '*';
  await govern(
    { records, approver },
    {
      dataset: name,
      series,
      rule,
      duty: given.duty ?? 'may',
      until: given.duty === 'must' ? null : '2026-11-01',
      leave: given.leave ?? true,
    },
  );
  return { ...made, ids, rule, series };
}
async function store(made: Made, readings: number, from = '2026-10-01T04:00:00Z'): Promise<string[]> {
  const { ids } = await storeReadings(db.ctx, {
    readings: Array.from({ length: readings }, (_, index) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: new Date(Date.parse(from) + index * 3_600_000).toISOString(),
      result: index,
    })),
    repeats: 'allow',
    wantIds: true,
  });
  return ids as string[];
}
const hold = (dataset: string, rest: object = {}, by = records) =>
  placeHoldByHand(by, {
    datasets: [dataset],
    cause: 'litigation',
    reason: 'Doe v. Oakton',
    source: 'Letter of counsel',
    reviewOn: '2027-01-01',
    ...rest,
  });
async function left(made: Made): Promise<string[]> {
  const { rows } = await db.ctx.owner.query<{ id: string }>(
    `select id from (select * from released.observation union all select * from private.observation) o
     where datastream_id = $1 order by id`,
    [made.datastreamId],
  );
  return rows.map(({ id }) => id);
}
const content = async (number: string) =>
  (
    await db.ctx.owner.query('select content from private.destruction_certificate where number = $1', [
      number,
    ])
  ).rows[0].content;

describe('destroying readings', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const given = { place: 'oakton' };
    records = (await makeStaff(db.ctx, { email: 'r@example.org', role: 'records-officer', ...given })).ctx;
    approver = (await makeStaff(db.ctx, { email: 'a@example.org', role: 'approver', ...given })).ctx;
  });

  test('a certificate says what went; its hash can be made again from a list of ids', async () => {
    const made = await make({ access: 'restricted' });
    await hold(made.dataset, { from: '2026-10-03T04:00:00Z', to: '2026-10-04T04:00:00Z' });
    const [done] = await runDestruction(db.ctx, { dataset: made.dataset, size: 30 });
    const stay = made.ids.slice(48, 72);
    assert.deepEqual(await left(made), stay);
    const gone = made.ids.filter((id) => !stay.includes(id));
    const lines = gone.map((id) => `${id}\n`).join('');
    const sha256 = createHash('sha256').update(lines).digest('hex');
    const said = await content(done?.certificate as string);
    assert.equal(said.parts[0].sha256, sha256);
    assert.equal(
      said.sha256,
      createHash('sha256').update(`${made.datastreamId} ${gone.length} ${sha256}\n`).digest('hex'),
    );
    assert.equal(said.readings, 176);
    assert.equal(said.held, 24);
    assert.equal(said.disposition.form, 'RC-075 no. 7');
    assert.equal(said.disposition.proposedBy, 'r@example.org');
    assert.equal(said.disposition.approvedBy, 'a@example.org');
    assert.equal(said.holds.length, 1);
    assert.equal(said.backupsKeptDays, null);
    const { rows } = await db.ctx.owner.query('select from private.destruction_batch');
    assert.equal(rows.length, 0, 'no list of ids is kept');
  });

  test('the replay forgets what has gone; nothing public of a restricted dataset tells of it', async () => {
    const open = await make();
    const shut = await make({ access: 'restricted' });
    await store(open, 3, '2026-11-19T00:00:00Z');
    for (const { dataset } of [open, shut]) await runDestruction(db.ctx, { dataset });
    const { rows } = await db.ctx.owner.query(
      'select readings from released.arrival where datastream_id = $1 union all select readings from private.arrival where datastream_id = $2',
      [open.datastreamId, shut.datastreamId],
    );
    assert.deepEqual(rows, [{ readings: 3 }]);
    const { rows: told } = await db.ctx.public.query(
      'select dataset_id from released.destruction_certificate where dataset_id = any($1)',
      [[open.datasetId, shut.datasetId]],
    );
    assert.deepEqual(told, [{ dataset_id: open.datasetId }]);
  });

  test('the database refuses a run without leave, whoever asks', async () => {
    const { datasetId, rule } = await make({ leave: false });
    const insert = (disposition: string | null) =>
      db.ctx.owner.query(
        `insert into private.destruction_run (disposition_id, dataset_id, series, cutoff, started_by, started_at, software)
         values ($1, $2, '*', '2026-10-02', 'operator', now(), 'psql')`,
        [disposition, datasetId],
      );
    const other = await make();
    const { rows } = await db.ctx.owner.query('select id from private.disposition where dataset_id = $1', [
      other.datasetId,
    ]);
    await assert.rejects(insert(rows[0].id), { code: '42501' });
    const proposal = await proposeDisposition(records, {
      dataset: `d${counter - 1}`,
      series: '*',
      until: '2026-11-01',
      standing: false,
      formNumber: 'RC-075',
      formDate: '2026-11-01',
      reason: 'Due.',
    });
    const leave = (owner: string) =>
      db.ctx.owner.query(
        `insert into private.disposition (proposal_id, dataset_id, series, rule_id, rule_recorded_at, until, form_number, form_date, approved_at)
         select $1, $2, '*', $3, recorded_at, null, $4, '2026-11-01', now() from released.rule where id = $3`,
        [proposal.id, datasetId, rule, owner],
      );
    await assert.rejects(leave('RC-075'), { code: '42501' });
    await assert.rejects(db.ctx.owner.query('delete from private.hold'), { code: '42501' });
    await assert.rejects(db.ctx.app.query(`update private.disposition set until = null`), { code: '42501' });
  });

  test('a form with its number and date is asked for, and another person approves', async () => {
    const { dataset } = await make({ leave: false });
    const ask = (rest: object) =>
      proposeDisposition(records, {
        dataset,
        series: '*',
        until: '2026-11-01',
        standing: false,
        formNumber: 'RC-075',
        formDate: '2026-11-01',
        reason: 'Due.',
        ...rest,
      });
    for (const [field, bad] of [
      ['formNumber', { formNumber: '  ' }],
      ['formDate', { formDate: '2026-11-31' }],
      ['formDate', { formDate: '2026-12-01' }],
      ['until', { until: 'soon' }],
      ['until', { standing: true }],
    ] as const)
      await assert.rejects(ask(bad), { kind: 'invalid', details: { field } });
    await ask({});
    await assert.rejects(ask({}), { kind: 'conflict' });
    assert.deepEqual(await runDestruction(db.ctx, { dataset }), []);
  });

  test('only a rule that is specified, names a period and counts from the measuring makes anything due', async () => {
    const gap = await make({ leave: false });
    for (const [rule, value, clock] of [
      ['gap', notSpecified, 'phenomenon-time'],
      ['heard', unverified, 'phenomenon-time'],
      ['event', period(1), 'another'],
    ] as const) {
      await recordRetentionRule(db.ctx, `oakton.never.${rule}`, value);
      await assert.rejects(
        govern(
          { records, approver },
          { dataset: gap.dataset, rule: `oakton.never.${rule}`, until: '2026-11-01', clock },
        ),
        { kind: 'conflict' },
      );
      assert.deepEqual(await runDestruction(db.ctx, { dataset: gap.dataset }), []);
    }
    assert.equal((await left(gap)).length, 200);
    const set = (rest: object) =>
      setRetention(records, {
        dataset: gap.dataset,
        series: '*',
        rule: gap.rule,
        duty: 'may',
        clock: 'phenomenon-time',
        reason: 'So.',
        ...rest,
      });
    await assert.rejects(set({ duty: 'must' }), { kind: 'invalid', details: { field: 'duty' } });
    await assert.rejects(set({ rule: 'ct.none' }), { kind: 'invalid', details: { field: 'rule' } });
    await assert.rejects(set({ series: 'result:nothing' }), {
      kind: 'invalid',
      details: { field: 'series' },
    });
    await recordRetentionRule(db.ctx, 'elmford.other.retention', period(1), { place: 'elmford' });
    await assert.rejects(set({ rule: 'elmford.other.retention' }), { kind: 'invalid' });
  });

  test('the description tells the rule that decides, and another one chosen there makes nothing due', async () => {
    const made = await make();
    const told = async () =>
      (await readDescription(db.ctx, { dataset: made.dataset })).description.retentionRule;
    assert.equal(await told(), made.rule);
    await recordRetentionRule(db.ctx, 'oakton.other.retention', period(1));
    const choose = (rule: string) =>
      editDescription(db.ctx, { dataset: made.dataset, section: 'retention', fields: { rule, ask: '' } });
    await choose(made.rule);
    assert.equal(
      (await listRetention(records, { dataset: made.dataset })).series[0]?.clock,
      'phenomenon-time',
    );
    await choose('oakton.other.retention');
    assert.equal(await told(), 'oakton.other.retention');
    const [series] = (await listRetention(records, { dataset: made.dataset })).series;
    assert.deepEqual([series?.ruleId, series?.clock], ['oakton.other.retention', 'another']);
    assert.deepEqual(await runDestruction(db.ctx, { dataset: made.dataset }), []);
    await choose(made.rule);
    assert.deepEqual(await runDestruction(db.ctx, { dataset: made.dataset }), []);
  });

  test('a correction of the rule ends the leave; so does taking it back', async () => {
    const corrected = await make();
    const { rows } = await db.ctx.owner.query('select body from released.rule where id = $1', [
      corrected.rule,
    ]);
    await recordRetentionRule(db.ctx, corrected.rule, period(12), {
      recordedAt: new Date(db.ctx.clock.now().getTime() - 30_000).toISOString(),
      supersedes: { id: corrected.rule, recordedAt: rows[0].body.recordedAt },
    });
    assert.deepEqual(await runDestruction(db.ctx, { dataset: corrected.dataset }), []);

    const ended = await make({ readings: 300 });
    const { rows: leave } = await db.ctx.owner.query(
      'select id from private.disposition where dataset_id = $1',
      [ended.datasetId],
    );
    let batches = 0;
    const [done] = await runDestruction(db.ctx, {
      dataset: ended.dataset,
      size: 50,
      onBatch: async () => {
        batches += 1;
        // The first looked into `private`, where nothing of it lies.
        if (batches === 3)
          await endDisposition(approver, { disposition: leave[0].id, reason: 'The form was for another.' });
      },
    });
    assert.deepEqual(await left(ended), ended.ids.slice(100));
    assert.equal(done?.readings, 100);
    assert.match((await content(done?.certificate as string)).stopped, /no leave/);
    assert.deepEqual(await runDestruction(db.ctx, { dataset: ended.dataset }), []);
  });

  test('a hold that is placed while a run is under way stops the rest at once', async () => {
    const made = await make({ readings: 300 });
    let batches = 0;
    await runDestruction(db.ctx, {
      dataset: made.dataset,
      size: 50,
      onBatch: async () => {
        batches += 1;
        if (batches === 4) await hold(made.dataset);
      },
    });
    assert.deepEqual(await left(made), made.ids.slice(150));

    // A hold whose transaction is open makes the next batch wait until it is there.
    const second = await make({ readings: 300 });
    const client = await db.ctx.app.connect();
    await client.query('begin');
    await placeHold(client, records, {
      datasets: [second.dataset],
      cause: 'audit',
      reason: 'Audit of 2026',
      source: 'Letter',
      reviewOn: '2027-01-01',
    });
    const running = runDestruction(db.ctx, { dataset: second.dataset, size: 50 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal((await left(second)).length, 300);
    await client.query('commit');
    client.release();
    await running;
    assert.equal((await left(second)).length, 300);
  });

  test('two runs at once destroy everything once, under one certificate', async () => {
    const made = await make({ readings: 700 });
    const both = await Promise.all([
      runDestruction(db.ctx, { dataset: made.dataset, size: 20 }),
      runDestruction(db.ctx, { dataset: made.dataset, size: 20 }),
      runDestruction(db.ctx, { dataset: made.dataset, size: 20 }),
    ]);
    const certificates = both.flat();
    assert.equal(certificates.length, 1);
    assert.equal(certificates[0]?.readings, 700);
    assert.deepEqual(await left(made), []);
  });

  test('what a policy released goes with the readings as measured: by its id, or with its stretch of time', async () => {
    const rounded = await make();
    await setPolicy(db.ctx, {
      dataset: rounded.dataset,
      policy: { steps: [{ do: 'round', column: `result:${rounded.dataset}`, to: 10 }], reason: 'Test.' },
    });
    const daily = await make();
    await setPolicy(db.ctx, {
      dataset: daily.dataset,
      policy: { steps: [{ do: 'coarsen-time', to: 'day' }], reason: 'Test.' },
    });
    const released = async (made: Made) =>
      (
        await db.ctx.owner.query<{ n: number; said: number; days: number }>(
          `select count(*)::int as n, (select readings::int from released.datastream_extent where datastream_id = $1) as said,
             count(distinct phenomenon_start)::int as days from released.observation where datastream_id = $1`,
          [made.datastreamId],
        )
      ).rows[0];
    for (const made of [rounded, daily]) {
      assert.equal((await released(made))?.n, 200);
      // The second day and half of the third.
      await hold(made.dataset, { from: '2026-10-02T04:00:00Z', to: '2026-10-03T16:00:00Z' });
      const [done] = await runDestruction(db.ctx, { dataset: made.dataset, size: 50 });
      assert.equal(done?.readings, 164);
    }
    assert.deepEqual(await released(rounded), { n: 36, said: 36, days: 36 });
    assert.deepEqual(await released(daily), { n: 36, said: 36, days: 2 });
    const { rows } = await db.ctx.owner.query(
      'select count(*)::int as n from private.observation where datastream_id = any($1)',
      [[rounded.datastreamId, daily.datastreamId]],
    );
    assert.equal(rows[0].n, 72);
    const { rows: due } = await db.ctx.owner.query('select from private.release_due');
    assert.equal(due.length, 0);
  });

  test('a killed process leaves a run that goes on where it was', async () => {
    const made = await make({ readings: 700 });
    for (const batches of [3, 5]) {
      const child = spawn(
        process.execPath,
        [
          new URL('../../../test/support/destroy-and-die.ts', import.meta.url).pathname,
          db.ctx.urlFor('charter_app'),
          db.ctx.urlFor('charter_public'),
          db.ctx.clock.now().toISOString(),
          String(batches),
        ],
        { stdio: 'inherit' },
      );
      const [, signal] = await once(child, 'exit');
      assert.equal(signal, 'SIGKILL');
    }
    assert.equal((await left(made)).length, 700 - 7 * 40);
    const [done] = await runDestruction(db.ctx, { dataset: made.dataset, resume: true });
    assert.equal(done?.readings, 700);
    const said = await content(done?.certificate as string);
    assert.equal(
      said.parts[0].sha256,
      createHash('sha256')
        .update(made.ids.map((id) => `${id}\n`).join(''))
        .digest('hex'),
    );
  });

  test('writers store while a run destroys, and what a Datastream spans stays right', async () => {
    const made = await make({ readings: 700 });
    let running = true;
    const writer = (async () => {
      for (let hour = 0; running; hour++)
        await store(made, 2, new Date(Date.parse('2026-11-15T00:00:00Z') + hour * 60_000).toISOString());
    })();
    await runDestruction(db.ctx, { dataset: made.dataset, size: 25 });
    running = false;
    await writer;
    const { rows } = await db.ctx.owner.query(
      `select e.readings::int as said, count(*)::int as there, e.phenomenon_from = min(o.phenomenon_start) as first,
         e.phenomenon_to = max(o.phenomenon_start) as last
       from released.datastream_extent e join released.observation o using (datastream_id)
       where datastream_id = $1 group by e.datastream_id`,
      [made.datastreamId],
    );
    assert.equal(rows[0].said, rows[0].there);
    assert.ok(rows[0].first && rows[0].last);
    assert.ok(rows[0].there > 0);
  });

  test('what a law orders goes by itself once a person has compared the text; a records request keeps the rest', async () => {
    const made = await make({ duty: 'must' });
    await hold(made.dataset, { cause: 'records-request', source: 'Request 12' });
    assert.deepEqual(await runDestruction(db.ctx, { dataset: made.dataset, ordered: true }), []);
    const editor = await makeStaff(db.ctx, {
      email: 'editor@example.org',
      role: 'rule-editor',
      place: 'oakton',
    });
    const { rows } = await db.ctx.owner.query('select body from released.rule where id = $1', [made.rule]);
    await checkRule(editor.ctx, {
      rule: made.rule,
      recordedAt: rows[0].body.recordedAt,
      result: 'agrees',
      note: '',
    });
    const { id } = await hold(made.dataset);
    assert.deepEqual(await runDestruction(db.ctx, { dataset: made.dataset, ordered: true }), []);
    await releaseHold(records, { hold: id, reason: 'Settled.' });
    const [done] = await runDestruction(db.ctx, { dataset: made.dataset, ordered: true });
    assert.equal(done?.readings, 200);
  });

  test('holds say exactly what they are about, or are refused', async () => {
    const made = await make({ leave: false });
    for (const [field, rest] of [
      ['columns', { columns: ['result:nothing'] }],
      ['area', { area: { place: 'hilltop' } }],
      ['area', { area: { box: [10, 0, 5, 1] } }],
      ['to', { from: '2026-10-02T00:00:00Z', to: '2026-10-01T00:00:00Z' }],
      ['reviewOn', { reviewOn: '2026-11-20' }],
      ['reason', { reason: ' ' }],
      ['datasets', { datasets: [] }],
    ] as const)
      await assert.rejects(hold(made.dataset, rest), { kind: 'invalid', details: { field } }, field);
    await assert.rejects(hold('nothing'), { kind: 'not-found' });
    await assert.rejects(hold(made.dataset, {}, approver), { kind: 'not-allowed' });
    const { id } = await hold(made.dataset, { area: { place: 'valley' } });
    await assert.rejects(releaseHold(approver, { hold: id, reason: 'No.' }), { kind: 'not-allowed' });
    await releaseHold(records, { hold: id, reason: 'Over.' });
    await assert.rejects(releaseHold(records, { hold: id, reason: 'Again.' }), { kind: 'too-late' });
  });

  test('whoever may write cannot delete or correct what a hold keeps', async () => {
    const made = await make({ leave: false });
    const { id } = await hold(made.dataset, { from: '2026-10-02T04:00:00Z', to: '2026-10-03T04:00:00Z' });
    const reading = (index: number) => ({ kind: 'observation' as const, id: made.ids[index] as string });
    await assert.rejects(deleteEntity(db.ctx, reading(30)), { kind: 'conflict' });
    const changes = { kind: 'observation' as const, values: { result: 1 }, links: {}, at: '' };
    await assert.rejects(updateEntity(db.ctx, { id: reading(30).id, changes }), { kind: 'conflict' });
    await assert.rejects(deleteEntity(db.ctx, { kind: 'datastream', id: made.datastreamId }), {
      kind: 'conflict',
    });
    await deleteEntity(db.ctx, reading(3));
    await releaseHold(records, { hold: id, reason: 'Over.' });
    await deleteEntity(db.ctx, { kind: 'datastream', id: made.datastreamId });
    assert.deepEqual(await left(made), []);
  });

  test('verify finds what was changed in the certificates', async () => {
    const found = async () => (await verifyCertificates(db.ctx)).faults;
    assert.deepEqual(await found(), []);
    assert.equal((await verifyAuditLog(db.ctx)).faultCount, 0);
    const tamper = (sql: string) => tamperWithRetention(db.ctx.owner, sql);
    const { rows } = await db.ctx.owner.query(
      'select max(number)::int as last from private.destruction_certificate',
    );
    const last = rows[0].last as number;
    const was = await content('1');
    await tamper(
      `update private.destruction_certificate set content = content || '{"readings": 1}' where number = 1`,
    );
    assert.match((await found()).join('\n'), /Certificate 1: what it says was changed/);
    await tamper(
      `update private.destruction_certificate set content = '${JSON.stringify(was).replaceAll("'", "''")}' where number = 1`,
    );
    assert.deepEqual(await found(), []);
    await tamper(`delete from private.destruction_certificate where number = ${last}`);
    const faults = (await found()).join('\n');
    assert.match(faults, new RegExp(`The certificates after ${last - 1} are missing`));
    assert.match(faults, new RegExp(`Certificate ${last}: the audit log tells of it, and it is gone`));
  });
});

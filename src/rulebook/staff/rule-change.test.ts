import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { citation, fine, openRuleDesk, proposed } from '../../../test/support/rule-desk.ts';
import { makeRulebook } from '../../../test/support/rulebook.ts';
import { makeStaff } from '../../../test/support/staff.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Problem } from '../../kit/problem.ts';
import { closestRule, placeChain } from '../../rules/index.ts';
import { readRulebook } from '../read-rulebook.ts';
import { decideRule } from './decide-rule.ts';
import { listRuleProposals } from './list-rule-proposals.ts';
import { readRule, recordAt } from './read-rule.ts';
import { withdrawRule } from './withdraw-rule.ts';

const db = testDatabase({ now: '2026-11-24T15:00:00Z' });
const { staff, standing, filled, propose, waiting, approve, records } = openRuleDesk(db);
const ask = async (knownAt: string) => {
  const { rules, topics, places } = await readRulebook(db.ctx);
  return closestRule(
    { rules, topics },
    {
      topic: 'sensors',
      aspect: 'fine',
      places: placeChain(places, 'danbury'),
      lawDay: '2026-11-24',
      knownAt,
    },
  );
};

describe('changing a rule', () => {
  let editor: Ctx;
  let approver: Ctx;
  before(async () => {
    await makeRulebook(db.ctx);
    editor = await staff('rule-editor', 'danbury');
    approver = await staff('approver', 'danbury');
  });

  test('takes two people; the answer changes from then on, and stays as it was for who asks what was known before', async () => {
    db.ctx.clock.advance(1000);
    const before = await standing();
    const moment = db.ctx.clock.now().toISOString();
    assert.equal((await ask(moment)).found, 'gap');
    const { id } = await propose(editor);
    assert.equal((await ask(moment)).found, 'gap', 'a proposal changes nothing');
    assert.equal((await waiting(approver, id)).mayDecide, true);
    db.ctx.clock.advance(1000);
    await approve(approver, id);
    const now = await standing();
    assert.deepEqual(now.supersedes, { id: fine, recordedAt: before.recordedAt });
    const answer = await ask('2027-01-01T00:00:00Z');
    assert.ok(answer.found === 'rule' && answer.rule.id === fine);
    assert.equal((await ask(moment)).found, 'gap', 'as known before the correction');
    const file = await readRule(editor, { rule: fine });
    assert.deepEqual(
      file.records.map(({ rule, until }) => [rule.value.state, until]),
      [
        ['specified', null],
        ['not-specified', now.recordedAt],
      ],
    );
    assert.match(file.records[0]?.by ?? '', /approver/);
    const [made, imported] = file.records.map((record) => record.proposed);
    assert.ok(made?.by.includes('rule-editor') && made.reason === 'The clerk has answered.');
    assert.equal(imported, null);
    assert.equal(
      recordAt(
        file.records.map(({ rule }) => rule),
        '2026-11-24',
        moment,
      )?.value.state,
      'not-specified',
    );
    const { rows } = await db.ctx.owner.query(
      `select kind from private.audit_event where subject = 'rule:${fine}' order by number`,
    );
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['change-proposed', 'change-approved', 'rule-recorded'],
    );
  });

  test('is not decided by who proposed it, nor withdrawn by another', async () => {
    const both = await makeStaff(db.ctx, {
      email: 'both@example.org',
      role: 'rule-editor',
      place: 'danbury',
    });
    const { id } = await propose(both.ctx, await filled(9100));
    const asApprover = await makeStaff(db.ctx, {
      email: 'both@example.org',
      role: 'approver',
      place: 'danbury',
    });
    assert.equal((await waiting(asApprover.ctx, id)).mayDecide, false);
    await assert.rejects(approve(asApprover.ctx, id), { kind: 'not-allowed' });
    await assert.rejects(withdrawRule(editor, { proposal: id }), { kind: 'not-allowed' });
    await assert.rejects(propose(editor, await filled(9200)), { kind: 'conflict' }, 'one at a time');
    await withdrawRule(both.ctx, { proposal: id });
    await assert.rejects(
      decideRule(approver, { proposal: id, version: '', decision: 'approved', reason: '' }),
      { kind: 'too-late' },
    );
  });

  test('is refused outside the place; state law takes a role for all of the state', async () => {
    const elsewhere = await staff('rule-editor', 'norwalk');
    await assert.rejects(propose(elsewhere), { kind: 'not-allowed' });
    const law = await standing('ct.records.copy-cap').catch(() => undefined);
    const cap = law ?? [...(await readRulebook(db.ctx)).current.values()].find(({ place }) => place === 'CT');
    assert.ok(cap);
    const change = { ...proposed(cap), says: { en: 'Said better.', es: 'Mejor dicho.' } };
    const send = (ctx: Ctx) => propose(ctx, change, { corrects: cap.recordedAt });
    await assert.rejects(send(editor), { kind: 'not-allowed' });
    const { id } = await send(await staff('rule-editor', 'region'));
    await assert.rejects(
      decideRule(approver, { proposal: id, version: '', decision: 'approved', reason: '' }),
      { kind: 'not-allowed' },
    );
    assert.ok(!(await listRuleProposals(approver)).some((each) => each.id === id));
    await approve(await staff('approver'), id);
    for (const role of ['approver', 'auditor', 'clerk'] as const)
      await assert.rejects(propose(await staff(role, 'danbury', 'wrong')), { kind: 'not-allowed' });
  });

  test('two approvals at once record it once; two proposals at once leave one', async () => {
    const rule = await filled(8000);
    const two = await Promise.allSettled([propose(editor, rule), propose(editor, rule)]);
    const made = two.flatMap((each) => (each.status === 'fulfilled' ? [each.value.id] : []));
    assert.equal(made.length, 1);
    const second = await staff('approver', 'danbury', 'second');
    const before = await records();
    const decided = await Promise.allSettled([
      approve(approver, made[0] as string),
      approve(second, made[0] as string),
    ]);
    assert.deepEqual(decided.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal(await records(), before + 1);
  });

  test('what has changed since it was proposed or opened is not overwritten', async () => {
    const opened = (await standing()).recordedAt;
    const { id } = await propose(editor, await filled(7000));
    db.ctx.clock.advance(1000);
    // Meanwhile an import corrects it.
    const { storeRule, nextMoment } = await import('../store-rule.ts');
    const { bumpRulebook } = await import('../read-rulebook.ts');
    const { withTransaction } = await import('../../kit/database.ts');
    await withTransaction(db.ctx.app, async (tx) => {
      const old = await standing();
      const all = (await readRulebook(db.ctx)).rules;
      const recordedAt = nextMoment(all, db.ctx.clock.now());
      const supersedes = { id: fine, recordedAt: old.recordedAt };
      await storeRule(tx, db.ctx, { ...old, says: { en: 'New.', es: 'Nuevo.' }, recordedAt, supersedes });
      await bumpRulebook(tx);
    });
    await assert.rejects(approve(approver, id), { kind: 'conflict', message: /has changed since/ });
    await decideRule(approver, { proposal: id, version: '', decision: 'declined', reason: 'Outdated.' });
    await assert.rejects(propose(editor, await filled(7100), { corrects: opened }), {
      kind: 'conflict',
      message: /since you opened/,
    });
    await assert.rejects(propose(editor, proposed(await standing())), { message: /says the same/ });
  });

  test('an approval judges the whole base again', async () => {
    // Two new rules for one question: each is right alone.
    const make = async (id: string) => ({
      ...(await filled(5000)),
      id,
      aspect: 'fine-daily',
      value: { state: 'specified', value: { kind: 'money', max: 5000, per: 'day' }, cite: [citation] },
    });
    const ids = await Promise.all(
      ['danbury.sensors.daily-one', 'danbury.sensors.daily-two'].map(
        async (id) => (await propose(editor, await make(id), { corrects: null })).id,
      ),
    );
    const before = await records();
    const free = (await readRulebook(db.ctx)).rules.every(
      ({ topic, aspect, place }) => !(topic === 'sensors' && aspect === 'fine-daily' && place === 'danbury'),
    );
    assert.ok(free, 'the shipped rules leave this question free');
    await approve(approver, ids[0] as string);
    await assert.rejects(approve(approver, ids[1] as string), {
      kind: 'conflict',
      message: /at the same time as danbury\.sensors\.daily-one/,
    });
    assert.equal(await records(), before + 1);
  });

  test('a change of law ends the old rule the day before and adds one of its own', async () => {
    const rule = { ...(await filled(6000)), id: 'danbury.sensors.fine-2027' };
    const value = { ...rule.value, validFrom: '2027-01-01' };
    const { id } = await propose(editor, { ...rule, value }, { corrects: null, closes: fine });
    const { closes } = await waiting(approver, id);
    assert.deepEqual([closes?.id, closes?.validTo], [fine, '2026-12-31']);
    assert.deepEqual(closes?.rule, await standing(), 'the approver sees what it ends');
    await approve(approver, id);
    assert.equal((await standing()).value.validTo, '2026-12-31');
    const { rules } = await readRulebook(db.ctx);
    const known = '2027-06-01T00:00:00Z';
    const same = rules.filter(({ id }) => id.startsWith('danbury.sensors.fine'));
    assert.equal(recordAt(same, '2026-12-31', known)?.id, fine);
    assert.equal(recordAt(same, '2027-01-01', known)?.id, 'danbury.sensors.fine-2027');
    // Closing it once more, later, would make it law for a year longer than it was.
    const third = { ...rule, id: `${fine}-2028`, value: { ...rule.value, validFrom: '2028-01-01' } };
    await assert.rejects(propose(editor, third, { corrects: null, closes: fine }), (error: Problem) => {
      const faults = error.details.faults as { field: string; message: string }[];
      assert.ok(
        faults.some(({ field, message }) => field === 'closes' && /ended on 2026-12-31/.test(message)),
      );
      return error.kind === 'invalid';
    });
  });

  test('a rule ends none of another question', async () => {
    const value = { ...(await filled(6000)).value, validFrom: '2027-01-01' };
    const rule = { ...(await filled(6000)), id: 'danbury.sensors.new', value };
    const others = [
      { closes: 'danbury.ai.fine', change: {} },
      { closes: 'danbury.sensors.daily-one', change: {} },
      { closes: fine, change: { custodian: 'danbury-police' } },
      { closes: fine, change: { topic: 'artificial-intelligence' } },
    ];
    for (const { closes, change } of others)
      await assert.rejects(propose(editor, { ...rule, ...change }, { corrects: null, closes }), {
        kind: 'invalid',
        details: { faults: [{ field: 'closes', message: `answers another question: ${closes}` }] },
      });
  });

  test('bad input is refused by its field, and the rules stay as they were', async () => {
    const good = {
      ...(await filled(9000, 'danbury.sensors.daily-one')),
      id: 'danbury.sensors.extra',
      aspect: 'cap',
    };
    const value = good.value;
    const wrong: [object, string, RegExp][] = [
      [{ value: { ...value, cite: [] } }, 'cite.0', /./],
      [{ value: { ...value, cite: [{ ...citation, readAt: undefined }] } }, 'cite.0.readAt', /./],
      [{ value: { ...value, cite: [{ ...citation, readAt: '2027-01-01' }] } }, 'cite.0.readAt', /to come/],
      [{ value: { ...value, cite: [{ ...citation, how: 'memory' }] } }, 'cite', /unverified/],
      [{ surprise: 1 }, '', /surprise/],
      [{ topic: 'moon' }, 'topic', /no topic moon/],
      [{ place: 'atlantis' }, 'place', /no place atlantis/],
      [{ offices: ['nobody'] }, 'offices', /no office nobody/],
      [{ says: { en: 'Only English.' } }, 'says.es', /./],
      [{ id: 'norwalk.sensors.extra' }, 'id', /begins with its place/],
      [{ says: { en: 'A bell\u0007.', es: 'Bien.' } }, 'says.en', /cannot be printed/],
      [{ says: { en: 'Half \ud800.', es: 'Bien.' } }, 'says.en', /cannot be printed/],
      [
        { value: { ...value, cite: [{ ...citation, instrument: 'Code\u009b1m' }] } },
        'cite.0.instrument',
        /printed/,
      ],
      [
        { value: { ...value, cite: [{ ...citation, locator: '4\u0000' }] } },
        'cite.0.locator',
        /cannot be printed/,
      ],
      [{ id: fine }, 'id', /stands already/],
      [
        {
          aspect: 'fine-repeat',
          value: { ...value, value: { kind: 'money', max: 9_900_000, per: 'offense' } },
        },
        'value',
        /more than the/,
      ],
      [{ aspect: 'fine', value: { ...value, validFrom: '2027-02-01' } }, 'validFrom', /same time as/],
      [{ value: { ...value, validFrom: '2026-05-01', validTo: '2026-01-01' } }, 'validTo', /before/],
      [
        { value: { state: 'not-specified', pagesRead: [citation], checkedAt: '2026-11-20', ask: [] } },
        'ask.0',
        /./,
      ],
    ];
    const before = await records();
    for (const [change, field, message] of wrong) {
      const error = await propose(editor, { ...good, ...change }, { corrects: null }).then(
        () => assert.fail(`${field} was accepted`),
        (error) => error,
      );
      assert.equal(error.kind, 'invalid', `${field}: ${error.message}`);
      const faults = error.details.faults as { field: string; message: string }[];
      assert.ok(
        faults.some((fault) => fault.field === field && message.test(fault.message)),
        `${field}: ${JSON.stringify(faults)}`,
      );
    }
    await assert.rejects(propose(editor, good, { corrects: null, reason: ' ' }), {
      details: { field: 'reason' },
    });
    assert.equal(await records(), before);
    assert.equal((await listRuleProposals(editor)).length, 1, 'only the one that no longer fits waits');
  });

  test('no text of it is kept with marks that turn it around', async () => {
    const gap = await standing('danbury.ai.fine');
    const rule = await filled(9300, gap.id);
    const turned = {
      ...rule,
      says: { en: 'Up to \u202e09\u202c dollars.', es: 'Hasta\u2067 90.' },
      value: { ...rule.value, cite: [{ ...citation, locator: 'line one\u2028line two\u2066' }] },
    };
    const { id } = await propose(editor, turned, { corrects: gap.recordedAt, reason: 'So\u202e said.' });
    const { after, reason } = await waiting(approver, id);
    assert.deepEqual(after.says, { en: 'Up to 09 dollars.', es: 'Hasta 90.' });
    assert.ok(after.value.state === 'specified');
    assert.equal(after.value.cite[0].locator, 'line one\nline two');
    assert.equal(reason, 'So said.');
    const bell = { proposal: id, version: '', decision: 'declined', reason: 'No\u0007.' } as const;
    await assert.rejects(decideRule(approver, bell), { kind: 'invalid', details: { field: 'reason' } });
    await decideRule(approver, { ...bell, reason: 'No\u202e.' });
    const { rows } = await db.ctx.owner.query('select content from private.proposal where id = $1', [id]);
    assert.doesNotMatch(JSON.stringify(rows), /\u202e|\u2066/);
  });

  test('an answer that it rests on is named in the reason and the citation', async () => {
    const gap = await standing('danbury.ai.fine');
    const more = { corrects: gap.recordedAt, case: 'DAN-ASK-2026-00012' };
    const { id } = await propose(editor, await filled(9300, gap.id), more);
    const { reason, after } = await waiting(editor, id);
    assert.equal(reason, 'DAN-ASK-2026-00012: The clerk has answered.');
    assert.ok(after.value.state === 'specified');
    assert.equal(after.value.cite[0].locator, 'letter of November 20, DAN-ASK-2026-00012');
    const long = { ...citation, locator: 'x'.repeat(490) };
    const other = await filled(9300, 'danbury.analytics.fine');
    await assert.rejects(
      propose(
        editor,
        { ...other, value: { ...other.value, cite: [long] } },
        { ...more, corrects: (await standing(other.id)).recordedAt },
      ),
      { kind: 'invalid', message: /cite\.0\.locator/ },
      'a citation that no file could hold',
    );
    await assert.rejects(propose(editor, await filled(1), { case: '<b>' }), {
      message: /named by its number/,
    });
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { citation, openRuleDesk } from '../../../test/support/rule-desk.ts';
import { makeRulebook } from '../../../test/support/rulebook.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Rule } from '../../rules/index.ts';
import { readRulebook } from '../read-rulebook.ts';
import { checkRule } from './check-rule.ts';
import { listRules } from './list-rules.ts';
import { proposeRule } from './propose-rule.ts';
import { readRule } from './read-rule.ts';
import { ruleOfDraft } from './rule-draft.ts';
import { startDraft } from './start-draft.ts';

const db = testDatabase({ now: '2026-11-24T15:00:00Z' });
const { staff, standing, propose, approve } = openRuleDesk(db);

describe('looking after the rules', () => {
  let editor: Ctx;
  let approver: Ctx;
  before(async () => {
    await makeRulebook(db.ctx);
    editor = await staff('rule-editor', 'danbury');
    approver = await staff('approver', 'danbury');
  });

  test('a comparison with the text is kept, makes the rule fresh, and is of that record alone', async () => {
    const rule = await standing('danbury.section-26-46.escalation');
    const check = (ctx: Ctx, more: object = {}) =>
      checkRule(ctx, {
        rule: rule.id,
        recordedAt: rule.recordedAt,
        result: 'differs',
        note: 'Five steps.',
        ...more,
      });
    await check(editor);
    await assert.rejects(check(await staff('rule-editor', 'norwalk')), { kind: 'not-allowed' });
    await assert.rejects(check(editor, { recordedAt: '2020-01-01T00:00:00.000Z' }), { kind: 'conflict' });
    await assert.rejects(check(editor, { result: 'fine' }), { kind: 'invalid' });
    await assert.rejects(check(editor, { note: '' }), { kind: 'invalid' });
    await assert.rejects(check(editor, { rule: 'danbury.lost' }), { kind: 'not-found' });
    const file = await readRule(approver, { rule: rule.id });
    assert.deepEqual(
      file.checks.map(({ result, note }) => [result, note]),
      [['differs', 'Five steps.']],
    );
    const other = await readRule(await staff('auditor', 'norwalk'), { rule: rule.id });
    assert.deepEqual([other.checks, other.mayPropose, other.mayCheck], [[], false, false]);
    const differing = await listRules(editor, { work: 'differs' });
    assert.deepEqual(
      differing.rules.map(({ id }) => id),
      [rule.id],
    );
    assert.equal((await standing(rule.id)).value.state, 'unverified', 'a check specifies nothing');
  });

  test('lists filter by place, topic with what is below it, state and words; texts age by months', async () => {
    const all = await listRules(editor, {});
    assert.equal(all.rules.length, all.total);
    const sensors = await listRules(editor, { place: 'danbury', topic: 'sensors' });
    assert.ok(sensors.total > 5 && sensors.total < all.total);
    assert.ok(sensors.rules.every(({ place }) => place === 'danbury'));
    const { rules } = await listRules(editor, { q: 'RESPUESTA café' });
    assert.equal(rules.length, 0);
    assert.ok((await listRules(editor, { q: 'multa sensores' })).total > 0);
    assert.ok(
      (await listRules(editor, { state: 'unverified' })).rules.every(({ state }) => state === 'unverified'),
    );
    const old = (await listRules(editor, {})).counts.aging;
    const unread = (await listRules(editor, { work: 'aging' })).rules;
    assert.ok(old < all.total / 2 && unread.every(({ look }) => look.day === null));
    db.ctx.clock.set('2027-12-24T00:00:00Z');
    assert.ok((await listRules(editor, {})).counts.aging > all.total / 2);
    assert.ok((await listRules(editor, { months: 24 })).counts.aging === old);
    db.ctx.clock.set('2026-11-24T16:00:00Z');
  });

  test('by its form: a text that disagrees makes a conflict; one that was read resolves it', async () => {
    const book = await readRulebook(db.ctx);
    const rule = [...book.current.values()].find(
      ({ place, value }) => place === 'danbury' && value.state === 'specified',
    );
    assert.ok(rule);
    const start = startDraft(book, new URLSearchParams({ rule: rule.id }), '2026-11-24');
    const cited = Object.fromEntries(
      Object.entries(citation).map(([name, text]) => [`cite.0.${name}`, text]),
    );
    const kept = Object.entries(start).filter(([name]) => !name.startsWith('cite.'));
    const draft = { ...Object.fromEntries(kept), ...cited, state: 'conflict', 'ask.0': 'danbury-city-clerk' };
    const send = (made: unknown, corrects: string) => propose(editor, made, { corrects });
    const first = await send(ruleOfDraft(draft, rule).rule, start.corrects as string);
    await approve(approver, first.id);
    const torn = await standing(rule.id);
    assert.ok(torn.value.state === 'conflict' && torn.value.candidates.length === 2);
    assert.ok((await listRules(editor, { work: 'conflict' })).rules.some((each) => each.id === rule.id));

    const again = startDraft(
      await readRulebook(db.ctx),
      new URLSearchParams({ rule: rule.id }),
      '2026-11-24',
    );
    const solved = { ...again, ...cited, state: 'specified', kind: 'statement' };
    const second = await send(ruleOfDraft(solved, torn).rule, again.corrects as string);
    await approve(approver, second.id);
    assert.equal((await standing(rule.id)).value.state, 'specified');
  });

  test('an answer told by telephone is another’s account; one in writing is a text; untold, it is not more', async () => {
    const book = await readRulebook(db.ctx);
    const how = (way: string) => {
      const query = { supersedes: 'danbury.ai.fine', case: 'DAN-ASK-2026-00012', answer: 'None.', way };
      const draft = startDraft(book, new URLSearchParams(query), '2026-11-24');
      const { rule } = ruleOfDraft({ ...draft, 'says.es': 'Ninguna.' }) as { rule: Rule };
      assert.ok(rule.value.state === 'specified');
      return rule.value.cite[0].how;
    };
    const all = ['here', 'mail', 'paper', 'phone', 'in-person', '', 'memory', 'text'].map((way) => [
      way,
      how(way),
    ]);
    const [text, told] = ['text', 'secondary'];
    assert.deepEqual(Object.fromEntries(all), {
      ...{ here: text, mail: text, paper: text, phone: told, 'in-person': told },
      ...{ '': told, memory: told, text: told },
    });
  });

  test('by its form: a rule that follows another, and one whose name is free', async () => {
    const book = await readRulebook(db.ctx);
    const follows = startDraft(book, new URLSearchParams({ follows: 'danbury.ai.fine' }), '2026-11-24');
    assert.deepEqual(
      [follows.closes, follows.id, follows.corrects, follows.validFrom],
      ['danbury.ai.fine', 'danbury.ai.fine-2026', undefined, ''],
    );
    await assert.rejects(
      proposeRule(editor, {
        rule: ruleOfDraft(follows).rule,
        corrects: null,
        closes: 'danbury.ai.fine',
        reason: 'New law.',
      }),
      {
        details: {
          faults: [{ field: 'validFrom', message: 'is needed: the day from which the new law holds' }],
        },
      },
    );
    const made = startDraft(
      book,
      new URLSearchParams({ place: 'danbury', topic: 'sensors', aspect: 'fine' }),
      '2026-11-24',
    );
    assert.equal(made.id, 'danbury.sensors.fine-2');
    assert.deepEqual(startDraft(book, new URLSearchParams({ rule: 'no.such' }), '2026-11-24'), {});
  });
});

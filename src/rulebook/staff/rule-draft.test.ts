import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cents, conflict, makeRule, specified } from '../../../test/support/rules.ts';
import { readRulesFile } from '../read-rules-file.ts';
import { proposedRule, saysTheSame } from './rule-change.ts';
import { draftOf, readDraft, ruleOfDraft } from './rule-draft.ts';

const cities = new URL('../../../cities/', import.meta.url).pathname;
const shipped = readdirSync(cities, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const text = readFileSync(`${cities}${name}/rules.yaml`, 'utf8');
    return readRulesFile(text, name, { recordedAt: '2026-11-21T12:00:00Z' }).rules;
  });
const more = [
  makeRule('elm', 'records', 'fee', conflict),
  makeRule('elm', 'records', 'fine', specified(cents(12_345, { per: 'day' }), { validFrom: '2026-01-01' })),
];

test('every rule that ships comes back from its form as it was', () => {
  assert.ok(shipped.length > 250);
  for (const rule of [...shipped, ...more]) {
    const sent = readDraft(Object.entries(draftOf(rule)));
    const { rule: made, faults } = ruleOfDraft(sent, rule);
    assert.deepEqual(faults, [], rule.id);
    assert.ok(saysTheSame(proposedRule.parse(made), rule), `${rule.id}: ${JSON.stringify(made)}`);
  }
});

test('rows left empty count as none, amounts are read exactly, and what is no number is said by its field', () => {
  const draft = readDraft([
    ['ask.0', ''],
    ['ask.1', 'elm-clerk'],
    ['cite.0.how', 'text'],
    ['cite.0.level', 'city'],
    ['cite.0.instrument', ' '],
    ['cite.1.instrument', 'Code'],
    ['kind', 'money'],
    ['max', '$1,234.5'],
    ['min', '0.29'],
    ['state', 'specified'],
    ['says.en', 'a\r\nb'],
  ]);
  assert.equal(draft['ask.0'], 'elm-clerk');
  assert.equal(draft['cite.0.instrument'], 'Code');
  assert.equal(draft['cite.1.how'], undefined);
  const made = ruleOfDraft(draft).rule as { value: { value: object } };
  assert.deepEqual(made.value.value, { kind: 'money', min: 29, max: 123_450 });
  const wrong = ruleOfDraft({ ...draft, max: '1.234', kind: 'money' });
  assert.deepEqual(
    wrong.faults.map(({ field }) => field),
    ['max'],
  );
  assert.deepEqual(
    ruleOfDraft({ ...draft, kind: 'period', count: '-1' }).faults.map(({ field }) => field),
    ['count'],
  );
});

test('a conflict is what stands against what the form cites', () => {
  const before = makeRule('elm', 'records', 'fine', specified(cents(100)));
  const cite = draftOf(before);
  const { rule } = ruleOfDraft(
    { ...cite, state: 'conflict', max: '2', min: '2', 'ask.0': 'elm-clerk' },
    before,
  );
  const { value } = rule as { value: { candidates: { value: { max: number } }[] } };
  assert.deepEqual(
    value.candidates.map((each) => each.value.max),
    [100, 200],
  );
  const alone = ruleOfDraft({ ...cite, state: 'conflict' });
  assert.deepEqual(
    alone.faults.map(({ field }) => field),
    ['state'],
  );
});

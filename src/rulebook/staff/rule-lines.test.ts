import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cents,
  cite,
  conflict,
  makeRule,
  notSpecified,
  specified,
  unverified,
} from '../../../test/support/rules.ts';
import type { Rule } from '../../rules/index.ts';
import { differences, type Names, ruleLines } from './rule-lines.ts';

const names: Names = {
  places: { elm: 'Elm' },
  topics: { records: 'Records' },
  offices: { 'elm-clerk': 'Clerk (Elm)', 'elm-police': 'Police (Elm)' },
};
const full = { ...cite, url: 'https://elm.example/1', published: '2026-01-01', quoteHash: 'a'.repeat(64) };
const validity = { validFrom: '2026-01-01', validTo: '2027-01-01' };
const steps = {
  kind: 'money',
  per: 'day',
  offenses: [
    { nth: 2, min: 100, max: 200 },
    { nth: 3, max: 300 },
  ],
} as const;
const rules: Rule[] = [
  makeRule('elm', 'records', 'fine', specified(cents(1)), { custodian: 'elm-police', bullets: ['S0.1'] }),
  makeRule('elm', 'records', 'fine', {
    ...specified({ ...steps, offenses: [...steps.offenses] }),
    ...validity,
    cite: [full, cite],
  }),
  makeRule(
    'elm',
    'records',
    'fine',
    specified({ kind: 'period', count: 4, unit: 'business-day', from: 'filing', statutory: true }),
  ),
  makeRule('elm', 'records', 'fine', specified({ kind: 'office', office: 'elm-clerk' })),
  makeRule('elm', 'records', 'fine', specified({ kind: 'form', name: 'F', url: 'https://elm.example/f' })),
  makeRule('elm', 'records', 'fine', { ...notSpecified, nearest: ['zz.cap'] } as Rule['value']),
  makeRule('elm', 'records', 'fine', unverified),
  makeRule('elm', 'records', 'fine', conflict),
];

/** Every copy of a value with one leaf changed, or one entry of a list left out. */
function* changes(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield `${value}x`;
  else if (typeof value === 'number') yield value + 1;
  else if (typeof value === 'boolean') yield !value;
  else if (Array.isArray(value)) {
    for (const [n, one] of value.entries()) {
      yield value.toSpliced(n, 1);
      for (const changed of changes(one)) yield value.with(n, changed);
    }
  } else if (typeof value === 'object' && value !== null)
    // Kinds of value and states are told apart by their schema; the name of a rule stands above its difference.
    for (const [key, one] of Object.entries(value))
      if (!['kind', 'id', 'recordedAt'].includes(key))
        for (const changed of changes(one)) if (key !== 'state') yield { ...value, [key]: changed };
}

describe('who approves', () => {
  test('sees every change, however small, in both languages', () => {
    let seen = 0;
    for (const rule of rules) {
      for (const changed of changes(rule)) {
        for (const language of ['en', 'es'] as const) {
          const found = differences(
            ruleLines(rule, language, names),
            ruleLines(changed as Rule, language, names),
          );
          assert.ok(found.length > 0, JSON.stringify(changed));
        }
        seen += 1;
      }
    }
    assert.ok(seen > 150, String(seen));
  });

  test('sees nothing where nothing differs, and what is new or gone as such', () => {
    const [rule] = rules as [Rule];
    const lines = ruleLines(rule, 'en', names);
    assert.deepEqual(differences(lines, lines), []);
    assert.ok(differences([], lines).every(({ before }) => before === ''));
    const gap = ruleLines(rules[5] as Rule, 'en', names);
    const value = differences(lines, gap).find(({ key }) => key === 'value');
    assert.deepEqual([value?.before, value?.after], ['$0.01', '']);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cents,
  makeRule,
  notSpecified,
  offices,
  places,
  specified,
  topics,
  unverified,
} from '../../test/support/rules.ts';
import { checkRuleBase } from './check-rule-base.ts';
import { type Rule, rule } from './rule.ts';

const faults = (...rules: Rule[]) =>
  checkRuleBase({ rules, topics, places, offices }).map(
    ({ rule, field, message }) => `${rule} ${field}: ${message}`,
  );
const cap = makeRule(
  'ZZ',
  'ordinances',
  'cap',
  specified({ kind: 'money', max: 25_000 }, { validFrom: '2020-01-01' }),
);
const fine = (max: number, validity = {}) =>
  makeRule('elm', 'mining', 'fine', specified(cents(max), validity));

test('a whole base without fault', () => {
  const gap = { ...notSpecified, nearest: [cap.id] };
  assert.deepEqual(faults(cap, fine(25_000), makeRule('elm', 'power', 'fine', gap)), []);
});

test('a name that nothing bears', () => {
  const wrong = makeRule(
    'oak',
    'moon',
    'fine',
    { ...notSpecified, ask: ['nobody'], nearest: ['no.rule'] } as never,
    {
      custodian: 'no-office',
      offices: ['none'],
    },
  );
  assert.deepEqual(
    faults(wrong).map((fault) => fault.split(' ').slice(1).join(' ')),
    [
      'topic: there is no topic moon',
      'place: there is no place oak',
      'custodian: there is no office no-office',
      'offices: there is no office none',
      'ask: there is no office nobody',
      'nearest: there is no rule no.rule',
    ],
  );
});

test('a name that nothing bears, within a conflict', () => {
  const candidates = [specified(cents(1)), { ...notSpecified, ask: ['nobody'] }];
  const value = { state: 'conflict', candidates, ask: ['elm-clerk'] } as never;
  assert.deepEqual(faults(makeRule('elm', 'power', 'fine', value)), [
    'elm.power.fine ask: there is no office nobody',
  ]);
});

test('a sum above the limit of state law while that is in force', () => {
  assert.match(
    faults(cap, fine(25_001))[0] ?? '',
    /^elm\.mining\.fine value: 25001 cents is more than the 25000/,
  );
  assert.deepEqual(faults(cap, fine(25_001, { validTo: '2019-12-31' })), []);
  // A limit by the page says nothing of fines; what is unverified is no number.
  assert.deepEqual(
    faults({ ...cap, value: specified({ kind: 'money', max: 5, per: 'page' }) }, fine(90)),
    [],
  );
  assert.deepEqual(faults(cap, { ...fine(1), value: unverified }), []);
  const steps = {
    kind: 'money' as const,
    offenses: [
      { nth: 2, max: 20_000 },
      { nth: 3, max: 30_000 },
    ],
  };
  assert.equal(faults(cap, makeRule('elm', 'power', 'fine-repeat', specified(steps))).length, 1);
});

test('two rules for one question at the same time', () => {
  const other = { ...fine(2, { validFrom: '2026-01-01' }), id: 'elm.other' };
  assert.match(
    faults(cap, fine(1), other)[0] ?? '',
    /^elm\.other validFrom: is in force at the same time as elm\.mining/,
  );
  assert.deepEqual(faults(cap, fine(1, { validTo: '2025-12-31' }), other), []);
  assert.deepEqual(faults(cap, fine(1), { ...other, custodian: 'elm-police' }), []);
});

test('a correction takes the place of what it names, and nothing else may bear the id', () => {
  const later = { ...fine(2), recordedAt: '2026-11-22T12:00:00Z' };
  assert.match(faults(cap, fine(1), later)[0] ?? '', /stands twice: elm\.mining\.fine; a correction names/);
  const first = fine(1);
  const right = { ...later, supersedes: { id: first.id, recordedAt: first.recordedAt } };
  assert.deepEqual(faults(cap, first, right), []);
  assert.match(faults(cap, right)[0] ?? '', /supersedes: there is no record/);
  assert.equal(
    faults(cap, fine(1), fine(1)).some((fault) => fault.includes('stands twice')),
    true,
  );
});

test('the wire shape refuses what is only remembered, uncited or out of order', () => {
  const parse = (value: unknown) => rule.safeParse({ ...fine(1), value }).success;
  const good = specified(cents(1));
  assert.equal(parse(good), true);
  assert.equal(parse({ ...good, cite: [] }), false);
  assert.equal(parse({ ...good, cite: [{ ...good.cite[0], how: 'memory' }] }), false);
  assert.equal(parse({ ...good, cite: [{ ...good.cite[0], readAt: undefined }] }), false);
  assert.equal(parse({ ...good, value: { kind: 'money', min: 2, max: 1 } }), false);
  assert.equal(parse({ ...good, value: { kind: 'money' } }), false);
  assert.equal(parse({ ...good, other: 1 }), false);
  assert.equal(parse({ ...notSpecified, ask: [] }), false);
});

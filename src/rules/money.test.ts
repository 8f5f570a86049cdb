import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cents, cite, conflict, notSpecified, specified, unverified } from '../../test/support/rules.ts';
import { type Amount, money } from './money.ts';
import type { MoneyValue, RuleValue } from './rule.ts';
import type { Sourced } from './sourced.ts';

test('a specified sum is an amount, with its texts', () => {
  const sum = money(specified(cents(500)));
  assert.ok(sum.ok);
  assert.deepEqual([sum.amount.least, sum.amount.most, sum.amount.cite], [500, 500, [cite]]);
});

test('a gap does not fit the type, and is refused when it comes all the same', () => {
  const perhaps = unverified as Sourced<MoneyValue>;
  // @ts-expect-error what may be a gap is no price
  assert.deepEqual(money(perhaps), { ok: false, why: 'gap' });
  // @ts-expect-error what the pages do not say is no price
  assert.deepEqual(money(notSpecified), { ok: false, why: 'gap' });
  // @ts-expect-error two texts that disagree are no price
  assert.deepEqual(money(conflict), { ok: false, why: 'gap' });
  // @ts-expect-error a statement names no sum
  assert.deepEqual(money(specified<RuleValue>({ kind: 'statement' })), { ok: false, why: 'gap' });
  // @ts-expect-error a sum without a text is no specified one
  assert.deepEqual(money({ ...specified(cents(500)), cite: [] }), { ok: false, why: 'uncited' });
  const remembered = {
    ...specified(cents(500)),
    cite: [{ ...cite, how: 'memory' as const }] as [typeof cite],
  };
  assert.deepEqual(money(remembered), { ok: false, why: 'from-memory' });
  // @ts-expect-error nobody makes an amount out of a bare number
  const made: Amount = { most: 500, cite: [] };
  assert.ok(made);
});

test('a text that names no upper end gives no sum', () => {
  assert.deepEqual(money(specified({ kind: 'money', min: 2_000 })), { ok: false, why: 'no-upper-amount' });
  assert.deepEqual(money(specified({ kind: 'money', offenses: [{ nth: 2, max: 5 }] }), 1), {
    ok: false,
    why: 'no-upper-amount',
  });
});

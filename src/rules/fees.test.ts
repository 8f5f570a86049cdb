import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cents,
  conflict,
  makeRule,
  notSpecified,
  places,
  specified,
  unverified,
} from '../../test/support/rules.ts';
import { type FeeItem, feeSchedule, priceFee } from './fees.ts';
import { placeChain } from './place-chain.ts';
import type { Rule } from './rule.ts';

const named = (name: string) => ({ en: name, es: name });
const words = { en: [], es: [] };
const topics = [
  { id: 'records', name: named('Records'), words },
  { id: 'copies', parent: 'records', name: named('Copies'), words },
];
const state = makeRule('ZZ', 'copies', 'fee', specified({ kind: 'money', max: 50, per: 'page' }));
const city = makeRule('elm', 'copies', 'fee', specified(cents(25, { per: 'page' })));
const cap = makeRule('ZZ', 'copies', 'cap', specified({ kind: 'money', max: 20, per: 'page' }));
const prepayment = makeRule('ZZ', 'records', 'prepayment', specified({ kind: 'money', min: 1_000 }));
const waiver = makeRule('ZZ', 'records', 'waiver', specified({ kind: 'statement' }));
const schedule = (rules: Rule[], count = 40, per: FeeItem['per'] = 'page') =>
  feeSchedule(
    { rules, topics },
    {
      topic: 'records',
      places: placeChain(places, 'elm'),
      lawDay: '2026-11-25',
      knownAt: '2026-12-01T00:00:00Z',
    },
    [{ topic: 'copies', per, count }],
  );
const price = (rules: Rule[], ...rest: [number?, FeeItem['per']?]) => priceFee(schedule(rules, ...rest));

test("the city's fee comes before the state's; a limit of the state leaves the lower end open", () => {
  const own = price([state, city]);
  assert.ok(own.state === 'priced');
  assert.deepEqual([own.amount.least, own.amount.most, own.lines[0]?.rule.id], [1_000, 1_000, city.id]);
  const states = price([state]);
  assert.ok(states.state === 'priced');
  assert.deepEqual([states.amount.least, states.amount.most], [undefined, 2_000]);
  const limited = price([state, city, cap]);
  assert.equal(limited.state === 'priced' && limited.amount.most, 800);
});

test('one gap leaves the whole without a price, and says whom to ask', () => {
  for (const gap of [notSpecified, unverified, conflict]) {
    const fee = price([{ ...city, value: gap }]);
    assert.ok(fee.state === 'unpriced');
    assert.deepEqual([fee.missing[0].why, fee.missing[0].ask], [gap.state, ['elm-clerk']]);
  }
  const why = (...of: Parameters<typeof price>) => {
    const fee = price(...of);
    return fee.state === 'unpriced' ? fee.missing[0].why : fee.amount;
  };
  assert.equal(why([]), 'no-rule');
  assert.equal(why([city], 3, 'hour'), 'other-unit');
  assert.equal(why([city], -1), 'not-a-count');
  assert.equal(why([state, { ...city, value: unverified }]), 'doubtful');
});

test('prepayment is asked from its threshold on, and unknown where no rule is specified', () => {
  const asked = (rules: Rule[], count: number) => {
    const fee = price(rules, count);
    return fee.state === 'priced' && fee.prepayment;
  };
  assert.equal(asked([city, prepayment], 40), 'may-be-asked');
  assert.equal(asked([city, prepayment], 39), 'may-not');
  assert.equal(asked([state, prepayment], 40), 'depends');
  assert.equal(asked([city, { ...prepayment, value: unverified }], 400), 'unknown');
});

test('a fee is let go by a waiver that is specified, with a reason', () => {
  const amount = (rules: Rule[], reason: string) => {
    const fee = priceFee(schedule(rules), { reason });
    return fee.state === 'priced' && [fee.amount.most, fee.waiver?.rule.id];
  };
  assert.deepEqual(amount([city, waiver], 'Receives state aid.'), [0, waiver.id]);
  assert.deepEqual(amount([city, waiver], ' '), [1_000, undefined]);
  assert.deepEqual(amount([city, { ...waiver, value: notSpecified }], 'Receives state aid.'), [
    1_000,
    undefined,
  ]);
});

test('more pages never cost less', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), fc.nat(100), (pages, more, each) => {
      const rules = [makeRule('elm', 'copies', 'fee', specified(cents(each, { per: 'page' }))), cap];
      const [few, many] = [price(rules, pages), price(rules, pages + more)];
      assert.ok(few.state === 'priced' && many.state === 'priced' && many.amount.most >= few.amount.most);
    }),
  );
});

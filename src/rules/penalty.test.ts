import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  cents,
  conflict,
  makeRule,
  notSpecified,
  places,
  specified,
  topics,
  unverified,
} from '../../test/support/rules.ts';
import { decidePenalty } from './decide-penalty.ts';
import { type Offense, type PricedPenalty, penaltyLadder, pricePenalty } from './penalty.ts';
import { placeChain } from './place-chain.ts';
import type { Aspect, PeriodValue, Rule, RuleValue } from './rule.ts';
import type { Sourced } from './sourced.ts';

const year: PeriodValue = {
  kind: 'period',
  count: 1,
  unit: 'year',
  from: 'the earlier offense',
  statutory: true,
};
const inElm = (aspect: Aspect, value: Sourced<RuleValue>, rest: Partial<Rule> = {}) =>
  makeRule('elm', 'mining', aspect, value, rest);
const whole = {
  fine: inElm('fine', specified(cents(10_000))),
  'fine-repeat': inElm(
    'fine-repeat',
    specified({
      kind: 'money',
      offenses: [
        { nth: 2, min: 15_000, max: 20_000 },
        { nth: 3, min: 25_000, max: 25_000 },
      ],
    }),
  ),
  'fine-daily': inElm('fine-daily', specified(cents(1_000, { per: 'day' }))),
  'look-back': inElm('look-back', specified(year)),
  cap: makeRule('ZZ', 'ordinances', 'cap', specified({ kind: 'money', max: 25_000 })),
};
const question = {
  topic: 'mining',
  places: placeChain(places, 'elm'),
  lawDay: '2026-06-01',
  knownAt: '2026-12-01T00:00:00Z',
};
const price = (rules: Rule[], offense: Offense) => {
  const { ladder, cap } = penaltyLadder({ rules, topics }, question);
  return pricePenalty(ladder, offense, cap);
};
const priced = (rules: Rule[], offense: Offense): PricedPenalty => {
  const penalty = price(rules, offense);
  assert.ok(penalty.state === 'priced', JSON.stringify(penalty));
  return penalty;
};
const missing = (rules: Rule[], offense: Offense) => {
  const penalty = price(rules, offense);
  assert.ok(penalty.state === 'unpriced', JSON.stringify(penalty));
  return penalty.missing.map(({ rung, why }) => `${rung}: ${why}`);
};
const day = '2026-06-01';
const all = Object.values(whole);
const without = (...names: (keyof typeof whole)[]) =>
  all.filter((rule) => !names.some((name) => whole[name] === rule));

describe('a penalty', () => {
  test('of a first offense is the fine, with the texts that say so', () => {
    const { amount, lines, cap } = priced(all, { day });
    assert.deepEqual([amount.least, amount.most], [10_000, 10_000]);
    assert.deepEqual(
      lines.map(({ rung, rule }) => [rung, rule.id]),
      [['fine', 'elm.mining.fine']],
    );
    assert.equal(cap?.bites, false);
    assert.ok(amount.cite.length > 0);
  });
  test('of a repeat counts the earlier offenses within the look-back period alone', () => {
    const twice = priced(all, { day, earlier: ['2025-05-31', '2025-06-01', '2026-07-01'] });
    assert.deepEqual(
      [twice.nth, twice.counted, twice.amount.least, twice.amount.most],
      [2, ['2025-06-01'], 15_000, 20_000],
    );
    const thrice = priced(all, { day, earlier: ['2026-01-01', '2026-02-01'] });
    assert.deepEqual([thrice.nth, thrice.amount.most], [3, 25_000]);
    assert.equal(priced(all, { day, earlier: ['2025-05-31'] }).nth, 1);
  });
  test('grows each day until it is put right, and not while it is stayed', () => {
    const goesOn = priced(all, { day, continuedUntil: '2026-06-11' });
    assert.deepEqual([goesOn.furtherDays, goesOn.amount.most], [10, 20_000]);
    assert.equal(
      priced(all, { day, continuedUntil: '2026-06-11', curedOn: '2026-06-04' }).amount.most,
      12_000,
    );
    const stays = [
      { from: '2026-06-03', to: '2026-06-05' },
      { from: '2026-06-04', to: '2026-06-06' },
      { from: '2026-06-10' },
    ];
    const stayed = priced(all, { day, continuedUntil: '2026-06-11', stays });
    assert.deepEqual([stayed.stayedDays, stayed.amount.most], [6, 14_000]);
  });
  test('ends at the limit of state law', () => {
    const { amount, cap } = priced(all, { day, continuedUntil: '2026-12-31' });
    assert.equal(amount.most, 25_000);
    assert.equal(cap?.bites, true);
    const byDay = makeRule('ZZ', 'ordinances', 'cap', specified({ kind: 'money', max: 500, per: 'day' }));
    assert.equal(
      priced([...without('cap'), byDay], { day, continuedUntil: '2026-06-03' }).amount.most,
      1_500,
    );
  });
  test('by the day costs the same each day', () => {
    const fine = inElm('fine', specified({ kind: 'money', min: 100, max: 1_000, per: 'day' }));
    const { amount } = priced([...without('fine', 'fine-daily'), fine], {
      day,
      continuedUntil: '2026-06-03',
    });
    assert.deepEqual([amount.least, amount.most], [300, 3_000]);
  });
});

describe('without a price', () => {
  for (const [gap, why] of [
    [notSpecified, 'not-specified'],
    [unverified, 'unverified'],
    [conflict, 'conflict'],
  ] as const)
    test(`a fine that is ${why}`, () => {
      assert.deepEqual(missing([...without('fine'), inElm('fine', gap)], { day }), [`fine: ${why}`]);
    });
  test('each rung that is needed and not there', () => {
    assert.deepEqual(missing([], { day }), ['fine: no-rule', 'cap: no-rule']);
    const offense = { day, earlier: ['2026-01-01'], continuedUntil: '2026-06-02' };
    const gaps = (['fine-repeat', 'fine-daily', 'look-back'] as const).map((aspect) =>
      inElm(aspect, notSpecified),
    );
    assert.deepEqual(missing([whole.fine, whole.cap, ...gaps], offense), [
      'look-back: not-specified',
      'fine-daily: not-specified',
    ]);
    assert.deepEqual(missing([whole['look-back'], whole.cap], offense), [
      'fine-repeat: no-rule',
      'fine-daily: no-rule',
    ]);
  });
  test('a state fine under a city record in doubt', () => {
    const rules = [
      makeRule('ZZ', 'mining', 'fine', specified(cents(100))),
      whole.cap,
      inElm('fine', unverified),
    ];
    assert.deepEqual(missing(rules, { day }), ['fine: doubtful']);
  });
  test("a city's fine with the state's daily fine", () => {
    const rules = [...without('fine-daily'), makeRule('ZZ', 'mining', 'fine-daily', specified(cents(100)))];
    assert.deepEqual(missing(rules, { day, continuedUntil: '2026-06-02' }), ['fine-daily: other-place']);
  });
  test('a daily fine beside a fine that is by the day already', () => {
    const fine = inElm('fine', specified(cents(100, { per: 'day' })));
    const rules = [...without('fine'), fine];
    assert.deepEqual(missing(rules, { day, continuedUntil: '2026-06-02' }), ['fine-daily: two-daily-fines']);
    assert.equal(priced(rules, { day }).amount.most, 100);
  });
  test('a fine whose upper end no text names, and days out of order', () => {
    const open = inElm('fine', specified({ kind: 'money', min: 2_000 }));
    assert.deepEqual(missing([...without('fine'), open], { day }), ['fine: no-upper-amount']);
    const wrong = price(all, {
      day,
      curedOn: '2026-05-01',
      stays: [{ from: '2026-06-02', to: '2026-06-01' }],
    });
    assert.equal(wrong.state === 'invalid' && wrong.faults.length, 2);
    assert.equal(price(all, { day: '2026-02-30' }).state, 'invalid');
  });
});

describe('the sum that a person sets', () => {
  const range = inElm('fine', specified({ kind: 'money', min: 5_000, max: 10_000 }));
  const rules = [...without('fine'), range, inElm('discretion', specified({ kind: 'statement' }))];
  const penalty = priced(rules, { day });
  const { ladder } = penaltyLadder(
    { rules: [...rules, inElm('discretion', notSpecified)], topics },
    question,
  );
  const discretion = {
    kind: 'variance' as const,
    rule: { found: 'rule' as const, rule: rules.at(-1) as never, doubts: [], chain: [] },
  };
  const why = (choice: Parameters<typeof decidePenalty>[1]) => {
    const decided = decidePenalty(penalty, choice);
    return decided.state === 'refused' ? decided.why : decided.cents;
  };
  test('lies within the range, and a reason is given for less than the most', () => {
    assert.equal(why({ cents: 10_001, reason: 'x' }), 'above-most');
    assert.equal(why({ cents: 10_000 }), 10_000);
    assert.equal(why({ cents: 7_000 }), 'no-reason');
    assert.equal(why({ cents: 7_000, reason: 'First notice was late.' }), 7_000);
    assert.equal(why({ cents: 70.5, reason: 'x' }), 'not-cents');
  });
  test('goes lower only by a rule that is specified, with a reason', () => {
    assert.equal(why({ cents: 4_000, reason: 'x' }), 'below-least');
    assert.equal(why({ cents: 4_000, reason: ' ', discretion }), 'no-reason');
    assert.equal(
      why({ cents: 4_000, reason: 'x', discretion: { ...discretion, rule: ladder.fine } }),
      'discretion-not-specified',
    );
    assert.equal(why({ cents: 4_000, reason: 'Installed by a contractor.', discretion }), 4_000);
  });
});

const anyMoney = fc
  .record({
    a: fc.nat(50_000),
    b: fc.nat(50_000),
    open: fc.boolean(),
    per: fc.constantFrom('offense', 'day', undefined),
  })
  .map(({ a, b, open, per }) => ({
    kind: 'money' as const,
    ...(open ? {} : { min: Math.min(a, b) }),
    max: Math.max(a, b),
    ...(per ? { per: per as 'offense' | 'day' } : {}),
  }));
const anyDay = fc
  .integer({ min: 0, max: 700 })
  .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const anyOffense = fc.record(
  {
    day: fc.constant('2026-06-01'),
    earlier: fc.array(anyDay, { maxLength: 3 }),
    continuedUntil: anyDay.filter((d) => d >= '2026-06-01'),
    curedOn: anyDay.filter((d) => d >= '2026-06-01'),
    stays: fc.array(
      fc
        .tuple(anyDay, anyDay)
        .map((pair) => ({ from: pair.toSorted()[0] ?? '', to: pair.toSorted()[1] ?? '' })),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['day'] },
);
const anyLadder = fc
  .record({ fine: anyMoney, repeat: anyMoney, daily: anyMoney, cap: anyMoney })
  .map(({ fine, repeat, daily, cap }) => [
    inElm('fine', specified(fine)),
    inElm('fine-repeat', specified(repeat)),
    inElm('fine-daily', specified(daily)),
    inElm('look-back', specified(year)),
    makeRule('ZZ', 'ordinances', 'cap', specified(cap)),
  ]);

/** Ladders with a daily fine beside a fine by the day have no price, so they are left out. */
const mostlyPriced = (rules: Rule[], offense: Offense): PricedPenalty => {
  const penalty = price(rules, offense);
  fc.pre(penalty.state !== 'unpriced' || penalty.missing.some(({ why }) => why !== 'two-daily-fines'));
  return priced(rules, offense);
};

describe('for every ladder and offense', () => {
  test('no sum is above the cap, and the least is no more than the most', () => {
    fc.assert(
      fc.property(anyLadder, anyOffense, (rules, offense) => {
        const { amount, cap, furtherDays, stayedDays } = mostlyPriced(rules, offense);
        const value = cap?.rule.value.value;
        assert.ok(value?.kind === 'money' && value.max !== undefined);
        const days = 1 + furtherDays - stayedDays;
        assert.ok(amount.most <= value.max * (value.per === 'day' ? days : 1));
        assert.ok((amount.least ?? 0) <= amount.most);
      }),
    );
  });
  test('one more day never makes it cheaper', () => {
    fc.assert(
      fc.property(anyLadder, anyOffense, anyDay, (rules, offense, later) => {
        const until = offense.continuedUntil ?? offense.day;
        const longer = later > until ? later : until;
        const [less, more] = [
          mostlyPriced(rules, offense),
          mostlyPriced(rules, { ...offense, continuedUntil: longer }),
        ];
        assert.ok(more.amount.most >= less.amount.most);
        assert.ok((more.amount.least ?? 0) >= (less.amount.least ?? 0));
      }),
    );
  });
  test('any rung that carries the price, turned into a gap, takes the price away', () => {
    fc.assert(
      fc.property(
        anyLadder,
        anyOffense,
        fc.constantFrom(notSpecified, unverified, conflict),
        fc.nat(),
        (rules, offense, gap, n) => {
          const penalty = mostlyPriced(rules, offense);
          const carrying = [...penalty.lines.map(({ rule }) => rule.id), penalty.cap?.rule.id];
          const id = carrying[n % carrying.length];
          const broken = rules.map((rule) => (rule.id === id ? { ...rule, value: gap } : rule));
          assert.equal(price(broken, offense).state, 'unpriced');
        },
      ),
    );
  });
});

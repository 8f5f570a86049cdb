import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { keyLives, type PolicyStep, placeGrains, policyContent, timeGrains } from './policy.ts';
import type { PolicyColumn } from './policy-columns.ts';
import { fieldsOf, policyOf } from './policy-form.ts';

const columns: PolicyColumn[] = [
  {
    name: 'result:Speed',
    of: 'result',
    sensitivity: null,
    may: ['drop', 'mask', 'keyed-hash', 'round'],
    groups: true,
  },
  {
    name: 'parameters/plate',
    of: 'parameters',
    sensitivity: 'personal',
    may: ['drop', 'mask', 'keyed-hash'],
    groups: true,
  },
  { name: 'quality', of: 'quality', sensitivity: null, may: ['mask'], groups: false },
];
const column = fc.constantFrom(
  'result:Speed',
  'parameters/plate',
  'quality',
  'parameters/other',
  'properties/owner',
);
const step: fc.Arbitrary<PolicyStep> = fc.oneof(
  fc.record({ do: fc.constantFrom('drop' as const, 'mask' as const), column }),
  fc.record({ do: fc.constant('keyed-hash' as const), column, keyLives: fc.constantFrom(...keyLives) }),
  fc.record({ do: fc.constant('round' as const), column, to: fc.constantFrom(0.1, 5, 1000) }),
  fc.record({ do: fc.constant('coarsen-time' as const), to: fc.constantFrom(...timeGrains) }),
  fc.record({ do: fc.constant('coarsen-time' as const), to: fc.constantFrom(...timeGrains), column }),
  fc.record({ do: fc.constant('coarsen-place' as const), to: fc.constantFrom(...placeGrains) }),
  fc.record({ do: fc.constant('delay' as const), for: fc.constantFrom('P1D', 'PT2H', 'PT90M', 'P1DT2H') }),
  fc.record({
    do: fc.constant('aggregate' as const),
    every: fc.constantFrom(...timeGrains),
    by: fc.uniqueArray(column, { maxLength: 3 }),
    minimum: fc.integer({ min: 2, max: 1000 }),
  }),
);
const sorted = (steps: unknown[]) => steps.map((each) => JSON.stringify(each)).sort();

describe('the form of a policy', () => {
  test('gives back every policy that it shows, also what it has no fields for', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const content = policyContent.parse({ steps, reason: 'Why.' });
        const back = policyContent.parse(policyOf(fieldsOf(content, columns)));
        const order = (one: PolicyStep) =>
          one.do === 'aggregate' ? { ...one, by: [...one.by].sort() } : one;
        assert.deepEqual(
          sorted(back.steps.map((one) => policyStepOf(order(one)))),
          sorted(content.steps.map((one) => policyStepOf(order(one)))),
        );
        assert.equal(back.reason, 'Why.');
      }),
    );
  });
  test('what is half filled in becomes no step that says less', () => {
    const given = { '0.column': 'result:Speed', '0.do': 'round', '0.to': '', why: 'w' };
    assert.equal(policyContent.safeParse(policyOf(given)).success, false);
    assert.equal(policyContent.safeParse(policyOf({ every: 'hour' })).success, false);
    assert.equal(policyContent.safeParse(policyOf({ 'by.0': 'result:Speed' })).success, false);
    assert.equal(policyContent.safeParse(policyOf({ wait: 'soon', unit: 'day' })).success, false);
    assert.equal(policyContent.safeParse(policyOf({ 'kept.0': '{' })).success, false);
  });
});

/** Members in one order. */
const policyStepOf = (one: PolicyStep) => Object.fromEntries(Object.entries(one).sort());

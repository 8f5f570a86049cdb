import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CatalogChoice, catalogQuery, facets, parseCatalogChoice, sorts, without } from './catalog.ts';

const parse = (query: string) => parseCatalogChoice(new URLSearchParams(query));

test('an address and its choice mean the same', () => {
  const values = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 4 });
  const choices: fc.Arbitrary<CatalogChoice> = fc.record({
    q: fc.string({ maxLength: 50 }).map((text) => text.replaceAll('\0', '').trim()),
    sort: fc.constantFrom(...sorts),
    page: fc.integer({ min: 1, max: 10_000 }),
    ...(Object.fromEntries(facets.map((facet) => [facet, values])) as Record<
      (typeof facets)[number],
      typeof values
    >),
  });
  fc.assert(fc.property(choices, (choice) => assert.deepEqual(parse(catalogQuery(choice)), { ...choice })));
});

test('what is usual is not in the address', () => {
  assert.equal(catalogQuery(parse('q=&topic=&page=1&sort=title')), '');
  assert.equal(catalogQuery(parse('q=air&sort=relevance')), '?q=air');
  assert.equal(parse('q=air').sort, 'relevance');
  assert.equal(parse('topic=traffic&topic=traffic').topic.length, 1);
});

test('taking away one value goes back to the first page', () => {
  const choice = without(parse('topic=traffic&topic=parking&page=3'), 'topic', 'traffic');
  assert.deepEqual([choice.topic, choice.page], [['parking'], 1]);
});

test('what cannot be is refused by name', () => {
  for (const [query, name] of [
    ['page=0', 'page'],
    ['page=1.5', 'page'],
    ['page=x', 'page'],
    ['sort=magic', 'sort'],
    [`q=${'x'.repeat(201)}`, 'q'],
    [`topic=${'x'.repeat(101)}`, 'topic'],
  ] as const) {
    assert.throws(() => parse(query), { kind: 'invalid', message: new RegExp(`^“${name}”`) }, query);
  }
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { search, searchIndex } from './search.ts';
import type { Topic } from './topic.ts';
import { isNear, stem, stems } from './words.ts';

type Asked = {
  ask: string;
  topic: string[] | 'any' | 'none';
  aspect: string[] | 'any' | 'none';
  place?: string;
};
const file = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
const { topics }: { topics: Topic[] } = parse(await file('cities/connecticut/topics.yaml'));
const { questions }: { questions: Asked[] } = parse(await file('test/fixtures/rules/questions.yaml'));
const places = ['Danbury', 'Norwalk', 'Stamford', 'East Norwalk', 'North Stamford'].map((name) => ({
  slug: name.toLowerCase().replace(' ', '-'),
  name,
}));
const index = searchIndex(topics, places);
const fits = (wanted: Asked['topic'], found: readonly { what: string }[], among: number) =>
  wanted === 'any' ||
  (wanted === 'none' ? found.length === 0 : found.slice(0, among).some(({ what }) => wanted.includes(what)));

describe('questions in plain words', () => {
  test('are at least sixty', () => assert.ok(questions.length >= 60));
  for (const { ask, topic, aspect, place } of questions)
    test(ask, () => {
      const found = search(index, ask);
      // The page offers three of each to choose from.
      assert.ok(fits(topic, found.topics, 3), `topics: ${JSON.stringify(found.topics)}`);
      assert.ok(fits(aspect, found.aspects, 3), `aspects: ${JSON.stringify(found.aspects)}`);
      assert.equal(found.places[0]?.what, place);
    });
  test('are understood at once, nineteen times in twenty', () => {
    const missed = questions.filter(({ ask, topic, aspect }) => {
      const found = search(index, ask);
      return !fits(topic, found.topics, 1) || !fits(aspect, found.aspects, 1);
    });
    assert.ok(missed.length <= questions.length / 20, missed.map(({ ask }) => ask).join('\n'));
  });
});

test('accents, plurals, endings and small slips do not matter', () => {
  assert.deepEqual(stems('Cámaras'), stems('camara'));
  assert.equal(stem('misusing'), stem('misuse'));
  assert.equal(stem('policies'), stem('policy'));
  assert.equal(stem('scanned'), stem('scan'));
  for (const [slip, word] of [
    ['danbry', 'danbury'],
    ['norwlak', 'norwalk'],
    ['surveilance', 'surveillance'],
  ] as const)
    assert.ok(isNear(slip, word), slip);
  for (const [other, word] of [
    ['fine', 'line'],
    ['car', 'cat'],
    ['stamford', 'danbury'],
  ] as const)
    assert.ok(!isNear(other, word), other);
});

test('a long or strange question is answered quickly and without harm', () => {
  const start = performance.now();
  for (const text of ['', ' ', '%', 'constructor __proto__', 'sensor '.repeat(10_000), 'x'.repeat(100_000)])
    assert.ok(search(index, text).topics.length <= 5);
  assert.ok(performance.now() - start < 1000);
});

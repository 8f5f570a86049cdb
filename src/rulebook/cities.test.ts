import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { readPlacesFile } from '../places/index.ts';
import {
  closestRule,
  findRules,
  penaltyLadder,
  placeChain,
  pricePenalty,
  search,
  searchIndex,
} from '../rules/index.ts';
import { readRuleBase } from './read-rule-base.ts';
import { readTopicsFile } from './read-topics-file.ts';

/** The rules that are shipped, read as they would be at the start. */
const root = new URL('../../cities/', import.meta.url);
const text = (name: string) => readFile(new URL(name, root), 'utf8');
const names = await readdir(root, { recursive: true });
const topics = readTopicsFile(await text('connecticut/topics.yaml'), 'topics.yaml');
const cities = await Promise.all(
  names
    .filter((name) => name.endsWith('city.yaml'))
    .map(async (name) => readPlacesFile(await text(name), name)),
);
const places = cities.flatMap((city) => city.places);
const state: { offices: { slug: string; place: string }[] } = parse(await text('connecticut/offices.yaml'));
const offices = [...cities.flatMap((city) => city.offices), ...state.offices];
const files = await Promise.all(
  names.filter((name) => name.endsWith('rules.yaml')).map(async (name) => ({ name, text: await text(name) })),
);
const recordedAt = '2026-11-25T00:00:00Z';
const rules = readRuleBase(files, { recordedAt, topics, places, offices });
const ask = (place: string, topic: string) => ({
  topic,
  places: placeChain(places, place),
  lawDay: '2026-11-25',
  knownAt: recordedAt,
});

describe('the rules of Connecticut and its three cities', () => {
  test('are read together without a fault', () => {
    assert.ok(rules.length > 100);
    assert.equal(cities.length, 3);
  });
  test('a question about the fine for misuse of sensor data in Danbury finds a gap with an office to ask', () => {
    const found = search(
      searchIndex(topics, places),
      'what is the fine for misusing sensor data in Danbury?',
    );
    const [topic, aspect, place] = [found.topics[0]?.what, found.aspects[0]?.what, found.places[0]?.what];
    assert.deepEqual([aspect, place], ['fine', 'danbury']);
    const answer = closestRule({ rules, topics }, { ...ask('danbury', topic ?? ''), aspect: 'fine' });
    assert.notEqual(answer.found, 'rule');
    const gap =
      answer.found === 'gap' ? answer.rule : answer.found === 'nothing' ? answer.widerGap : undefined;
    assert.ok(gap && gap.value.state === 'not-specified' && gap.value.ask.length > 0);
  });
  test("residents' questions find the answer that is due: mostly first, nearly always among three", async () => {
    const fixture = new URL('../../test/fixtures/questions.yaml', import.meta.url);
    const { questions }: { questions: { place: string; ask: string; rule: string }[] } = parse(
      await readFile(fixture, 'utf8'),
    );
    const index = searchIndex(topics, places);
    const ranks = questions.map(({ place, ask: asked, rule: due }) => {
      const custodian = rules.find(({ id }) => id === due)?.custodian;
      const { topic: _, ...where } = ask(place, '');
      const hits = findRules({ rules, topics }, index, asked, {
        ...where,
        ...(custodian ? { custodian } : {}),
      });
      return hits.findIndex(({ answer }) => answer.rule.id === due);
    });
    const among = (most: number) => ranks.filter((rank) => rank >= 0 && rank < most).length / ranks.length;
    assert.ok(among(1) >= 0.85, `first: ${among(1)}`);
    assert.ok(among(3) >= 0.95, `among three: ${among(3)}`);
  });
  test('East Norwalk asks Norwalk, then the state', () => {
    assert.deepEqual(placeChain(places, 'east-norwalk').slice(0, 2), ['east-norwalk', 'norwalk']);
    assert.equal(placeChain(places, 'east-norwalk').at(-1), 'CT');
  });
  test('no penalty for sensors can be priced in any city, since no text names one', () => {
    for (const place of places) {
      const { ladder, cap } = penaltyLadder({ rules, topics }, ask(place.slug, 'sensors'));
      const offense = { day: '2026-11-01', earlier: ['2026-10-01'], continuedUntil: '2026-11-09' };
      assert.equal(pricePenalty(ladder, offense, cap).state, 'unpriced');
    }
  });
  test('the sum of 250 dollars is the limit for ordinances on sensors', () => {
    const { cap } = penaltyLadder({ rules, topics }, ask('danbury', 'sensors'));
    assert.ok(cap.found === 'rule' && cap.rule.value.value.kind === 'money');
    assert.equal(cap.rule.value.value.max, 25_000);
  });
});

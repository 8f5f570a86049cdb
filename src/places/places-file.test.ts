import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readPlacesFile } from './places-file.ts';

const city = '{ slug: a, kind: city, name: A, state: CT, timeZone: America/New_York, at: [-73, 41] }';
const under = (slug: string, kind: string, parent: string) =>
  `{ slug: ${slug}, kind: ${kind}, parent: ${parent}, name: B, state: CT, timeZone: America/New_York, at: [-73, 41] }`;

test('the example can be set up as it is', async () => {
  const { places, offices } = readPlacesFile(
    await readFile(new URL('../../examples/city.yaml', import.meta.url), 'utf8'),
    'city.yaml',
  );
  assert.deepEqual([places.length, offices.length], [2, 2]);
});

test('every fault is told with its line', () => {
  const faults: [string, RegExp][] = [
    ['- a', /^c\.yaml:1: the file holds places and offices/],
    ['places: []', /^c\.yaml:1: places: name at least one place/],
    [
      `places:\n  - ${city.replace('New_York', 'Nowhere')}`,
      /^c\.yaml:2: places\.0\.timeZone: must be a zone/,
    ],
    [`places:\n  - ${city}\n  - ${city}`, /c\.yaml:3: places\.1\.slug: stands twice: a/],
    [
      `places:\n  - ${city}\n  - ${city.replace('slug: a', 'slug: b')}`,
      /c\.yaml:3: .*one city or one region/,
    ],
    [
      `places:\n  - ${under('b', 'neighborhood', 'a')}\n  - ${city}`,
      /c\.yaml:2: .*no place a before this one/,
    ],
    [
      `places:\n  - ${city.replace('city', 'region')}\n  - ${under('b', 'neighborhood', 'a')}`,
      /c\.yaml:3: .*needs a city/,
    ],
    [`places:\n  - ${city}\n  - ${under('b', 'region', 'a')}`, /c\.yaml:3: .*a region has no parent/],
    [`places:\n  - ${city}\nofices: []`, /c\.yaml:3: ofices: unknown name; see docs\/setting-up\.md/],
    [
      `places:\n  - ${city}\noffices:\n  - { slug: x, place: b, name: X, duty: D, source: S }`,
      /c\.yaml:4: offices\.0\.place: there is no place b/,
    ],
    [
      `places:\n  - ${city}\noffices:\n  - { slug: x, place: a, name: X, duty: D }`,
      /c\.yaml:4: offices\.0\.source: is needed/,
    ],
    ['places: [', /^c\.yaml:\d+:\d+: not well-formed YAML/],
  ];
  for (const [source, message] of faults)
    assert.throws(() => readPlacesFile(source, 'c.yaml'), { kind: 'invalid', message });
});

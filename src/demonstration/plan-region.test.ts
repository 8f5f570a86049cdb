import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { milliseconds, planRegion, type Region } from './plan-region.ts';
import { readSeeds, type Seeds } from './seeds.ts';

let seeds: Seeds;
let region: Region;

before(async () => {
  seeds = await readSeeds();
  region = planRegion(seeds);
});

const cityOf = (slug: string): string => {
  const place = seeds.places.find((each) => each.slug === slug);
  return place?.kind === 'neighborhood' && place.parent ? place.parent : slug;
};

test('about 400 sensors, each known by a key of its own', () => {
  assert.ok(region.things.length >= 380 && region.things.length <= 420, String(region.things.length));
  assert.equal(new Set(region.things.map((thing) => thing.key)).size, region.things.length);
  assert.equal(new Set(region.streams.map((stream) => stream.key)).size, region.streams.length);
});

test('every city has all five uses, and no dataset is empty', () => {
  for (const city of seeds.places.filter((place) => place.kind === 'city')) {
    const topics = region.datasets
      .filter(({ place }) => cityOf(place) === city.slug)
      .map(({ topic }) => topic);
    assert.deepEqual([...new Set(topics)].sort(), [
      'environment',
      'infrastructure',
      'parking',
      'public-safety',
      'traffic',
    ]);
  }
  for (const { slug } of region.datasets)
    assert.ok(
      region.things.some((thing) => thing.dataset === slug),
      slug,
    );
});

test('every sensor stands near its place and belongs to an office of its city', () => {
  for (const { properties, coordinates, name } of region.things) {
    const place = seeds.places.find((each) => each.slug === properties.place);
    assert.ok(place);
    const reach = place.kind === 'neighborhood' ? 0.05 : 0.09;
    assert.ok(Math.hypot((coordinates[0] - place.at[0]) * 0.75, coordinates[1] - place.at[1]) < reach, name);
    const office = seeds.offices.find((each) => each.slug === properties.office);
    assert.equal(office?.place, cityOf(place.slug), name);
  }
});

test('what the public reads says that it is a demonstration, in both languages where it must', () => {
  for (const thing of region.things) {
    assert.match(thing.description, /Invented for the demonstration/);
    assert.ok(thing.properties.purpose.en && thing.properties.purpose.es && thing.properties.demonstration);
    assert.match(thing.properties.installedOn, /^20\d\d-\d\d-\d\d$/);
    assert.doesNotMatch(thing.name + thing.description, /[{}]/);
  }
  for (const dataset of region.datasets) assert.notEqual(dataset.title, dataset.es.title);
});

test('cameras: restricted everywhere, and nothing but their status', () => {
  for (const dataset of region.datasets)
    assert.equal(dataset.access === 'restricted', dataset.topic === 'public-safety');
  const cameras = region.streams.filter((stream) => stream.key.startsWith('camera/'));
  assert.deepEqual([...new Set(cameras.map((stream) => stream.measure))].sort(), [
    'camera-up',
    'camera-uptime',
  ]);
});

test('the scenarios find what they need: a school in Danbury, parking without a license in East Norwalk', () => {
  const school = region.things.filter(
    (thing) => thing.dataset === 'danbury-traffic-counts' && /near a school/.test(thing.name),
  );
  assert.ok(school.length >= 3);
  const unlicensed = region.datasets.filter(({ access, license }) => access === 'open' && license === null);
  assert.deepEqual(unlicensed.map(({ slug }) => slug).sort(), [
    'east-norwalk-parking-occupancy',
    'norwalk-parking-occupancy',
  ]);
});

test('the promised frequency is what the simulated sensors keep', () => {
  for (const dataset of region.datasets) {
    const promised = milliseconds(dataset.updateEvery);
    for (const thing of region.things.filter((each) => each.dataset === dataset.slug)) {
      const fastest = Math.min(
        ...region.streams.filter((stream) => stream.thing === thing.key).map(({ every }) => every),
      );
      assert.ok(fastest <= promised, thing.name);
    }
  }
});

test('live, the whole region reports some 5 to 20 readings a second', () => {
  const rate = region.streams.reduce((sum, stream) => sum + 1000 / stream.every, 0);
  assert.ok(rate > 5 && rate < 20, String(rate));
});

test('a smaller scale keeps some of the same sensors, at least one of each kind in each dataset', () => {
  const small = planRegion(seeds, 0.1);
  assert.ok(small.things.length < 100);
  const all = new Set(region.things.map((thing) => thing.key));
  assert.ok(small.things.every((thing) => all.has(thing.key)));
  for (const { slug } of region.datasets)
    assert.ok(
      small.things.some((thing) => thing.dataset === slug),
      slug,
    );
});

test('data files that do not fit together are refused with what is wrong', () => {
  const [first, ...others] = seeds.sites;
  assert.ok(first);
  const corner = { corner: 'Nowhere', at: [-73.4, 41.3] as [number, number], road: 'street' as const };
  const withSite = (carries: string[]) => ({
    ...seeds,
    sites: [{ ...first, sites: [{ ...corner, carries }] }, ...others],
  });
  assert.throws(() => planRegion(withSite(['drone'])), {
    kind: 'invalid',
    message: /no kind of sensor “drone” \(Nowhere\)/,
  });
  assert.throws(() => planRegion(withSite(['garage'])), {
    kind: 'invalid',
    message: /Nowhere lacks its spaces/,
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { loadTestRegion } from '../../test/support/region.ts';
import { storeReadings } from '../observations/index.ts';
import { setAccess } from '../release/index.ts';
import { parseCatalogChoice } from './catalog.ts';
import { describeDataset } from './describe-dataset.ts';
import { entryBySlug } from './entries.ts';
import { readBelonging } from './read-belonging.ts';
import { readDataset } from './read-dataset.ts';
import { readExample } from './read-example.ts';
import { readOverview } from './read-overview.ts';
import { readSensor, recentReadings } from './read-sensor.ts';
import { refreshCatalog } from './refresh-catalog.ts';
import { resourcesOf } from './resources.ts';
import { searchCatalog } from './search-catalog.ts';

// One outer describe: hooks at the top of a file do not wait for each other.
describe('on the demonstration region', () => {
  const setUp = testDatabase({ now: '2026-11-20T15:00:00Z' });

  before(async () => {
    await loadTestRegion(setUp.ctx);
    await refreshCatalog(setUp.ctx);
  });

  const search = (query: string, language: 'en' | 'es' = 'en') =>
    searchCatalog(setUp.ctx, { choice: parseCatalogChoice(new URLSearchParams(query)), language });

  describe('the catalog', () => {
    test('shows everything that is published or listed', async () => {
      const { rows } = await setUp.ctx.owner.query<{ count: string }>(
        "select count(*) from private.dataset where access = 'open' or listed",
      );
      const found = await search('');
      assert.equal(found.total, Number(rows[0]?.count));
      assert.equal(found.entries.length, Math.min(20, found.total));
      const titles = found.entries.map((entry) => entry.title);
      assert.deepEqual(
        titles,
        [...titles].sort((a, b) => a.localeCompare(b, 'en')),
      );
    });

    test('finds words in either language, in keywords and in the names of place and office', async () => {
      const [english, spanish] = [await search('q=parking'), await search('q=estacionamiento', 'es')];
      assert.ok(english.total > 0);
      assert.deepEqual(
        english.entries.map((entry) => entry.slug).sort(),
        spanish.entries.map((entry) => entry.slug).sort(),
      );
      assert.match(spanish.entries[0]?.title ?? '', /estacionamiento/i);
      assert.ok((await search('q=danbury clerk OR danbury parking')).total > 0);
      assert.ok((await search('q=ruido')).total > 0, 'a Spanish word on the English page');
      assert.equal((await search('q=unicorn')).total, 0);
      const noted = await search('q=parking -norwalk');
      assert.ok(noted.entries.every((entry) => !/norwalk/i.test(entry.title)) && noted.total > 0);
    });

    test('nonsense and operators harm nothing', async () => {
      for (const q of ["'); drop table x; --", '((((', '"', ':*', '&&||!!', '\\', '%', 'a'.repeat(200)]) {
        const found = await search(new URLSearchParams({ q }).toString());
        assert.ok(found.total >= 0, q);
      }
      assert.equal((await search(`topic=${encodeURIComponent("traffic' or 1=1")}`)).total, 0);
    });

    test('each facet counts what its value would show', async () => {
      for (const base of ['', 'topic=traffic', 'access=open&q=air']) {
        const found = await search(base);
        for (const [facet, values] of Object.entries(found.facets)) {
          const own = new URLSearchParams(base);
          own.delete(facet);
          for (const { value, count } of values) {
            const query = new URLSearchParams(own);
            query.append(facet, value);
            assert.equal((await search(query.toString())).total, count, `${base} + ${facet}=${value}`);
          }
        }
      }
    });

    test('a neighborhood counts with its city', async () => {
      const norwalk = await search('place=norwalk');
      assert.ok(norwalk.entries.some((entry) => entry.placeName === 'East Norwalk'));
      assert.ok(norwalk.facets.place.every(({ value }) => value !== 'east-norwalk'));
    });

    test('a restricted dataset that is listed shows no content', async () => {
      const restricted = await search('access=restricted');
      assert.ok(restricted.total > 0);
      for (const entry of restricted.entries) {
        assert.deepEqual([entry.sensors, entry.readings, entry.lastAt], [0, 0, null]);
      }
      assert.deepEqual(restricted.facets.format, []);
    });

    test('pages follow each other without gap or repeat', async () => {
      for (let i = 0; i < 25; i++) await makeDatastream(setUp.ctx, { dataset: `paged-${i}` });
      const all = await search('');
      const slugs = new Set<string>();
      for (let page = 1; page <= Math.ceil(all.total / 20); page++) {
        for (const entry of (await search(`page=${page}`)).entries) slugs.add(entry.slug);
      }
      assert.equal(slugs.size, all.total);
    });
  });

  describe('a dataset', () => {
    test('comes with what it measures, its sensors and what they span', async () => {
      const found = await readDataset(setUp.ctx, {
        slug: 'danbury-traffic-counts',
        language: 'es',
        sensorsPage: 1,
      });
      const { dataset, measured, sensors } = found;
      assert.equal(dataset.title, 'Conteo de tráfico de Danbury');
      assert.equal(dataset.office?.placeName, 'Danbury');
      assert.deepEqual(
        dataset.sharedBy.map(({ name, duty }) => [name, duty]),
        [
          ['City Clerk', 'records-requests'],
          ['City IT Department', 'data-platform'],
        ],
        'S1: IT, the Clerk and the owner share the duty',
      );
      assert.equal(dataset.extent.sensors, sensors.length);
      assert.ok(dataset.extent.readings > 0 && dataset.updateEverySeconds === 60);
      assert.match(dataset.extent.lastAt ?? '', /^2026-11-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(
        measured.map(({ name, unit }) => [name, unit]),
        [
          ['Mean speed', 'mph'],
          ['Vehicle flow', 'veh/h'],
        ],
      );
      assert.ok(sensors.every((sensor) => sensor.measures === 'Mean speed, Vehicle flow'));
      const { rows } = await setUp.ctx.public.query<{ count: string }>(
        `select count(*) from released.observation o join released.datastream d on d.id = o.datastream_id
       where d.dataset_id = $1`,
        [dataset.id],
      );
      assert.equal(dataset.extent.readings, Number(rows[0]?.count));
    });

    test('without Things has an empty extent', async () => {
      const made = await makeDatastream(setUp.ctx, { dataset: 'bare' });
      await setUp.ctx.owner.query('delete from released.thing where id = $1', [made.thingId]);
      const { dataset, sensors } = await readDataset(setUp.ctx, {
        slug: 'bare',
        language: 'en',
        sensorsPage: 1,
      });
      assert.deepEqual(dataset.extent, {
        sensors: 0,
        datastreams: 0,
        readings: 0,
        firstAt: null,
        lastAt: null,
        lastDay: null,
      });
      assert.deepEqual([sensors, dataset.license, dataset.office, dataset.place], [[], null, null, null]);
    });

    test('names the day of its newest reading by the city’s clock', async () => {
      const { ctx } = setUp;
      const { datastreamId } = await makeDatastream(ctx, { dataset: 'evening' });
      await ctx.owner.query(`update released.dataset set place = 'danbury' where slug = 'evening'`);
      const late = { datastreamId, phenomenonStart: '2026-03-02T02:30:00Z', result: 1 };
      await storeReadings(ctx, { repeats: 'allow', readings: [late] });
      const { dataset } = await readDataset(ctx, { slug: 'evening', language: 'en', sensorsPage: 1 });
      assert.equal(dataset.extent.lastDay, '2026-03-01');
    });

    test('is as fresh as its arrival, and as frequent as its newest readings', async () => {
      const { ctx } = setUp;
      const { datastreamId } = await makeDatastream(ctx, { dataset: 'pace' });
      const days = [1, 2, 3, 4].map((day) => `2026-01-0${day}T00:00:00Z`);
      const minutes = Array.from({ length: 25 }, (_, n) => `2026-02-01T00:${String(n).padStart(2, '0')}:00Z`);
      await storeReadings(ctx, {
        repeats: 'allow',
        readings: [...days, ...minutes, '9999-12-31T00:00:00Z'].map((phenomenonStart) => ({
          datastreamId,
          phenomenonStart,
          result: 1,
        })),
      });
      const { dataset, sensors } = await readDataset(ctx, { slug: 'pace', language: 'en', sensorsPage: 1 });
      assert.equal(dataset.quality.typicalSeconds, 60);
      for (const lastAt of [dataset.extent.lastAt, sensors[0]?.lastAt])
        assert.ok(Date.parse(lastAt ?? '') <= Date.now(), `${lastAt}`);
    });

    test('that is a register counts and lists the Things it describes', async () => {
      const { ctx } = setUp;
      const made = await makeDatastream(ctx, { dataset: 'register', name: 'Node 1' });
      await ctx.owner.query('delete from released.datastream where id = $1', [made.datastreamId]);
      const { dataset, sensors } = await readDataset(ctx, {
        slug: 'register',
        language: 'en',
        sensorsPage: 1,
      });
      assert.equal(dataset.extent.sensors, 1);
      assert.deepEqual(
        sensors.map(({ name }) => name),
        ['Node 1'],
      );
      assert.equal((await search('q=register')).entries[0]?.sensors, 1);
    });

    test('that is restricted is listed without content, or not found', async () => {
      const slug = (await search('access=restricted')).entries[0]?.slug ?? '';
      const listed = await readDataset(setUp.ctx, { slug, language: 'en', sensorsPage: 1 });
      assert.deepEqual([listed.measured, listed.sensors, listed.dataset.extent.readings], [[], [], 0]);
      await makeDatastream(setUp.ctx, { dataset: 'secret', access: 'restricted' });
      await assert.rejects(readDataset(setUp.ctx, { slug: 'secret', language: 'en', sensorsPage: 1 }), {
        kind: 'not-found',
      });
    });

    test('is described for search engines without inventing a license', async () => {
      const options = {
        pageUrl: 'https://data.example.org/en/datasets/x',
        resources: [],
      };
      const stated = await readDataset(setUp.ctx, {
        slug: 'danbury-traffic-counts',
        language: 'en',
        sensorsPage: 1,
      });
      const entry = await entryBySlug(setUp.ctx.public, 'danbury-traffic-counts');
      const resources = entry ? resourcesOf(entry, 'https://data.example.org') : [];
      const json = describeDataset(stated.dataset, stated.measured, { ...options, resources });
      assert.equal(json.license, 'https://spdx.org/licenses/CC-BY-4.0.html');
      assert.equal((json.distribution as unknown[]).length, 6);
      const gap = await readDataset(setUp.ctx, { slug: 'bare', language: 'en', sensorsPage: 1 });
      assert.ok(!('license' in describeDataset(gap.dataset, gap.measured, options)));
    });
  });

  describe('a sensor', () => {
    test('comes with its newest readings first', async () => {
      const example = await readExample(setUp.ctx);
      assert.ok(example);
      const sensor = await readSensor(setUp.ctx, { id: example.thing });
      for (const stream of sensor.streams) {
        assert.equal(stream.recent.length, Math.min(recentReadings, stream.readings));
        const times = stream.recent.map((reading) => reading.at);
        assert.deepEqual(times, [...times].sort().reverse());
        const { rows } = await setUp.ctx.public.query<{ newest: Date }>(
          'select max(phenomenon_start)::text as newest from released.observation where datastream_id = $1',
          [stream.id],
        );
        assert.equal(Date.parse(String(rows[0]?.newest)), Date.parse(times[0] ?? ''));
      }
      assert.equal(typeof sensor.installedOn, 'string');
      assert.deepEqual(Object.keys(sensor.purpose as object).sort(), ['en', 'es']);
      const [belonging] = await readBelonging(setUp.ctx, {
        datasets: sensor.streams.map((stream) => stream.dataset),
        language: 'en',
      });
      assert.equal(belonging?.timeZone, 'America/New_York');
    });

    test('of a dataset that was restricted is gone at once', async () => {
      const made = await makeDatastream(setUp.ctx, { dataset: 'soon-closed' });
      assert.equal((await readSensor(setUp.ctx, { id: made.thingId })).streams.length, 1);
      await setAccess(setUp.ctx, { dataset: 'soon-closed', access: 'restricted' });
      await assert.rejects(readSensor(setUp.ctx, { id: made.thingId }), { kind: 'not-found' });
      await assert.rejects(readSensor(setUp.ctx, { id: '9223372036854775807' }), { kind: 'not-found' });
    });
  });

  test('the overview adds up to the catalog, whose rows follow their datasets and newest readings', async () => {
    await refreshCatalog(setUp.ctx);
    const { rows: stale } = await setUp.ctx.owner.query(
      `select slug from released.catalog_entry c where last_at is distinct from (
         select max(least(e.phenomenon_to, e.arrived_at)) from released.datastream d
         join released.datastream_extent e on e.datastream_id = d.id where d.dataset_id = c.dataset_id)`,
    );
    assert.deepEqual(stale, []);
    const [all, danbury] = [
      await readOverview(setUp.ctx, { language: 'en' }),
      await readOverview(setUp.ctx, { language: 'en', city: 'danbury' }),
    ];
    assert.equal(all.datasets.length, (await search('')).total);
    assert.equal(danbury.datasets.length, (await search('place=danbury')).total);
    assert.deepEqual(all.cities.find((city) => city.slug === 'norwalk')?.neighborhoods, ['East Norwalk']);
  });
});

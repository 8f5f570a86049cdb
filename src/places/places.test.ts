import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestContext, testDatabase } from '../../test/support/context.ts';
import { findPlace, listOffices, readSite } from './index.ts';

const setUp = testDatabase();

async function addPlace(
  slug: string,
  kind: string,
  parent: string | null,
  demonstration = false,
): Promise<void> {
  await setUp.ctx.app.query(
    `insert into released.place (slug, kind, parent, name, state, time_zone, longitude, latitude, demonstration)
     values ($1, $2, $3, initcap($1), 'CT', 'America/New_York', -73, 41, $4)`,
    [slug, kind, parent, demonstration],
  );
}

test('an empty installation has no name, one region gives it', async () => {
  const { ctx } = setUp;
  assert.deepEqual(await readSite(ctx), { place: null, demonstration: false });
  await addPlace('valley', 'region', null);
  await addPlace('oakton', 'city', 'valley');
  await addPlace('riverside', 'neighborhood', 'oakton', true);
  await addPlace('hilltop', 'neighborhood', 'oakton');
  const site = await readSite(ctx);
  assert.equal(site.place?.slug, 'valley');
  assert.equal(site.demonstration, true, 'one place that is a demonstration makes the site one');
});

test('a neighborhood is found with its city', async () => {
  const found = await findPlace(setUp.ctx, 'riverside');
  assert.equal(found.place.slug, 'riverside');
  assert.equal(found.city.slug, 'oakton');
  assert.deepEqual(
    found.neighborhoods.map((place) => place.slug),
    ['hilltop', 'riverside'],
  );
  const city = await findPlace(setUp.ctx, 'oakton');
  assert.deepEqual([city.place.slug, city.city.slug, city.neighborhoods.length], ['oakton', 'oakton', 2]);
  const region = await findPlace(setUp.ctx, 'valley');
  assert.deepEqual([region.city.slug, region.neighborhoods.length], ['valley', 0]);
  await assert.rejects(findPlace(setUp.ctx, 'atlantis'), { kind: 'not-found' });
});

test('offices come by name, with their gaps', async () => {
  await setUp.ctx.app.query(
    `insert into released.office (slug, place, name, duty, email, source)
     values ('z', 'oakton', 'Works', 'Repairs.', null, 'a guide'), ('a', 'oakton', 'Clerk', 'Keeps records.', 'c@example.org', 'a guide'),
            ('b', 'valley', 'Board', 'Meets.', null, 'a guide')`,
  );
  const offices = await listOffices(setUp.ctx, 'oakton');
  assert.deepEqual(
    offices.map(({ name, email, phone }) => [name, email, phone]),
    [
      ['Clerk', 'c@example.org', null],
      ['Works', null, null],
    ],
  );
});

test('places side by side have no common name', async () => {
  const other = await openTestContext();
  await other.ctx.app.query(
    `insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
     values ('a', 'city', 'A', 'CT', 'UTC', 0, 0), ('b', 'city', 'B', 'CT', 'UTC', 0, 0)`,
  );
  assert.equal((await readSite(other.ctx)).place, null);
  await other.close();
});

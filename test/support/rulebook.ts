import { withTransaction } from '../../src/kit/database.ts';
import { type CityFolder, readFolder, storeFolders } from '../../src/rulebook/index.ts';
import type { TestContext } from './context.ts';

/** What several cities stand below: a folder to import with theirs. */
export const regionFolder: CityFolder = {
  name: 'region',
  files: new Map([
    [
      'city.yaml',
      'places: [{ slug: region, kind: region, name: Region, state: CT, timeZone: America/New_York, at: [-73, 41] }]',
    ],
  ]),
};

/** The rules of the cities that ship, below a region that is the top of the state. */
export async function makeRulebook(ctx: TestContext): Promise<void> {
  await ctx.owner.query(
    `insert into released.place (slug, kind, name, state, time_zone, longitude, latitude, code)
     values ('region', 'region', 'Region', 'CT', 'America/New_York', -73, 41, 'REG') on conflict do nothing`,
  );
  const cities = new URL('../../cities/', import.meta.url).pathname;
  const folders = await Promise.all(
    ['connecticut', 'danbury', 'norwalk', 'stamford'].map((name) => readFolder(`${cities}${name}`)),
  );
  await withTransaction(ctx.app, (tx) => storeFolders(tx, ctx, { folders, under: 'region' }));
}

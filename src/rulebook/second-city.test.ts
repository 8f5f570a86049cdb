import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '../../test/support/context.ts';
import { regionFolder } from '../../test/support/rulebook.ts';
import { readSite } from '../places/index.ts';
import { importCity } from './import-city.ts';
import { readFolder } from './read-folder.ts';

const db = testDatabase();
const folder = (name: string) => readFolder(fileURLToPath(new URL(`../../cities/${name}`, import.meta.url)));

describe('a second city', () => {
  test('is refused without a region, for the site would have no name', async () => {
    await importCity(db.ctx, { folders: [await folder('connecticut'), await folder('danbury')] });
    assert.equal((await readSite(db.ctx)).place?.name, 'Danbury');
    const norwalk = await folder('norwalk');
    await assert.rejects(importCity(db.ctx, { folders: [norwalk] }), {
      kind: 'invalid',
      message: /side by side: danbury, norwalk\. Name one more folder .*kind: region/,
    });
    assert.equal((await readSite(db.ctx)).place?.name, 'Danbury');
  });

  test('goes with the first below the region that comes with it, named in any order', async () => {
    await importCity(db.ctx, { folders: [await folder('norwalk'), regionFolder] });
    assert.equal((await readSite(db.ctx)).place?.name, 'Region');
    const { rows } = await db.ctx.owner.query(
      `select slug, parent from released.place where kind = 'city' order by slug`,
    );
    assert.deepEqual(rows, [
      { slug: 'danbury', parent: 'region' },
      { slug: 'norwalk', parent: 'region' },
    ]);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { publishFiles } from '../../src/datasets/files/publish-files.ts';
import { storeReadings } from '../../src/observations/index.ts';
import { openSite, type Site } from '../support/site.ts';

/** What stands in the page's code, as a person copies it. */
const entities: Record<string, string> = {
  '&#x27;': "'",
  '&amp;': '&',
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
};
const codeOf = (html: string) =>
  [...html.matchAll(/<code[^>]*>(.*?)<\/code>/gs)].map(([, text = '']) =>
    text.replace(/<[^>]*>/g, '').replace(/&[#\w]+;/g, (entity) => entities[entity] ?? entity),
  );

describe('a dataset’s page for programs', () => {
  let site: Site;
  let slug: string;
  before(async () => {
    site = await openSite();
    const { rows } = await site.ctx.public.query<{ slug: string; datastream: string }>(
      `select ds.slug, min(d.id)::text as datastream from released.dataset ds join released.datastream d on d.dataset_id = ds.id
       where ds.access = 'open' group by ds.slug order by ds.slug limit 1`,
    );
    slug = rows[0]?.slug as string;
    const month = new Date(site.ctx.clock.now());
    month.setUTCMonth(month.getUTCMonth() - 2, 15);
    await storeReadings(site.ctx, {
      repeats: 'allow',
      readings: [
        { datastreamId: rows[0]?.datastream as string, phenomenonStart: month.toISOString(), result: 1 },
      ],
    });
    await publishFiles(site.ctx);
  });
  after(() => site?.close());

  for (const language of ['en', 'es']) {
    test(`every address in its examples answers (${language})`, async () => {
      const html = await (await fetch(`${site.url}/${language}/datasets/${slug}/api`)).text();
      const addresses = codeOf(html).flatMap((code) =>
        [...code.matchAll(/https?:\/\/[^\s'"]+/g)].map(([address]) => address),
      );
      assert.ok(addresses.length >= 14, `${addresses.length} addresses`);
      assert.ok(addresses.some((address) => /\/files\/[\d-]+[0-9a-f]{64}\.parquet$/.test(address)));
      for (const address of addresses) {
        const { pathname, search } = new URL(address);
        const response = await fetch(site.url + pathname + search);
        assert.equal(response.status, 200, address);
        if (!pathname.startsWith('/v1.1'))
          assert.ok(pathname.includes(slug) || search || /json$/.test(pathname), address);
        await response.body?.cancel();
      }
    });
  }

  test('the dataset’s page lists its files with their checksums, and leads here', async () => {
    const html = await (await fetch(`${site.url}/en/datasets/${slug}`)).text();
    const [file] = (await (await fetch(`${site.url}/datasets/${slug}/files`)).json()) as { sha256: string }[];
    assert.ok(html.includes(file?.sha256 as string));
    assert.ok(html.includes(`/en/datasets/${slug}/api`));
  });

  test('a dataset that is only listed has nothing for programs, one that is hidden no page', async () => {
    const { rows } = await site.ctx.public.query<{ slug: string }>(
      `select slug from released.dataset where access <> 'open' limit 1`,
    );
    const listed = await fetch(`${site.url}/en/datasets/${rows[0]?.slug}/api`);
    assert.equal(listed.status, 200);
    assert.ok(!(await listed.text()).includes('readings.csv'));
    assert.equal((await fetch(`${site.url}/en/datasets/no-such-dataset/api`)).status, 404);
  });
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { setAccess } from '../../src/release/index.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { makeDatastream } from '../support/make.ts';
import { openSite, type Site } from '../support/site.ts';
import { makePlaces, makeStaff } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite({ region: false }), openBrowser()]);
  await makePlaces(site.ctx);
});
after(async () => {
  await browser?.close();
  await site.close();
});

const shots = process.env.SHOTS;
async function sound(page: Page, name: string, width: number): Promise<void> {
  if (shots) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
  assert.deepEqual(await axeViolations(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, `${name}: nothing scrolls sideways`);
}

const csv = [
  'Tree,Kind,Height,Planted,Alive,Zip',
  ...Array.from(
    { length: 120 },
    (_, index) =>
      `T${index},${index % 2 ? 'Oak' : 'Éla "big"'.replaceAll('"', "'")},${(index / 7).toFixed(2)},${(index % 12) + 1}/${(index % 28) + 1}/2024,${index % 3 ? 'yes' : 'no'},0681${index % 10}`,
  ),
  'broken,row',
].join('\n');

describe('a table, from a file to the public', {
  skip: (await openBrowser().then(async (found) => {
    await found?.close();
    return found;
  }))
    ? false
    : 'no browser runs here',
}, () => {
  for (const width of [375, 1280])
    test(`at ${width} px a steward uploads a CSV, looks at it, stores it; everybody searches, filters and sorts it`, async () => {
      const { dataset } = await makeDatastream(site.ctx, { access: 'restricted', dataset: `trees-${width}` });
      await site.ctx.owner.query(
        `update private.dataset set place = 'oakton', office = 'oakton-works', title = 'Trees' where slug = $1`,
        [dataset],
      );
      const { secret } = await makeStaff(site.ctx, {
        email: `steward-${width}@example.org`,
        role: 'data-steward',
        place: 'oakton',
        office: 'oakton-works',
      });
      const context = await (browser as Browser).newContext({
        viewport: { width, height: 900 },
        locale: 'en-US',
      });
      await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(`${site.url}/en/staff/datasets/${dataset}`);
      await page.getByRole('link', { name: 'Upload a table' }).click();
      await page.getByText('Nothing yet.').waitFor();
      await sound(page, 'desk-empty', width);
      const path = join(tmpdir(), `trees-${process.pid}.csv`);
      await writeFile(path, csv);
      await page.getByLabel('CSV (also packed').setInputFiles(path);
      await page.getByRole('button', { name: 'Upload and look at it' }).click();
      await page.getByRole('heading', { name: 'Check the columns' }).waitFor();
      await sound(page, 'desk-plan', width);
      assert.equal(await page.getByLabel('Type').nth(5).inputValue(), 'text', 'a postal code is no number');
      await page.getByLabel('Name', { exact: true }).nth(1).fill('Tree');
      await page.getByRole('button', { name: 'Store it' }).click();
      await page.getByText('two columns are called “Tree”').waitFor();
      await page.goto(`${site.url}/en/staff/datasets/${dataset}/table`);
      await page.getByLabel('Name', { exact: true }).nth(1).fill('Species');
      await page.getByRole('button', { name: 'Store it' }).click();
      await page.getByText('Stored: 120 rows.').first().waitFor();
      await page.getByText('Line 122: 2 fields instead of 6').first().waitFor();
      await sound(page, 'desk-stored', width);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'The rows, with reasons' }).first().click(),
      ]);
      assert.match(download.suggestedFilename(), /rows-not-stored/);

      assert.equal(
        (await fetch(`${site.url}/en/datasets/${dataset}/table`)).status,
        404,
        'nobody outside sees it yet',
      );
      await setAccess(site.ctx, { dataset, access: 'open' });
      for (
        let wait = 0;
        wait < 50 && (await fetch(`${site.url}/en/datasets/${dataset}/table`)).status !== 200;
        wait++
      )
        await new Promise((resolve) => setTimeout(resolve, 100));
      const plain = await (browser as Browser).newContext({
        viewport: { width, height: 900 },
        javaScriptEnabled: width === 1280,
        locale: 'en-US',
      });
      const reader = await plain.newPage();
      reader.setDefaultTimeout(20_000);
      await reader.goto(`${site.url}/en/datasets/${dataset}`);
      await reader.getByRole('link', { name: 'Open the table' }).click();
      await reader.getByText('120 rows').first().waitFor();
      if (width === 1280) await sound(reader, 'public', width);
      else if (shots) await reader.screenshot({ path: join(shots, `public-${width}.png`), fullPage: true });
      await reader.getByText('Filter by column').click();
      await reader.getByLabel('Species contains').fill('oak');
      await reader.getByLabel('Height from').fill('10');
      await reader.getByRole('button', { name: 'Show these rows' }).click();
      await reader.getByText('25 rows').first().waitFor();
      if (width === 1280) {
        await sound(reader, 'public-filtered', width);
        await reader.getByRole('link', { name: 'Sort by Height' }).click();
        await reader.waitForURL(/sort=Height/);
      }
      const file = await (
        await fetch(`${site.url}/datasets/${dataset}/table.csv?contains.Species=oak&from.Height=10`)
      ).text();
      assert.equal(file.trim().split('\r\n').length, 26);
      const lines = await (await fetch(`${site.url}/datasets/${dataset}/table.jsonl?q=T119`)).text();
      assert.equal(JSON.parse(lines).Zip, '06819');
      const { headers } = await fetch(`${site.url}/datasets/${dataset}/table.csv`);
      const again = await fetch(`${site.url}/datasets/${dataset}/table.csv`, {
        headers: { 'if-none-match': headers.get('etag') ?? '' },
      });
      assert.equal(again.status, 304);
      await Promise.all([context.close(), plain.close()]);
    });

  test('a file of another site, of nobody, or none is refused', async () => {
    const { dataset } = await makeDatastream(site.ctx, { access: 'restricted', dataset: 'refused' });
    const { secret } = await makeStaff(site.ctx, {
      email: 'elsewhere@example.org',
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-works',
    });
    const post = (headers: Record<string, string>, form: FormData) =>
      fetch(`${site.url}/staff/datasets/${dataset}/table/files`, {
        method: 'POST',
        body: form,
        headers,
        redirect: 'manual',
      });
    const form = (file?: string) => {
      const made = new FormData();
      made.append('language', 'en');
      if (file !== undefined) made.append('file', new Blob([file]), 'a.csv');
      return made;
    };
    const cookie = `charter-oak=${secret}`;
    assert.equal((await post({}, form('a\n1\n'))).status, 401);
    assert.equal(
      (await post({ cookie }, form('a\n1\n'))).status,
      403,
      'a dataset without an office is not his',
    );
    assert.equal((await post({ cookie, origin: 'https://evil.example' }, form('a\n1\n'))).status, 400);
    assert.equal((await post({ cookie }, form())).status, 400);
    const { rowCount } = await site.ctx.owner.query(
      `select from private.table_upload u join private.dataset d on d.id = u.dataset_id where d.slug = 'refused'`,
    );
    assert.equal(rowCount, 0);
  });
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';

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
  'Measured,Station,Temp,Remark',
  ...Array.from(
    { length: 48 },
    (_, at) =>
      `3/${20 + (at >> 3)}/2024 ${(at % 4) + 1}:00 PM,${at & 4 ? 'North' : 'South'},${at % 9 ? (at % 13) + 0.5 : -200},fine`,
  ),
  '3/27/2024 1:00 PM,North,warm,odd',
].join('\n');

describe('a file of readings, from a steward to the dataset', {
  skip: (await openBrowser().then(async (found) => {
    await found?.close();
    return found;
  }))
    ? false
    : 'no browser runs here',
}, () => {
  for (const [width, javaScriptEnabled] of [
    [375, false],
    [375, true],
    [1280, true],
  ] as const)
    test(`at ${width} px ${javaScriptEnabled ? 'with' : 'without'} JavaScript it is uploaded, corrected, previewed and stored`, async () => {
      const name = `${width}-${javaScriptEnabled ? 'js' : 'plain'}`;
      const { dataset } = await makeDatastream(site.ctx, { access: 'restricted', dataset: `air-${name}` });
      await site.ctx.owner.query(
        `update private.dataset set place = 'oakton', office = 'oakton-works', title = 'Air' where slug = $1`,
        [dataset],
      );
      const { secret } = await makeStaff(site.ctx, {
        email: `steward-${name}@example.org`,
        role: 'data-steward',
        place: 'oakton',
        office: 'oakton-works',
      });
      const context = await (browser as Browser).newContext({
        viewport: { width, height: 900 },
        javaScriptEnabled,
        locale: 'en-US',
      });
      await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const look = async (what: string) => {
        if (javaScriptEnabled) await sound(page, `import-${what}`, width);
        else if (shots)
          await page.screenshot({ path: join(shots, `import-${what}-plain.png`), fullPage: true });
      };
      await page.goto(`${site.url}/en/staff/datasets/${dataset}`);
      await page.getByRole('link', { name: 'Import readings' }).click();
      await page.getByText('None yet.').waitFor();
      await look('empty');
      const path = join(tmpdir(), `air-${process.pid}.csv`);
      await writeFile(path, csv);
      await page.getByLabel('CSV or JSON').setInputFiles(path);
      await page.getByRole('button', { name: 'Upload and look at it' }).click();
      await page.getByRole('heading', { name: 'What the file means' }).waitFor();
      await look('form');
      assert.equal(await page.getByLabel('Column with the time').inputValue(), 'Measured');
      assert.equal(await page.getByLabel('Column that tells the sensors apart').inputValue(), 'Station');
      await page.getByLabel('Format', { exact: true }).fill('HH:mm');
      await page.getByRole('button', { name: 'Look at a preview' }).click();
      await page.getByText('tells no full date').waitFor();
      await page.goto(`${site.url}/en/staff/datasets/${dataset}/import`);
      await page.getByLabel('Name', { exact: true }).nth(2).fill('Air temperature');
      await page.getByRole('button', { name: 'Look at a preview' }).click();
      await page.getByRole('heading', { name: 'What would be stored' }).waitFor();
      await page.getByText('Line 50, Temp: not a number').waitFor();
      await page.getByText('Air temperature, South').first().waitFor();
      await look('preview');
      await page.getByRole('button', { name: 'Store it' }).click();
      await page.getByText('Stored: 42 readings.').first().waitFor();
      await look('stored');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'All of them, with reasons' }).first().click(),
      ]);
      assert.match(download.suggestedFilename(), /not-stored/);
      await page.goto(`${site.url}/es/staff/datasets/${dataset}/import`);
      await page.getByText('Archivos recientes').first().waitFor();
      await context.close();
    });
});

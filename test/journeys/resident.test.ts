import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { shortCode } from '../../src/kit/short-code.ts';
import { storeReadings } from '../../src/observations/index.ts';
import { openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';

const browser: Browser | undefined = await openBrowser();

/** Scenario A, first half: a resident finds the counters near a school, looks at them and takes the data along. */
describe('a resident', { skip: browser ? false : 'no browser runs here' }, () => {
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(async () => {
    await site?.close();
    await browser?.close();
  });

  async function openPage(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
    const context = await (browser as Browser).newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'en-US',
      ...options,
    });
    return context.newPage();
  }

  for (const javaScriptEnabled of [true, false]) {
    test(`from the home page to a file, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const page = await openPage({ javaScriptEnabled });
      await page.goto(`${site.url}/en`);
      await page
        .getByRole('link', { name: /^Danbury/ })
        .first()
        .click();
      await page.getByRole('heading', { level: 1, name: /Danbury/ }).waitFor();

      await page.getByRole('searchbox').first().fill('school');
      await page.getByRole('button', { name: 'Search' }).first().click();
      await page.waitForURL(/catalog\?/);
      await page.getByRole('link', { name: 'Danbury traffic counts' }).click();
      await page.getByRole('heading', { level: 1, name: 'Danbury traffic counts' }).waitFor();
      await page.getByText('Public Works').first().waitFor();

      await page
        .getByRole('link', { name: /Explore/ })
        .first()
        .click();
      await page.waitForURL(/\/explore/);
      // USWDS draws the button on the label and hides the input itself.
      await page.locator('label', { hasText: 'Daily means' }).click();
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.waitForURL(/resolution=daily/);
      await page.getByRole('table').first().waitFor();
      assert.match(await page.locator('body').innerText(), /Eastern Time/);

      const csv = await page.getByRole('link', { name: 'CSV' }).first().getAttribute('href');
      assert.ok(csv?.includes('resolution=daily'), 'the download is this choice');
      const answer = await fetch(new URL(csv as string, site.url));
      assert.equal(answer.status, 200);
      const lines = (await answer.text()).trim().split('\n');
      assert.ok(lines.length > 2, 'a header and at least two days');
      await page.context().close();
    });
  }

  test('a sensor’s page shows a new reading by itself', async () => {
    const { rows } = await site.ctx.public.query<{ thing: string; datastream: string }>(
      `select d.thing_id as thing, d.id as datastream from released.datastream d
       join released.datastream_extent e on e.datastream_id = d.id
       where e.readings > 0 order by d.id limit 1`,
    );
    const { thing, datastream } = rows[0] as { thing: string; datastream: string };
    const page = await openPage();
    await page.goto(`${site.url}/s/${shortCode(thing)}`);
    await page.getByText('Updates by itself').waitFor();
    await storeReadings(site.ctx, {
      readings: [{ datastreamId: datastream, phenomenonStart: new Date().toISOString(), result: 77.25 }],
      repeats: 'allow',
    });
    await page.getByText('77.25').first().waitFor({ timeout: 90_000 });
    await page.context().close();
  });

  test('with the keyboard alone: skip link, menu, search, result', async () => {
    const page = await openPage();
    await page.goto(`${site.url}/en/catalog`);
    await page.keyboard.press('Tab');
    const skip = page.locator(':focus');
    assert.match(await skip.innerText(), /skip/i);
    await page.keyboard.press('Enter');
    // Everything that can be clicked can be reached: walk the page and compare.
    const clickable = await page
      .locator('a[href]:visible, button:visible, input:visible, select:visible, summary:visible')
      .count();
    const reached = new Set<string>();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let step = 0; step < clickable + 5; step++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const all = [...document.querySelectorAll('a[href], button, input, select, summary')];
        return document.activeElement ? all.indexOf(document.activeElement) : -1;
      });
      if (at >= 0) reached.add(String(at));
    }
    assert.ok(reached.size >= clickable - 1, `reached ${reached.size} of ${clickable}`);
    await page.context().close();
  });

  test('the language switch leads to the same page in Spanish', async () => {
    const page = await openPage();
    await page.goto(`${site.url}/en/datasets/danbury-traffic-counts`);
    await page.getByRole('link', { name: 'Español' }).click();
    await page.waitForURL(/\/es\/datasets\/danbury-traffic-counts/);
    assert.equal(await page.locator('html').getAttribute('lang'), 'es');
    await page.context().close();
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';
import { openStaffSession } from '../support/staff.ts';

/** From a dataset's page to the report, the receipt, and the answer of the office’s steward, with and without JavaScript. */
let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site.close();
});

describe('something is missing or wrong', () => {
  for (const javaScriptEnabled of [true, false])
    test(`from the dataset's page to the answer, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const clean = async (page: Page) => {
        // axe hangs in pages with JavaScript disabled.
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      };
      const { rows } = await site.ctx.public.query<{ slug: string; place: string; office: string | null }>(
        `select ds.slug, ds.place, ds.office from released.dataset ds join released.place p on p.slug = ds.place
         where ds.access = 'open' and p.kind = 'city' order by ds.slug limit 1`,
      );
      const { slug, place, office } = rows[0] as { slug: string; place: string; office: string | null };
      const page = await (await browser.newContext({ javaScriptEnabled, locale: 'en-US' })).newPage();
      page.setDefaultTimeout(8000);
      await page.goto(`${site.url}/en/datasets/${slug}`);
      await page.getByRole('link', { name: 'This is missing or wrong' }).click();
      await page.getByRole('heading', { name: 'This is missing or wrong' }).waitFor();
      await clean(page);
      await page.getByText('Readings are missing', { exact: true }).click();
      await page.getByRole('textbox', { name: 'In your words' }).fill('A gap of three days.');
      await page.getByRole('button', { name: 'Look at the letter' }).click();
      await page.getByText('Give the first day that is missing, not in the future.').first().waitFor();
      await clean(page);
      await page.getByLabel('First day that is missing').fill('2026-11-01');
      await page.getByLabel('Last day that is missing').fill('2026-11-03');
      await page.getByRole('button', { name: 'Look at the letter' }).click();
      await page.locator('.sheet', { hasText: 'A gap of three days.' }).waitFor();
      await clean(page);
      await page.getByRole('button', { name: 'Send the report' }).click();
      await page.getByRole('heading', { name: 'Your report was sent' }).waitFor();
      await clean(page);
      const number = /[A-Z]{3}-RPT-\d{4}-\d{5}/.exec(await page.innerText('main'))?.[0] ?? '';
      const link = page.url().replace('&sent=1', '');

      const staff = await browser.newContext({ javaScriptEnabled, locale: 'en-US' });
      const { secret } = await openStaffSession(site.ctx, { role: 'data-steward', place, office });
      await staff.addCookies([{ name: 'charter-oak', value: secret, url: site.url, httpOnly: true }]);
      const desk = await staff.newPage();
      desk.setDefaultTimeout(8000);
      await desk.goto(`${site.url}/en/staff/cases`);
      await desk.getByRole('link', { name: number }).click();
      await desk.getByRole('heading', { name: `Report ${number}` }).waitFor();
      await clean(desk);
      await desk.getByLabel('What became of it').selectOption('no-fault');
      await desk.getByRole('textbox', { name: 'Answer' }).fill('The sensor was taken in for repair.');
      await desk.getByRole('button', { name: 'Send the answer' }).click();
      await desk.getByText('Whoever reported it has been told.').waitFor();
      await page.goto(link);
      await page.getByText('The sensor was taken in for repair.').first().waitFor();
      await page.getByText('not a fault', { exact: true }).waitFor();
      await clean(page);
      await page.goto(`${site.url}/es/report?link=${'x'.repeat(43)}`);
      await page.getByRole('heading', { name: 'Este enlace no abre ningún aviso' }).waitFor();
      await Promise.all([page.context().close(), staff.close()]);
    });

  test('a page of a report is nobody else’s, and an unknown dataset is said to be unknown', async () => {
    const unknown = await fetch(`${site.url}/en/reports/new?dataset=no-such`);
    assert.equal(unknown.status, 404);
    assert.match(await unknown.text(), /The catalog has no dataset “no-such”/);
    assert.equal(unknown.headers.get('cache-control'), 'private, no-store');
    const nothing = await fetch(`${site.url}/en/catalog?q=nothing-at-all-matches`);
    assert.match(await nothing.text(), /reports\/new\?what=missing-dataset/);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { shortCode } from '../../src/kit/short-code.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { makeEntriesWithoutContent } from '../support/portal.ts';
import { openSite, type Site } from '../support/site.ts';

const browser: Browser | undefined = await openBrowser();

/** Every kind of page, by an address that the demonstration region has. */
async function addresses({ ctx }: Site): Promise<string[]> {
  const { rows } = await ctx.public.query<{ open: string; restricted: string; thing: string }>(
    `select (select slug from released.dataset where access = 'open' order by slug limit 1) as open,
       (select slug from released.dataset where access = 'restricted' order by slug limit 1) as restricted,
       (select min(thing_id)::text from released.datastream) as thing`,
  );
  const { open, restricted, thing } = rows[0] as { open: string; restricted: string; thing: string };
  const without = await makeEntriesWithoutContent(ctx);
  return [
    '',
    ...without.map((slug) => `/datasets/${slug}`),
    '/catalog?access=elsewhere&access=footage',
    '/danbury',
    '/east-norwalk',
    '/catalog',
    '/permissions',
    '/sign-in',
    '/sign-in/link?link=x',
    '/staff/sign-in',
    '/staff/sign-in/second-step',
    '/invitation?invitation=x',
    '/outbox',
    '/catalog?q=nothing-at-all-matches-this',
    `/datasets/${open}`,
    `/datasets/${restricted}`,
    `/datasets/${open}/versions`,
    `/datasets/${open}/versions?on=2020-01-01`,
    `/datasets/${open}/versions/1`,
    `/datasets/${open}/api`,
    `/datasets/${restricted}/api`,
    `/datasets/${open}/explore?period=7d&resolution=hourly`,
    `/datasets/${open}/explore?period=nonsense`,
    `/sensors/${shortCode(thing)}`,
    `/reports/new?dataset=${open}`,
    '/reports/new?what=missing-dataset&place=danbury',
    '/report?link=x',
    '/guides',
    '/guides/danbury/sensors-and-ai',
    '/ask',
    '/ask?q=What+is+the+fine+for+misusing+sensor+data%3F&place=danbury',
    '/ask?q=xyzzy&place=East+Norwalk',
    '/ask?q=is+crypto+mining+allowed&place=danbury',
    '/rules/danbury.sensor-data.fine',
    '/rules/ct.records.response?work=1&day=2026-11-20',
    '/rules/ct.records.copy-fee?work=1&n.record-copies=12&n.own-scanner=1&city=danbury',
    '/rules/ct.records.copy-fee?work=1&n.record-copies=-12&day=2026-02-31',
    '/rules/danbury.sensors.fine?work=1&day=2026-11-20&further=3',
    '/which-office',
    '/which-office?place=stamford&about=permit&whose=building',
    '/norwalk/offices',
    '/CT/offices',
    '/stamford/who-does-what',
    '/developers',
    '/about',
    '/no-such-page',
  ];
}

describe('every page', { skip: browser ? false : 'no browser runs here' }, () => {
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(async () => {
    await site?.close();
    await browser?.close();
  });

  for (const [width, height] of [
    [1280, 900],
    [320, 700],
  ] as const) {
    for (const language of ['en', 'es']) {
      test(`in ${language} at ${width} px: no axe violation, no sideways scroll, no script error`, async () => {
        const context = await (browser as Browser).newContext({
          viewport: { width, height },
          locale: language === 'es' ? 'es-US' : 'en-US',
        });
        const page = await context.newPage();
        const wrong: string[] = [];
        let address = '';
        page.on('pageerror', (error) => wrong.push(`${address}: ${error.message}`));
        page.on('console', (message) => {
          // A page that does not exist is itself logged by the browser.
          const expected = /status of (404|400)/.test(message.text());
          if (message.type() === 'error' && !expected) wrong.push(`${address}: console: ${message.text()}`);
        });
        for (const path of await addresses(site)) {
          address = `/${language}${path}`;
          await page.goto(site.url + address, { waitUntil: 'load' });
          // Live feeds keep the network busy; the scripts have run once the main heading is there and a moment passed.
          await page.locator('h1').first().waitFor();
          await page.waitForTimeout(300);
          assert.equal(await page.locator('html').getAttribute('lang'), language, `${address}: language`);
          assert.equal(await page.locator('h1').count(), 1, `${address}: one main heading`);
          const sideways = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          if (sideways > 0) wrong.push(`${address}: scrolls ${sideways} px sideways`);
          for (const violation of await axeViolations(page)) wrong.push(`${address}: ${violation}`);
        }
        await context.close();
        assert.equal(wrong.join('\n'), '');
      });
    }
  }

  test('says on every page that it is a demonstration', async () => {
    for (const path of await addresses(site)) {
      const html = await (await fetch(`${site.url}/en${path}`)).text();
      assert.match(html, /demonstration/i, path);
    }
  });
});

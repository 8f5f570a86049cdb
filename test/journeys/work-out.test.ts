import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';

const browser: Browser | undefined = await openBrowser();

/** A resident works out a deadline, a fee and a penalty on the pages of the rules. */
describe('working it out', () => {
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(async () => {
    await site?.close();
    await browser?.close();
  });
  const ask = async (path: string) => {
    const answer = await fetch(`${site.url}${path}`);
    return { status: answer.status, html: (await answer.text()).replaceAll('<!-- -->', '') };
  };

  for (const javaScriptEnabled of [true, false]) {
    const how = `${javaScriptEnabled ? 'with' : 'without'} JavaScript`;
    test(`from the rule’s page, by its form, ${how}`, {
      skip: browser ? false : 'no browser runs here',
    }, async () => {
      const context = await (browser as Browser).newContext({ javaScriptEnabled, locale: 'en-US' });
      const page = await context.newPage();
      await page.goto(`${site.url}/en/rules/ct.records.response`);
      await page.getByLabel('Day from which it counts (request)').fill('2026-11-20');
      await page.getByRole('button', { name: 'Work it out' }).click();
      await page.getByRole('heading', { name: 'Last day: November 27, 2026' }).waitFor();
      const text = await page.locator('main').innerText();
      assert.match(text, /Thu 26 skipped \(Thanksgiving\), 4 Fri 27; due Fri 27 Nov/);
      assert.match(text, /without a source that was read; if it is none, the date is Thu 26 Nov 2026/);
      assert.match(
        text,
        /as in force on November 20, 2026, as they are on file today.*no decision of the office/,
      );
      await page.goto(`${site.url}/en/rules/ct.records.copy-fee`);
      await page.getByLabel('City', { exact: false }).first().selectOption('danbury');
      await page.getByLabel('Copies on paper: pages').fill('12');
      await page.getByRole('button', { name: 'Work it out' }).click();
      await page.getByRole('heading', { name: 'Sum: at most $6' }).waitFor();
      await context.close();
    });
  }

  test('refuses in words, at the field and with 400, in both languages', async () => {
    const refused: [string, RegExp, RegExp][] = [
      ['ct.records.response?work=1&day=2026-02-31', /There is no such day/, /No existe ese día/],
      ['ct.records.response?work=1', /Fill this in/, /Rellene este campo/],
      [
        'ct.records.response?work=1&day=1999-12-31',
        /Give a day from January 1, 2000/,
        /Indique un día del 1 de enero de 2000/,
      ],
      ['ct.records.copy-fee?work=1&n.record-copies=-2', /Write a whole number/, /Escriba un número entero/],
      ['ct.records.copy-fee?work=1&n.record-copies=two', /Write a whole number/, /Escriba un número entero/],
      ['danbury.sensors.fine?work=1&day=x&further=1', /There is no such day/, /No existe ese día/],
    ];
    for (const [path, en, es] of refused)
      for (const [language, words] of [
        ['en', en],
        ['es', es],
      ] as const) {
        const { status, html } = await ask(`/${language}/rules/${path}`);
        assert.equal(status, 400, path);
        assert.match(html, new RegExp(`usa-error-message[^>]*>${words.source}`), path);
        assert.match(html, /aria-invalid="true"/, path);
        assert.doesNotMatch(html, /id="result"/, path);
      }
  });

  test('has no sum for a penalty that no source sets, and names the office', async () => {
    const { status, html } = await ask('/en/rules/danbury.sensors.fine?work=1&day=2026-11-20&further=3');
    assert.equal(status, 200);
    const result = html.slice(html.indexOf('id="result"'));
    assert.match(result, /Unpriced: a rung is not specified/);
    assert.match(result, /City Clerk/);
    assert.match(result, /A city(’|&#x27;)s ordinance may set a penalty of \$250 at most.*§7-148/);
    assert.doesNotMatch(result.slice(0, result.indexOf('id="history"')), /Sum:/);
  });

  test('is linked from a guide that shows such a rule', async () => {
    const guides = [
      'danbury/privacy-and-open-data',
      'stamford/e-government-ai-crypto',
      'norwalk/smart-city-data',
    ];
    const pages = await Promise.all(guides.map((guide) => ask(`/en/guides/${guide}`)));
    assert.ok(pages.some(({ html }) => /href="\/en\/rules\/[^"]*#work"[^>]*>Work out a deadline/.test(html)));
  });
});

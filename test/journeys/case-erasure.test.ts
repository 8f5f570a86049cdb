import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { lockCase, moveCase, openCase } from '../../src/cases/index.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
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

describe('erasing what a closed case said', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript, by two people`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const number = await withTransaction(site.ctx.app, async (tx) => {
        const { opened } = await openCase(tx, site.ctx, {
          kind: 'question',
          letters: 'ASK',
          state: 'sent',
          place: 'oakton',
          office: null,
          title: 'What is the fine?',
          event: { kind: 'question-asked', content: {} },
        });
        await moveCase(tx, site.ctx, await lockCase(tx, opened.number), { state: 'closed', closed: true });
        return opened.number;
      });
      const as = async (role: 'records-officer' | 'approver'): Promise<Page> => {
        const { secret } = await makeStaff(site.ctx, {
          email: `${role}-${javaScriptEnabled}@example.org`,
          role,
          place: 'oakton',
        });
        const context = await (browser as Browser).newContext({
          javaScriptEnabled,
          locale: 'en-US',
          viewport: { width: 375, height: 800 },
        });
        await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
        const page = await context.newPage();
        page.setDefaultTimeout(8000);
        return page;
      };
      const sound = async (page: Page) => {
        if (!javaScriptEnabled) return;
        assert.deepEqual(await axeViolations(page), []);
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
          false,
        );
      };
      const records = await as('records-officer');
      await records.goto(`${site.url}/en/staff`);
      await records.getByRole('link', { name: 'Closed cases: erase what they say' }).click();
      await records.getByLabel('Number of the case').fill('12');
      await records.getByLabel('Under which schedule, form or order').fill('Schedule M3');
      await records.getByRole('button', { name: 'Propose' }).click();
      await records.getByText('Write the number of a case').first().waitFor();
      await sound(records);
      await records.getByLabel('Number of the case').fill(number.toLowerCase());
      await records.getByRole('button', { name: 'Propose' }).click();
      await records.getByText('You proposed this. Somebody else decides.').waitFor();
      await sound(records);

      const approver = await as('approver');
      await approver.goto(`${site.url}/es/staff/cases/erasures`);
      await sound(approver);
      await approver.goto(`${site.url}/en/staff/cases/erasures`);
      await approver.getByRole('button', { name: `Approve and erase: ${number}` }).click();
      await approver.getByText('Say that you have seen the case.').waitFor();
      await approver.getByText('I have seen the case').click();
      await approver.getByRole('button', { name: `Approve and erase: ${number}` }).click();
      await approver.getByText('Erased.').waitFor();
    });
  }
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
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

/** A page signed in as staff of Oakton. */
async function pageOf(email: string, role: 'data-steward' | 'approver', javaScriptEnabled: boolean) {
  const { secret } = await makeStaff(site.ctx, { email: `${email}@example.org`, role, place: 'oakton' });
  const context = await (browser as Browser).newContext({
    javaScriptEnabled,
    locale: 'en-US',
    viewport: { width: 375, height: 800 },
  });
  await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}
const part = (page: Page, id: string) => page.locator(`#${id}`).locator('..');

describe('a new steward, without a manual', () => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    test(`${how} JavaScript describes a dataset from nothing until a second person publishes it`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const sound = async (page: Page) => {
        // axe runs as a script of the page.
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      };
      const title = `River level ${how}`;
      const page = await pageOf(`steward-${how}`, 'data-steward', javaScriptEnabled);
      await page.goto(`${site.url}/en/staff/datasets`);
      await page.getByRole('link', { name: 'New dataset' }).click();
      await page.getByLabel('Title').fill(title);
      await page.getByLabel('Description').fill('Height of the river at the bridge.');
      await page.getByLabel('Owner office').selectOption('oakton-works');
      await page.getByLabel('Address').fill('River');
      await page.getByRole('button', { name: 'Make the dataset' }).click();
      await page.getByText('What you wrote is still here.').waitFor();
      assert.equal(await page.getByLabel('Title').inputValue(), title);
      await sound(page);
      await page.getByLabel('Address').fill('');
      await page.getByRole('button', { name: 'Make the dataset' }).click();
      await page.getByText('8 things are missing').waitFor();
      await sound(page);

      const save = async (id: string) => {
        await part(page, id).getByRole('button', { name: /^Save/ }).click();
        await part(page, id).getByText('Saved.').waitFor();
      };
      await part(page, 'words').getByLabel('Title in Spanish').fill('Nivel del río');
      await part(page, 'words').getByLabel('Keywords').fill('river, flood');
      await part(page, 'words').getByRole('button').click();
      await part(page, 'words').getByText('Fill this in.').waitFor();
      assert.equal(await page.getByLabel('Keywords').inputValue(), 'river, flood');
      await part(page, 'words').getByLabel('Description in Spanish').fill('Altura del río en el puente.');
      await save('words');
      await part(page, 'people').getByLabel('Contact').fill('data@oakton.example');
      await save('people');
      await part(page, 'license').getByLabel('License').selectOption('CC0-1.0');
      await save('license');
      await part(page, 'coverage').getByText('The office promises no frequency').click();
      await part(page, 'coverage').getByLabel('From').fill('2026-01-01');
      await save('coverage');
      await part(page, 'retention').getByLabel('Office to ask').selectOption('oakton-clerk');
      await save('retention');
      const dictionary = part(page, 'dictionary');
      await dictionary.getByLabel('Name').fill('Water level');
      await dictionary.getByLabel('Meaning in English').fill('Height above the bed.');
      await dictionary.getByLabel('Meaning in Spanish').fill('Altura sobre el lecho.');
      await dictionary.getByRole('button', { name: 'Add the column' }).click();
      await dictionary.getByText('This does not have the form').waitFor();
      await dictionary.getByLabel('Sensitivity').selectOption('security');
      await dictionary.getByRole('button', { name: 'Add the column' }).click();
      await page.getByText('The description is complete.').waitFor();
      await sound(page);

      // Less sensitive than recorded: that takes a reason, and a second person.
      await dictionary.getByLabel('Sensitivity').first().selectOption('none');
      await dictionary.getByRole('button', { name: /^Save/ }).click();
      await dictionary.getByText('Fill this in.').waitFor();
      await dictionary.getByLabel('Reason').fill('Anybody can look at the river.');
      await dictionary.getByRole('button', { name: /^Save/ }).click();
      await dictionary.getByText('waits for a second person').waitFor();
      const approver = await pageOf(`approver-${how}`, 'approver', javaScriptEnabled);
      const slug = `river-level-${how}`;
      await approver.goto(`${site.url}/en/staff/datasets/${slug}`);
      await sound(approver);
      assert.equal(await approver.getByRole('button', { name: /^Save/ }).count(), 0, 'reads only');
      await approver.getByRole('button', { name: 'Approve' }).click();
      await approver.getByText('The change of sensitivity is in force.').waitFor();

      await page.goto(`${site.url}/en/staff/datasets/${slug}/publish`);
      await page.getByLabel('Reason').fill('Residents ask for it.');
      await sound(page);
      await page.getByRole('button', { name: 'Propose publication' }).click();
      await page.getByText('You asked for this. Somebody else decides.').waitFor();
      await approver.goto(`${site.url}/en/staff/datasets`);
      await approver.getByRole('link', { name: `Read what would become public: ${title}` }).click();
      await approver.getByText('Anybody').or(approver.getByText('Nothing sensitive')).first().waitFor();
      await approver.goto(`${site.url}/en/staff/datasets`);
      await approver.getByRole('button', { name: `Approve the change of ${title}` }).click();
      await approver.getByText('Approved, and in force.').waitFor();
      const html = await (await fetch(`${site.url}/en/datasets/${slug}`)).text();
      assert.match(html, /Height above the bed\./);
      const version = await fetch(`${site.url}/es/datasets/${slug}/versions/1`);
      assert.match(await version.text(), /Altura sobre el lecho\./);
    });
  }
});

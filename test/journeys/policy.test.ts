import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { storeReadings } from '../../src/observations/index.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { type Made, makeDatastream } from '../support/make.ts';
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

const raw = 'XQZ Canary 203 555 0142';

/** An open dataset of Oakton whose results are text that names somebody. */
async function makeDataset(slug: string): Promise<Made> {
  const made = await makeDatastream(site.ctx, { dataset: slug, name: `Note ${slug}` });
  await site.ctx.owner.query(
    `update private.dataset set place = 'oakton', office = 'oakton-works' where id = $1`,
    [made.datasetId],
  );
  await site.ctx.owner.query(
    `update released.dataset set place = 'oakton', office = 'oakton-works' where id = $1`,
    [made.datasetId],
  );
  await storeReadings(site.ctx, {
    readings: [1, 2, 3].map((minute) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: `2026-11-20T10:0${minute}:00Z`,
      result: `${raw} ${minute}`,
      parameters: { crew: `crew ${minute}` },
    })),
    repeats: 'allow',
  });
  return made;
}

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

describe('a release policy, from a steward to the public page', () => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    test(`${how} JavaScript a text is masked by two people, and the value is nowhere`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const sound = async (page: Page) => {
        // axe runs as a script of the page.
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
        const wide = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
        assert.ok(wide <= 0, 'nothing stands beside the page');
      };
      const slug = `notes-${how}`;
      const made = await makeDataset(slug);
      const page = await pageOf(`steward-${how}`, 'data-steward', javaScriptEnabled);
      await page.goto(`${site.url}/en/staff/datasets/${slug}`);
      await page.getByText('1 hint of personal data has not been looked at').waitFor();
      await page.getByRole('link', { name: 'Release policy' }).click();
      await page.getByText('Nothing: what is released is what was stored.').waitFor();
      await sound(page);

      const note = page.getByRole('group', { name: `Note ${slug}`, exact: true });
      await note.getByLabel('What happens').selectOption('mask');
      await page.getByRole('button', { name: 'Preview' }).click();
      const preview = page.locator('#preview').locator('..');
      await preview.getByText(`${raw} 3`).waitFor();
      assert.equal(await preview.getByText(raw).count(), 3, 'as measured, and not as released');
      assert.equal(await preview.getByText('no value').count(), 3);
      assert.equal(await note.getByLabel('What happens').inputValue(), 'mask', 'the form stays as it was');
      await sound(page);

      await page.getByLabel('Reason for your colleague').fill('The clerk asked.');
      await page.getByRole('button', { name: 'Propose' }).click();
      await page.getByText('Say for the public why something is changed or withheld.').first().waitFor();
      assert.equal(await note.getByLabel('What happens').inputValue(), 'mask');
      await page.getByLabel('Why, for the public').fill('Crews write down whom they met.');
      await page.getByRole('button', { name: 'Propose' }).click();
      await page.getByText('You asked for this. Somebody else decides.').waitFor();
      await sound(page);

      const approver = await pageOf(`approver-${how}`, 'approver', javaScriptEnabled);
      await approver.goto(`${site.url}/en/staff/datasets`);
      await approver.getByRole('link', { name: `Release policy (a change waits): Dataset ${slug}` }).click();
      await approver.getByText(`The values of “Note ${slug}” are not released.`).waitFor();
      await approver.getByText('The clerk asked.').waitFor();
      await sound(approver);
      await approver.getByRole('button', { name: 'Decline' }).click();
      await approver.getByText('Give a reason, in up to 1000 characters.').waitFor();
      await approver.getByRole('button', { name: 'Approve' }).click();
      await approver.getByText('Approved. It is in force').waitFor();
      await sound(approver);

      const answers = await Promise.all(
        [
          `/en/datasets/${slug}`,
          `/es/datasets/${slug}`,
          `/en/datasets/${slug}/explore?view=table`,
          `/datasets/${slug}/readings.csv`,
          `/datasets/${slug}/readings.jsonl`,
          `/v1.1/Datastreams(${made.datastreamId})/Observations`,
        ].map(async (path) => (await fetch(site.url + path)).text()),
      );
      assert.match(answers[0] as string, /Crews write down whom they met\./);
      assert.match(answers[0] as string, /The values of “Note notes-/);
      assert.match(answers[1] as string, /Los valores de «Note notes-/);
      for (const answer of answers) assert.doesNotMatch(answer, /XQZ/);
    });
  }

  test('seeming personal data is looked at with a reason before a policy that shows it is approved', async (t) => {
    if (!browser) return t.skip('no browser here');
    await makeDataset('notes-shown');
    const page = await pageOf('steward-hints', 'data-steward', true);
    await page.goto(`${site.url}/en/staff/datasets/notes-shown/policy`);
    await page.getByLabel('Move places to').selectOption('500-m');
    await page.getByLabel('Why, for the public').fill('Places of homes.');
    await page.getByLabel('Reason for your colleague').fill('Homes.');
    await page.getByRole('button', { name: 'Propose' }).click();
    const approver = await pageOf('approver-hints', 'approver', true);
    await approver.goto(`${site.url}/en/staff/datasets/notes-shown/policy`);
    await approver.getByText('1 hint of personal data must be looked at').waitFor();
    await approver.getByText('Found 3 times').waitFor();
    assert.equal(await approver.getByRole('button', { name: 'Approve' }).count(), 0);
    await approver.getByLabel('I have looked; it may go, because').fill('Numbers of the office itself.');
    await approver.getByRole('button', { name: /^Record that I looked/ }).click();
    await approver.getByText('Recorded.').waitFor();
    await approver.getByRole('button', { name: 'Approve' }).click();
    await approver.getByText('Approved. It is in force').waitFor();
    await approver.getByText('Numbers of the office itself.').waitFor();
    assert.deepEqual(await axeViolations(approver), []);
  });
});

describe('grants of a dataset', () => {
  for (const javaScriptEnabled of [true, false])
    test(`a steward grants and ends, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const slug = `granted-${javaScriptEnabled}`;
      await makeDataset(slug);
      await makeStaff(site.ctx, { email: 'reader@example.org', role: 'clerk', place: 'oakton' });
      const page = await pageOf(`steward-${slug}`, 'data-steward', javaScriptEnabled);
      await page.goto(`${site.url}/en/staff/datasets/${slug}`);
      await page.getByRole('link', { name: 'Who was granted it' }).click();
      await page.getByText('At present it is seen by everybody.').waitFor();
      const ask = async (email: string, until = '') => {
        await page.getByLabel('Mail address').fill(email);
        await page.getByLabel('Until').fill(until);
        await page.getByLabel('Reason', { exact: true }).fill('Agreement 7 of 2026.');
        await page.getByRole('button', { name: 'Grant it' }).click();
      };
      await ask('nobody@example.org');
      await page.getByText('Nobody has an account under this address.').waitFor();
      assert.equal(await page.getByLabel('Reason', { exact: true }).inputValue(), 'Agreement 7 of 2026.');
      await ask('reader@example.org', '2020-01-01');
      await page.getByText('The last day has passed, or is before the first.').waitFor();
      await ask('reader@example.org', '2099-12-31');
      await page.getByText('Granted.', { exact: true }).waitFor();
      await ask('reader@example.org');
      await page.getByText('This person was granted it already').waitFor();
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      await page.getByText('End that of reader@example.org').click();
      await page.getByLabel('Reason to end it').fill('The project is over.');
      await page.getByRole('button', { name: 'End the grant of reader@example.org' }).click();
      await page.getByText('Its keys open this dataset no more.').waitFor();
      await page.getByText('The project is over.').waitFor();
    });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createDemoKey, publishTerms } from '../../src/people/index.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { makeDatastream } from '../support/make.ts';
import { openSite, type Site } from '../support/site.ts';
import { makePlaces, openStaffSession } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([
    openSite({ region: false, env: { LIMIT_KEY: '8/1m', LIMIT_DEMO_KEY: '2/1m' } }),
    openBrowser(),
  ]);
});
after(async () => {
  await browser?.close();
  await site.close();
});

async function signedIn(
  options: Parameters<typeof openStaffSession>[1],
  javaScriptEnabled = true,
): Promise<{ page: Page; close: () => Promise<void> }> {
  const { secret, personId } = await openStaffSession(site.ctx, options);
  // Whoever is no staff came by a link, and stays for days.
  if (!options?.role)
    await site.ctx.owner.query(
      "update private.session set method = 'link', expires_at = created_at + interval '30 days' where person_id = $1",
      [personId],
    );
  const context = await (browser as Browser).newContext({ javaScriptEnabled, locale: 'en-US' });
  await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('pageerror', (error) => assert.fail(error));
  return { page, close: () => context.close() };
}

const ask = async (key: string, path = '/v1.1/Things') =>
  (await fetch(`${site.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
const shown = async (page: Page) => ((await page.locator('.usa-alert pre').textContent()) ?? '').trim();
const hour = 3_600_000;

describe('a developer and his key', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript: made, used, limited, renamed, rotated, revoked, and the whole of it told`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const { dataset } = await makeDatastream(site.ctx);
      const { page, close } = await signedIn({}, javaScriptEnabled);
      const fine = async () => {
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      };
      await page.goto(`${site.url}/en/account`);
      await page.getByText('This city has published no terms of use for keys.').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('My map');
      await page.getByLabel('What is it for?').fill('To see where it is loud');
      await page.getByLabel('Expires').selectOption('after 30 days');
      await page.getByRole('button', { name: 'Make a key' }).click();
      await page.getByText('Your new key').first().waitFor();
      const first = await shown(page);
      await fine();
      assert.equal(await ask(first), 200);
      assert.equal(await ask(first, `/datasets/${dataset}/readings.csv`), 200);

      await page.getByRole('link', { name: 'My map' }).click();
      await page.getByRole('heading', { name: 'Key “My map”' }).waitFor();
      await page.getByLabel('Name', { exact: true }).fill('Noise map');
      await page.getByRole('button', { name: 'Save the name' }).click();
      await page.getByRole('heading', { name: 'Key “Noise map”' }).waitFor();

      await page.getByRole('button', { name: 'Make a new secret' }).click();
      await page.getByText('Your new key').first().waitFor();
      const second = await shown(page);
      await fine();
      assert.deepEqual([await ask(first), await ask(second)], [200, 200], 'both work');
      await page.getByRole('button', { name: 'Make a new secret' }).click();
      await page.getByText('Two secrets work already.').waitFor();

      site.ctx.clock.advance(24 * hour + 5000);
      await page.goto(page.url());
      assert.deepEqual([await ask(first), await ask(second)], [401, 200], 'the old one has ended');
      for (let n = 0; n < 8; n++) await ask(second);
      assert.equal(await ask(second), 429);
      // What was counted is written within two seconds.
      for (let n = 0; n < 40 && !(await page.getByText('Over its limit').isVisible()); n++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        await page.reload();
      }
      const row = page.getByRole('row', { name: new RegExp(`Dataset ${dataset}`) });
      assert.match((await row.textContent()) ?? '', /1/);
      await page
        .getByRole('img', { name: /Requests a day over the last 30 days: 14 in all, 2 of them refused/ })
        .waitFor();
      await fine();
      site.ctx.clock.advance(hour);
      await page.getByText('I want this key to end for good').click();
      await page.getByRole('button', { name: 'Revoke the key' }).click();
      await page.getByText('revoked', { exact: true }).waitFor();
      assert.equal(await ask(second), 401);
      const moments = await page.locator('.timeline li').allTextContents();
      assert.deepEqual(
        moments.map(
          (text) =>
            /(Made|Used for the first|Renamed|A new secret|The old secret|Over its|Used for the last|Revoked).*/.exec(
              text,
            )?.[1],
        ),
        [
          'Made',
          'Used for the first',
          'Renamed',
          'A new secret',
          'The old secret',
          'Over its',
          'Used for the last',
          'Revoked',
        ],
      );
      assert.match(moments.at(-1) ?? '', /by you/);
      await fine();
      await close();
    });
  }

  test('accepts terms where the city has published them, and is asked for a new version', async (t) => {
    if (!browser) return t.skip('no browser here');
    const text = { en: 'Say where the data is from.', es: 'Diga de dónde son los datos.' };
    await publishTerms(
      { ...site.ctx, actor: { kind: 'operator' } },
      { version: '1', source: 'a test', text },
    );
    const { page, close } = await signedIn({});
    await page.goto(`${site.url}/en/account`);
    await page.getByText('Say where the data is from.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByLabel('What is it for?').fill('A test');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByText('Read the terms of use and accept them').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByLabel('What is it for?').fill('A test');
    await page.getByText('I accept the terms of use, version 1.').click();
    await page.getByRole('button', { name: 'Make a key' }).click();
    const key = await shown(page);
    await publishTerms(
      { ...site.ctx, actor: { kind: 'operator' } },
      { version: '2', source: 'a test', text },
    );
    assert.equal(await ask(key), 200);
    await page.goto(`${site.url}/en/account`);
    await page.getByRole('heading', { name: 'There are new terms of use' }).waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await page.getByText('I accept the terms of use, version 2.').first().click();
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await page.getByRole('heading', { name: 'There are new terms of use' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Mine' }).click();
    await page.getByText('Terms of use accepted, version 2').waitFor();
    await close();
  });
});

test('a data steward makes a key for a device, which writes what it was made for', async (t) => {
  if (!browser) return t.skip('no browser here');
  await makePlaces(site.ctx);
  const made = await makeDatastream(site.ctx, { dataset: 'counters' });
  await site.ctx.owner.query(
    "update private.dataset set place = 'oakton', office = 'oakton-works' where id = $1",
    [made.datasetId],
  );
  const { page, close } = await signedIn({ role: 'data-steward', place: 'oakton', office: 'oakton-works' });
  await page.goto(`${site.url}/en/staff`);
  await page.getByRole('link', { name: 'Keys for devices' }).click();
  await page.getByText('There are no keys for these datasets.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Bridge');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByText('Give a name, and either datasets or').first().waitFor();
  assert.equal(await page.locator('input[name=things]').getAttribute('aria-invalid'), 'true');
  assert.notEqual(await page.locator('input[name=name]').inputValue(), '', 'nothing is typed twice');
  await page.getByLabel('Name', { exact: true }).fill('Bridge');
  await page.getByLabel('Or only readings of these sensors').fill(made.thingId);
  await page.getByRole('button', { name: 'Make a key' }).click();
  const key = await shown(page);
  assert.deepEqual(await axeViolations(page), []);
  const write = await fetch(`${site.url}/v1.1/Datastreams(${made.datastreamId})/Observations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"result": 7}',
  });
  assert.equal(write.status, 201);
  await page.getByRole('link', { name: 'Bridge' }).click();
  await page.getByText('readings of these sensors, nothing else').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await close();
  const { page: other, close: closeOther } = await signedIn({ role: 'clerk', place: 'oakton' });
  assert.equal((await other.goto(`${site.url}/en/staff/keys`))?.status(), 403);
  await closeOther();
});

test('the demonstration key stands on the developers’ page and works as it stands there', async (t) => {
  if (!browser) return t.skip('no browser here');
  await createDemoKey({ ...site.ctx, actor: { kind: 'operator' } });
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  await page.goto(`${site.url}/en/developers`);
  const example = (await page.getByLabel('A key to try').textContent()) ?? '';
  const key = /co_[\w-]+/.exec(example)?.[0] ?? '';
  assert.deepEqual([await ask(key), await ask(key), await ask(key)], [200, 200, 429]);
  await page.getByText('2 requests in any 60 seconds from one address.').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await context.close();
});

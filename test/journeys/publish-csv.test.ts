import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const csv = [
  'Case Number,Case Open Date,Case Year,Case Sub-Type,Address Zip Code',
  '5119,12/13/1995,1995,Residential House/yard,',
  '2014991,07/14/2014,2014,Waiver Request,06810',
  '20182196,08/27/2018,2018,Waiver Request,06811',
  '20182197,08/28/2018,2018,"Music, loud",06810',
].join('\n');
const shots = process.env.SHOTS;

// Only by links and buttons that a page offers: no address is typed but the first.
test('a new steward publishes a CSV without reading a manual', async (t) => {
  if (!browser) return t.skip('no browser here');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const look = async (name: string, on: Page = page) => {
    if (shots) await on.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    assert.deepEqual(await axeViolations(on), [], name);
  };
  const workAs = async (name: string) => {
    await page.goto(`${site.url}/en`);
    await page.getByRole('link', { name: 'Try it as city staff' }).click();
    await page.getByRole('button', { name: `Work as this person: ${name}` }).click();
    await page.getByRole('link', { name: 'Datasets', exact: true }).first().click();
  };
  await workAs('Casey Cole');
  await page.getByRole('link', { name: 'New dataset' }).click();
  await page.getByLabel('Title').fill('Noise complaints');
  await page.getByLabel('Description').fill('Complaints about noise, as the city took them.');
  await page.getByRole('button', { name: 'Make the dataset' }).click();
  await look('1-made');

  await page.getByRole('link', { name: 'Upload a table' }).first().click();
  const path = join(tmpdir(), `noise-${process.pid}.csv`);
  await writeFile(path, csv);
  await page.getByLabel('CSV (also packed').setInputFiles(process.env.CSV ?? path);
  await page.getByRole('button', { name: 'Upload and look at it' }).click();
  await page.getByRole('heading', { name: 'Check the columns' }).waitFor();
  await look('2-columns');
  await page.getByRole('button', { name: 'Store it' }).click();
  await page
    .getByText(/Stored: [\d,]+ rows/)
    .first()
    .waitFor();
  await look('3-stored');
  // What comes next is a link on the page where one is.
  await page.getByRole('link', { name: 'Describe it' }).click();

  const part = (id: string) => page.locator(`#${id}`).locator('..');
  const save = async (id: string) => {
    await part(id).getByRole('button', { name: /^Save/ }).click();
    await part(id).getByText('Saved.').waitFor();
  };
  await part('words').getByLabel('Title in Spanish').fill('Quejas de ruido');
  await part('words').getByLabel('Description in Spanish').fill('Quejas de ruido que recibió la ciudad.');
  await part('words').getByLabel('Keywords').fill('noise, complaints');
  await save('words');
  await part('people').getByLabel('Contact').fill('data@danbury.invalid');
  await save('people');
  await part('license').getByLabel('License').selectOption('CC0-1.0');
  await save('license');
  await part('coverage').getByText('The office promises no frequency').click();
  await part('coverage').getByLabel('From').fill('1995-01-01');
  await save('coverage');
  await part('retention').getByLabel('Office to ask').selectOption('danbury-city-clerk');
  await save('retention');
  const dictionary = part('dictionary');
  const english = dictionary.getByLabel('Meaning in English');
  // The last one is the form for a column that data do not have yet.
  const columns = (await english.count()) - 1;
  assert.ok(columns >= 5);
  for (let index = 0; index < columns; index++) {
    await english.nth(index).fill('As the form of the city has it.');
    await dictionary.getByLabel('Meaning in Spanish').nth(index).fill('Como lo tiene el formulario.');
    await dictionary.getByLabel('Sensitivity').nth(index).selectOption('none');
  }
  await dictionary.getByRole('button', { name: /^Save/ }).click();
  await page.getByText('The description is complete.').waitFor();
  await look('4-described');

  await page
    .getByRole('link', { name: /publication|Publish/ })
    .first()
    .click();
  await page.getByText(/[\d,]+ rows of a table/).waitFor();
  await look('5-propose');
  await page.getByLabel('Reason').fill('Residents ask for it.');
  await page.getByRole('button', { name: 'Propose publication' }).click();
  await page.getByText('You asked for this. Somebody else decides.').waitFor();

  await workAs('Drew Dale');
  await page.getByRole('link', { name: 'Read what would become public: Noise complaints' }).click();
  await page.getByText(/[\d,]+ rows of a table/).waitFor();
  await page.getByRole('link', { name: 'Datasets', exact: true }).first().click();
  await page.getByRole('button', { name: 'Approve the change of Noise complaints' }).click();
  await page.getByText('Approved, and in force.').waitFor();

  const slug = 'noise-complaints';
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(`${site.url}/datasets/${slug}/table.csv`)).status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const answer = await fetch(`${site.url}/datasets/${slug}/table.csv`);
  assert.equal(answer.status, 200);
  if (!process.env.CSV) assert.equal((await answer.text()).trim().split('\r\n').length, 5);
  await page.getByRole('link', { name: 'Noise complaints' }).first().click();
  await page.getByRole('link', { name: 'See it as everybody does' }).click();
  await page.getByRole('heading', { name: 'Noise complaints', level: 1 }).waitFor();
  for (const absent of ['Sensors', 'Gaps and flagged readings', 'JSON', 'GeoJSON'])
    assert.equal(await page.getByRole('link', { name: absent, exact: true }).count(), 0, absent);
  assert.equal(await page.getByRole('heading', { name: 'Sensors' }).count(), 0);
  await look('6-public-1280');
  await page.setViewportSize({ width: 375, height: 800 });
  await look('6-public-375');
  const ld = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '');
  assert.deepEqual(
    ld.distribution.map(({ contentUrl }: { contentUrl: string }) => new URL(contentUrl).pathname),
    [`/datasets/${slug}/table.csv`, `/datasets/${slug}/table.jsonl`],
  );
  await page.getByRole('link', { name: 'Examples for programs' }).click();
  await page.getByRole('heading', { name: 'Use this dataset by program' }).waitFor();
  await look('7-programs');
  const codes = (await page.locator('pre').allTextContents()).join('\n');
  const addresses = [...codes.matchAll(/https?:\/\/[^\s'"]+/g)].map(([address]) => new URL(address));
  assert.ok(addresses.length >= 8, codes);
  for (const { pathname, search } of addresses) {
    const { status, body } = await fetch(site.url + pathname + search);
    assert.equal(status, 200, pathname + search);
    await body?.cancel();
  }
  const rows = addresses.find(({ pathname }) => pathname.endsWith('/datastore_search')) as URL;
  const { result } = await (await fetch(site.url + rows.pathname + rows.search)).json();
  assert.equal(result.records[0]['Case Number'] !== undefined, true);
  await page.goBack();
  await page.getByRole('link', { name: 'Open the table' }).click();
  await page.getByRole('cell', { name: 'Waiver Request' }).first().waitFor();
  const dcat = await (await fetch(`${site.url}/data.json`)).json();
  const listed = dcat.dataset.find(({ title }: { title: string }) => title === 'Noise complaints');
  assert.deepEqual(
    listed.distribution.map(({ mediaType }: { mediaType: string }) => mediaType),
    ['text/csv', 'application/jsonl'],
  );
  await context.close();
});

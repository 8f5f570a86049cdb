import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';

const browser: Browser | undefined = await openBrowser();

/** Scenario H: a question about the rules, up to the letter; a guide; the finder; a rule's own page. */
describe('the rules', { skip: browser ? false : 'no browser runs here' }, () => {
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(async () => {
    await site?.close();
    await browser?.close();
  });

  async function openPage(javaScriptEnabled: boolean): Promise<Page> {
    const context = await (browser as Browser).newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'en-US',
      javaScriptEnabled,
    });
    return context.newPage();
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = `${javaScriptEnabled ? 'with' : 'without'} JavaScript`;

    test(`a question that no page answers leads to the office, ${how}`, async () => {
      const page = await openPage(javaScriptEnabled);
      await page.goto(`${site.url}/en`);
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: 'Rules and guides' })
        .click();
      await page.getByRole('heading', { level: 1, name: 'Rules and guides' }).waitFor();
      await page.locator('main').getByRole('link', { name: 'Ask about the rules' }).click();
      await page.getByLabel('Your question').fill('what is the fine for misusing sensor data in Danbury?');
      await page.getByRole('button', { name: 'Find the rule' }).click();
      await page.getByRole('heading', { name: 'Answer', exact: true }).waitFor();

      const text = await page.locator('main').innerText();
      assert.match(text, /We read your question as: Fine · Data from sensors · Danbury/);
      assert.match(text, /Not specified on the cited page/);
      assert.match(text, /Pages that were read/);
      assert.match(text, /Danbury AI & Smart Sensor Data.*published March 8, 2026; read November 21, 2026/);
      assert.match(text, /Connecticut General Statutes, §7-148/, 'the nearest statute, with its source');
      assert.match(text, /Office to ask\s+City Clerk/);
      const letter = page.getByRole('link', { name: 'Ask the office' }).first();
      const address = new URL((await letter.getAttribute('href')) ?? '', site.url);
      assert.equal(address.pathname, '/en/questions/new');
      assert.equal(address.searchParams.get('rule'), 'danbury.sensor-data.fine');
      await letter.click();
      await page.waitForURL(/questions\/new/);
      assert.match(await page.locator('main').innerText(), /sensor data/i);
      await page.context().close();
    });

    test(`the finder names the office and says why, ${how}`, async () => {
      const page = await openPage(javaScriptEnabled);
      await page.goto(`${site.url}/en/which-office`);
      await page.getByLabel('Place').selectOption('danbury');
      // USWDS draws the button on the label and hides the input itself.
      await page.locator('label', { hasText: 'A complaint' }).click();
      await page.locator('label', { hasText: 'The police’s cameras' }).click();
      await page.getByRole('button', { name: 'Find the office' }).click();
      await page.waitForURL(/whose=police/);
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      assert.equal(await page.getByRole('heading', { level: 3 }).first().innerText(), 'Police Department');
      assert.match(
        await page.locator('article.office').first().innerText(),
        /Why this office[\s\S]*Source: /,
      );
      await page.context().close();
    });

    test(`a guide’s fact leads to its source and back, and to the rule, ${how}`, async () => {
      const page = await openPage(javaScriptEnabled);
      await page.goto(`${site.url}/en/guides`);
      await page.getByRole('link', { name: 'Sensors and AI in Danbury' }).click();
      await page.getByRole('heading', { level: 1, name: 'Sensors and AI in Danbury' }).waitFor();
      assert.match(await page.locator('main').innerText(), /This is software, not legal advice/);
      const fact = page.locator('#fact-1');
      await fact.getByRole('link', { name: /^Source 1/ }).click();
      await page.waitForURL(/#source-1$/);
      await page.locator('#source-1').getByRole('link').first().click();
      await page.waitForURL(/#fact-1$/);
      const gaps = page.locator('.fact--gap');
      assert.ok((await gaps.count()) > 5);
      const ask = await gaps
        .first()
        .getByRole('link', { name: 'Ask the office about this' })
        .getAttribute('href');
      assert.match(ask ?? '', /^\/en\/questions\/new\?rule=danbury\./);
      await fact.getByRole('link', { name: /^details/ }).click();
      await page.getByRole('heading', { name: 'History of this rule' }).waitFor();
      await page.getByLabel('As known on the day').fill('2020-01-01');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByText('No record of this rule counted').waitFor();
      await page.context().close();
    });
  }

  test('a changed rule changes the guide', async () => {
    const guide = async () => (await fetch(`${site.url}/en/guides/danbury/sensors-and-ai`)).text();
    assert.doesNotMatch(await guide(), /Sensors answer to nobody/);
    await site.ctx.app.query(
      `insert into released.rule (id, recorded_at, body, recorded_by)
       select id, now(), jsonb_set(jsonb_set(body, '{says,en}', '"Sensors answer to nobody."'), '{recordedAt}', to_jsonb(to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
         || jsonb_build_object('supersedes', jsonb_build_object('id', id, 'recordedAt', body ->> 'recordedAt')), 'a test'
       from released.rule where id = 'danbury.sensors.instrument'`,
    );
    await site.ctx.app.query('update released.rulebook set version = version + 1');
    assert.match(await guide(), /Sensors answer to nobody/);
  });

  test('East Norwalk is said to be part of Norwalk, in both languages', async () => {
    const ask = async (language: string) =>
      (await fetch(`${site.url}/${language}/ask?place=East+Norwalk&topic=sensors&aspect=fine`)).text();
    assert.match(await ask('en'), /East Norwalk is part of Norwalk/);
    assert.match(await ask('es'), /East Norwalk es parte de Norwalk/);
  });

  test('a place or a rule that there is not is said, with its status, in both languages', async () => {
    const ask = async (path: string) => {
      const answer = await fetch(`${site.url}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    const place = await ask('/en/which-office?place=atlantis&about=records');
    assert.equal(place.status, 400);
    assert.match(place.text, /“atlantis” is no place of this site/);
    for (const name of ['Danbury', 'East Norwalk', 'Stamford']) assert.ok(place.text.includes(name), name);
    assert.equal((await ask('/en/which-office?place=danbury&about=records')).status, 200);
    const wrong = 'rule=danbury.no.such';
    for (const [path, words] of [
      [`/en/questions/new?place=danbury&${wrong}`, /no rule “danbury\.no\.such” on file/],
      [`/es/questions/new?${wrong}`, /ninguna norma «danbury\.no\.such»/],
    ] as const) {
      const { status, text } = await ask(path);
      assert.equal(status, 404, path);
      assert.match(text, words);
    }
    assert.equal((await ask('/en/questions/new?place=danbury&rule=danbury.sensors.fine')).status, 200);
  });
});

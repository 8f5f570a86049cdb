import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';
import { openStaffSession } from '../support/staff.ts';

/**
 * From a gap in the rules to the letter, the receipt, the private link, the office's answer, and the rule that is made of
 * it: the whole way in a browser, with and without JavaScript, over the demonstration's Danbury.
 */
let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site.close();
});

type Role = Parameters<typeof openStaffSession>[1];

async function staffPage(browser: Browser, role: Role, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, locale: 'en-US' });
  const { secret } = await openStaffSession(site.ctx, role);
  await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url, httpOnly: true }]);
  return pageOf(context);
}

async function pageOf(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  return page;
}

const countCases = async () =>
  Number((await site.ctx.owner.query('select count(*) from private.case_record')).rows[0].count);

describe('a question to an office', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript, from the gap to the rule`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const clean = async (page: Page) => {
        // axe hangs in pages with JavaScript disabled.
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      };
      // Each time another gap: the rule that is made of an answer closes it.
      const gap = javaScriptEnabled ? 'danbury.sensors.fine' : 'danbury.ai.fine';
      const topic = javaScriptEnabled ? 'sensors' : 'artificial-intelligence';
      const ana = await browser.newContext({ javaScriptEnabled, locale: 'en-US' });
      const page = await pageOf(ana);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));

      await page.goto(`${site.url}/en/ask?place=danbury&topic=${topic}&aspect=fine`);
      await page.locator(`a[href*="questions/new"][href*="${gap}"]`).first().click();
      await page.getByRole('heading', { name: 'Ask the office' }).waitFor();
      await page.getByText('Not specified on the pages that were read.').waitFor();
      assert.ok(await page.getByRole('radio', { name: /^City Clerk/ }).isChecked(), 'whom the gap names');
      await clean(page);
      const question = 'How much is the fine, and who may set it?';
      await page.getByRole('textbox', { name: 'Your question' }).fill(question);
      await page.getByLabel('Your name (optional)').fill('Ana Ruiz');
      await page.getByLabel('Your e-mail address').fill('nobody');
      await page.getByRole('button', { name: 'Look at the letter' }).click();
      await page.getByText('Write a complete e-mail address').first().waitFor();
      assert.equal(await page.getByRole('textbox', { name: 'Your question' }).inputValue(), question);
      await clean(page);
      const email = `ana-${javaScriptEnabled}@example.org`;
      await page.getByLabel('Your e-mail address').fill(email);
      const before = await countCases();
      await page.getByRole('button', { name: 'Look at the letter' }).click();
      await page.getByRole('heading', { name: 'The letter before it is sent' }).waitFor();
      await page.locator('.sheet', { hasText: question }).waitFor();
      await clean(page);
      await page.getByRole('button', { name: 'Change it' }).click();
      assert.equal(await page.getByLabel('Your name (optional)').inputValue(), 'Ana Ruiz');
      await page.getByRole('button', { name: 'Look at the letter' }).click();
      await page.locator('.sheet').waitFor();
      assert.equal(await countCases(), before, 'looking stores nothing');
      const preview = page.url();
      await page.getByRole('button', { name: 'Send the question' }).click();

      await page.getByRole('heading', { name: 'Your question was sent' }).waitFor();
      const link = (await page.locator('#keep ~ .short-address a').getAttribute('href')) ?? '';
      const { pathname, search, searchParams } = new URL(link);
      const privatePage = `${site.url}${pathname}${search}`;
      const secret = searchParams.get('link') ?? '';
      const number = /DAN-ASK-\d{4}-\d{5}/.exec((await page.locator('main').textContent()) ?? '')?.[0] ?? '';
      assert.match(number, /^DAN-ASK-/);
      await page
        .getByText(
          'No deadline is specified for an answer: no source that we know gives one. Ask: City Clerk',
        )
        .waitFor();
      // The button comes with the script.
      const print = page.getByRole('button', { name: 'Print this page' });
      if (javaScriptEnabled) await print.waitFor();
      else assert.equal(await print.count(), 0);
      await clean(page);
      await page.reload();
      assert.equal(await countCases(), before + 1, 'a receipt that is loaded again sends nothing again');
      assert.ok(preview.includes('/questions/new') && !preview.includes(secret));

      // The receipt by mail has the link; the letter to the office has not.
      const { rows } = await site.ctx.owner.query<{ body: string }>(
        'select body from private.mail where recipient = $1 order by id',
        [email],
      );
      assert.ok(rows[0]?.body.includes(link));
      await page.getByRole('link', { name: 'Letter to: City Clerk' }).click();
      const letter = (await page.locator('.sheet').textContent()) ?? '';
      assert.ok(letter.includes(number) && letter.includes(question) && !letter.includes(secret));
      await clean(page);
      const file = await fetch(
        new URL(
          (await page.getByRole('link', { name: 'As a text file' }).getAttribute('href')) ?? '',
          site.url,
        ),
      );
      assert.equal(await file.text(), letter);
      assert.match(file.headers.get('content-type') ?? '', /^text\/plain/);

      await page.goto(privatePage);
      await page.getByLabel('Add something').fill('It is for a school.');
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByText('It is for a school.').waitFor();

      // The office.
      const office = { place: 'danbury', office: 'danbury-city-clerk' };
      const clerk = await staffPage(
        browser,
        { role: 'clerk', ...office, name: 'Canary Clerk' },
        javaScriptEnabled,
      );
      await clerk.goto(`${site.url}/en/staff/cases`);
      await clerk.getByRole('link', { name: number }).click();
      await clerk.getByText('It is for a school.').waitFor();
      await clerk.getByLabel('New note').fill('canary note');
      await clerk.getByRole('button', { name: 'Write the note' }).click();
      await clerk.getByText('canary note').waitFor();
      await clean(clerk);
      const says = 'Yes. The code sets it at up to 90 dollars.';
      await clerk.getByLabel('Answer', { exact: true }).fill(says);
      await clerk.getByLabel('How it came').selectOption({ label: 'on paper' });
      await clerk.getByRole('button', { name: 'Record the answer' }).click();
      await clerk.getByText('The answer is recorded').waitFor();
      assert.equal(await clerk.getByRole('link', { name: 'Propose a rule from this answer' }).count(), 0);
      await clean(clerk);

      await page.goto(privatePage);
      await page.getByText('Came on paper,').waitFor();
      const shown = (await page.content()) ?? '';
      assert.ok(shown.includes(says));
      assert.doesNotMatch(shown, /canary/i);
      await clean(page);

      // The rule.
      const editor = await staffPage(browser, { role: 'rule-editor', place: 'danbury' }, javaScriptEnabled);
      await editor.goto(`${site.url}/en/staff/question/${number}`);
      await editor.getByRole('link', { name: 'Propose a rule from this answer' }).click();
      assert.equal(await editor.locator('[name="id"]').inputValue(), gap);
      await editor.locator('[name="says.en"]').fill(`The fine is up to 90 dollars (${topic}).`);
      await editor.locator('[name="says.es"]').fill(`La multa es de hasta 90 dólares (${topic}).`);
      await editor.locator('[name="kind"]').selectOption('money');
      await editor.locator('[name="max"]').evaluate((field: HTMLInputElement) => {
        (field.closest('details') as HTMLDetailsElement).open = true;
      });
      await editor.locator('[name="max"]').fill('90');
      await editor.locator('[name="reason"]').fill('The office has answered.');
      await editor.getByRole('button', { name: /approval|Propose|Ask/ }).click();
      await editor.waitForURL(/done=asked/);

      const approver = await staffPage(browser, { role: 'approver', place: 'danbury' }, javaScriptEnabled);
      await approver.goto(`${site.url}/en/staff/rules/waiting`);
      await approver.getByText(number).first().waitFor();
      await approver.locator('button[value="approve"]').click();
      await approver.waitForURL(/done=approved/);

      // The test's clock stands still, and a rule is known from when it was recorded.
      site.ctx.clock.advance(1000);
      await page.goto(`${site.url}/en/ask?place=danbury&topic=${topic}&aspect=fine`);
      await page.getByText(`The fine is up to 90 dollars (${topic}).`).first().waitFor();

      await clerk.goto(`${site.url}/en/staff/question/${number}`);
      await clerk.getByRole('button', { name: 'Close the case' }).click();
      await clerk.getByText('The case is closed').waitFor();
      await page.goto(privatePage);
      assert.equal(await page.getByRole('button', { name: 'Withdraw the question' }).count(), 0);

      const leaks = asked.filter((url) => new URL(url).origin !== site.url);
      assert.deepEqual(leaks, [], 'no other site is asked, so none learns the link');
      await Promise.all(
        [ana, clerk.context(), editor.context(), approver.context()].map((each) => each.close()),
      );
    });
  }

  test('the private page is nobody else’s: not listed, not kept, not told on; a wrong link opens nothing', async () => {
    const fields = { do: 'preview', rule: 'danbury.sensors.fine', place: 'danbury', topic: 'sensors' };
    const more = { question: 'Why?', office: 'danbury-police', language: 'en' };
    const post = (body: Record<string, string>) =>
      fetch(`${site.url}/en/questions/new?rule=danbury.sensors.fine`, {
        method: 'POST',
        body: new URLSearchParams(body),
        redirect: 'manual',
      });
    const looked = await post({ ...fields, ...more });
    assert.equal(looked.headers.get('cache-control'), 'private, no-store');
    const secret = /name="secret" value="([\w-]{43})"/.exec(await looked.text())?.[1] ?? '';
    const sent = await post({ ...fields, ...more, do: 'send', secret });
    assert.equal(sent.headers.get('location'), `/en/question?link=${secret}&sent=1`);
    const status = await fetch(`${site.url}/en/question?link=${secret}`);
    assert.equal(status.status, 200);
    assert.match(status.headers.get('x-robots-tag') ?? '', /noindex/);
    assert.equal(status.headers.get('referrer-policy'), 'same-origin');
    assert.equal(status.headers.get('cache-control'), 'private, no-store');
    for (const wrong of ['', '?link=', `?link=${secret.slice(0, 30)}`, `?link=${'x'.repeat(43)}`]) {
      const cut = await fetch(`${site.url}/en/question${wrong}`);
      assert.equal(cut.status, 404);
      assert.match(await cut.text(), /Copy it whole from your receipt/);
    }
    const id = /document=(\d+)/.exec(await status.text())?.[1] ?? '';
    for (const query of [
      `document=${id}`,
      `document=${id}&link=${'x'.repeat(43)}`,
      `document=${id}&case=DAN-ASK-2026-00001`,
    ])
      for (const path of ['letter', 'file'])
        assert.equal((await fetch(`${site.url}/en/question/${path}?${query}`)).status, 404, query);
    assert.ok(!site.ctx.logged().includes(secret), 'the log has paths without their queries');
    assert.equal((await post({ ...fields, ...more, do: 'send', secret: '' })).status, 400);
  });
});

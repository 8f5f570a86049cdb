import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite({ region: false }), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site.close();
});

describe('a resident signs in by a link', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript, and out again`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const context = await browser.newContext({ javaScriptEnabled, locale: 'en-US' });
      const page = await context.newPage();
      page.setDefaultTimeout(8000);
      await page.goto(`${site.url}/en`);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByLabel('Your e-mail address').fill('nobody');
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.getByText('Write a complete e-mail address').first().waitFor();
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      await page.getByLabel('Your e-mail address').fill(`Ana${javaScriptEnabled ? '' : '2'}@Example.org`);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
      await page.getByRole('link', { name: /outbox/ }).click();
      const { pathname, search } = new URL(
        (await page.locator('.letter a').first().getAttribute('href')) ?? '',
      );
      const link = `${site.url}${pathname}${search}`;
      // A mail scanner opens it first; that uses nothing up.
      assert.equal((await fetch(link)).status, 200);
      await page.goto(link);
      assert.equal(page.url(), `${site.url}/en/sign-in/link`, 'the secret stays in no history');
      await page.getByText(/You sign in as ana2?@example\.org\./).waitFor();
      assert.equal(await page.getByText(/In this browser you are signed in/).count(), 0);
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('button', { name: 'Sign me in' }).click();
      await page.getByText(/You are signed in as ana2?@example\.org\./).waitFor();
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('link', { name: 'My account' }).waitFor();
      const cookie = (await context.cookies()).find(({ name }) => name === 'charter-oak');
      assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Lax']);

      await page.getByLabel('Name').fill('My map');
      await page.getByLabel('What is it for?').fill('To see where it is loud');
      await page.getByRole('button', { name: 'Make a key' }).click();
      const key = (await page.locator('#main-content pre').first().textContent()) ?? '';
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      const headers = { authorization: `Bearer ${key.trim()}`, 'content-type': 'application/json' };
      const read = await fetch(`${site.url}/v1.1/Things`, { headers });
      assert.equal(read.status, 200);
      const write = await fetch(`${site.url}/v1.1/Things`, { method: 'POST', headers, body: '{}' });
      assert.equal(write.status, 403, 'it reads, and writes nothing');
      await page.getByRole('link', { name: 'To the key’s page' }).click();
      await page.getByText('I want this key to end for good').click();
      await page.getByRole('button', { name: 'Revoke the key' }).click();
      await page.getByText('revoked', { exact: true }).waitFor();
      assert.equal((await fetch(`${site.url}/v1.1/Things`, { headers })).status, 401);

      const gone = await page.goto(link);
      assert.equal(gone?.status(), 410);
      await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();

      await page.goto(`${site.url}/en/account`);
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      await context.addCookies(cookie ? [cookie] : []);
      await page.goto(`${site.url}/en/account`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await context.close();
    });
  }

  test('a stranger’s link says whose it is, and who is signed in here', async (t) => {
    if (!browser) return t.skip('no browser here');
    const linkFor = async (email: string) => {
      const body = new URLSearchParams({ email });
      assert.equal((await fetch(`${site.url}/en/sign-in`, { method: 'POST', body })).status, 200);
      const { rows } = await site.ctx.owner.query<{ body: string }>(
        'select body from private.mail where recipient = $1 order by id desc limit 1',
        [email],
      );
      const { pathname, search } = new URL(/http\S+/.exec(rows[0]?.body ?? '')?.[0] ?? '');
      return `${site.url}${pathname}${search}`;
    };
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    await page.goto(await linkFor('bob@example.org'));
    await page.getByRole('button', { name: 'Sign me in' }).click();
    await page.getByText('You are signed in as bob@example.org.').waitFor();
    await page.goto(await linkFor('eve@example.org'));
    await page.getByText('You sign in as eve@example.org.').waitFor();
    await page.getByText('In this browser you are signed in as bob@example.org.').waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await page.goto(`${site.url}/en/account`);
    await page.getByText('You are signed in as bob@example.org.').waitFor();
    await context.close();
  });

  test('a page of another site cannot act for somebody, nor read the outbox under its own name', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const posted = { method: 'POST', headers: { ...headers, ...form }, body: 'do=all' };
      const { status } = await fetch(`${site.url}/en/account`, posted);
      assert.equal(status, 400, JSON.stringify(headers));
    }
    for (const headers of [
      { host: 'evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'x-forwarded-for': '203.0.113.7' },
    ] as Record<string, string>[]) {
      const status = await new Promise<number | undefined>((resolve, reject) =>
        get(`${site.url}/en/outbox`, { headers }, (answer) => resolve(answer.resume().statusCode)).on(
          'error',
          reject,
        ),
      );
      assert.equal(status, 404, JSON.stringify(headers));
    }
    const own = await fetch(`${site.url}/en/outbox`);
    assert.deepEqual(
      [own.status, own.headers.get('access-control-allow-origin'), own.headers.get('cache-control')],
      [200, null, 'private, no-store'],
    );
  });
});

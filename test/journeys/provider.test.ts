import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { as } from '../../src/kit/context.ts';
import { invitePerson } from '../../src/people/roles/invite-person.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { freePort, openIdentityProvider } from '../support/identity-provider.ts';
import { openSite, type Site } from '../support/site.ts';

let site: Site;
let provider: Awaited<ReturnType<typeof openIdentityProvider>>;
let browser: Browser | undefined;
before(async () => {
  const port = String(await freePort());
  provider = await openIdentityProvider({ back: `http://127.0.0.1:${port}/sign-in/provider/back` });
  provider.accounts.set('ana', { email: 'ana@city.example', email_verified: true, name: 'Ana Ruiz' });
  const env = { ...provider.env, PORT: port };
  [site, browser] = await Promise.all([openSite({ region: false, env }), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
  await provider?.close();
});

describe('somebody signs in through the identity provider', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const context = await browser.newContext({ javaScriptEnabled, locale: 'es-US' });
      const page = await context.newPage();
      page.setDefaultTimeout(8000);
      const wrong: string[] = [];
      // The provider's own page asks for fonts elsewhere.
      page.on('console', (message) => {
        if (message.type() === 'error' && message.location().url.startsWith(site.url))
          wrong.push(message.text());
      });
      await page.goto(`${site.url}/es/sign-in`);
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('button', { name: 'Iniciar sesión con su City account' }).click();
      await page.getByPlaceholder('Enter any login').fill('ana');
      await page.getByPlaceholder('and password').fill('any');
      await page.getByRole('button', { name: 'Sign-in' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('ana@city.example').first().waitFor();
      assert.equal(page.url(), `${site.url}/es/account`, 'no code stays in the address');
      await page.getByText(/Sigue con la sesión iniciada con su City account/).waitFor();
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      const cookies = await context.cookies(site.url);
      const own = cookies.filter(({ name }) => name.startsWith('charter-oak'));
      assert.deepEqual(
        own.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
        [['charter-oak', true, 'Lax']],
        'the cookie of the way is gone',
      );
      await page.getByRole('button', { name: 'Cerrar sesión', exact: true }).click();
      await page.getByRole('link', { name: 'Iniciar sesión' }).first().waitFor();
      assert.deepEqual(wrong, []);
      await context.close();
    });
  }

  test('with an open invitation, which is used by it', async (t) => {
    if (!browser) return t.skip('no browser here');
    let link = '';
    await invitePerson(as(site.ctx, { kind: 'operator' }), {
      email: 'new@city.example',
      name: 'New Clerk',
      language: 'en',
      role: 'auditor',
      place: null,
      office: null,
      letter: (secret) => {
        link = `${site.url}/en/invitation?invitation=${secret}`;
        return { subject: 's', text: 't' };
      },
    });
    provider.accounts.set('new', { email: 'new@city.example', email_verified: true });
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    await page.goto(link);
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole('button', { name: 'Sign in with your City account' }).click();
    await page.getByPlaceholder('Enter any login').fill('new');
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${site.url}/en/staff`);
    await page.getByText('Auditor').first().waitFor();
    await context.close();
  });

  test('or cancels there, and is told so', async (t) => {
    if (!browser) return t.skip('no browser here');
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    await page.goto(`${site.url}/en/sign-in/provider`);
    await page.getByRole('button', { name: 'Sign in with your City account' }).click();
    await page.getByRole('link', { name: /cancel/i }).click();
    await page.getByText(/You were not signed in: you canceled/).waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await context.close();
  });

  test('a page says why, with the status of it, and only in words of ours', async () => {
    const get = (path: string) => fetch(`${site.url}${path}`, { redirect: 'manual' });
    for (const [reason, status] of [
      ['over', 410],
      ['unavailable', 503],
      ['taken', 409],
      ['too-many', 429],
      ['<b>', 200],
      ['constructor', 200],
    ] as const)
      assert.equal(
        (await get(`/en/sign-in/provider?refused=${encodeURIComponent(reason)}`)).status,
        status,
        reason,
      );
    const back = await get('/sign-in/provider/back?code=x&state=y');
    assert.deepEqual(
      [back.status, back.headers.get('location'), back.headers.get('cache-control')],
      [302, '/en/sign-in/provider?refused=over', 'private, no-store'],
    );
    assert.ok(!site.ctx.logged().includes('code=x'));
  });

  test('a provider that is down leaves a page that says so', async () => {
    await provider.close();
    site.ctx.clock.advance(2 * 3_600_000);
    const answer = await fetch(`${site.url}/en/sign-in/provider`, {
      method: 'POST',
      body: new URLSearchParams(),
    });
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /We cannot reach the page where you sign in/);
    assert.equal(answer.headers.get('set-cookie'), null);
  });
});

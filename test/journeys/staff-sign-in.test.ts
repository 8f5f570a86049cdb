import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';
import { goodPassword, inviteStaff } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite({ region: false }), openBrowser()]);
  // Passkeys are for names, never for addresses of numbers.
  site.url = site.url.replace('127.0.0.1', 'localhost');
  site.ctx.config.PUBLIC_URL = site.url;
});
after(async () => {
  await browser?.close();
  await site.close();
});

async function openPage(
  options: { javaScriptEnabled?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await (browser as Browser).newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('console', (message) => {
    assert.doesNotMatch(message.text(), /Content.Security.Policy/i);
  });
  return { context, page };
}

/** What an authenticator app does with the secret that is shown as text; `steps` ahead. */
async function appOf(page: Page): Promise<(steps?: number) => string> {
  const text = (await page.locator('#main-content p > code').textContent()) ?? '';
  const totp = new TOTP({ secret: Secret.fromBase32(text.replaceAll(' ', '')) });
  return (steps = 0) => totp.generate({ timestamp: site.ctx.clock.now().getTime() + steps * 30_000 });
}

async function axeClean(page: Page, also = true): Promise<void> {
  if (also) assert.deepEqual(await axeViolations(page), []);
}

/** Signing in leads to the staff pages; the account says as whom. Leaves the page at the account. */
async function signedIn(page: Page, email: string): Promise<void> {
  await page.waitForURL(/\/en\/staff$/);
  await page.goto(`${site.url}/en/account`);
  await page.getByText(`You are signed in as ${email}.`).waitFor();
}

describe('staff', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript: invitation, password and app, out, in again`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const { context, page } = await openPage({ javaScriptEnabled });
      const { secret, email } = await inviteStaff(site.ctx, { name: 'Ana Clerk', role: 'clerk' });
      const link = `${site.url}/en/invitation?invitation=${secret}`;
      assert.equal((await fetch(link)).status, 200, 'a mail scanner opens it first');
      await page.goto(link);
      assert.equal(new URL(page.url()).search, '', 'the secret has left the address');
      await page.getByRole('heading', { name: 'Welcome, Ana Clerk' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      await page.goto(`${site.url}/es/invitation`);
      await page.getByRole('heading', { name: 'Hola, Ana Clerk' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      await page.goto(`${site.url}/en/invitation`);
      await page.getByLabel('New password').fill('password1234');
      await page.getByLabel('The same password again').fill('password1234');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('easily guessed').first().waitFor();
      const wrong = page.locator('[aria-invalid]');
      assert.deepEqual([await wrong.count(), await wrong.getAttribute('name')], [1, 'password']);
      await page.getByLabel('New password').fill(goodPassword);
      await page.getByLabel('The same password again').fill(goodPassword);
      await page.keyboard.press('Enter');
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      const code = await appOf(page);
      await page.getByLabel('Code from').fill('000000');
      await page.getByRole('button', { name: 'Finish' }).click();
      await page.getByText('This code is not right').first().waitFor();
      await page.getByLabel('Code from').fill(code());
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      const codes = ((await page.locator('#main-content pre').textContent()) ?? '').split('\n');
      assert.equal(codes.length, 10);
      await page.getByRole('link', { name: 'go on' }).click();
      await page
        .getByRole('cell', { name: 'City Clerk’s staff' })
        .or(page.getByRole('rowheader', { name: 'City Clerk’s staff' }))
        .first()
        .waitFor();
      await page.goto(link);
      await page.getByRole('heading', { name: 'This invitation no longer works' }).waitFor();

      await page.goto(`${site.url}/en/account`);
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Sign in as staff' }).click();
      await page.getByLabel('Your e-mail address at work').waitFor();
      await axeClean(page, javaScriptEnabled);
      await page.getByLabel('Your e-mail address at work').fill(email);
      await page.getByLabel('Password').fill('not this one, surely');
      await page.keyboard.press('Enter');
      await page.getByText('You cannot be signed in').waitFor();
      await page.getByLabel('Password').fill(goodPassword);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Second step' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      await page.goto(`${site.url}/en/account`);
      await page.getByLabel('Your e-mail address').waitFor();
      await page.goto(`${site.url}/en/staff/sign-in/second-step`);
      await page.getByLabel('Code from').fill(code());
      await page.keyboard.press('Enter');
      await page.getByText('This code is not right, or was used before').first().waitFor();
      await page.getByLabel('Code from').fill(code(1));
      await page.keyboard.press('Enter');
      await signedIn(page, email);

      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.goto(`${site.url}/en/staff/sign-in`);
      await page.getByLabel('Your e-mail address at work').fill(email);
      await page.getByLabel('Password').fill(goodPassword);
      await page.keyboard.press('Enter');
      await page.getByText('I do not have my app').click();
      await page.getByLabel('A recovery code').fill(codes[3] as string);
      await page.getByRole('button', { name: 'Use this recovery code' }).click();
      await signedIn(page, email);
      await page.getByRole('link', { name: 'Change your password' }).click();
      await page.getByRole('heading', { name: 'How I sign in', exact: true }).waitFor();
      await axeClean(page, javaScriptEnabled);
      await page.goto(`${site.url}/es/account/security`);
      await page.getByRole('heading', { name: 'Cómo entro' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      await page.goto(`${site.url}/en/account/security`);
      await page.getByLabel('Current password').fill(goodPassword);
      await page.getByLabel('New password').fill('granite mitten parade onion');
      await page.getByLabel('The same password again').fill('granite mitten parade onion');
      await page.keyboard.press('Enter');
      await page.getByText('A letter about it is on its way').waitFor();
      await page.getByRole('button', { name: 'Make new ones' }).click();
      await page.getByText('Your new recovery codes').first().waitFor();
      await page.goto(`${site.url}/en/account/security`);
      await page.getByRole('button', { name: 'Set up another app' }).click();
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      const newCode = await appOf(page);
      await page.getByLabel('Code from').fill(newCode());
      await page.getByRole('button', { name: 'Finish' }).click();
      await page.getByText('A letter about it is on its way').waitFor();
      await site.ctx.owner.query(
        "update private.session set confirmed_at = confirmed_at - interval '1 hour'",
      );
      await page.goto(`${site.url}/en/account/security`);
      await page.getByRole('heading', { name: 'Show that it is you' }).waitFor();
      await axeClean(page, javaScriptEnabled);
      assert.equal(await page.getByLabel('Current password').count(), 0);
      await page.getByLabel('Code from').fill(newCode(1));
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
      await page.getByLabel('Current password').waitFor();
      const cookies = await context.cookies();
      for (const { name, httpOnly, sameSite } of cookies)
        assert.deepEqual([httpOnly, sameSite], [true, 'Lax'], name);
      await context.close();
    });
  }

  test('a passkey: made from an invitation, signs in by itself, and only with the person there', async (t) => {
    if (!browser) return t.skip('no browser here');
    const { context, page } = await openPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const { secret, email } = await inviteStaff(site.ctx, { name: 'Pat Key', role: 'auditor' });
    await page.goto(`${site.url}/en/invitation?invitation=${secret}`);
    await page.getByRole('button', { name: 'Make a passkey' }).focus();
    await page.keyboard.press('Enter');
    await signedIn(page, email);

    await page.goto(`${site.url}/en/account/security`);
    await page.getByText('My first passkey').first().waitFor();
    await page.locator('summary', { hasText: 'Change' }).first().click();
    await page.getByLabel('Name of the passkey').first().fill('Work laptop');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByText('Work laptop').first().waitFor();
    await axeClean(page);
    await site.ctx.owner.query("update private.session set confirmed_at = confirmed_at - interval '1 hour'");
    await page.goto(`${site.url}/en/account/security`);
    await page.getByRole('button', { name: 'Go on with a passkey' }).click();
    await page.locator('summary', { hasText: 'Change' }).first().click();
    await page.getByRole('button', { name: 'Remove Work laptop' }).click();
    await page.getByText('This is all that you sign in with').waitFor();

    await page.goto(`${site.url}/en/account`);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.goto(`${site.url}/en/staff/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).focus();
    await page.keyboard.press('Enter');
    await signedIn(page, email);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();

    // A copy of the key that lags behind in counting is refused.
    await site.ctx.owner.query('update private.passkey set counter = 4000000');
    await page.goto(`${site.url}/en/staff/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey was not accepted here').waitFor();
    await site.ctx.owner.query('update private.passkey set counter = 0');
    // Nor does it help to hold the device without being its owner.
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto(`${site.url}/en/staff/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('That did not work').waitFor();
    await context.close();
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readSession } from '../../src/people/sign-in/read-session.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';
import { enrollStaff, openStaffSession } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite({ region: false }), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site.close();
});

/** A browser of somebody who is signed in as staff, with a clock that the test turns. */
async function signedIn(given: Browser, javaScriptEnabled = true) {
  const { secret, email } = await openStaffSession(site.ctx, { role: 'auditor' });
  const context = await given.newContext({ locale: 'en-US', javaScriptEnabled });
  await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url, httpOnly: true }]);
  if (javaScriptEnabled) await context.clock.install();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const alive = async () => (await readSession(site.ctx, secret)) !== undefined;
  return { context, page, email, alive };
}
/** The account page, once its scripts have begun to count the time. */
async function openAccount(page: Page): Promise<void> {
  await page.goto(`${site.url}/en/account`);
  const hydrated =
    "Object.keys(document.querySelector('.site-menu')).some((key) => key.startsWith('__react'))";
  while (!(await page.evaluate(hydrated))) await new Promise((next) => setTimeout(next, 50));
  await page.waitForTimeout(500);
}
const later = (page: Page, minutes: number) => page.clock.fastForward(minutes * 60_000);

describe('a page of somebody who is signed in', () => {
  test('warns before the session ends, and goes on when asked', async (t) => {
    if (!browser) return t.skip('no browser here');
    const { context, page, alive } = await signedIn(browser);
    await openAccount(page);
    await later(page, 26);
    assert.equal(await page.getByRole('alertdialog').count(), 0);
    await later(page, 1.2);
    await page.getByRole('alertdialog', { name: 'You are about to be signed out' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Stay signed in');
    assert.deepEqual(await axeViolations(page), []);
    await page.setViewportSize({ width: 320, height: 640 });
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    const asked = page.waitForResponse((answer) => answer.request().method() === 'HEAD');
    await page.keyboard.press('Enter');
    assert.equal((await asked).status(), 200);
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await later(page, 20);
    await page.waitForTimeout(1500);
    assert.equal(await page.getByRole('alertdialog').count(), 0);
    assert.ok(await alive());
    await context.close();
  });

  for (const offline of [false, true])
    test(`leaves the screen when the session ran out${offline ? ', also without the server' : ', and the session ends'}`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const { context, page, email, alive } = await signedIn(browser);
      await openAccount(page);
      await page.getByText(email).first().waitFor();
      await context.setOffline(offline);
      await later(page, 29.1);
      if (offline) await page.getByText(email).first().waitFor({ state: 'detached' });
      else {
        await page.waitForURL(`${site.url}/en/staff/sign-in?ended`);
        await page.getByText('Your session has ended').waitFor();
        assert.deepEqual(await axeViolations(page), []);
      }
      assert.ok(!(await page.content()).includes(email));
      assert.equal(await alive(), offline);
      await context.close();
    });

  test('leaves the other windows too when one signs out; a public page stays', async (t) => {
    if (!browser) return t.skip('no browser here');
    const { context, page, email, alive } = await signedIn(browser);
    const [other, open] = [await context.newPage(), await context.newPage()];
    await openAccount(other);
    await open.goto(`${site.url}/en/about`);
    await openAccount(page);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await other.waitForURL(`${site.url}/en/staff/sign-in?ended`);
    assert.ok(!(await other.content()).includes(email));
    assert.equal(open.url(), `${site.url}/en/about`);
    assert.equal(await alive(), false);
    await context.close();
  });

  test('ends the sessions elsewhere once staff have shown a factor again', async (t) => {
    if (!browser) return t.skip('no browser here');
    const sam = await enrollStaff(site.ctx, { name: 'Sam' });
    const { secret } = await openStaffSession(site.ctx, { email: sam.email });
    site.ctx.clock.advance(11 * 60_000);
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' });
    const value = sam.session.secret;
    await context.addCookies([{ name: 'charter-oak', value, url: site.url, httpOnly: true }]);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`${site.url}/en/account`);
    assert.equal(await page.getByRole('button', { name: 'End the session of test' }).count(), 0);
    await page.getByRole('link', { name: 'Show your second factor once more to end sessions' }).click();
    await page.locator('[name=code]').first().fill(sam.code());
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await page.waitForURL(`${site.url}/en/account#sessions`);
    assert.ok(await readSession(site.ctx, secret));
    await page.getByRole('button', { name: 'End the session of test' }).click();
    await page.waitForURL(`${site.url}/en/account`);
    assert.equal(await readSession(site.ctx, secret), undefined);
    await context.close();
  });

  test('has a button to sign out, whichever page it is, also without JavaScript and on a telephone', async (t) => {
    if (!browser) return t.skip('no browser here');
    for (const path of ['', '/about', '/staff', '/account', '/no-such-page', '/permissions']) {
      const { context, page, alive } = await signedIn(browser, false);
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(`${site.url}/es${path}`);
      await page.getByRole('button', { name: 'Cerrar sesión', exact: true }).click();
      await page.getByRole('link', { name: 'Iniciar sesión' }).waitFor();
      assert.equal(await alive(), false, path);
      await context.close();
    }
  });
});

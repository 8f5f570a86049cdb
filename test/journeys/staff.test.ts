import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { makeDatastream } from '../support/make.ts';
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

type Role = Parameters<typeof makeStaff>[1]['role'];
/** A page signed in as staff of Oakton. */
async function pageOf(email: string, role: Role, javaScriptEnabled = true): Promise<Page> {
  const { secret } = await makeStaff(site.ctx, { email: `${email}@example.org`, role, place: 'oakton' });
  const context: BrowserContext = await (browser as Browser).newContext({
    javaScriptEnabled,
    locale: 'en-US',
  });
  await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  return page;
}
async function sound(page: Page): Promise<void> {
  assert.deepEqual(await axeViolations(page), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, 'nothing scrolls sideways');
}

describe('staff at work in a browser', () => {
  test('an administrator invites, gives and takes; a role taken ends in a running session', async (t) => {
    if (!browser) return t.skip('no browser here');
    const admin = await pageOf('admin', 'city-administrator');
    await admin.goto(`${site.url}/en`);
    await admin.getByRole('link', { name: 'Staff', exact: true }).click();
    await sound(admin);
    await admin.getByRole('link', { name: 'People and roles' }).click();
    await sound(admin);
    const invite = admin.locator('#invite').locator('..');
    await invite.getByLabel('Name').fill('Maria Works');
    await invite.getByLabel('E-mail address').fill('maria');
    await invite.getByLabel('Role', { exact: true }).selectOption('inspector');
    await invite.getByRole('button').click();
    await admin.getByText('Write a complete e-mail address').first().waitFor();
    await sound(admin);
    assert.equal(await invite.getByLabel('E-mail address').getAttribute('aria-invalid'), 'true');
    assert.equal(await invite.getByLabel('Name').inputValue(), 'Maria Works', 'nothing is typed twice');
    assert.equal(await invite.getByLabel('Role', { exact: true }).inputValue(), 'inspector');
    await invite.getByLabel('E-mail address').fill('maria@example.org');
    await invite.getByLabel('Where').selectOption('oakton/oakton-works');
    assert.equal(await invite.locator('option', { hasText: 'Elmford' }).count(), 0, 'no other city');
    await invite.getByRole('button').click();
    await admin.getByText('The invitation is on its way.').waitFor();
    const { rows } = await site.ctx.owner.query('select recipient, subject, body from private.mail');
    assert.match(rows[0]?.subject, /Oakton/, 'the city, not the name of its server');
    assert.equal(rows[0]?.recipient, 'maria@example.org');
    assert.match(
      rows[0]?.body,
      /Inspector \(Oakton, Public Works\)[\s\S]*\/en\/invitation\?invitation=[\w-]{43}/,
    );
    await admin.getByRole('button', { name: 'Take back the invitation of maria@example.org' }).click();
    await admin.getByText('The invitation is void.').waitFor();

    const clerk = await pageOf('clerk', 'clerk');
    await clerk.goto(`${site.url}/en/staff`);
    await clerk.getByRole('rowheader', { name: 'City Clerk’s staff' }).waitFor();
    assert.equal((await clerk.goto(`${site.url}/en/staff/people`))?.status(), 403);
    await sound(clerk);
    await admin.reload();
    await sound(admin);
    await admin.getByRole('button', { name: 'Take away: City Clerk’s staff, clerk@example.org' }).click();
    await admin.getByText('The role has ended.').waitFor();
    await clerk.goto(`${site.url}/en/staff`);
    await clerk.getByText('You have no role.').waitFor();
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript, one asks and another approves`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const suffix = String(javaScriptEnabled);
      const { dataset } = await makeDatastream(site.ctx, {
        access: 'restricted',
        dataset: `noise-${suffix}`,
      });
      await site.ctx.owner.query(
        `update private.dataset set place = 'oakton', office = 'oakton-works' where slug = $1`,
        [dataset],
      );
      const steward = await pageOf(`steward-${suffix}`, 'data-steward', javaScriptEnabled);
      await steward.goto(`${site.url}/en/staff/datasets`);
      const propose = steward.locator('#propose').locator('..');
      await propose.getByLabel('Dataset').selectOption(dataset);
      await propose.getByLabel('To be seen by').selectOption('open');
      await propose.getByLabel('Reason').fill('The council asked for it.');
      await propose.getByRole('button', { name: 'Ask for approval' }).click();
      await steward.getByText('You asked for this. Somebody else decides.').waitFor();
      assert.equal(await steward.getByRole('button', { name: /^Approve/ }).count(), 0);
      assert.equal((await fetch(`${site.url}/en/datasets/${dataset}`)).status, 404);
      if (javaScriptEnabled) await sound(steward);

      const approver = await pageOf(`approver-${suffix}`, 'approver', javaScriptEnabled);
      await approver.setViewportSize({ width: 375, height: 800 });
      await approver.goto(`${site.url}/es/staff/datasets`);
      if (javaScriptEnabled) await sound(approver);
      await approver.goto(`${site.url}/en/staff/datasets`);
      await approver.getByRole('button', { name: /^Decline/ }).click();
      await approver.getByText('Give a reason').waitFor();
      await approver.getByRole('button', { name: /^Approve/ }).click();
      await approver.getByText('Approved, and in force.').waitFor();
      assert.equal((await fetch(`${site.url}/en/datasets/${dataset}`)).status, 200);
    });
  }

  test('a role is lent for some days', async (t) => {
    if (!browser) return t.skip('no browser here');
    const lender = await pageOf('lender', 'hearing-officer');
    await makeStaff(site.ctx, { email: 'stand-in@example.org', role: 'officer', place: 'oakton' });
    await lender.goto(`${site.url}/en/staff`);
    const form = lender.locator('#lend').locator('..');
    await form.getByLabel('To').selectOption({ label: 'stand-in@example.org' });
    const today = new Date();
    const day = (more: number) => new Date(today.getTime() + more * 86_400_000).toISOString().slice(0, 10);
    await form.getByLabel('First day').fill(day(3));
    await form.getByLabel('Last day').fill(day(1));
    await form.getByRole('button').click();
    await lender.getByText('must not be before the first day').first().waitFor();
    assert.equal(await form.getByLabel('Last day').getAttribute('aria-invalid'), 'true');
    assert.equal(await form.getByLabel('First day').inputValue(), day(3), 'nothing is typed twice');
    await form.getByLabel('Last day').fill(day(4));
    await form.getByRole('button').click();
    await lender.getByText('The role is lent.').waitFor();
    const lastDay = new Date(`${day(4)}T00:00:00Z`).toLocaleDateString('en-US', {
      dateStyle: 'long',
      timeZone: 'UTC',
    });
    await lender.getByRole('cell', { name: lastDay }).waitFor();
    await sound(lender);
    await lender.getByRole('button', { name: 'End the lending of Hearing officer to stand-in' }).click();
    await lender.getByText('The lending has ended.').waitFor();
  });
});

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { as, type Ctx } from '../../src/kit/context.ts';
import { listDemonstrationStaff } from '../../src/people/roles/list-demonstration-staff.ts';
import { signInToDemonstration } from '../../src/people/roles/sign-in-to-demonstration.ts';
import { readSession } from '../../src/people/sign-in/read-session.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';
import { makeStaff } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site.close();
});

/** The status of the page for a request with these headers. */
const status = (headers: Record<string, string>) =>
  new Promise((resolve, reject) => {
    request(`${site.url}/en/demonstration`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the invented staff of the demonstration', () => {
  test('can be tried at the machine itself', async (t) => {
    if (!browser) return t.skip('no browser here');
    const context = await browser.newContext({ viewport: { width: 375, height: 800 }, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    await page.goto(`${site.url}/en`);
    await page.getByRole('link', { name: 'Try it as city staff' }).click();
    await page.getByRole('heading', { name: 'Try it as staff' }).waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole('button', { name: 'Work as this person: Avery Archer' }).click();
    await page.getByRole('rowheader', { name: 'City administrator' }).waitFor();
    assert.deepEqual(await axeViolations(page), []);
  });

  test('walk a change of a rule from proposal to approval; who proposed it is not offered the decision', async (t) => {
    if (!browser) return t.skip('no browser here');
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const workAs = async (name: string) => {
      await page.goto(`${site.url}/en`);
      await page.getByRole('link', { name: 'Try it as city staff' }).click();
      await page.getByRole('button', { name: `Work as this person: ${name}` }).click();
      await page.getByRole('link', { name: 'Rules', exact: true }).first().click();
    };
    const propose = async (rule: string) => {
      await page.goto(`${site.url}/en/staff/rules/${rule}`);
      await page.getByRole('link', { name: 'Propose a correction' }).click();
      await page.getByLabel('In English').fill('Said in other words.');
      await page.getByLabel('Reason for the change').fill('Plainer.');
      await page.getByRole('button', { name: 'Propose' }).click();
      await page.getByText('Proposed. Somebody else decides.').waitFor();
    };
    const waiting = () => page.goto(`${site.url}/en/staff/rules/waiting`);
    const approve = page.getByRole('button', { name: /^Approve the change of/ });
    for (const [editor, approver, rule] of [
      ['Logan Lane', 'Noel Nash', 'stamford.records.duty'],
      ['Noel Nash', 'Drew Dale', 'danbury.sensors.fine'],
    ] as const) {
      await workAs(editor);
      await propose(rule);
      await waiting();
      await page.getByText('You proposed this. Somebody else decides.').waitFor();
      assert.equal(await approve.count(), 0, `${editor} does not decide it`);
      await workAs(approver);
      await waiting();
      await approve.click();
      await page.getByText('Approved, and in force.').waitFor();
    }
    await context.close();
  });

  test('are not there for anyone further away', async () => {
    assert.equal(await status({}), 200);
    const { host } = new URL(site.url);
    assert.equal(
      await status({ host: `data.example.org:${host.split(':')[1]}` }),
      404,
      'a name pointed here',
    );
    assert.equal(await status({ 'x-forwarded-for': '192.0.2.1' }), 404, 'a proxy that was forgotten');
    assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 404, 'a page of another site');
  });

  test('end with being alone on the machine, and nobody real is among them', async () => {
    const ctx = as(site.ctx, { kind: 'anonymous' });
    const [first] = await listDemonstrationStaff(ctx);
    const { secret } = await signInToDemonstration(ctx, { personId: first?.personId ?? '', browser: '' });
    assert.equal((await readSession(ctx, secret))?.kind, 'person');
    const reached: Ctx = { ...ctx, config: { ...ctx.config, PUBLIC_URL: 'https://data.example.gov' } };
    assert.equal(await readSession(reached, secret), undefined);
    await assert.rejects(listDemonstrationStaff(reached), { kind: 'not-found' });
    const input = { personId: first?.personId ?? '', browser: '' };
    await assert.rejects(signInToDemonstration(reached, input), { kind: 'not-found' });
    const real = await makeStaff(site.ctx, { email: 'real@example.org', role: 'auditor' });
    await assert.rejects(signInToDemonstration(ctx, { personId: real.personId, browser: '' }), {
      kind: 'not-found',
    });
  });
});

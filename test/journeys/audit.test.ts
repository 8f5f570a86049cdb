import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { withTransaction } from '../../src/kit/database.ts';
import { recordAudit } from '../../src/people/audit/record-audit.ts';
import type { StaffRole } from '../../src/people/role.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openSite, type Site } from '../support/site.ts';
import { openStaffSession } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
const scriptErrors: string[] = [];
before(async () => {
  [site, browser] = await Promise.all([openSite({ region: false }), openBrowser()]);
  await withTransaction(site.ctx.app, async (tx) => {
    for (let i = 1; i <= 60; i += 1)
      await recordAudit(tx, site.ctx, {
        kind: i % 20 ? 'key-created' : 'odd-thing-done',
        subject: `key:${i}`,
        content: { name: `Counter ${i}`, expiresAt: null, to: { access: 'open', listed: true } },
      });
  });
});
after(async () => {
  await browser?.close();
  await site.close();
});

async function pageOf(role: StaffRole | undefined, javaScriptEnabled = true, width = 1280): Promise<Page> {
  const context = await (browser as Browser).newContext({
    javaScriptEnabled,
    locale: 'en-US',
    viewport: { width, height: 900 },
  });
  const { secret } = await openStaffSession(site.ctx, { role, name: 'Ada Auditor' });
  await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 40/.test(message.text())) scriptErrors.push(message.text());
  });
  page.on('pageerror', (error) => scriptErrors.push(error.message));
  return page;
}

describe('the audit log in a browser', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`${javaScriptEnabled ? 'with' : 'without'} JavaScript an auditor filters, opens an event, downloads and verifies`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const page = await pageOf('auditor', javaScriptEnabled);
      await page.goto(`${site.url}/en/staff/audit`);
      await page.getByText('Audit log read (first look of a session)').last().waitFor();
      await page.locator('td code').getByText('odd-thing-done').first().waitFor();
      await page.getByRole('link', { name: 'Older events' }).click();
      await page.getByRole('link', { name: 'Newest events' }).waitFor();

      await page.getByLabel('What happened').selectOption('API key made');
      await page.getByLabel('About what').fill('key:7');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'key:7', exact: true }).waitFor();
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: /Download these events/ }).click();
      const file = await readFile(await (await downloading).path(), 'utf8');
      assert.equal(file.trim().split('\n').length, 1);
      assert.equal(JSON.parse(file).content.name, 'Counter 7');

      await page.locator('tbody th a').click();
      await page.getByRole('heading', { name: 'Event 7' }).waitFor();
      await page.getByText('Counter 7').waitFor();
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('link', { name: 'key:7', exact: true }).click();
      await page.getByRole('heading', { name: 'Audit log', level: 1 }).waitFor();
      assert.equal(await page.getByLabel('About what').inputValue(), 'key:7');
      await page.getByRole('link', { name: 'Show everything' }).click();
      await page.getByRole('button', { name: 'Verify now' }).click();
      await page
        .getByText(/^Events 1 to \d+: nothing was changed\. +This is the end of the log\.$/)
        .waitFor();
      if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);

      await page.goto(`${site.url}/en/staff/audit?from=yesterday`);
      await page.getByText('Write it as 2026-11-20').waitFor();
      await page.context().close();
    });
  }

  test('a records officer proposes an erasure, an approver makes it so, and the log says by which approval', async (t) => {
    if (!browser) return t.skip('no browser here');
    const officer = await pageOf('records-officer', false);
    await officer.goto(`${site.url}/en/staff/audit/erasures`);
    await officer.getByLabel('Numbers of the events').fill('12, 15-16');
    await officer.getByLabel('Under which schedule, order or form').fill('Form 123');
    await officer.getByRole('button', { name: 'Propose' }).click();
    await officer.getByText('It waits for another person').waitFor();
    assert.equal(await officer.getByRole('button', { name: 'Approve and erase' }).count(), 0);
    await officer.getByLabel('Numbers of the events').fill('nonsense');
    await officer.getByLabel('Under which schedule, order or form').fill('Form 123');
    await officer.getByRole('button', { name: 'Propose' }).click();
    await officer.getByText('Write the numbers of 1 to 100 events').first().waitFor();
    const numbers = officer.getByLabel('Numbers of the events');
    assert.deepEqual(
      [await numbers.inputValue(), await numbers.getAttribute('aria-invalid')],
      ['nonsense', 'true'],
    );
    assert.equal(await officer.getByLabel('Under which schedule, order or form').inputValue(), 'Form 123');

    const approver = await pageOf('approver', true, 375);
    await approver.goto(`${site.url}/en/staff/audit/erasures`);
    await approver.getByText('Event 15').click();
    await approver.getByText('Counter 15').waitFor();
    const log = approver.locator('#main-content a[href*="/staff/audit?"], nav a[href$="/staff/audit"]');
    assert.equal(await log.count(), 0, 'no link to what is not for approvers');
    assert.deepEqual(await axeViolations(approver), []);
    await approver.getByRole('button', { name: 'Approve and erase' }).click();
    await approver.getByText('say so by the checkbox').waitFor();
    await approver.getByText('I have read what would be erased').click();
    await approver.getByRole('button', { name: 'Approve and erase' }).click();
    await approver.getByText('What the events said is erased').waitFor();

    const auditor = await pageOf('auditor', false);
    await auditor.goto(`${site.url}/en/staff/audit/15`);
    await auditor.getByText('Form 123').waitFor();
    assert.equal(await auditor.getByText('Counter 15').count(), 0);
    await auditor.getByRole('link', { name: /erased under an approval: event/ }).click();
    await auditor.getByText('12, 15, 16').waitFor();
    await auditor.goto(`${site.url}/en/staff/audit`);
    await auditor.getByRole('button', { name: 'Verify now' }).click();
    await auditor.getByText('What 3 of them said was erased under approvals').waitFor();
    for (const page of [officer, approver, auditor]) await page.context().close();
  });

  test('others are refused, at the pages and at the download', async (t) => {
    if (!browser) return t.skip('no browser here');
    for (const role of [undefined, 'clerk'] as const) {
      const page = await pageOf(role);
      for (const path of [
        '/en/staff/audit',
        '/en/staff/audit/7',
        '/es/staff/audit/erasures',
        '/staff/audit.jsonl',
      ]) {
        const answer = await page.context().request.get(site.url + path);
        assert.equal(answer.status(), 403, path);
        assert.ok(!(await answer.text()).includes('Counter'), path);
      }
      await page.context().close();
    }
    const stranger = await fetch(`${site.url}/en/staff/audit`, { redirect: 'manual' });
    assert.equal(stranger.status, 302);
    const file = await fetch(`${site.url}/staff/audit.jsonl`);
    assert.deepEqual([file.status, file.headers.get('cache-control')], [401, 'private, no-store']);
  });

  test('no script fails on the way', () => assert.deepEqual(scriptErrors, []));

  test('the server tells its log the head of the chain when it starts', () => {
    assert.match(site.ctx.logged(), /"auditHead":"\d+:[0-9a-f]{64}"/);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { makeRulebook } from '../support/rulebook.ts';
import { openSite, type Site } from '../support/site.ts';
import { makeStaff } from '../support/staff.ts';

let site: Site;
let browser: Browser | undefined;
before(async () => {
  [site, browser] = await Promise.all([openSite({ region: false }), openBrowser()]);
  await makeRulebook(site.ctx);
});
after(async () => {
  await browser?.close();
  await site.close();
});

const shots = process.env.SCREENSHOTS;
async function pageOf(
  role: 'rule-editor' | 'approver' | null,
  options: { javaScriptEnabled?: boolean; width?: number; name?: string } = {},
): Promise<Page> {
  const { javaScriptEnabled = true, width = 1280, name = 'a' } = options;
  const viewport = { width, height: 900 };
  const context = await (browser as Browser).newContext({ javaScriptEnabled, locale: 'en-US', viewport });
  if (role) {
    const { secret } = await makeStaff(site.ctx, {
      email: `${name}-${role}@example.org`,
      role,
      place: 'danbury',
    });
    await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  return page;
}
const wide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth).catch(() => false);
async function sound(page: Page, name: string): Promise<void> {
  if (shots) {
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
      assert.equal(await wide(page), false, `${name} scrolls sideways at ${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  assert.deepEqual(await axeViolations(page), []);
  assert.equal(await wide(page), false, 'nothing scrolls sideways');
}
const fine = 'danbury.sensors.fine';

describe('staff work on rules in a browser', () => {
  test('a gap is filled: proposed, seen part by part, approved by another; the public answer changes', async (t) => {
    if (!browser) return t.skip('no browser here');
    const resident = await pageOf(null);
    await resident.goto(`${site.url}/en/ask?place=danbury&topic=sensors&aspect=fine`);
    await resident.getByText('gives no fine for misuse').first().waitFor();

    const editor = await pageOf('rule-editor');
    await editor.goto(`${site.url}/en/staff`);
    await editor.getByRole('link', { name: 'Rules', exact: true }).first().click();
    await editor.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
    await sound(editor, 'rules');
    await editor.getByLabel('Words in it').fill('smart sensors fine');
    await editor.getByLabel('Place').selectOption('danbury');
    await editor.getByRole('button', { name: 'Show' }).click();
    await editor.getByRole('link', { name: fine, exact: true }).click();
    await editor.getByRole('heading', { name: 'History in both times' }).waitFor();
    await sound(editor, 'rule');
    await editor.getByRole('link', { name: 'Propose a correction' }).click();
    await editor.getByLabel('In English').fill('Misuse of smart sensors may cost up to 90 dollars.');
    await editor.getByLabel('In Spanish').fill('');
    await editor.getByLabel('State', { exact: true }).selectOption('specified');
    await editor.getByLabel('Kind of value').selectOption('money');
    await editor.getByText('Amount (if it is one)').click();
    await editor.getByLabel('At most (dollars)').first().fill('99000');
    await editor.getByLabel('Reason for the change').fill('The code was read.');
    await sound(editor, 'form');
    await editor.getByRole('button', { name: 'Propose' }).click();
    await editor.getByText('This cannot be proposed yet').waitFor();
    await editor.locator('.usa-form-group--error', { hasText: 'In Spanish' }).waitFor();
    assert.equal(
      await editor.getByLabel('At most (dollars)').first().inputValue(),
      '99000',
      'values are kept',
    );
    await editor.getByLabel('In Spanish').fill('El mal uso puede costar hasta 90 dólares.');
    await editor.getByRole('button', { name: 'Propose' }).click();
    await editor.getByText('is more than the $250.00 that ct.ordinance.cap allows').first().waitFor();
    await sound(editor, 'form-wrong');
    await editor.getByLabel('At most (dollars)').first().fill('90');
    await editor.getByRole('button', { name: 'Propose' }).click();
    await editor.getByText('Proposed. Somebody else decides.').waitFor();
    await editor.goto(`${site.url}/en/staff/rules/waiting`);
    await editor.getByText('You proposed this. Somebody else decides.').waitFor();
    assert.equal(await editor.getByRole('button', { name: /Approve/ }).count(), 0);
    await resident.reload();
    await resident.getByText('gives no fine for misuse').first().waitFor();

    const approver = await pageOf('approver');
    await approver.goto(`${site.url}/en/staff/rules/waiting`);
    const difference = approver.getByRole('group', { name: /^Difference, Fine: .*, Danbury$/ });
    await difference.getByText('at most $90.00').waitFor();
    assert.equal(await difference.getByRole('rowheader', { name: 'Topic' }).count(), 0, 'only what differs');
    await sound(approver, 'waiting');
    await approver.getByRole('button', { name: /^Approve the change of Fine: .*, Danbury$/ }).click();
    await approver.getByText('Approved, and in force.').waitFor();
    site.ctx.clock.advance(1000);
    await resident.reload();
    await resident.getByText('may cost up to 90 dollars').first().waitFor();

    await approver.goto(`${site.url}/en/staff/rules/${fine}`);
    await approver.getByText('The code was read.').waitFor();
    await approver.getByRole('button', { name: 'Record' }).click();
    await approver.getByText('Choose what you found').waitFor();
    await approver.getByText('agrees', { exact: true }).click();
    await approver.getByRole('button', { name: 'Record' }).click();
    await approver.getByText('Recorded.').waitFor();
    await resident.goto(`${site.url}/en/rules/${fine}`);
    await resident
      .getByText('the text says the same. Compared by staff who look after the rules of')
      .waitFor();
    assert.doesNotMatch((await resident.textContent('main')) ?? '', /approver|@/, 'nobody is named');
    await sound(resident, 'rule-public');
    await approver.getByText('What changed').click();
    await approver.getByLabel('As known at the end of the day (UTC)').fill('2020-01-01');
    await approver.getByRole('button', { name: 'Ask' }).click();
    await approver.getByText('No record answered').waitFor();
    await sound(approver, 'rule-after');
  });

  test('the same without JavaScript, in Spanish, from an answer in a case', async (t) => {
    if (!browser) return t.skip('no browser here');
    const editor = await pageOf('rule-editor', { javaScriptEnabled: false, width: 320, name: 'plain' });
    const gap = 'danbury.ai.fine';
    const query = new URLSearchParams({
      ...{ place: 'danbury', topic: 'artificial-intelligence', aspect: 'fine', supersedes: gap },
      ...{ case: 'DAN-ASK-2026-00012', answer: 'There is no such fine.' },
    });
    await editor.goto(`${site.url}/es/staff/rules/new?${query}`);
    await editor.getByText('La respuesta en el caso DAN-ASK-2026-00012').waitFor();
    assert.equal(await wide(editor), false, 'nothing scrolls sideways at 320 px');
    assert.equal(await editor.getByLabel('En inglés').inputValue(), 'There is no such fine.');
    await editor.getByLabel('En español').fill('No existe tal multa.');
    await editor.getByLabel('Leído el').first().fill('2999-01-01');
    await editor.getByLabel('Motivo del cambio').fill('La oficina contestó.');
    await editor.getByRole('button', { name: 'Proponer' }).click();
    await editor.locator('.usa-form-group--error', { hasText: 'Este día todavía no ha llegado.' }).waitFor();
    await editor.getByLabel('Leído el').first().fill('2026-11-20');
    await editor.getByRole('button', { name: 'Proponer' }).click();
    await editor.getByText('Propuesto. Decide otra persona.').waitFor();
    const approver = await pageOf('approver', { javaScriptEnabled: false, width: 320, name: 'plain' });
    await approver.goto(`${site.url}/es/staff/rules/waiting`);
    await approver.getByText('DAN-ASK-2026-00012: La oficina contestó.').waitFor();
    assert.equal(await wide(approver), false, 'nothing scrolls sideways at 320 px');
    await approver.getByRole('button', { name: /^Rechazar el cambio de Multa: .*, Danbury$/ }).click();
    await approver.getByText('Escriba un motivo').waitFor();
    await approver.getByRole('button', { name: /^Aprobar el cambio de Multa: .*, Danbury$/ }).click();
    await approver.getByText('Aprobado y en vigor.').waitFor();
    site.ctx.clock.advance(1000);
    const resident = await pageOf(null, { javaScriptEnabled: false });
    await resident.goto(`${site.url}/es/ask?place=danbury&topic=artificial-intelligence&aspect=fine`);
    await resident.getByText('No existe tal multa.').first().waitFor();
  });
});

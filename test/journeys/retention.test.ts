import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { storeReadings } from '../../src/observations/index.ts';
import { verifyAuditLog } from '../../src/people/index.ts';
import { verifyCertificates } from '../../src/release/index.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { type Made, makeDatastream } from '../support/make.ts';
import { period, recordRetentionRule } from '../support/retention.ts';
import { notSpecified } from '../support/rules.ts';
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

/** Five days of hourly readings that began thirty days ago, in a dataset of Oakton's that anyone may see. */
async function makeReadings(name: string): Promise<{ made: Made; ids: string[]; first: number }> {
  const made = await makeDatastream(site.ctx, { dataset: name });
  await site.ctx.owner.query(
    `update private.dataset set place = 'oakton', office = 'oakton-works' where slug = $1`,
    [name],
  );
  const first = Math.floor(Date.now() / 86_400_000 - 30) * 86_400_000;
  const { ids } = await storeReadings(site.ctx, {
    readings: Array.from({ length: 120 }, (_, hour) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: new Date(first + hour * 3_600_000).toISOString(),
      result: hour,
    })),
    repeats: 'allow',
    wantIds: true,
  });
  return { made, ids: ids as string[], first };
}
async function left(made: Made): Promise<string[]> {
  const answer = await fetch(
    `${site.url}/v1.1/Datastreams(${made.datastreamId})/Observations?$top=1000&$orderby=id&$select=id`,
  );
  const { value } = (await answer.json()) as { value: { '@iot.id': string | number }[] };
  return value.map((one) => String(one['@iot.id']));
}
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('the end of retention', () => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    test(`${how} JavaScript: what is held stays, the rest goes by two people, and after the release the rest of it`, async (t) => {
      if (!browser) return t.skip('no browser here');
      const name = `meters-${how}`;
      const { made, ids, first } = await makeReadings(name);
      const rule = `oakton.${name}.retention`;
      await recordRetentionRule(site.ctx, rule, period(10), {
        says: { en: 'Readings are kept for ten days.', es: 'Las lecturas se conservan diez días.' },
      });
      await recordRetentionRule(site.ctx, `oakton.${name}.gap`, notSpecified);
      const as = async (role: 'records-officer' | 'approver', width = 375): Promise<Page> => {
        const { secret } = await makeStaff(site.ctx, {
          email: `${role}-${how}@example.org`,
          role,
          place: 'oakton',
        });
        const context = await (browser as Browser).newContext({
          javaScriptEnabled,
          locale: 'en-US',
          viewport: { width, height: 800 },
        });
        await context.addCookies([{ name: 'charter-oak', value: secret, url: site.url }]);
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        return page;
      };
      const sound = async (page: Page) => {
        if (!javaScriptEnabled) return;
        assert.deepEqual(await axeViolations(page), []);
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
          false,
        );
      };

      // A gap makes nothing due, and says whom to ask.
      const records = await as('records-officer');
      await records.goto(`${site.url}/en/staff`);
      await records.getByRole('link', { name: 'Retention and destruction' }).click();
      await records.getByRole('link', { name: `Dataset ${name}` }).click();
      await records.getByText('Nothing of these is ever due.').waitFor();
      await records.getByLabel('Rule', { exact: true }).selectOption(`oakton.${name}.gap`);
      await records.getByLabel('Why this rule governs it').fill('It is about these.');
      await records.getByRole('button', { name: 'Record' }).click();
      await records.getByText('the rule is a gap').first().waitFor();
      assert.equal(await records.getByRole('button', { name: 'Ask for approval' }).count(), 0);

      // The rule with a period.
      await records.getByLabel('Rule', { exact: true }).selectOption(rule);
      await records.getByLabel('Why this rule governs it').fill('It is about these.');
      await records.getByRole('button', { name: 'Record' }).click();
      await records.getByText('Recorded.', { exact: true }).waitFor();
      await records.getByRole('row', { name: /Together.*120.*0.*120.*0/s }).waitFor();
      await sound(records);

      // The hold: the second day.
      const [from, to] = [first + 24 * 3_600_000, first + 48 * 3_600_000].map((at) =>
        new Date(at).toISOString().slice(0, 16),
      ) as [string, string];
      await records.goto(`${site.url}/en/staff/holds`);
      const form = records.getByRole('region', { name: 'Place a hold' });
      await form.getByText(`Dataset ${name}`, { exact: true }).click();
      await form.getByLabel('Measured from this time on (UTC)').fill(from);
      await form.getByLabel('Measured before this time (UTC)').fill(to);
      await form.getByLabel('Cause').selectOption('litigation');
      await form.getByLabel('Reason', { exact: true }).fill('Doe v. Oakton');
      await form.getByLabel('Where it comes from').fill('Letter of counsel');
      await form.getByLabel('Looked at again on').fill(inDays(-1));
      await form.getByRole('button', { name: 'Place the hold' }).click();
      await records.getByText('Name a day to come.').first().waitFor();
      await sound(records);
      await form.getByLabel('Looked at again on').fill(inDays(30));
      await form.getByRole('button', { name: 'Place the hold' }).click();
      await records.getByText('Placed. Nothing in its scope').waitFor();
      await sound(records);

      // Leave, by two people.
      await records.goto(`${site.url}/en/staff/retention/${name}`);
      await records.getByRole('row', { name: /Together.*120.*24.*96.*0/s }).waitFor();
      await records.getByLabel('Measured before this day').fill(inDays(0));
      await records.getByLabel('Form that allows it, with its number').fill('RC-075 no. 7');
      await records.getByLabel('Date on the form').fill(inDays(-2));
      await records.getByLabel('Reason', { exact: true }).fill('Due under the schedule.');
      await records.getByRole('button', { name: 'Ask for approval' }).click();
      await records.getByText('You asked for this. Somebody else decides.').waitFor();
      const approver = await as('approver');
      await approver.goto(`${site.url}/es/staff/retention`);
      await sound(approver);
      await approver.goto(`${site.url}/en/staff/retention`);
      await approver.getByRole('button', { name: `Approve: ${name}` }).click();
      await approver.getByText('Say that you have seen what is due.').waitFor();
      await approver.getByText('I have seen what is due').click();
      await approver.getByRole('button', { name: `Approve: ${name}` }).click();
      await approver.getByText('Approved. The next run').waitFor();
      assert.equal((await left(made)).length, 120, 'an approval destroys nothing by itself');

      // The run, and its certificate.
      await records.goto(`${site.url}/en/staff/retention/${name}`);
      await sound(records);
      await records.getByText('They may go for good').click();
      await records.getByRole('button', { name: 'Destroy' }).click();
      await records.getByText('Begun.').waitFor();
      assert.deepEqual(await left(made), ids.slice(24, 48), 'exactly what is held stays');
      await records.getByRole('link', { name: /^Certificate/ }).click();
      await records.getByText('RC-075 no. 7').waitFor();
      await records.getByText('(Letter of counsel)').waitFor();
      await records.getByText('Not specified: how long backups are kept').waitFor();
      await sound(records);

      // The public is told, without names.
      await records.goto(`${site.url}/en/datasets/${name}`);
      await records.getByText('Parts that were destroyed').first().waitFor();
      const open = await (await fetch(`${site.url}/en/datasets/${name}`)).text();
      assert.match(open, /RC-075 no\. 7/);
      assert.doesNotMatch(open, /records-officer|approver/);
      await sound(records);

      // Released: the rest goes, under a second certificate.
      await records.goto(`${site.url}/en/staff/holds?dataset=${name}`);
      await records.getByLabel('Reason to release it').fill('Settled.');
      await records.getByRole('button', { name: /^Release hold/ }).click();
      await records.getByText('Released.', { exact: true }).waitFor();
      await records.goto(`${site.url}/en/staff/retention/${name}`);
      await records.getByText('They may go for good').click();
      await records.getByRole('button', { name: 'Destroy' }).click();
      await records.getByText('Begun.').waitFor();
      assert.deepEqual(await left(made), []);
      assert.equal(await records.getByRole('link', { name: /^Certificate/ }).count(), 2);
      const { rows } = await site.ctx.owner.query<{ kind: string }>(
        `select kind from private.audit_event where subject = $1 and kind in ('readings-destroyed', 'disposition-approved')
         or kind like 'hold-%' and subject in (select 'hold:' || hold_id from private.hold_dataset where dataset_id = $2)
         order by number`,
        [`dataset:${made.datasetId}`, made.datasetId],
      );
      assert.deepEqual(
        rows.map(({ kind }) => kind),
        ['hold-placed', 'disposition-approved', 'readings-destroyed', 'hold-released', 'readings-destroyed'],
      );
      assert.deepEqual((await verifyCertificates(site.ctx)).faults, []);
      assert.equal((await verifyAuditLog(site.ctx)).faultCount, 0);
    });
  }
});

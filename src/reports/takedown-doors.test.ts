import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeDatastream } from '../../test/support/make.ts';
import { openSite, type Site } from '../../test/support/site.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { makeTable } from '../../test/support/table.ts';
import { publishFiles } from '../datasets/files/publish-files.ts';
import { downloadDefaults } from '../datasets/readings/choice.ts';
import { openDownload } from '../datasets/readings/open-download.ts';
import { openTableDownload } from '../datasets/tables/open-table-download.ts';
import { settleTables } from '../datasets/tables/settle-table.ts';
import { as } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { storeReadings } from '../observations/store-readings.ts';
import { decideAccessChange } from '../release/decide-access-change.ts';
import { projectDatasets, setAccess, setPolicy } from '../release/index.ts';
import { proposeAccessChange } from '../release/propose-access-change.ts';
import { readBreach } from './read-breach.ts';
import { takeDown } from './take-down.ts';

type Staff = Awaited<ReturnType<typeof makeStaff>>;
let site: Site;
let steward: Staff;
let approver: Staff;
let plates: Awaited<ReturnType<typeof makeDatastream>>;
let file: string;

const get = async (path: string) => {
  const answer = await fetch(site.url + path, { redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
};
/** What stands in no other place: a reading as it was measured (the policy rounds it), a row of the table. */
const [measured, released, row] = ['987654.321', '987650', 'zugvogel'];
const doors = () => [
  `/v1.1/Datastreams(${plates.datastreamId})`,
  `/v1.1/Datastreams(${plates.datastreamId})/Observations`,
  '/v1.1/Observations',
  `/v1.1/Things(${plates.thingId})?$expand=Datastreams/Observations`,
  '/datasets/plates/readings.csv?period=all',
  '/datasets/plates/readings.parquet?period=all',
  '/datasets/sightings/table.csv',
  '/datasets/plates/files',
  '/datasets/plates/files/2026-01.parquet',
  file,
  '/en/datasets/plates',
  '/en/datasets/plates/explore',
  '/datasets/sightings/table.jsonl',
  '/en/datasets/sightings',
  '/en/datasets/sightings/table',
  '/api/3/action/package_show?id=plates',
  '/api/3/action/datastore_search?resource_id=sightings',
  '/data.json',
];
const shown = async () => {
  const found: string[] = [];
  for (const door of doors()) {
    const { status, text } = await get(door);
    if (text.includes(measured)) found.push(`${door} shows what was measured`);
    const isFile = /\.parquet|\/files\//.test(door) && status === 200;
    if (isFile || text.includes(released) || text.includes(row)) found.push(door);
  }
  return found;
};
const ledger = async () =>
  (
    await site.ctx.owner.query<{ edition: number; why: string | null }>(
      `select edition, ended_why as why from private.published_file where dataset_id = $1 and made_at is not null order by edition`,
      [plates.datasetId],
    )
  ).rows;
const ends = async (stream: AsyncIterable<Buffer>) => {
  let text = '';
  try {
    for await (const chunk of stream) text += chunk;
    return { text, whole: true };
  } catch {
    return { text, whole: false };
  }
};

describe('a dataset with a policy and published files, and one with a table', () => {
  before(async () => {
    site = await openSite({ region: false });
    await makePlaces(site.ctx);
    const works = { place: 'oakton', office: 'oakton-works' };
    steward = await makeStaff(site.ctx, { email: 's@example.org', role: 'data-steward', ...works });
    approver = await makeStaff(site.ctx, { email: 'a@example.org', role: 'approver', place: 'oakton' });
    plates = await makeDatastream(site.ctx, { access: 'restricted', dataset: 'plates', name: 'speed' });
    const operator = as(site.ctx, { kind: 'operator' });
    await storeReadings(operator, {
      repeats: 'allow',
      readings: [1, 2, 3].map((day) => ({
        datastreamId: plates.datastreamId,
        phenomenonStart: `2026-01-0${day}T12:00:00Z`,
        result: Number(measured),
      })),
    });
    await makeTable(site.ctx, {
      slug: 'sightings',
      access: 'restricted',
      columns: ['bird:text'],
      rows: Array.from({ length: 6000 }, (_, n) => [`${row} ${n}`]),
    });
    await withTransaction(site.ctx.owner, async (tx) => {
      const { rows } = await tx.query<{ id: string }>(
        `update private.dataset set place = 'oakton', office = 'oakton-works' returning id`,
      );
      await projectDatasets(
        tx,
        rows.map(({ id }) => id),
      );
    });
    const steps = [{ do: 'round', column: 'result:speed', to: 10 }];
    await setPolicy(operator, { dataset: 'plates', policy: { steps, reason: 'A test.' } });
    for (const dataset of ['plates', 'sightings']) await setAccess(operator, { dataset, access: 'open' });
    await settleTables(site.ctx);
    assert.equal(await publishFiles(site.ctx), 1);
    const [listed] = JSON.parse((await get('/datasets/plates/files')).text);
    file = new URL(listed.url).pathname;
  });
  after(() => site?.close());

  test('is shown while it is open, so that silence means something', async () => {
    const found = await shown();
    assert.ok(found.length >= 8, found.join('\n'));
    assert.ok(found.includes(file) && found.includes('/datasets/sightings/table.csv'), found.join('\n'));
    assert.ok(!found.some((each) => each.includes('measured')), found.join('\n'));
  });

  test('is shown at no door once it is taken down, nor to who was reading it then', async () => {
    const anyone = as(site.ctx, { kind: 'anonymous' });
    const choice = { ...downloadDefaults, sensors: [], measures: [], period: { preset: 'all' as const } };
    const running = await openDownload(anyone, { dataset: 'plates', format: 'csv', choice });
    const query = {};
    const table = await openTableDownload(anyone, { dataset: 'sightings', format: 'csv', query });
    const feed = await fetch(`${site.url}/live/datasets/plates`);
    const down = { cause: 'personal-data', reason: 'Plates.', listed: true, language: 'en' as const };
    const moved = await Promise.all(
      ['plates', 'sightings'].map((dataset) => takeDown(steward.ctx, { ...down, dataset })),
    );
    assert.deepEqual(await shown(), [], 'at the commit');
    for (const download of [running, table]) {
      assert.ok('stream' in download);
      const { text, whole } = await ends(download.stream as AsyncIterable<Buffer>);
      assert.deepEqual([whole, text.includes(released), text.includes(row)], [false, false, false]);
    }
    const stop = setTimeout(() => assert.fail('the feed goes on'), 10_000);
    for await (const chunk of feed.body as ReadableStream<Uint8Array>)
      assert.doesNotMatch(Buffer.from(chunk).toString(), /event: observation/);
    clearTimeout(stop);
    await Promise.all(moved.map((each) => each.moved));
    await settleTables(site.ctx);
    assert.deepEqual(await shown(), [], 'afterwards');
    const { exposure } = await readBreach(steward.ctx, { number: moved[1]?.breach ?? '' });
    assert.deepEqual([exposure.rows, exposure.readings], [6000, 0]);
    assert.deepEqual(await ledger(), [{ edition: 1, why: 'withdrawn' }]);
    assert.equal(await publishFiles(site.ctx), 0);
  });

  test('comes back by two people, and not before the second; its flags are cleared, its files made anew', async () => {
    const flags = async () =>
      (
        await site.ctx.owner.query(
          `select taken_down_at is not null as at, taken_down_for as why, access from private.dataset where slug = 'plates'`,
        )
      ).rows;
    const wish = { dataset: 'plates', access: 'open' as const, listed: false, reason: 'Mended.' };
    await proposeAccessChange(steward.ctx, wish);
    assert.deepEqual(await shown(), [], 'asking shows nothing');
    assert.deepEqual(await flags(), [{ at: true, why: 'personal-data', access: 'restricted' }]);
    const { rows } = await site.ctx.owner.query<{ id: string; version: string }>(
      `select id::text, encode(version, 'hex') as version from private.proposal where kind = 'access-change' order by id desc limit 1`,
    );
    const { id: proposal, version } = rows[0] as { id: string; version: string };
    const decide = (ctx: Staff['ctx']) =>
      decideAccessChange(ctx, { proposal, version, decision: 'approved', reason: 'Read.' });
    await assert.rejects(decide(steward.ctx), { kind: 'not-allowed' });
    assert.deepEqual(await shown(), []);
    await (await decide(approver.ctx)).moved;
    await settleTables(site.ctx);
    assert.deepEqual(await flags(), [{ at: false, why: null, access: 'open' }]);
    const { rows: seen } = await site.ctx.public.query(
      `select taken_down_at, taken_down_for from released.dataset where slug = 'plates'`,
    );
    assert.deepEqual(seen, [{ taken_down_at: null, taken_down_for: null }]);
    assert.equal(await publishFiles(site.ctx), 1);
    assert.deepEqual(await ledger(), [
      { edition: 1, why: 'withdrawn' },
      { edition: 2, why: null },
    ]);
    const found = await shown();
    assert.ok(found.length >= 8 && found.some((door) => door.endsWith('2026-01.parquet')), found.join('\n'));
    assert.ok(!found.some((each) => each.includes('measured')), found.join('\n'));
  });

  test('is taken down without a case where no city gives numbers, and the steward is told so', async () => {
    await makeDatastream(site.ctx, { dataset: 'nowhere' });
    await site.ctx.owner.query(`update released.place set code = null where slug in ('elmford', 'valley')`);
    await site.ctx.owner.query(`update private.dataset set place = 'elmford' where slug = 'nowhere'`);
    const elm = { email: 'elm@example.org', role: 'data-steward' as const, place: 'elmford' };
    const { secret } = await makeStaff(site.ctx, elm);
    const headers = { cookie: `charter-oak=${secret}` };
    const path = '/en/staff/datasets/nowhere/take-down';
    const asked = await fetch(site.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, origin: site.url, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ cause: 'personal-data', reason: 'Plates.', listed: 'yes' }),
    });
    assert.equal(asked.headers.get('location'), `${path}?done=no-case`);
    const page = await (await fetch(`${site.url}${path}?done=no-case`, { headers })).text();
    assert.match(page, /No breach case was opened/);
    assert.match(page, /is taken down/);
  });
});

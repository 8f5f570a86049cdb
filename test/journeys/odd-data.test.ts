import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { shortCode } from '../../src/kit/short-code.ts';
import { storeReadings } from '../../src/observations/index.ts';
import { openBrowser } from '../support/browser.ts';
import { type Made, makeDatastream } from '../support/make.ts';
import { openSite, type Site } from '../support/site.ts';

/** A dataset of which little is stated, with readings that are hard to show. */
describe('pages of data as they come', () => {
  let site: Site;
  let made: Made;
  let browser: Browser | undefined;
  before(async () => {
    browser = await openBrowser();
    site = await openSite({ region: false });
    const { ctx } = site;
    await ctx.app.query(`insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
      values ('danbury', 'city', 'Danbury', 'CT', 'America/New_York', -73.45, 41.39)`);
    made = await makeDatastream(ctx, { dataset: 'bare' });
    await ctx.owner.query(
      `update released.datastream set unit_of_measurement = '{"name": "dimensionless", "symbol": "1"}'`,
    );
    const readings = [1e-100, 1e28, 1071].map((result, n) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: `2026-01-02T0${n}:00:00Z`,
      result,
    }));
    await storeReadings(ctx, { repeats: 'allow', readings });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** The words of a page, without what separates React's pieces of text. */
  const wordsOf = async (path: string): Promise<string> => {
    const answer = await fetch(site.url + path);
    assert.equal(answer.status, 200, path);
    const [, main = ''] = /<main[^>]*>(.*)<\/main>/s.exec(await answer.text()) ?? [];
    return main
      .replace(/<!--.*?-->/gs, '')
      .replace(/<[^>]+>/g, '|')
      .replace(/[\s\u202f]+/g, ' ');
  };

  test('counts one as one, and leaves no mark for what is not stated', async () => {
    assert.match(await wordsOf('/en/datasets/bare'), /1 sensor, 1 data series, 3 readings/);
    assert.match(await wordsOf('/es/datasets/bare'), /1 sensor, 1 serie de datos, 3 lecturas/);
    assert.match(await wordsOf('/en/datasets/bare'), /Keywords\|+Not stated/);
    assert.match(await wordsOf('/en/datasets/bare'), /Number without a unit/);
    assert.match(await wordsOf('/en/catalog'), /\|1 sensor · 3 readings\|/);
  });

  test('says which series a sensor measures twice, and how many readings stand behind a line', async () => {
    const path = '/en/datasets/bare/explore?resolution=raw';
    const html = await (await fetch(site.url + path)).text();
    assert.match(html, /from 3 readings\./);
    const { rows } = await site.ctx.owner.query<{ id: string }>(
      `insert into released.datastream select (jsonb_populate_record(d, jsonb_build_object('id', d.id + 1000000,
         'name', 'East side'))).* from released.datastream d where id = $1 returning id`,
      [made.datastreamId],
    );
    const added = rows[0]?.id;
    await site.ctx.owner.query(
      `insert into released.observation (datastream_id, id, phenomenon_start, result_number)
       values ($1, nextval('private.observation_id'), '2026-01-02', 5)`,
      [added],
    );
    await site.ctx.owner.query(
      `insert into released.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to, arrived_at)
       values ($1, 1, '2026-01-02', '2026-01-02', '2026-01-02')`,
      [added],
    );
    const explore = await wordsOf(path);
    // Legend, summary and table.
    assert.match(explore, /\|made-1, East side\|/);
    assert.ok((explore.match(/\|made-1: East side\|/g) ?? []).length >= 2, explore);
    assert.match(await (await fetch(site.url + path)).text(), /from 1 reading\./);
    const sensor = await wordsOf(`/en/sensors/${shortCode(made.thingId)}`);
    // Newest readings, facts and recent readings.
    assert.ok((sensor.match(/made-1: East side/g) ?? []).length >= 3, sensor);
    await site.ctx.owner.query('delete from released.datastream where id = $1', [added]);
  });

  test('shows every reading, without the unit 1, in the zone of the installation', async () => {
    const code = shortCode(made.thingId);
    for (const path of [`/en/sensors/${code}`, '/en/datasets/bare/explore?resolution=raw']) {
      const words = await wordsOf(path);
      assert.match(words, /\|1,071 ?\|/, path);
      assert.match(words, /\|1E28 ?\|/, path);
      assert.match(words, /\|1E-100 ?\|/, path);
      assert.match(words, /9:00 PM EST/, path);
      assert.doesNotMatch(words, /1,071 1|\(1\)| UTC/, path);
    }
  });

  test('keeps the result of a reading in sight at 320 px', async (t) => {
    if (!browser) return t.skip('no browser runs here');
    const page = await browser.newPage({ viewport: { width: 320, height: 700 } });
    for (const path of [
      `/en/sensors/${shortCode(made.thingId)}`,
      '/en/datasets/bare/explore?resolution=raw',
    ]) {
      await page.goto(site.url + path, { waitUntil: 'load' });
      const box = await page.locator('table').last().getByText('1,071').boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 320, `${path}: ${JSON.stringify(box)}`);
      const labels = page.locator('.chart__values span').first();
      if (await labels.count()) assert.ok(((await labels.boundingBox())?.x ?? 0) >= 0, path);
    }
    await page.close();
  });
});

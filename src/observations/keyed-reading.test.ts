import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Made, makeDatastream } from '../../test/support/make.ts';
import { openSite, type Site } from '../../test/support/site.ts';
import { signInAsStaff } from '../../test/support/staff.ts';
import { createDemoKey, createKey, readAccount, revokeKey } from '../people/index.ts';
import { createReadingKey } from '../people/keys/create-reading-key.ts';
import { endGrant, grantDataset, setAccess } from '../release/index.ts';
import { storeReadings } from './store-readings.ts';

let site: Site;
let [open, keyed, agreed, closed] = [] as unknown as [Made, Made, Made, Made];
let reader: Awaited<ReturnType<typeof signInAsStaff>>;
const canary = { open: 11.5, keyed: 22.5, agreed: 33.5, closed: 44.5 };

before(async () => {
  site = await openSite({ region: false });
  open = await makeDatastream(site.ctx, { access: 'open', name: 'open' });
  keyed = await makeDatastream(site.ctx, { access: 'key', name: 'keyed' });
  agreed = await makeDatastream(site.ctx, { access: 'agreement', name: 'agreed' });
  closed = await makeDatastream(site.ctx, { access: 'restricted', name: 'closed' });
  for (const [made, result] of [
    [open, canary.open],
    [keyed, canary.keyed],
    [agreed, canary.agreed],
    [closed, canary.closed],
  ] as const)
    await store(made, result);
  reader = await signInAsStaff(site.ctx, { email: 'reader@example.org' });
});
after(() => site.close());

const store = (made: Made, result: number, at = '2026-11-20T10:00:00Z') =>
  storeReadings(site.ctx, {
    readings: [{ datastreamId: made.datastreamId, phenomenonStart: at, result }],
    repeats: 'allow',
  });
const newKey = async (ctx = reader) =>
  createReadingKey(ctx, { name: 'study', purpose: 'a study of traffic' });
const get = (url: string, key?: string) =>
  site.app.server.inject({ url, ...(key ? { headers: { authorization: `Bearer ${key}` } } : {}) });
const results = async (key?: string) => {
  const answer = await get('/v1.1/Observations?$count=true&$orderby=result', key);
  assert.equal(answer.statusCode, 200, answer.body);
  const { value, '@iot.count': count } = answer.json();
  assert.equal(count, value.length);
  return value.map(({ result }: { result: number }) => result);
};

describe('reading with a key', () => {
  test('a person’s key opens what takes a key, and an agreement while it is in force', async () => {
    const { key } = await newKey();
    assert.deepEqual(await results(), [canary.open]);
    assert.deepEqual(await results(key), [canary.open, canary.keyed]);
    const { id } = await grantDataset(site.ctx, {
      dataset: agreed.dataset,
      email: 'reader@example.org',
      reason: 'A study.',
    });
    assert.deepEqual(await results(key), [canary.open, canary.keyed, canary.agreed]);
    const { grants } = await readAccount(reader);
    assert.deepEqual(
      grants.map(({ slug, reason, endedAt }) => [slug, reason, endedAt]),
      [[agreed.dataset, 'A study.', null]],
    );
    await assert.rejects(
      grantDataset(site.ctx, { dataset: agreed.dataset, email: 'reader@example.org', reason: 'Twice.' }),
      { kind: 'conflict' },
    );
    await endGrant(site.ctx, { grant: id, reason: 'The study is over.' });
    assert.deepEqual(await results(key), [canary.open, canary.keyed]);
    await assert.rejects(endGrant(site.ctx, { grant: id, reason: 'Again.' }), { kind: 'too-late' });
    await grantDataset(site.ctx, {
      dataset: agreed.dataset,
      email: 'reader@example.org',
      reason: 'One hour.',
      until: new Date(site.ctx.clock.now().getTime() + 3_600_000),
    });
    assert.deepEqual(await results(key), [canary.open, canary.keyed, canary.agreed]);
    const before = site.ctx.clock.now();
    site.ctx.clock.advance(3_600_001);
    assert.deepEqual(await results(key), [canary.open, canary.keyed]);
    site.ctx.clock.set(before.toISOString());
    const { rows } = await site.ctx.owner.query('select max(id)::text as id from private.dataset_grant');
    await endGrant(site.ctx, { grant: rows[0].id, reason: 'Ended.' });
  });

  test('the demonstration’s key and a device’s open nothing more, and another person’s no agreement', async () => {
    const demo = await createDemoKey(site.ctx);
    const device = await createKey(site.ctx, { name: 'device' });
    for (const key of [(demo as { key?: string }).key, device.key])
      if (key) assert.deepEqual(await results(key), [canary.open]);
    const other = await signInAsStaff(site.ctx, { email: 'other@example.org' });
    assert.deepEqual(await results((await newKey(other)).key), [canary.open, canary.keyed]);
  });

  test('filters, orders, counts and paths find nothing that the key does not open, not even by an error', async () => {
    const { key } = await newKey();
    for (const hidden of [agreed, closed]) {
      for (const path of [
        `Things(${hidden.thingId})`,
        `Datastreams(${hidden.datastreamId})`,
        `Datastreams(${hidden.datastreamId})/Observations`,
        `Things(${hidden.thingId})/Datastreams`,
      ])
        assert.equal((await get(`/v1.1/${path}`, key)).statusCode, 404, path);
    }
    const none = async (set: string, filter: string) => {
      const answer = await get(`/v1.1/${set}?$count=true&$filter=${encodeURIComponent(filter)}`, key);
      assert.equal(answer.statusCode, 200, answer.body);
      assert.equal(answer.json()['@iot.count'], 0, `${set} ${filter}`);
    };
    for (const value of [canary.agreed, canary.closed]) {
      await none('Observations', `result eq ${value}`);
      await none('Datastreams', `Observations/any(o: o/result eq ${value})`);
      // Dividing by zero on a row that is not shown would tell that it is there.
      const answer = await get(
        `/v1.1/Observations?$filter=${encodeURIComponent(`1 div (result sub ${value}) gt 0`)}`,
        key,
      );
      assert.equal(answer.statusCode, 200, answer.body);
    }
    for (const name of ['agreed', 'closed']) {
      for (const set of ['Things', 'Datastreams', 'Locations', 'FeaturesOfInterest'])
        await none(set, `name eq '${name}'`);
    }
    const body = (
      await get('/v1.1/Things?$expand=Datastreams/Observations,Locations,HistoricalLocations', key)
    ).body;
    assert.match(body, /22\.5/);
    assert.doesNotMatch(body, /33\.5|44\.5|agreed|closed/);
  });

  test('what a key is answered is for no shared cache', async () => {
    const { key } = await newKey();
    for (const url of ['/v1.1/Things', `/datasets/${keyed.dataset}/readings.csv`]) {
      const { headers } = await get(url, key);
      assert.match(String(headers['cache-control']), /private/, url);
      assert.match(String(headers.vary), /authorization/i, url);
      assert.match(String((await get(url)).headers.vary), /authorization/i, url);
    }
  });

  test('downloads: all formats with the key, as if it were not there without', async () => {
    const { key } = await newKey();
    for (const format of ['csv', 'json', 'geojson']) {
      for (const query of ['', '?resolution=hourly']) {
        const url = `/datasets/${keyed.dataset}/readings.${format}${query}`;
        const answer = await get(url, key);
        assert.equal(answer.statusCode, 200, answer.body);
        assert.match(answer.body, /22\.5/, url);
        assert.match(answer.body, new RegExp(keyed.dataset), url);
        const known = await site.app.server.inject({
          url,
          headers: { authorization: `Bearer ${key}`, 'if-none-match': String(answer.headers.etag) },
        });
        assert.equal(known.statusCode, 304, url);
        const [without, nonsense] = [await get(url), await get(url.replace(keyed.dataset, 'no-such'))];
        assert.equal(without.statusCode, 404);
        assert.equal(without.body.replaceAll(keyed.dataset, 'X'), nonsense.body.replaceAll('no-such', 'X'));
      }
      assert.equal((await get(`/datasets/${agreed.dataset}/readings.${format}`, key)).statusCode, 404);
      assert.match((await get(`/datasets/${open.dataset}/readings.${format}`, key)).body, /11\.5/);
    }
  });

  test('a feed brings what the key opens, and ends when it does not any more', async () => {
    const other = await signInAsStaff(site.ctx, { email: 'feeds@example.org' });
    const { key, id } = await newKey(other);
    const feed = async (path: string, secret?: string) => {
      const stop = new AbortController();
      const answer = await fetch(`${site.url}/live/${path}`, {
        signal: stop.signal,
        ...(secret ? { headers: { authorization: `Bearer ${secret}` } } : {}),
      });
      let text = '';
      const ended = answer.body
        ? (async () => {
            for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
              text += Buffer.from(chunk).toString();
          })().catch(() => {})
        : Promise.resolve();
      return { status: answer.status, text: () => text, ended, stop: () => stop.abort() };
    };
    for (const path of [`datasets/${keyed.dataset}`, `datastreams/${keyed.datastreamId}`]) {
      assert.equal((await feed(path)).status, 404);
      assert.equal(
        (
          await feed(
            path.replace(keyed.dataset, agreed.dataset).replace(keyed.datastreamId, agreed.datastreamId),
            key,
          )
        ).status,
        404,
      );
    }
    const feeds = [
      await feed(`datasets/${keyed.dataset}`, key),
      await feed(`datastreams/${keyed.datastreamId}`, key),
    ];
    const anyone = await feed(`datasets/${open.dataset}`);
    const seen = async (pattern: RegExp, from = feeds) => {
      for (let i = 0; i < 100; i++) {
        if (from.every((each) => pattern.test(each.text()))) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.fail(`${pattern} did not come: ${from.map((each) => each.text()).join('|')}`);
    };
    await seen(/retry/);
    await store(keyed, 77.25, '2026-11-20T11:00:00Z');
    await seen(/77\.25/);
    await store(agreed, 88.25, '2026-11-20T11:00:00Z');
    await store(open, 99.25, '2026-11-20T11:00:00Z');
    await seen(/99\.25/, [anyone]);
    for (const each of feeds) assert.doesNotMatch(each.text(), /88\.25|99\.25/);
    assert.doesNotMatch(anyone.text(), /77\.25|88\.25/);
    await revokeKey(other, { id });
    await Promise.race([
      Promise.all(feeds.map(({ ended }) => ended)),
      new Promise((_, reject) => setTimeout(() => reject(new Error('the feeds did not end')), 10_000)),
    ]);
    anyone.stop();
    await anyone.ended;
  });

  test('a change of class takes it from those who may not see it any more at once', async () => {
    const made = await makeDatastream(site.ctx, { access: 'key' });
    await store(made, 55.5);
    const { key } = await newKey();
    const answer = async (secret?: string) =>
      (await get(`/v1.1/Datastreams(${made.datastreamId})/Observations`, secret)).statusCode;
    assert.deepEqual([await answer(), await answer(key)], [404, 200]);
    await setAccess(site.ctx, { dataset: made.dataset, access: 'agreement' });
    assert.deepEqual([await answer(), await answer(key)], [404, 404]);
    await setAccess(site.ctx, { dataset: made.dataset, access: 'open' });
    assert.deepEqual([await answer(), await answer(key)], [200, 200]);
  });
});

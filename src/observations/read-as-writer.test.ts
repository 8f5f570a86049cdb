import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Made, makeDatastream } from '../../test/support/make.ts';
import { openSite, type Site } from '../../test/support/site.ts';
import { createKey, readAuditLog } from '../people/index.ts';

let site: Site;
let [own, open, other, secret] = [] as unknown as [Made, Made, Made, Made];
before(async () => {
  site = await openSite({ region: false });
  own = await makeDatastream(site.ctx, { access: 'restricted', name: 'own' });
  open = await makeDatastream(site.ctx, { name: 'open' });
  other = await makeDatastream(site.ctx, { access: 'restricted', listed: true, name: 'other' });
  secret = await makeDatastream(site.ctx, { access: 'restricted', name: 'secret' });
});
after(() => site.close());

const newKey = async (dataset?: string) =>
  (await createKey(site.ctx, { name: 'test', ...(dataset ? { datasets: [dataset] } : {}) })).key;
const patch = (key: string, made: Made, body: unknown = {}, type = 'application/json') =>
  site.app.server.inject({
    method: 'PATCH',
    url: `/v1.1/Things(${made.thingId})`,
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    payload: JSON.stringify(body),
  });
const recorded = async () =>
  (await readAuditLog(site.ctx, { kind: 'restricted-data-read' })).events.map(
    ({ actor, subject }) => `${actor} ${subject}`,
  );

test('what a writer reads of restricted data is recorded, the first of an hour for each key and dataset', async () => {
  const key = await newKey(own.dataset);
  const all = await newKey();
  const [{ id: first = '' } = {}] = (
    await site.ctx.app.query<{ id: string }>('select min(id) as id from private.api_key')
  ).rows;
  const answers = await Promise.all([1, 2, 3].map(() => patch(key, own)));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200],
  );
  assert.equal(answers[0]?.json().name, 'own');
  const mine = `key:${first} dataset:${own.datasetId}`;
  assert.deepEqual(await recorded(), [mine]);
  assert.equal((await patch(all, open)).statusCode, 200);
  assert.deepEqual(await recorded(), [mine], 'what is open is nobody’s secret');
  assert.equal((await patch(all, secret)).statusCode, 200);
  assert.equal((await recorded()).length, 2);
  site.ctx.clock.advance(3_600_001);
  assert.equal((await patch(key, own)).statusCode, 200);
  assert.deepEqual((await recorded())[0], mine);
  assert.equal((await recorded()).length, 3);
});

test('a key for one dataset learns nothing of another by asking whether a value is so', async () => {
  const key = await newKey(own.dataset);
  const asked = (made: Made, value: string) =>
    patch(key, made, [{ op: 'test', path: '/name', value }], 'application/json-patch+json');
  for (const [made, status] of [
    [other, 403],
    [secret, 404],
    [open, 403],
  ] as const) {
    const [right, wrong] = [await asked(made, made === other ? 'other' : 'secret'), await asked(made, 'no')];
    assert.deepEqual([right.statusCode, wrong.statusCode], [status, status]);
    assert.equal(right.body, wrong.body);
  }
  assert.equal((await asked(own, 'own')).statusCode, 200);
  assert.equal((await asked(own, 'no')).statusCode, 400);
});

test('the doors for reading serve nothing that is restricted, whoever asks', async () => {
  const keys = [undefined, await newKey(), await newKey(own.dataset)];
  for (const key of keys)
    for (const url of [
      `/v1.1/Things(${own.thingId})`,
      `/v1.1/Datastreams(${own.datastreamId})/Observations`,
      `/datasets/${own.dataset}/readings.csv`,
      `/datasets/${own.dataset}/readings.json`,
      `/datasets/${own.dataset}/readings.geojson`,
      `/live/datasets/${own.dataset}`,
      `/live/datastreams/${own.datastreamId}`,
    ]) {
      const headers = key ? { authorization: `Bearer ${key}` } : {};
      const { statusCode } = await site.app.server.inject({ method: 'GET', url, headers });
      assert.equal(statusCode, 404, url);
    }
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeDatastream } from '../support/make.ts';
import { openSite, type Site } from '../support/site.ts';

let site: Site;
before(async () => {
  site = await openSite({ region: false, env: { SENSORTHINGS_OPEN_WRITES: 'true' } });
});
after(async () => {
  await site.close();
});

const send = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(site.url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

test('a relation there and back again is refused before it fills the memory', async () => {
  await makeDatastream(site.ctx);
  const nested = (pairs: number): string =>
    pairs === 0 ? 'Datastreams' : `Datastreams($expand=Thing($expand=${nested(pairs - 1)}))`;
  assert.equal((await fetch(`${site.url}/v1.1/Things?$expand=${nested(3)}`)).status, 200);
  for (const expand of [nested(25), Array(25).fill('Datastreams/Thing').join('/')]) {
    const answer = await fetch(`${site.url}/v1.1/Things?$expand=${expand}`);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /at most 12 relations deep/);
  }
});

test('what cannot be kept as it was sent is refused, and nothing is stored', async () => {
  const { datastreamId } = await makeDatastream(site.ctx);
  const path = `/v1.1/Datastreams(${datastreamId})/Observations`;
  for (const body of ['{"result":1e400}', '{"result":1e39}', '{"result":null}', '{}']) {
    assert.equal((await send(path, body)).status, 400, body);
  }
  const latin1 = Buffer.from('{"name":"caf\xe9","description":"x"}', 'latin1');
  assert.equal((await send('/v1.1/Things', latin1)).status, 400);
  assert.equal(
    (await send('/v1.1/Things', '{"name":"x","description":"x","properties":{"a":1e999}}')).status,
    400,
  );
  const { rows } = await site.ctx.owner.query(
    'select (select count(*)::int from released.observation) as readings, (select count(*)::int from private.thing) as things',
  );
  assert.deepEqual(rows[0], { readings: 0, things: 2 });
});

test('open writes are not for other web sites', async () => {
  const thing = '{"name":"x","description":"x"}';
  assert.equal((await send('/v1.1/Things', thing, { origin: 'https://evil.example' })).status, 401);
  assert.equal((await send('/v1.1/Things', thing)).status, 201);
});

test('an order by a constant is no error of ours', async () => {
  for (const constant of ['true', 'false', '5', "'x'"]) {
    const { status } = await fetch(`${site.url}/v1.1/Things?$orderby=${constant}`);
    assert.ok(status < 500, `${constant}: ${status}`);
  }
});

test('an address that cannot be read is a 4xx at every door', async () => {
  for (const path of [
    '/live/datasets/%00',
    '/datasets/%00/readings.csv',
    '/v1.1/Things(%00)',
    '/v1.1/%00',
    '/en/datasets/%00',
    '/en/sensors/%00',
    '/en/%00',
    '/v1.1/%ff',
    '/datasets/%ff/readings.csv',
  ]) {
    const { status } = await fetch(site.url + path);
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
});

test('asking a live feed for its head alone is answered', async () => {
  const { dataset } = await makeDatastream(site.ctx);
  const answer = await fetch(`${site.url}/live/datasets/${dataset}`, {
    method: 'HEAD',
    signal: AbortSignal.timeout(5000),
  });
  assert.ok(answer.status >= 400);
});

test('an address that cannot be read is answered as any other problem', async () => {
  for (const path of ['/v1.1/Things%ZZ', '/en/%E0%A4%A', '/datasets/%/readings.csv']) {
    const answer = await fetch(site.url + path);
    assert.equal(answer.status, 400, path);
    assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
    assert.match(((await answer.json()) as { detail: string }).detail, /not a valid url/);
  }
});

test('a place that no map can draw is refused with what is wrong in it', async () => {
  const location = (coordinates: unknown) =>
    JSON.stringify({
      name: 'x',
      description: 'x',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates },
    });
  const answer = await send('/v1.1/Locations', location([41.39, -173.45]));
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /location\.coordinates: longitude comes first/);
  assert.equal((await send('/v1.1/Locations', location([-73.45, 41.39]))).status, 201);
});

describe('open writes', () => {
  const post = (headers: Record<string, string>) =>
    site.app.server.inject({
      method: 'POST',
      url: '/v1.1/Things',
      payload: { name: 'n', description: 'd' },
      headers,
      remoteAddress: '127.0.0.1',
    });

  test('are for programs of this machine, by a name of this machine', async () => {
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080'])
      assert.equal((await post({ host })).statusCode, 201, host);
  });

  test('are refused to a page of another site, also when its name points here', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { host: 'evil.example', origin: 'http://evil.example' },
      { host: 'localhost.evil.example:8080' },
      { host: '127.0.0.1.evil.example' },
      { host: '192.0.2.1' },
      { host: 'localhost', origin: 'http://evil.example' },
      { host: 'localhost', origin: 'null' },
    ] as Record<string, string>[]) {
      const { statusCode } = await post(headers);
      assert.equal(statusCode, 401, JSON.stringify(headers));
    }
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { datastream, type Entity, ids, link, location, query, thing, useService } from './service.ts';

/** OGC 18-088, Annex A.1: Sensing Core. */
describe('A.1 sensing core', () => {
  const service = useService();
  let a: number;
  let b: number;
  let stream: number;
  let foreign: number;

  before(async () => {
    a = await service.create(
      '/Things',
      thing('A', {
        properties: { color: 'green', none: null, list: [1, [2, 3]] },
        Locations: [location('Here')],
      }),
    );
    b = await service.create('/Things', thing('B'));
    stream = await service.create(`/Things(${a})/Datastreams`, datastream('first', { Observations: [] }));
    foreign = await service.create(`/Things(${b})/Datastreams`, datastream('other'));
    for (const [hour, result] of [
      [1, 10],
      [2, 20],
      [3, 30],
    ]) {
      await service.create(`/Datastreams(${stream})/Observations`, {
        phenomenonTime: `2026-03-0${hour}T00:00:00Z`,
        result,
      });
    }
  });

  test('A.1.1 control information is on every entity, in absolute addresses', async () => {
    for (const set of [
      'Things',
      'Locations',
      'HistoricalLocations',
      'Datastreams',
      'Sensors',
      'ObservedProperties',
      'Observations',
      'FeaturesOfInterest',
    ]) {
      const { value } = await service.list(`/${set}`);
      assert.ok(value.length > 0, set);
      for (const entity of value) {
        assert.equal(typeof entity['@iot.id'], 'number');
        assert.equal(entity['@iot.selfLink'], link(`/${set}(${entity['@iot.id']})`));
        for (const [name, address] of Object.entries(entity)) {
          if (!name.endsWith('@iot.navigationLink')) continue;
          assert.equal(address, `${entity['@iot.selfLink']}/${name.split('@')[0]}`);
          assert.equal((await service.send('GET', address as string)).status, 200, address as string);
        }
      }
    }
  });

  test('A.1.2 each type has the properties of its table', async () => {
    assert.deepEqual(Object.keys(await service.one(`/Datastreams(${stream})`)), [
      '@iot.id',
      '@iot.selfLink',
      'Thing@iot.navigationLink',
      'Sensor@iot.navigationLink',
      'ObservedProperty@iot.navigationLink',
      'Observations@iot.navigationLink',
      'name',
      'description',
      'observationType',
      'unitOfMeasurement',
      'phenomenonTime',
    ]);
    const [first] = (await service.list('/Observations')).value;
    assert.deepEqual(Object.keys(first as Entity), [
      '@iot.id',
      '@iot.selfLink',
      'Datastream@iot.navigationLink',
      'FeatureOfInterest@iot.navigationLink',
      'phenomenonTime',
      'result',
      'resultTime',
    ]);
    assert.equal(first?.resultTime, null, 'an omitted resultTime is present as null');
    assert.equal(first?.phenomenonTime, '2026-03-01T00:00:00Z');
  });

  test('A.1.3 the service root lists the entity sets and what is kept', async () => {
    for (const path of ['', '/', '?x=1']) {
      const root = (await service.send('GET', path)).json as {
        value: { name: string; url: string }[];
        serverSettings: { conformance: string[] };
      };
      assert.equal(root.value.length, 8);
      for (const { name, url } of root.value) assert.equal(url, link(`/${name}`));
      assert.ok(
        root.serverSettings.conformance.every((uri) =>
          uri.startsWith('http://www.opengis.net/spec/iot_sensing/1.1/'),
        ),
      );
      assert.ok(
        !root.serverSettings.conformance.some((uri) =>
          /batch|mqtt|multi-datastream|query-functions/.test(uri),
        ),
      );
    }
  });

  test('A.1.4 paths lead through relations at any depth', async () => {
    assert.deepEqual(ids(await service.list(`/Things(${a})/Datastreams(${stream})/Observations`)).length, 3);
    assert.equal((await service.one(`/Datastreams(${stream})/Thing`))['@iot.id'], a);
    assert.equal((await service.one(`/Datastreams(${stream})/Thing/Datastreams(${stream})/Thing`)).name, 'A');
    const [observation] = ids(await service.list(`/Datastreams(${stream})/Observations`));
    assert.equal(
      (await service.one(`/Observations(${observation})/Datastream/Thing/Locations(1)/Things(${a})`)).name,
      'A',
    );
    assert.equal((await service.one(`/Observations(${observation})/FeatureOfInterest`)).name, 'Here');
  });

  test('A.1.5 what is not there, or not related, is 404', async () => {
    for (const path of [
      '/Things(99)',
      '/Things(9223372036854775807)',
      '/Things(9223372036854775808)',
      '/Nothing',
      '/things',
      `/Things(${a})/Datastreams(${foreign})`,
      `/Things(${a})/Datastreams(${foreign})/Observations`,
      `/Things(${a})/nothing`,
      `/Things(${a})/name/first`,
      '/Things/Datastreams',
      `/Things(${a})/Locations/name`,
      `/Datastreams(${stream})/Observations/$value`,
      `/Things(${a})/$value`,
    ]) {
      const reply = await service.send('GET', path);
      assert.equal(reply.status, 404, path);
      assert.equal(typeof (reply.json as { message: string }).message, 'string');
    }
  });

  test('A.1.6 a malformed id is 400', async () => {
    for (const path of [
      "/Things('1')",
      '/Things(x)',
      '/Things()',
      '/Things(1.5)',
      '/Things(1%20or%201=1)',
      `/Datastreams(${stream})/Thing(1)`,
    ]) {
      assert.equal((await service.send('GET', path)).status, 400, path);
    }
  });

  test('A.1.7 properties, raw values, nulls and places inside JSON', async () => {
    assert.deepEqual(await service.one(`/Things(${a})/name`), { name: 'A' });
    const raw = await service.send('GET', `/Things(${a})/name/$value`);
    assert.equal(raw.text, 'A');
    assert.match(String(raw.headers['content-type']), /^text\/plain/);
    assert.equal((await service.send('GET', `/Things(${b})/properties`)).status, 204);
    assert.equal((await service.send('GET', `/Things(${b})/properties/$value`)).status, 204);
    assert.equal((await service.send('GET', `/Things(${a})/properties/none`)).status, 204);
    assert.equal((await service.send('GET', `/Things(${a})/properties/missing`)).status, 404);
    assert.deepEqual(await service.one(`/Things(${a})/properties/color`), { color: 'green' });
    assert.deepEqual(await service.one(`/Things(${a})/properties/list%5B1%5D%5B0%5D`), { 'list[1][0]': 2 });
    assert.deepEqual(JSON.parse((await service.send('GET', `/Things(${a})/properties/$value`)).text).list, [
      1,
      [2, 3],
    ]);
    assert.equal((await service.send('GET', `/Things(${a})/@iot.id/$value`)).text, String(a));
  });

  test('A.1.8 $ref answers self links alone', async () => {
    assert.deepEqual(await service.one('/Things/$ref'), {
      value: [{ '@iot.selfLink': link(`/Things(${a})`) }, { '@iot.selfLink': link(`/Things(${b})`) }],
    });
    assert.deepEqual(await service.one(`/Datastreams(${stream})/Thing/$ref`), {
      '@iot.selfLink': link(`/Things(${a})`),
    });
    assert.equal((await service.send('GET', '/Things/$ref?$select=name')).status, 400);
  });

  test('A.1.9 what restricted datasets hold is not there for anyone', async () => {
    await service.ctx.owner.query(`update private.dataset set access = 'restricted' where slug = 'unsorted'`);
    await service.ctx.owner.query('delete from released.datastream');
    for (const path of ['/Observations', `/FeaturesOfInterest(1)/Observations`, '/Datastreams']) {
      assert.deepEqual(
        await service.list(`${path}${query({ $count: 'true' })}`),
        { '@iot.count': 0, value: [] },
        path,
      );
    }
    assert.equal((await service.send('GET', '/Observations(1)')).status, 404);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as } from '../../../src/kit/context.ts';
import { createKey } from '../../../src/people/index.ts';
import { makeDatastream } from '../../support/make.ts';
import {
  datastream,
  ids,
  link,
  location,
  observedProperty,
  query,
  ref,
  sensor,
  thing,
  useService,
} from './service.ts';

const everything = () =>
  thing('Station', {
    properties: { big: 1 },
    Locations: [location('Roof')],
    Datastreams: [
      datastream('Air', {
        Observations: [
          { phenomenonTime: '2026-03-01T00:00:00Z', result: 1, resultTime: '2026-03-01T00:00:10Z' },
          {
            phenomenonTime: '2026-03-01T01:00:00Z/2026-03-01T02:00:00Z',
            result: 'high',
            parameters: { mode: 'x' },
          },
        ],
      }),
    ],
  });

/** OGC 18-088, Annex A.3: Create-Update-Delete. */
describe('A.3 create', () => {
  const service = useService({ now: '2026-11-20T15:00:00Z' });

  test('A.3.1 a deep insert makes everything, answers 201 with Location, and says where history begins', async () => {
    const reply = await service.send('POST', '/Things', everything());
    assert.equal(reply.status, 201);
    const { '@iot.id': id } = reply.json as { '@iot.id': number };
    assert.equal(reply.headers.location, link(`/Things(${id})`));
    const whole = await service.one(
      `/Things(${id})${query({ $expand: 'Locations,HistoricalLocations($expand=Locations),Datastreams($expand=Observations($expand=FeatureOfInterest),Sensor,ObservedProperty)' })}`,
    );
    const [stream] = whole.Datastreams as Record<string, unknown>[];
    const observations = stream?.Observations as {
      result: unknown;
      phenomenonTime: string;
      FeatureOfInterest: { name: string; '@iot.id': number };
    }[];
    assert.deepEqual(
      observations.map((o) => [o.phenomenonTime, o.result]),
      [
        ['2026-03-01T00:00:00Z', 1],
        ['2026-03-01T01:00:00Z/2026-03-01T02:00:00Z', 'high'],
      ],
    );
    assert.equal(new Set(observations.map((o) => o.FeatureOfInterest['@iot.id'])).size, 1);
    assert.equal(observations[0]?.FeatureOfInterest.name, 'Roof');
    assert.equal(stream?.phenomenonTime, '2026-03-01T00:00:00Z/2026-03-01T02:00:00Z');
    assert.equal(stream?.resultTime, '2026-03-01T00:00:10Z/2026-03-01T00:00:10Z');
    const [history] = whole.HistoricalLocations as { time: string; Locations: { name: string }[] }[];
    assert.equal(history?.time, '2026-11-20T15:00:00Z');
    assert.equal(history?.Locations[0]?.name, 'Roof');
    assert.deepEqual(service.ctx.events.at(-1), { kind: 'readings-stored', readings: 2 });
  });

  test('A.3.2 one fault anywhere, and nothing is made', async () => {
    const count = async () =>
      Promise.all(
        ['Things', 'Locations', 'Datastreams', 'Sensors', 'Observations', 'HistoricalLocations'].map(
          async (set) => (await service.list(`/${set}?$count=true&$top=0`))['@iot.count'],
        ),
      );
    const before = await count();
    for (const [place, body] of [
      [
        'Datastreams[0].Sensor.name',
        thing('x', {
          Locations: [location('y')],
          Datastreams: [datastream('z', { Sensor: { ...sensor, name: undefined } })],
        }),
      ],
      ['Datastreams[0].Sensor', thing('x', { Datastreams: [datastream('z', { Sensor: ref(999_999) })] })],
      [
        'Datastreams[0].Observations[0].phenomenonTime',
        thing('x', {
          Datastreams: [datastream('z', { Observations: [{ phenomenonTime: 'today', result: 1 }] })],
        }),
      ],
      [
        'Datastreams[0].Observations[0].result',
        thing('x', { Datastreams: [datastream('z', { Observations: [{}] })] }),
      ],
      [
        'Datastreams[0].unitOfMeasurement.symbol',
        thing('x', { Datastreams: [datastream('z', { unitOfMeasurement: { name: 'a', definition: 'b' } })] }),
      ],
      ['shape', thing('x', { shape: 'round' })],
      ['Locations', thing('x', { Locations: location('y') })],
      ['properties', thing('x', { properties: 'none' })],
      ['name', { description: 'x' }],
      ['name', thing('\0')],
    ] as [string, object][]) {
      const reply = await service.send('POST', '/Things', body);
      assert.equal(reply.status, 400, JSON.stringify(body));
      assert.ok((reply.json as { message: string }).message.startsWith(place), `${place}: ${reply.text}`);
    }
    assert.deepEqual(await count(), before);
  });

  test('A.3.3 ids: the client’s own is ignored, links by number or text, to 2^63-1', async () => {
    const id = await service.create('/Things', { ...thing('own'), '@iot.id': 4711, id: 4711 });
    assert.notEqual(id, 4711);
    await service.ctx.owner.query(
      `insert into private.sensor (id, name, description, encoding_type, metadata) values (9223372036854775807, 'big', '', '', '1')`,
    );
    const body = (sensorId: string) =>
      JSON.stringify(
        datastream('big', { Thing: ref(String(id)), Sensor: '#', ObservedProperty: observedProperty }),
      ).replace('"#"', `{"@iot.id": ${sensorId}}`);
    for (const written of ['9223372036854775807', '"9223372036854775807"']) {
      const made = await service.create('/Datastreams', JSON.parse(body('1')) && body(written));
      assert.match(
        (await service.send('GET', `/Datastreams(${made})/Sensor`)).text,
        /"@iot.id":9223372036854775807,/,
      );
    }
    assert.equal((await service.send('POST', '/Datastreams', body('9223372036854775806'))).status, 400);
    assert.equal((await service.send('POST', '/Datastreams', body('9223372036854775808'))).status, 400);
    assert.equal((await service.send('POST', '/Datastreams', body('"x"'))).status, 400);
  });

  test('A.3.4 whole numbers inside properties come back as they were written', async () => {
    const reply = await service.send(
      'POST',
      '/Things',
      `{"name":"n","description":"d","properties":{"serial":12345678901234567890}}`,
    );
    assert.match(reply.text, /"serial": ?12345678901234567890/);
  });

  test('A.3.5 wrong bodies: not JSON, no object, another type, too large, to no collection', async () => {
    assert.equal((await service.send('POST', '/Things', '{"name":')).status, 400);
    assert.equal((await service.send('POST', '/Things', '[]')).status, 400);
    assert.equal((await service.send('POST', '/Things', 'null')).status, 400);
    assert.equal(
      (await service.send('POST', '/Things', 'name=x', { 'content-type': 'text/plain' })).status,
      415,
    );
    assert.equal((await service.send('POST', '/Things', `"${'x'.repeat(5_000_000)}"`)).status, 413);
    assert.equal((await service.send('POST', '/Nothing', thing('x'))).status, 404);
    assert.equal((await service.send('POST', '/Things(1)', thing('x'))).status, 400);
    assert.equal((await service.send('POST', '/Things(424242)/Datastreams', datastream('x'))).status, 404);
  });

  test('A.3.6 an Observation without a time is of now, without result is refused', async () => {
    const id = await service.create('/Things', thing('clock', { Datastreams: [datastream('c')] }));
    const [stream] = ids(await service.list(`/Things(${id})/Datastreams`));
    const made = await service.create(`/Datastreams(${stream})/Observations`, { result: true });
    const observation = await service.one(`/Observations(${made})`);
    assert.equal(observation.phenomenonTime, '2026-11-20T15:00:00Z');
    assert.equal(observation.result, true);
    assert.equal(
      (await service.send('GET', `/Observations(${made})/FeatureOfInterest`)).status,
      404,
      'a Thing without Location gives none',
    );
    for (const body of [{}, { result: null }, { result: 1e39 }]) {
      assert.equal((await service.send('POST', `/Datastreams(${stream})/Observations`, body)).status, 400);
    }
    for (const result of [0, -1.5, 1e38, -1e38, 1e-300, 'text', '', false, { a: [1] }, [1, 'x', null]]) {
      const same = await service.create('/Observations', { result, Datastream: ref(stream as number) });
      assert.deepEqual((await service.one(`/Observations(${same})`)).result, result);
    }
  });

  test('A.3.7 a new Location moves the Thing and is written down; a later HistoricalLocation moves it, an earlier one does not', async () => {
    const id = await service.create('/Things', thing('van', { Locations: [location('one')] }));
    const two = await service.create(`/Things(${id})/Locations`, location('two', [-73, 41]));
    assert.deepEqual(ids(await service.list(`/Things(${id})/Locations`)), [two]);
    const history = await service.list(`/Things(${id})/HistoricalLocations`);
    assert.equal(history.value.length, 2);
    const three = await service.create('/Locations', location('three'));
    await service.create('/HistoricalLocations', {
      time: '2026-11-20T14:00:00Z',
      Thing: ref(id),
      Locations: [ref(three)],
    });
    assert.deepEqual(ids(await service.list(`/Things(${id})/Locations`)), [two]);
    await service.create('/HistoricalLocations', {
      time: '2026-11-20T16:00:00Z',
      Thing: ref(id),
      Locations: [ref(three)],
    });
    assert.deepEqual(ids(await service.list(`/Things(${id})/Locations`)), [three]);
    await service.create('/Locations', { ...location('four'), Things: [ref(id)] });
    assert.equal((await service.list(`/Things(${id})/Locations`)).value[0]?.name, 'four');
  });

  test('A.3.8 the automatic feature is used again, and made anew when deleted', async () => {
    const id = await service.create(
      '/Things',
      thing('F', { Locations: [location('F')], Datastreams: [datastream('f')] }),
    );
    const [stream] = ids(await service.list(`/Things(${id})/Datastreams`));
    const feature = async () => {
      const made = await service.create(`/Datastreams(${stream})/Observations`, { result: 1 });
      return (await service.one(`/Observations(${made})/FeatureOfInterest`))['@iot.id'];
    };
    const first = await feature();
    assert.equal(await feature(), first);
    assert.equal((await service.send('DELETE', `/FeaturesOfInterest(${first})`)).status, 200);
    assert.equal(
      (await service.list(`/Datastreams(${stream})/Observations`)).value.length,
      0,
      'its readings go with it',
    );
    assert.equal((await service.one(`/Datastreams(${stream})`)).phenomenonTime, undefined);
    assert.notEqual(await feature(), first);
  });

  test('A.3.8 a Location that is corrected leaves earlier readings where they were made', async () => {
    const id = await service.create(
      '/Things',
      thing('P', { Locations: [location('P')], Datastreams: [datastream('p')] }),
    );
    const [stream] = ids(await service.list(`/Things(${id})/Datastreams`));
    const [place] = ids(await service.list(`/Things(${id})/Locations`));
    const madeAt = async () => service.create(`/Datastreams(${stream})/Observations`, { result: 1 });
    const featureOf = async (reading: unknown) =>
      (await service.one(`/Observations(${reading})/FeatureOfInterest`)).feature;
    const before = await madeAt();
    const first = await featureOf(before);
    const moved = { type: 'Point', coordinates: [-73.9, 41.9] };
    const patch = (body: object) => service.send('PATCH', `/Locations(${place})`, body);
    assert.equal((await patch({ location: moved })).status, 200);
    assert.deepEqual(await featureOf(await madeAt()), moved);
    assert.deepEqual(await featureOf(before), first);
    assert.equal((await patch({ location: 'hello' })).status, 400, 'it is still said to be GeoJSON');
    assert.equal((await patch({ encodingType: 'text/plain', location: 'POINT(1 2)' })).status, 200);
    assert.equal((await patch({ encodingType: 'application/geo+json' })).status, 400);
  });
});

describe('A.3 update', () => {
  const service = useService();

  test('A.3.9 PATCH changes what it names and nothing else', async () => {
    const id = await service.create('/Things', everything());
    const reply = await service.send('PATCH', `/Things(${id})`, { name: 'Renamed', '@iot.id': 12 });
    assert.equal(reply.status, 200);
    const after = await service.one(`/Things(${id})`);
    assert.equal(after.name, 'Renamed');
    assert.deepEqual(after.properties, { big: 1 });
    await service.send('PATCH', `/Things(${id})`, { properties: null });
    assert.equal((await service.one(`/Things(${id})`)).properties, undefined);
  });

  test('A.3.10 related entities inside a PATCH are 400; a link by id changes the relation', async () => {
    const id = await service.create('/Things', everything());
    const other = await service.create('/Things', thing('Other'));
    const [stream] = ids(await service.list(`/Things(${id})/Datastreams`));
    assert.equal((await service.send('PATCH', `/Things(${id})`, { Locations: [location('x')] })).status, 400);
    assert.equal((await service.send('PATCH', `/Datastreams(${stream})`, { Sensor: sensor })).status, 400);
    assert.equal((await service.send('PATCH', `/Datastreams(${stream})`, { Thing: ref(other) })).status, 200);
    assert.equal((await service.one(`/Datastreams(${stream})/Thing`))['@iot.id'], other);
    const place = await service.create('/Locations', location('new'));
    assert.equal((await service.send('PATCH', `/Things(${id})`, { Locations: [ref(place)] })).status, 200);
    assert.deepEqual(ids(await service.list(`/Things(${id})/Locations`)), [place]);
    assert.equal((await service.list(`/Things(${id})/HistoricalLocations`)).value.length, 2);
    assert.equal(
      (await service.send('PATCH', `/Datastreams(${stream})`, { Thing: ref(987_654) })).status,
      400,
    );
  });

  test('A.3.11 PUT clears what it leaves out and needs what is required', async () => {
    const id = await service.create('/Things', everything());
    assert.equal((await service.send('PUT', `/Things(${id})`, { name: 'x' })).status, 400);
    assert.equal((await service.send('PUT', `/Things(${id})`, thing('whole'))).status, 200);
    assert.equal((await service.one(`/Things(${id})`)).properties, undefined);
    assert.equal((await service.list(`/Things(${id})/Datastreams`)).value.length, 1);
  });

  test('A.3.12 JSON Patch', async () => {
    const id = await service.create('/Things', thing('P', { properties: { a: 1, list: [1, 2] } }));
    const send = (patch: unknown) =>
      service.send('PATCH', `/Things(${id})`, JSON.stringify(patch), {
        'content-type': 'application/json-patch+json',
      });
    const reply = await send([
      { op: 'test', path: '/properties/a', value: 1 },
      { op: 'replace', path: '/properties/a', value: 2 },
      { op: 'add', path: '/properties/list/-', value: 3 },
      { op: 'copy', from: '/properties/a', path: '/properties/b' },
      { op: 'move', from: '/properties/list', path: '/properties/numbers' },
    ]);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual((await service.one(`/Things(${id})`)).properties, { a: 2, b: 2, numbers: [1, 2, 3] });
    assert.equal((await send([{ op: 'remove', path: '/properties' }])).status, 200);
    assert.equal((await send([{ op: 'remove', path: '/properties' }])).status, 400);
    for (const patch of [
      {},
      [1],
      [{ op: 'jump', path: '/name' }],
      [{ op: 'replace', path: 'name', value: 1 }],
      [{ op: 'replace', path: '/name', value: 1 }],
      [{ op: 'test', path: '/name', value: 'Q' }],
      [{ op: 'replace', path: '', value: null }],
    ]) {
      assert.equal((await send(patch)).status, 400, JSON.stringify(patch));
    }
  });

  test('A.3.13 readings are corrected where they lie, and what a Datastream spans follows', async () => {
    const id = await service.create('/Things', everything());
    const [stream] = ids(await service.list(`/Things(${id})/Datastreams`));
    const [first, second] = ids(await service.list(`/Datastreams(${stream})/Observations`));
    await service.send('PATCH', `/Observations(${second})`, {
      phenomenonTime: '2026-03-01T00:30:00Z',
      result: 5,
    });
    assert.equal(
      (await service.one(`/Datastreams(${stream})`)).phenomenonTime,
      '2026-03-01T00:00:00Z/2026-03-01T00:30:00Z',
    );
    await service.send('PATCH', `/Observations(${first})`, { resultTime: null });
    assert.equal((await service.one(`/Datastreams(${stream})`)).resultTime, undefined);
    const other = await service.create(`/Things(${id})/Datastreams`, datastream('second'));
    await service.send('PATCH', `/Observations(${first})`, { Datastream: ref(other) });
    assert.equal(
      (await service.one(`/Datastreams(${other})`)).phenomenonTime,
      '2026-03-01T00:00:00Z/2026-03-01T00:00:00Z',
    );
    assert.equal(
      (await service.one(`/Datastreams(${stream})`)).phenomenonTime,
      '2026-03-01T00:30:00Z/2026-03-01T00:30:00Z',
    );
    assert.equal((await service.send('DELETE', `/Observations(${first})`)).status, 200);
    assert.equal((await service.one(`/Datastreams(${other})`)).phenomenonTime, undefined);
    assert.equal((await service.send('GET', `/Datastreams(${other})/phenomenonTime`)).status, 204);
    const { rows } = await service.ctx.owner.query(
      'select datastream_id::int as id, readings::int from released.datastream_extent where datastream_id = any($1) order by 1',
      [[stream, other]],
    );
    assert.deepEqual(rows, [
      { id: stream, readings: 1 },
      { id: other, readings: 0 },
    ]);
  });

  test('A.3.14 paths must hold on every step', async () => {
    const id = await service.create('/Things', everything());
    const other = await service.create('/Things', thing('Other'));
    const [stream] = ids(await service.list(`/Things(${id})/Datastreams`));
    const [observation] = ids(await service.list(`/Datastreams(${stream})/Observations`));
    const wrong = `/Things(${other})/Datastreams(${stream})/Observations(${observation})`;
    assert.equal((await service.send('PATCH', wrong, { result: 2 })).status, 404);
    assert.equal((await service.send('DELETE', wrong)).status, 404);
    assert.equal(
      (await service.send('POST', `/Things(${other})/Datastreams(${stream})/Observations`, { result: 2 }))
        .status,
      404,
    );
    assert.equal((await service.send('DELETE', wrong.replace(`${other}`, `${id}`))).status, 200);
    assert.equal((await service.send('DELETE', '/Things')).status, 400);
  });
});

describe('A.3 delete', () => {
  const service = useService();
  const rows = async (table: string) =>
    Number((await service.ctx.owner.query(`select count(*) from ${table}`)).rows[0].count);

  for (const [set, gone] of [
    ['Things', ['thing', 'datastream', 'observation', 'historical_location', 'datastream_extent']],
    ['Sensors', ['sensor', 'datastream', 'observation']],
    ['ObservedProperties', ['observed_property', 'datastream', 'observation']],
    ['Datastreams', ['datastream', 'observation', 'datastream_extent', 'arrival']],
    ['FeaturesOfInterest', ['feature_of_interest', 'observation']],
    ['Locations', ['location', 'historical_location', 'thing_location']],
  ] as const) {
    test(`A.3.15 DELETE of ${set} takes with it ${gone.join(', ')}`, async () => {
      await service.create('/Things', everything());
      for (const entity of ids(await service.list(`/${set}`))) {
        assert.equal((await service.send('DELETE', `/${set}(${entity})`)).status, 200);
        assert.equal((await service.send('GET', `/${set}(${entity})`)).status, 404);
        assert.equal((await service.send('DELETE', `/${set}(${entity})`)).status, 404);
      }
      for (const table of gone) {
        assert.equal(await rows(`released.${table}`), 0, `released.${table}`);
        assert.equal(await rows(`private.${table}`), 0, `private.${table}`);
      }
      for (const other of ['Things', 'Locations', 'Sensors', 'ObservedProperties', 'FeaturesOfInterest']) {
        for (const entity of ids(await service.list(`/${other}`)))
          await service.send('DELETE', `/${other}(${entity})`);
      }
    });
  }
});

describe('who may write', () => {
  const service = useService({ openWrites: false });
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const key = async (dataset?: string) =>
    (
      await createKey(as(service.ctx, { kind: 'operator' }), {
        name: 'test',
        ...(dataset ? { datasets: [dataset] } : {}),
      })
    ).key;

  test('nobody without a key, and never by a key in the address', async () => {
    for (const [method, path] of [
      ['POST', '/Things'],
      ['POST', '/CreateObservations'],
      ['PATCH', '/Things(1)'],
      ['PUT', '/Things(1)'],
      ['DELETE', '/Things(1)'],
    ] as const) {
      const reply = await service.send(method, path, method === 'DELETE' ? undefined : thing('x'));
      assert.equal(reply.status, 401);
      assert.equal(reply.headers['www-authenticate'], 'Bearer');
    }
    assert.equal((await service.send('POST', '/Things', thing('x'), bearer('co_00000000_x'))).status, 401);
    assert.equal((await service.send('POST', `/Things?key=${await key()}`, thing('x'))).status, 400);
    assert.equal((await service.send('GET', `/Things?key=${await key()}`)).status, 400);
  });

  test('a key for every dataset puts what inherits none into “unsorted”', async () => {
    const reply = await service.send('POST', '/Things', everything(), bearer(await key()));
    assert.equal(reply.status, 201);
    const { rows } = await service.ctx.owner.query(
      `select distinct ds.slug, ds.access from private.dataset ds where ds.id in (select dataset_id from private.thing union select dataset_id from private.datastream
       union select dataset_id from private.sensor union select dataset_id from private.location union select dataset_id from private.feature_of_interest)`,
    );
    assert.deepEqual(rows, [{ slug: 'unsorted', access: 'restricted' }]);
  });

  test('a key of one dataset stays in it', async () => {
    const own = await makeDatastream(service.ctx, { dataset: 'own' });
    const open = await makeDatastream(service.ctx, { dataset: 'open-other' });
    const secret = await makeDatastream(service.ctx, { dataset: 'secret', access: 'restricted' });
    const headers = bearer(await key('own'));
    const send = async (method: string, path: string, body?: unknown) =>
      (await service.send(method, path, body, headers)).status;
    assert.equal(await send('POST', `/Datastreams(${own.datastreamId})/Observations`, { result: 1 }), 201);
    assert.equal(await send('POST', '/Things', everything()), 201);
    assert.equal(await send('POST', `/Datastreams(${open.datastreamId})/Observations`, { result: 1 }), 403);
    assert.equal(await send('POST', '/Observations', { result: 1, Datastream: ref(open.datastreamId) }), 403);
    assert.equal(await send('POST', `/Things(${open.thingId})/Datastreams`, datastream('x')), 403);
    assert.equal(await send('PATCH', `/Things(${open.thingId})`, { name: 'x' }), 403);
    assert.equal(await send('DELETE', `/Things(${open.thingId})`), 403);
    assert.equal(
      await send('PATCH', `/Datastreams(${own.datastreamId})`, { Thing: ref(secret.thingId) }),
      400,
    );
    for (const [method, path] of [
      ['PATCH', `/Things(${secret.thingId})`],
      ['DELETE', `/Things(${secret.thingId})`],
      ['POST', `/Datastreams(${secret.datastreamId})/Observations`],
    ] as const) {
      assert.equal(await send(method, path, method === 'DELETE' ? undefined : { wrong: 'x' }), 404, path);
    }
  });

  test('what is written into a restricted dataset is answered to its writer and to nobody else', async () => {
    const secret = await makeDatastream(service.ctx, { dataset: 'closed', access: 'restricted' });
    const headers = bearer(await key('closed'));
    const reply = await service.send(
      'POST',
      `/Datastreams(${secret.datastreamId})/Observations`,
      { result: 7 },
      headers,
    );
    assert.equal(reply.status, 201, reply.text);
    const { '@iot.id': id, result } = reply.json as { '@iot.id': number; result: number };
    assert.equal(result, 7);
    assert.equal((await service.send('GET', `/Observations(${id})`)).status, 404);
    assert.equal((await service.send('PATCH', `/Observations(${id})`, { result: 8 }, headers)).status, 200);
    assert.equal((await service.send('DELETE', `/Observations(${id})`, undefined, headers)).status, 200);
  });
});

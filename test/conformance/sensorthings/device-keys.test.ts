import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as } from '../../../src/kit/context.ts';
import { createKey } from '../../../src/people/index.ts';
import { makeDatastream } from '../../support/make.ts';
import { useService } from './service.ts';

describe('a key for devices', () => {
  const service = useService({ openWrites: false });
  const senderWith = async (scope: { datasets?: string[]; things?: string[] }) => {
    const { key } = await createKey(as(service.ctx, { kind: 'operator' }), { name: 'test', ...scope });
    return async (method: string, path: string, body?: unknown) =>
      (await service.send(method, path, body, { authorization: `Bearer ${key}` })).status;
  };
  const ref = (id: string) => ({ '@iot.id': Number(id) });
  const feature = {
    name: 'f',
    description: 'f',
    encodingType: 'application/geo+json',
    feature: { type: 'Point', coordinates: [0, 0] },
  };
  const arrays = (...ids: string[]) =>
    ids.map((id) => ({ Datastream: ref(id), components: ['result'], dataArray: [[1], [2]] }));
  const readings = async (id: string) =>
    (
      await service.ctx.owner.query(
        `select from released.observation where datastream_id = $1 union all select from private.observation where datastream_id = $1`,
        [id],
      )
    ).rowCount;

  test('for a Thing adds readings to it, and does nothing else', async () => {
    const own = await makeDatastream(service.ctx, { access: 'restricted' });
    const other = await makeDatastream(service.ctx);
    const secret = await makeDatastream(service.ctx, { access: 'restricted' });
    const send = await senderWith({ things: [own.thingId] });
    const mine = `/Datastreams(${own.datastreamId})`;
    assert.equal(await send('POST', `${mine}/Observations`, { result: 1 }), 201);
    assert.equal(await send('POST', '/Observations', { result: 2, Datastream: ref(own.datastreamId) }), 201);
    assert.equal(await send('POST', '/CreateObservations', arrays(own.datastreamId)), 201);
    assert.equal(await readings(own.datastreamId), 4);
    const thing = { name: 'x', description: 'x' };
    for (const [method, path, body] of [
      ['POST', '/Things', thing],
      ['POST', '/Sensors', { ...thing, encodingType: 'text/html', metadata: 'x' }],
      ['POST', '/FeaturesOfInterest', feature],
      ['POST', `${mine}/Observations`, { result: 1, FeatureOfInterest: feature }],
      ['POST', `/Datastreams(${other.datastreamId})/Observations`, { result: 1 }],
      ['POST', '/Observations', { result: 1, Datastream: ref(other.datastreamId) }],
      ['PATCH', `/Things(${own.thingId})`, { name: 'x' }],
      ['PATCH', mine, { name: 'x' }],
      ['PUT', `/Things(${own.thingId})`, thing],
      ['DELETE', mine],
      ['DELETE', `/Things(${own.thingId})`],
      ['DELETE', `/Things(${other.thingId})`],
      ['POST', '/CreateObservations', arrays(own.datastreamId, other.datastreamId)],
      ['POST', '/CreateObservations', arrays(own.datastreamId, secret.datastreamId)],
      ['POST', '/CreateObservations', arrays(own.datastreamId, '999999')],
    ] as const)
      assert.equal(await send(method, path, body), 403, `${method} ${path}`);
    // A restricted dataset is not to be known.
    assert.equal(await send('POST', `/Datastreams(${secret.datastreamId})/Observations`, { result: 1 }), 404);
    assert.equal(await send('DELETE', `/Things(${secret.thingId})`), 404);
    const { rows } = await service.ctx.owner.query<{ id: string }>(
      'select id from private.observation where datastream_id = $1 limit 1',
      [own.datastreamId],
    );
    for (const [method, body] of [['PATCH', { result: 9 }], ['DELETE']] as const)
      assert.equal(await send(method, `/Observations(${rows[0]?.id})`, body), 403);
    assert.equal(await readings(own.datastreamId), 4, 'of a batch that is refused nothing is stored');
    assert.equal(await readings(other.datastreamId), 0);
  });

  test('for several datasets writes each of them, a batch over them too, and none beside', async () => {
    const [a, b, c] = [
      await makeDatastream(service.ctx),
      await makeDatastream(service.ctx, { access: 'restricted' }),
      await makeDatastream(service.ctx),
    ];
    const send = await senderWith({ datasets: [a.dataset, b.dataset] });
    for (const { datastreamId } of [a, b])
      assert.equal(await send('POST', `/Datastreams(${datastreamId})/Observations`, { result: 1 }), 201);
    assert.equal(await send('POST', '/CreateObservations', arrays(a.datastreamId, b.datastreamId)), 201);
    assert.equal(await send('POST', '/CreateObservations', arrays(a.datastreamId, c.datastreamId)), 403);
    assert.equal(await send('PATCH', `/Things(${b.thingId})`, { name: 'x' }), 200);
    assert.equal(await send('PATCH', `/Things(${c.thingId})`, { name: 'x' }), 403);
    // Whose a new Thing would be, nobody could tell.
    assert.equal(await send('POST', '/Things', { name: 'x', description: 'x' }), 400);
    assert.equal(await readings(a.datastreamId), 3);
    assert.equal(await readings(c.datastreamId), 0);
  });
});

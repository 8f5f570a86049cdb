import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { datastream, link, location, query, ref, thing, useService } from './service.ts';

type Group = { components: string[]; dataArray: unknown[][]; [name: string]: unknown };

/** OGC 18-088, Annex A.6: Data Array Extension. */
describe('A.6 data arrays', () => {
  const service = useService({ now: '2026-11-20T15:00:00Z' });
  let streams: number[];

  before(async () => {
    const id = await service.create(
      '/Things',
      thing('T', { Locations: [location('L')], Datastreams: [datastream('one'), datastream('two')] }),
    );
    streams = (await service.list(`/Things(${id})/Datastreams`)).value.map((entity) => entity['@iot.id']);
  });

  test('A.6.1 CreateObservations answers in the order given, "error" for the row that failed alone', async () => {
    const reply = await service.send('POST', '/CreateObservations', [
      {
        Datastream: ref(streams[0] as number),
        components: ['phenomenonTime', 'result', 'FeatureOfInterest/id'],
        'dataArray@iot.count': 6,
        dataArray: [
          ['2026-03-01T00:00:00Z', 1, null],
          ['yesterday', 2, null],
          ['2026-03-01T02:00:00Z', 3, 987_654],
          ['2026-03-01T03:00:00Z', 'four'],
          ['2026-03-01T04:00:00Z/2026-03-01T05:00:00Z', { five: 5 }, null],
          ['2026-03-01T06:00:00Z', '\0', null],
          ['2026-03-01T07:00:00Z', null, null],
        ],
      },
      { Datastream: ref(987_654), components: ['result'], dataArray: [[1], [2]] },
      {
        Datastream: ref(String(streams[1])),
        components: ['result', 'resultTime', 'parameters'],
        dataArray: [[9, '2026-03-02T00:00:00Z', { a: 1 }]],
      },
    ]);
    assert.equal(reply.status, 201, reply.text);
    const answers = reply.json as string[];
    assert.deepEqual(
      answers.map((answer) => answer === 'error'),
      [false, true, true, true, false, true, true, true, true, false],
    );
    const read = async (index: number) => service.one(answers[index] as string);
    assert.equal((await read(0)).result, 1);
    assert.equal((await read(4)).phenomenonTime, '2026-03-01T04:00:00Z/2026-03-01T05:00:00Z');
    const last = await read(9);
    assert.equal(last.phenomenonTime, '2026-11-20T15:00:00Z');
    assert.deepEqual(last.parameters, { a: 1 });
    assert.ok(answers[9]?.startsWith(link('/Observations(')));
    assert.equal((await service.one(`${answers[9]}/Datastream`))['@iot.id'], streams[1]);
    assert.deepEqual(service.ctx.events.at(-1), { kind: 'readings-stored', readings: 3 });
  });

  test('A.6.2 a group that makes no sense is 400', async () => {
    for (const body of [
      {},
      [1],
      [{}],
      [{ Datastream: ref(1) }],
      [{ Datastream: ref(1), components: ['x'], dataArray: [] }],
      [{ Datastream: ref(1), components: ['phenomenonTime'], dataArray: [] }],
      [{ Datastream: ref(1), components: ['result', 'result'], dataArray: [] }],
      [{ Datastream: ref(1), components: ['result'], dataArray: 1 }],
    ]) {
      assert.equal(
        (await service.send('POST', '/CreateObservations', body)).status,
        400,
        JSON.stringify(body),
      );
    }
  });

  test('A.6.3 $resultFormat=dataArray groups readings by Datastream', async () => {
    const whole = await service.one(
      `/Observations${query({ $resultFormat: 'dataArray', $count: 'true', $orderby: 'id' })}`,
    );
    assert.equal(whole['@iot.count'], 3);
    const [first, second] = whole.value as Group[];
    assert.equal(first?.['Datastream@iot.navigationLink'], link(`/Datastreams(${streams[0]})`));
    assert.deepEqual(first?.components, ['id', 'phenomenonTime', 'result', 'resultTime']);
    assert.equal(first?.['dataArray@iot.count'], 2);
    assert.deepEqual(
      first?.dataArray.map((row) => row.slice(1)),
      [
        ['2026-03-01T00:00:00Z', 1, null],
        ['2026-03-01T04:00:00Z/2026-03-01T05:00:00Z', { five: 5 }, null],
      ],
    );
    assert.deepEqual(second?.dataArray[0]?.slice(2), [9, '2026-03-02T00:00:00Z']);
    const chosen = await service.one(
      `/Datastreams(${streams[0]})/Observations${query({ $resultFormat: 'dataArray', $select: 'result,parameters', $top: '1' })}`,
    );
    assert.deepEqual((chosen.value as Group[])[0]?.dataArray, [[1, null]]);
    const next = await service.one(chosen['@iot.nextLink'] as string);
    assert.deepEqual((next.value as Group[])[0]?.dataArray, [[{ five: 5 }, null]]);
    assert.deepEqual(
      await service.one(`/Observations${query({ $resultFormat: 'dataArray', $filter: 'result gt 100' })}`),
      { value: [] },
    );
    for (const wrong of [{ $expand: 'Datastream' }, { $select: 'Datastream' }, { $resultFormat: 'csv' }]) {
      assert.equal(
        (await service.send('GET', `/Observations${query({ $resultFormat: 'dataArray', ...wrong })}`)).status,
        400,
      );
    }
    assert.equal((await service.send('GET', '/Things?$resultFormat=dataArray')).status, 400);
  });
});

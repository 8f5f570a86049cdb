import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { uuidOf } from '../../../src/datasets/resources.ts';
import { setAccess } from '../../../src/release/index.ts';
import { useCatalog } from './service.ts';

type Row = Record<string, unknown>;

/** CKAN's documentation, “DataStore extension”, ckanext.datastore.logic.action.datastore_search. */
describe('datastore_search', () => {
  const catalog = useCatalog();
  const search = async (parameters: Row = {}) => {
    const id = uuidOf('csv', catalog.air.datasetId);
    const { status, envelope } = await catalog.post('datastore_search', { resource_id: id, ...parameters });
    assert.equal(status, 200, JSON.stringify(envelope.error));
    return envelope.result;
  };
  const results = async (parameters: Row) => (await search(parameters)).records.map((row: Row) => row.result);

  test('the resource with datastore_active has fields, records, total and links', async () => {
    const { resources } = (await catalog.get('package_show', { id: 'air' })).envelope.result;
    const active = resources.filter((each: Row) => each.datastore_active);
    assert.equal(active.length, 1);
    const { envelope } = await catalog.get('datastore_search', { resource_id: active[0].id });
    const { result } = envelope;
    assert.equal(result.total, 5);
    assert.equal(result.limit, 100);
    assert.equal(result.records.length, 5);
    assert.deepEqual(
      Object.keys(result.records[0]),
      result.fields.map((field: Row) => field.id),
    );
    assert.match(result._links.next, /^\/api\/3\/action\/datastore_search\?.*offset=100/);
    const north = result.records.find((row: Row) => row.result === 20.5);
    assert.equal(north.time_utc, '2026-11-01T06:30:00.250000Z');
    assert.equal(north.time_local, '2026-11-01T01:30:00');
    assert.equal(north.sensor_name, 'North pole');
    assert.equal(typeof north._id, 'number');
  });

  test('limit and offset: pages without gap or repeat, sensor after sensor', async () => {
    const all = (await search()).records;
    for (const size of [1, 2, 3]) {
      const seen: Row[] = [];
      for (let offset = 0; offset < 6; offset += size)
        seen.push(...(await search({ limit: size, offset })).records);
      assert.deepEqual(seen, all, `${size} at a time`);
    }
    assert.equal((await search({ limit: 100_000 })).limit, 32_000);
    assert.deepEqual((await search({ limit: 0 })).records, []);
    assert.deepEqual((await search({ offset: 99 })).records, []);
    const wrong = await catalog.post('datastore_search', {
      resource_id: uuidOf('csv', catalog.air.datasetId),
      limit: -1,
    });
    assert.equal(wrong.status, 409);
  });

  test('filters: a value or a list, of any column', async () => {
    assert.deepEqual(await results({ filters: { sensor_name: '=South pole' } }), ['=cmd', 10]);
    assert.deepEqual(await results({ filters: { result: 10 } }), [10, 10].slice(0, 2));
    assert.deepEqual(await results({ filters: { result: ['20.5', '=cmd'] } }), ['=cmd', 20.5]);
    assert.deepEqual(await results({ filters: { flag: 'implausible' } }), [999]);
    assert.deepEqual(await results({ filters: { time_utc: '2026-11-01T05:45:00' } }), [10]);
    assert.equal((await search({ filters: { flag: null } })).total, 4);
    assert.equal((await search({ filters: { sensor_name: 'North pole', result: 10 } })).total, 1);
    assert.deepEqual(await results({ filters: { sensor_name: "x' or '1'='1" } }), []);
    const { envelope } = await catalog.get('datastore_search', {
      resource_id: uuidOf('csv', catalog.air.datasetId),
      filters: '{"sensor_name":["North pole"]}',
    });
    assert.equal(envelope.result.total, 3);
  });

  test('q: in all columns, or in one each', async () => {
    assert.equal((await search({ q: 'north' })).total, 3);
    assert.equal((await search({ q: { sensor_name: 'north', result: '999' } })).total, 1);
    assert.equal((await search({ q: 'north & !999', plain: false })).total, 2);
  });

  test('sort, fields, distinct, include_total, records_format', async () => {
    assert.deepEqual(await results({ sort: 'time_utc desc', limit: 2 }), [999, 20.5]);
    assert.deepEqual(await results({ sort: 'sensor_name desc, time_utc', limit: 2 }), [10, 20.5]);
    const few = await search({ fields: 'result,sensor_name', limit: 1 });
    assert.deepEqual(Object.keys(few.records[0]), ['result', 'sensor_name']);
    assert.deepEqual(
      few.fields.map((field: Row) => field.id),
      ['result', 'sensor_name'],
    );
    const distinct = await search({ fields: ['sensor_name'], distinct: true });
    assert.equal(distinct.records.length, 2);
    assert.equal(distinct.total, 5, 'the total counts all rows that match, as CKAN says');
    assert.equal('total' in (await search({ include_total: false })), false);
    const lists = await search({ records_format: 'lists', fields: ['result'], sort: 'time_utc' });
    assert.deepEqual(lists.records, [['=cmd'], [10], [10], [20.5], [999]]);
    const csv = await search({
      records_format: 'csv',
      fields: ['result', 'measure'],
      sort: 'time_utc',
      limit: 2,
    });
    assert.match(csv.records, /^'=cmd,/);
  });

  test('what is wrong is named', async () => {
    const resource_id = uuidOf('csv', catalog.air.datasetId);
    for (const [parameters, name] of [
      [{}, 'resource_id'],
      [{ resource_id, fields: 'nothing' }, 'fields'],
      [{ resource_id, sort: 'nothing' }, 'sort'],
      [{ resource_id, sort: 'result desc; drop table x' }, 'sort'],
      [{ resource_id, filters: { constructor: 1 } }, 'filters'],
      [{ resource_id, filters: 'x' }, 'filters'],
      [{ resource_id, filters: { _id: 'x' } }, 'filters'],
      [{ resource_id, filters: { time_utc: 'noon' } }, 'filters'],
      [{ resource_id, q: { nothing: 'x' } }, 'q'],
      [{ resource_id, q: 'a &', plain: false }, 'q'],
      [{ resource_id, language: 'klingon' }, 'language'],
      [{ resource_id, records_format: 'xml' }, 'records_format'],
      [{ resource_id, sql: 'select 1' }, 'sql'],
    ] as [Row, string][]) {
      const { status, envelope } = await catalog.post('datastore_search', parameters);
      assert.equal(status, 409, `${JSON.stringify(parameters)} ${JSON.stringify(envelope)}`);
      assert.ok(Array.isArray(envelope.error?.[name]), name);
    }
  });

  test('a resource of a dataset that is not open is not there; one that is closed goes at once', async () => {
    const { ctx } = catalog.site;
    const { rows } = await ctx.owner.query<{ id: string; slug: string }>(
      'select id, slug from private.dataset',
    );
    const idOf = (slug: string) => rows.find((row) => row.slug === slug)?.id as string;
    const said = new Set<string>();
    for (const id of [uuidOf('csv', idOf('hidden')), uuidOf('csv', idOf('listed')), uuidOf('csv', '99999')]) {
      const { status, envelope } = await catalog.get('datastore_search', { resource_id: id });
      assert.equal(status, 404);
      said.add(JSON.stringify(envelope.error).replace(id, '…'));
    }
    assert.equal(said.size, 1);
    const bicycles = uuidOf('csv', idOf('bicycles'));
    assert.equal((await catalog.get('datastore_search', { resource_id: bicycles })).status, 200);
    await setAccess(ctx, { dataset: 'bicycles', access: 'restricted' });
    assert.equal((await catalog.get('datastore_search', { resource_id: bicycles })).status, 404);
  });
});

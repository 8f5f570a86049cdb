import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { uuidOf } from '../../../src/datasets/resources.ts';
import { makeTable } from '../../support/table.ts';
import { useCatalog } from './service.ts';

type Row = Record<string, unknown>;

/** CKAN's documentation, “DataStore extension”, for a dataset that is a table. */
describe('datastore_search of a table', () => {
  const catalog = useCatalog();
  let id: string;
  before(async () => {
    const { slug } = await makeTable(catalog.site.ctx, {
      columns: ['tree:text', 'height:number', 'planted:date', 'alive:boolean'],
      rows: [
        ['Oak', '3.5', '2020-02-29', 'true'],
        ['=cmd|x', null, null, 'false'],
        ['Elm', '7', '1999-12-31', null],
      ],
    });
    const { resources } = (await catalog.get('package_show', { id: slug })).envelope.result;
    assert.deepEqual(
      resources.map((each: Row) => each.format),
      ['CSV', 'JSONL'],
      'no empty readings beside it',
    );
    for (const { url } of resources) {
      const { pathname } = new URL(url);
      assert.equal((await fetch(catalog.site.url + pathname)).status, 200, pathname);
    }
    id = resources.find((each: Row) => each.datastore_active).id;
    assert.deepEqual((await catalog.get('resource_show', { id })).envelope.result.id, id);
  });
  const search = async (parameters: Row) => {
    const { status, envelope } = await catalog.post('datastore_search', { resource_id: id, ...parameters });
    assert.equal(status, 200, JSON.stringify(envelope.error));
    return envelope.result;
  };

  test('fields with types, records, total', async () => {
    const { fields, records, total } = await search({});
    assert.deepEqual(fields, [
      { id: '_id', type: 'int' },
      { id: 'tree', type: 'text' },
      { id: 'height', type: 'numeric' },
      { id: 'planted', type: 'date' },
      { id: 'alive', type: 'bool' },
    ]);
    assert.equal(total, 3);
    assert.deepEqual(records[0], { _id: 1, tree: 'Oak', height: 3.5, planted: '2020-02-29', alive: true });
  });

  test('filters, q, fields, sort, limit, offset, records_format', async () => {
    const trees = async (parameters: Row) => (await search(parameters)).records.map((row: Row) => row.tree);
    assert.deepEqual(await trees({ filters: { tree: ['Oak', 'Elm'] } }), ['Oak', 'Elm']);
    assert.deepEqual(await trees({ filters: { height: null } }), ['=cmd|x']);
    assert.deepEqual(await trees({ q: 'elm' }), ['Elm']);
    assert.deepEqual(await trees({ sort: 'height desc', filters: { tree: ['Oak', 'Elm'] } }), ['Elm', 'Oak']);
    assert.deepEqual(await trees({ limit: 1, offset: 2 }), ['Elm']);
    assert.equal((await search({ filters: { tree: 'Oak' } })).total, 1);
    const lists = await search({ fields: ['tree', 'height'], records_format: 'lists', limit: 1 });
    assert.deepEqual(lists.records, [['Oak', 3.5]]);
    assert.match((await search({ fields: 'tree', records_format: 'csv' })).records, /^Oak\n'=cmd\|x\nElm\n$/);
  });

  test('what is wrong is named; a table that is not there is not found', async () => {
    for (const [parameters, name] of [
      [{ filters: { nothing: 1 } }, 'filters'],
      [{ filters: { height: 'tall' } }, 'filters'],
      [{ sort: 'nothing' }, 'sort'],
      [{ fields: 'nothing' }, 'fields'],
      [{ q: { tree: 'oak' } }, 'q'],
      [{ distinct: true }, 'distinct'],
    ] as [Row, string][]) {
      const { status, envelope } = await catalog.post('datastore_search', { resource_id: id, ...parameters });
      assert.equal(status, 409, JSON.stringify(parameters));
      assert.ok(Array.isArray(envelope.error?.[name]), name);
    }
    const none = await catalog.get('datastore_search', {
      resource_id: uuidOf('table', catalog.air.datasetId),
    });
    assert.equal(none.status, 404);
  });
});

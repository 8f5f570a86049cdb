import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makeTable } from '../../../test/support/table.ts';
import { isProblem } from '../../kit/problem.ts';
import { setAccess } from '../../release/index.ts';
import { readTableRows } from './read-table-rows.ts';
import { settleTables } from './settle-table.ts';
import type { TableQuery } from './table.ts';

const test = testDatabase();
const columns = [
  'Name "of" tree:text',
  'año:integer',
  'height:number',
  'alive:boolean',
  'planted:date',
  'seen:time',
  'where:place',
];
const rows = [
  ['Oak', '12', '3.5', 'true', '2020-02-29', '2026-11-01T05:30:00Z', '(-73.4,41.1)'],
  ['=cmd|x', '-7', null, 'false', null, null, null],
  [
    'Élm, "big"',
    '9007199254740993',
    '1e-7',
    null,
    '1999-12-31',
    '2026-11-20T12:00:00.123456Z',
    '(-73.5,41.2)',
  ],
];

describe('the rows of a table', () => {
  const read = async (slug: string, query: TableQuery & { form?: 'objects' | 'arrays' | 'csv' } = {}) => {
    const found = await readTableRows(test.ctx, { of: { dataset: slug }, form: 'objects', ...query });
    return { ...found, list: query.form === 'csv' ? [] : JSON.parse(`[${found.body}]`) };
  };

  it('come as the database writes them, exact', async () => {
    const { slug } = await makeTable(test.ctx, { columns, rows });
    const { body, total, list } = await read(slug);
    assert.equal(total, 3);
    assert.deepEqual(list[0], {
      _id: 1,
      'Name "of" tree': 'Oak',
      año: 12,
      height: 3.5,
      alive: true,
      planted: '2020-02-29',
      seen: '2026-11-01T05:30:00+00:00',
      where: { type: 'Point', coordinates: [-73.4, 41.1] },
    });
    assert.match(body, /"año":9007199254740993,"height":1e-07/);
    assert.match(body, /12:00:00\.123456\+00:00/);
    const csv = await read(slug, { form: 'csv', fields: ['Name "of" tree', 'where'] });
    assert.equal(csv.body, `Oak,POINT (-73.4 41.1)\n'=cmd|x,\n"Élm, ""big""",POINT (-73.5 41.2)`);
  });

  it('are filtered, searched, sorted and paged', async () => {
    const { slug } = await makeTable(test.ctx, { columns, rows });
    const ids = async (query: TableQuery) =>
      (await read(slug, query)).list.map(({ _id }: { _id: number }) => _id);
    const by = (
      column: string,
      kind: 'is' | 'from' | 'to' | 'contains' | 'empty' | 'within',
      ...values: string[]
    ) => ({
      filters: [{ column, kind, values }],
    });
    assert.deepEqual(await ids(by('Name "of" tree', 'is', 'Oak')), [1]);
    assert.deepEqual(await ids(by('año', 'is', '12', '-7')), [1, 2]);
    assert.deepEqual(await ids(by('año', 'from', '12')), [1, 3]);
    assert.deepEqual(await ids(by('planted', 'to', '2000-01-01')), [3]);
    assert.deepEqual(await ids(by('Name "of" tree', 'contains', 'BIG')), [3]);
    assert.deepEqual(await ids(by('Name "of" tree', 'contains', '%')), []);
    assert.deepEqual(await ids(by('height', 'empty')), [2]);
    assert.deepEqual(await ids(by('where', 'within', '-73.45,41,-73,41.15')), [1]);
    assert.deepEqual(await ids({ q: 'élm' }), [3]);
    assert.deepEqual(await ids({ q: 'oa' }), [1], 'the beginning of a word is enough');
    assert.deepEqual(await ids({ q: 'nothing' }), []);
    assert.deepEqual(await ids({ sort: [{ column: 'año', descending: true }] }), [3, 1, 2]);
    assert.deepEqual(await ids({ sort: [{ column: '_id', descending: true }], limit: 1, offset: 1 }), [2]);
    assert.deepEqual(await ids({ limit: 1, offset: 2 }), [3]);
    const first = await read(slug, { limit: 2 });
    assert.equal(first.next, '2');
    assert.deepEqual(await ids({ after: first.next as string }), [3]);
    assert.equal((await read(slug, by('año', 'is', '12'))).total, 1);
  });

  it('refuse what is wrong, by name', async () => {
    const { slug } = await makeTable(test.ctx, { columns, rows });
    const wrong: TableQuery[] = [
      { filters: [{ column: 'nothing', kind: 'is', values: ['1'] }] },
      { filters: [{ column: 'año', kind: 'is', values: ['1; drop table x'] }] },
      { filters: [{ column: 'año', kind: 'is', values: ['1e400'] }] },
      { filters: [{ column: 'planted', kind: 'is', values: ['2026-02-31'] }] },
      { filters: [{ column: 'height', kind: 'from', values: ['1e400'] }] },
      { filters: [{ column: 'where', kind: 'is', values: ['x'] }] },
      { fields: ['c1'] },
      { sort: [{ column: 'where' }] },
      { limit: -1 },
      { offset: 0.5 },
      { after: 'x' },
    ];
    for (const query of wrong)
      await assert.rejects(
        read(slug, query),
        (error) => isProblem(error) && error.kind === 'invalid',
        JSON.stringify(query),
      );
  });

  it('of a restricted dataset do not exist, and lie where nobody outside reads', async () => {
    const { slug } = await makeTable(test.ctx, { columns, rows });
    await setAccess(test.ctx, { dataset: slug, access: 'restricted', listed: true });
    await assert.rejects(read(slug), (error) => isProblem(error) && error.kind === 'not-found');
    await settleTables(test.ctx);
    const { rows: left } = await test.ctx.owner.query(
      `select from private.list_relations() l join private.data_table t on t.id = l.of_table
       join private.dataset d on d.id = t.dataset_id where d.slug = $1 and l.audience <> 'private'`,
      [slug],
    );
    assert.equal(left.length, 0);
    await setAccess(test.ctx, { dataset: slug, access: 'open' });
    await settleTables(test.ctx);
    assert.equal((await read(slug)).total, 3);
  });

  it('are updated by key, each key once', async () => {
    const keyed = { columns: ['id:integer!', 'name:text'], slug: 'keyed' };
    await makeTable(test.ctx, {
      ...keyed,
      rows: [
        ['1', 'a'],
        ['2', 'b'],
        ['1', 'c'],
      ],
    });
    assert.deepEqual((await read('keyed', { form: 'arrays' })).list, [
      [1, 2, 'b'],
      [2, 1, 'c'],
    ]);
    await makeTable(test.ctx, {
      ...keyed,
      mode: 'upsert',
      rows: [
        ['3', 'd'],
        ['2', 'B'],
      ],
    });
    const { list, total } = await read('keyed', { form: 'arrays' });
    assert.equal(total, 3);
    assert.deepEqual(list, [
      [1, 2, 'B'],
      [2, 1, 'c'],
      [3, 3, 'd'],
    ]);
  });

  it('can be appended, and only to the columns that are there', async () => {
    const plain = { columns: ['a:integer', 'b:text'], slug: 'plain' };
    await makeTable(test.ctx, { ...plain, rows: [['1', 'x']] });
    await makeTable(test.ctx, {
      ...plain,
      columns: ['b:text', 'a:integer'],
      mode: 'append',
      rows: [['y', '2']],
    });
    assert.deepEqual((await read('plain', { form: 'arrays' })).list, [
      [1, 1, 'x'],
      [2, 2, 'y'],
    ]);
    await assert.rejects(
      makeTable(test.ctx, { ...plain, columns: ['a:text'], mode: 'append', rows: [] }),
      /of type integer in the table, not text/,
    );
    await assert.rejects(
      makeTable(test.ctx, { ...plain, columns: ['z:text'], mode: 'append', rows: [] }),
      /no column “z”/,
    );
  });

  it('are made by the database alone: the program can make no table, nor drop one that is in use', async () => {
    await assert.rejects(test.ctx.app.query('create table private.mine (a int)'), /permission denied/);
    await assert.rejects(
      test.ctx.public.query(`select private.make_relation('released', 1, 1, '{text}')`),
      /permission denied/,
    );
    await assert.rejects(
      test.ctx.app.query(`select private.make_relation('public', 1, 1, '{text}')`),
      /no such schema/,
    );
    await assert.rejects(
      test.ctx.app.query(`select private.make_relation('private', 1, 99, '{text,"int; drop"}')`),
      /no such type/,
    );
    await assert.rejects(
      test.ctx.app.query(`select private.make_relation('private', 1, 99, array_fill('text'::text, '{501}'))`),
      /1 to 500/,
    );
    await makeTable(test.ctx, { columns: ['a:text'], rows: [['1']], slug: 'used' });
    await assert.rejects(
      test.ctx.app.query(
        `select private.drop_relation('released', t.id, t.generation) from released.data_table t join private.dataset d on d.id = t.dataset_id where d.slug = 'used'`,
      ),
      /in use/,
    );
  });
});

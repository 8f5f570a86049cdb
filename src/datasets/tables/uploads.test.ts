import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { testDatabase } from '../../../test/support/context.ts';
import { as } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { isProblem } from '../../kit/problem.ts';
import { ensureDataset } from '../../release/index.ts';
import { confirmUpload } from './confirm-upload.ts';
import { forgetOldUploads } from './forget-upload.ts';
import { readRejects } from './read-rejects.ts';
import { readTableDesk } from './read-table-desk.ts';
import { readTableRows } from './read-table-rows.ts';
import { receiveUpload } from './receive-upload.ts';
import type { FileGuess, StoreMode, TablePlan } from './table.ts';
import { storeUploads } from './upload-queue.ts';

const test = testDatabase();
let counter = 0;

const dataset = async (): Promise<string> => {
  const slug = `uploads-${++counter}`;
  await withTransaction(test.ctx.app, (tx) =>
    ensureDataset(
      tx,
      { slug, title: slug, description: 'Test.', topic: 'other', access: 'open' },
      { opensUnowned: true },
    ),
  );
  return slug;
};
const receive = (slug: string, content: string | Uint8Array, fileName = 'a.csv') =>
  receiveUpload(test.ctx, {
    dataset: slug,
    fileName,
    content: (async function* () {
      yield typeof content === 'string' ? Buffer.from(content) : content;
    })(),
  });
const planOf = ({ file, columns }: FileGuess, mode: StoreMode = 'replace'): TablePlan => ({
  file,
  mode,
  columns: columns.map(({ field, name, type, format }) => ({
    field,
    name,
    type,
    format,
    nullable: true,
    isKey: false,
  })),
});
const store = async (
  slug: string,
  content: string | Uint8Array,
  change: (plan: TablePlan) => TablePlan = (plan) => plan,
) => {
  const { upload, guess, error } = await receive(slug, content);
  assert.ok(guess, error ?? '');
  await confirmUpload(test.ctx, { upload, plan: change(planOf(guess)) });
  await storeUploads(test.ctx);
  const desk = await readTableDesk(test.ctx, { dataset: slug });
  return desk.uploads.find(({ id }) => id === upload) as (typeof desk.uploads)[number];
};
const rows = async (slug: string) =>
  JSON.parse(`[${(await readTableRows(test.ctx, { of: { dataset: slug }, form: 'arrays' })).body}]`);

describe('a file on its way into a table', () => {
  it('is looked at, confirmed and stored', async () => {
    const slug = await dataset();
    const { guess } = await receive(
      slug,
      'Zip;Größe;Opened\r\n06810;"1,5";2/29/2024\r\n06811;2,25;12/31/2024\r\n',
    );
    assert.deepEqual(guess?.file, {
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ';',
      quotes: true,
      fill: false,
      header: 1,
    });
    assert.deepEqual(
      guess?.columns.map(({ name, type, format }) => [name, type, format]),
      [
        ['Zip', 'text', null],
        ['Größe', 'number', ','],
        ['Opened', 'date', 'M/D/YYYY'],
      ],
    );
    const done = await store(slug, 'Zip;Größe;Opened\r\n06810;"1,5";2/29/2024\r\n06811;2,25;12/31/2024\r\n');
    assert.equal(done.state, 'stored');
    assert.deepEqual(await rows(slug), [
      [1, '06810', 1.5, '2024-02-29'],
      [2, '06811', 2.25, '2024-12-31'],
    ]);
    const { rowCount } = await test.ctx.owner.query(
      'select from private.table_upload_part where upload_id = $1',
      [done.id],
    );
    assert.equal(rowCount, 0, 'the file is not kept once it is stored');
  });

  it('tells bad rows with line and reason, and stores the others', async () => {
    const slug = await dataset();
    const lines = [
      'id,n,day',
      '1,1,2026-01-01',
      '2,2',
      '3,3,2026-02-31',
      '4,1e400,2026-01-01',
      '5,5,2026-01-05,6',
      '6,six,2026-01-06',
      '7,7,2026-01-07',
      '8,8,2026-01-08',
      '9,,',
      '10,10,2026-01-10',
    ];
    const done = await store(slug, lines.join('\n'), (plan) => ({
      ...plan,
      columns: plan.columns.map((column) => ({
        ...column,
        type: ({ id: 'integer', n: 'number', day: 'date' } as const)[column.name as 'id'],
        format: null,
      })),
    }));
    assert.equal(done.state, 'stored', done.error ?? '');
    assert.deepEqual([done.rowsStored, done.rowsBad], [5, 5]);
    assert.deepEqual(
      (await rows(slug)).map((row: unknown[]) => row[1]),
      [1, 7, 8, 9, 10],
    );
    const { body } = await readRejects(test.ctx, { upload: done.id });
    assert.match(body, /^3,"","2","2 fields instead of 3"/m);
    assert.match(body, /^4,"day","2026-02-31","not a day/m);
    assert.match(body, /^5,"n","1e400","a number too large to store"/m);
    assert.match(body, /^6,"","4","4 fields instead of 3"/m);
    assert.match(body, /^7,"n","six","not a number"/m);
  });

  it('of which more than half cannot be stored is stored not at all, and can be tried in another way', async () => {
    const slug = await dataset();
    await store(slug, 'a\n1\n');
    const bad = await store(slug, 'a\n1\nx\ny\n', (plan) => ({
      ...plan,
      columns: [{ ...(plan.columns[0] as TablePlan['columns'][0]), type: 'integer' }],
    }));
    assert.equal(bad.state, 'staged');
    assert.match(bad.error ?? '', /2 of 3 rows cannot be stored.*line 3, “a”: not a whole number/);
    assert.deepEqual(await rows(slug), [[1, 1]]);
    await confirmUpload(test.ctx, { upload: bad.id, plan: planOf(bad.guess as FileGuess) });
    await storeUploads(test.ctx);
    assert.deepEqual(await rows(slug), [
      [1, '1'],
      [2, 'x'],
      [3, 'y'],
    ]);
  });

  it('that is no table is refused with the place', async () => {
    const slug = await dataset();
    const wide = Array.from({ length: 501 }, (_, index) => `c${index}`).join(',');
    const bad: [string | Uint8Array, RegExp][] = [
      ['', /empty/],
      ['{"a": 1}', /JSON/],
      [`${wide}\n`, /Line 1 names 501 columns/],
      ['a,b\n1,"2\n3,4\n', /Line 2.*never closed/],
      [Buffer.from([0x61, 0x0a, 0x00, 0x0a]), /Line 2: a zero byte/],
      [`a\n${'x'.repeat(1_100_000)}\n`, /Line 2: a record of more than/],
      [Buffer.from('504b0304aaaaaaaa', 'hex'), /workbook cannot be read/],
      [gzipSync(Buffer.alloc(150 * 1024 * 1024, `${'x'.repeat(500_000)}\n`)), /bomb/],
    ];
    for (const [content, message] of bad) {
      const { upload, guess, error } = await receive(slug, content);
      if (guess) {
        // What only the whole file shows is told when it is stored.
        await confirmUpload(test.ctx, { upload, plan: planOf(guess) });
        await storeUploads(test.ctx);
        const { uploads } = await readTableDesk(test.ctx, { dataset: slug });
        assert.match(uploads.find(({ id }) => id === upload)?.error ?? '', message);
      } else assert.match(error ?? '', message);
    }
    await assert.rejects(readTableRows(test.ctx, { of: { dataset: slug }, form: 'arrays' }), /no such table/);
  });

  it('with columns of the same name, or none, is told; such a plan is refused', async () => {
    const slug = await dataset();
    const { upload, guess } = await receive(slug, 'a,a,,"q""uo\'te ñ"\n1,2,3,4\n');
    assert.deepEqual(
      guess?.columns.map(({ name }) => name),
      ['a', 'a 2', 'column 3', `q"uo'te ñ`],
    );
    assert.deepEqual(guess?.notes, [
      { what: 'same-name', at: 'a' },
      { what: 'no-name', at: '3' },
    ]);
    const plan = planOf(guess as FileGuess);
    for (const name of ['a', '', '_id', 'x'.repeat(201), 'line\nbreak'])
      await assert.rejects(
        confirmUpload(test.ctx, {
          upload,
          plan: {
            ...plan,
            columns: plan.columns.map((column, at) => (at === 1 ? { ...column, name } : column)),
          },
        }),
        (error) => isProblem(error) && error.kind === 'invalid' && /^Column 2: /.test(error.message),
        name,
      );
    await confirmUpload(test.ctx, { upload, plan });
    await assert.rejects(
      confirmUpload(test.ctx, { upload, plan }),
      (error) => isProblem(error) && error.kind === 'too-late',
    );
    await storeUploads(test.ctx);
    assert.deepEqual(await rows(slug), [[1, 1, 2, 3, 4]]);
  });

  it('keeps formulas as text, and files of a hundred thousand rows come whole', async () => {
    const slug = await dataset();
    const many = Array.from(
      { length: 100_000 },
      (_, index) => `${index},=cmd|' /C calc'!A0,"tab\there\\n"`,
    ).join('\n');
    const done = await store(slug, gzipSync(`id,note,odd\n${many}\n`));
    assert.equal(done.rowsStored, 100_000);
    const found = await readTableRows(test.ctx, {
      of: { dataset: slug },
      form: 'csv',
      filters: [{ column: 'id', kind: 'is', values: ['99999'] }],
    });
    assert.equal(found.body, `100000,99999,'=cmd|' /C calc'!A0,tab\there\\n`);
    const { columns } = found.table;
    assert.ok(columns.every(({ indexed }) => indexed));
  });

  it('is stored once, whoever asks at the same time; nobody else may', async () => {
    const slug = await dataset();
    const { upload, guess } = await receive(slug, 'a\n1\n2\n');
    await confirmUpload(test.ctx, { upload, plan: { ...planOf(guess as FileGuess), mode: 'append' } });
    await Promise.all([storeUploads(test.ctx), storeUploads(test.ctx), storeUploads(test.ctx)]);
    assert.equal((await rows(slug)).length, 2);
    const stranger = as(test.ctx, { kind: 'anonymous' });
    await assert.rejects(
      confirmUpload(stranger, { upload, plan: {} }),
      (error) => isProblem(error) && error.kind === 'signed-out',
    );
    await assert.rejects(
      readRejects(stranger, { upload }),
      (error) => isProblem(error) && error.kind === 'signed-out',
    );
  });

  it('is forgotten after a day', async () => {
    const slug = await dataset();
    const { upload } = await receive(slug, 'a\n1\n');
    test.ctx.clock.advance(25 * 3_600_000);
    await forgetOldUploads(test.ctx);
    const { uploads } = await readTableDesk(test.ctx, { dataset: slug });
    assert.equal(uploads.find(({ id }) => id === upload)?.state, 'forgotten');
    const { rowCount } = await test.ctx.owner.query(
      'select from private.table_upload_part where upload_id = $1',
      [upload],
    );
    assert.equal(rowCount, 0);
  });
});

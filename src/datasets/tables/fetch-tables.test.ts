import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makeTable } from '../../../test/support/table.ts';
import { isProblem } from '../../kit/problem.ts';
import { confirmUpload } from './confirm-upload.ts';
import { fetchDueTables } from './fetch-tables.ts';
import { readTableDesk } from './read-table-desk.ts';
import { readTableRows } from './read-table-rows.ts';
import { setTableFetch } from './set-table-fetch.ts';
import { storeUploads } from './upload-queue.ts';

const test = testDatabase();
let server: Server;
let host = '';
let answer: (response: ServerResponse) => void = () => {};
let asked: (string | undefined)[] = [];
before(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

describe('a table that is fetched', () => {
  const desk = () => readTableDesk(test.ctx, { dataset: 'fetched' });
  const rows = async () =>
    JSON.parse(`[${(await readTableRows(test.ctx, { of: { dataset: 'fetched' }, form: 'arrays' })).body}]`);
  const round = async () => {
    test.ctx.clock.advance(86_400_000);
    await fetchDueTables(test.ctx);
    await storeUploads(test.ctx);
  };

  it('reaches nothing inside, and no other kind of address', async () => {
    await makeTable(test.ctx, { slug: 'fetched', columns: ['id:integer', 'n:integer'], rows: [['1', '1']] });
    for (const url of [
      'file:///etc/passwd',
      'ftp://example.org/a.csv',
      'https://user:secret@example.org/a.csv',
    ])
      await assert.rejects(
        setTableFetch(test.ctx, { dataset: 'fetched', url, every: 'P1D', mode: 'replace' }),
        (error) => isProblem(error) && error.kind === 'invalid',
      );
    await setTableFetch(test.ctx, {
      dataset: 'fetched',
      url: `http://${host}/a.csv`,
      every: 'P1D',
      mode: 'replace',
    });
    await round();
    const { fetch } = await desk();
    assert.equal(fetch?.lastResult, 'failed');
    assert.match(fetch?.lastError ?? '', /lies inside this network/);
    assert.equal(asked.length, 0);
  });

  it('waits for a person at first, then is stored by itself; what has not changed is not sent again', async () => {
    test.ctx.config.FETCH_INTERNAL = [host];
    answer = (response) => response.setHeader('etag', '"one"').end('id,n\n1,10\n2,20\n');
    await round();
    const { uploads, fetch } = await desk();
    assert.equal(fetch?.lastResult, 'waits');
    assert.deepEqual(await rows(), [[1, 1, 1]]);
    const [first] = uploads;
    const plan = {
      file: first?.guess?.file,
      mode: 'replace',
      columns: first?.guess?.columns.map(({ field, name, type }) => ({
        field,
        name,
        type,
        nullable: name !== 'id',
        isKey: name === 'id',
      })),
    };
    await confirmUpload(test.ctx, { upload: first?.id as string, plan });
    await storeUploads(test.ctx);
    assert.deepEqual(await rows(), [
      [1, 1, 10],
      [2, 2, 20],
    ]);
    await round();
    asked = [];
    answer = (response) => response.writeHead(304).end();
    await round();
    assert.deepEqual(asked, ['"one"']);
    assert.equal((await desk()).fetch?.lastResult, 'unchanged');
  });

  it('is updated by key, wherever the columns stand now', async () => {
    await setTableFetch(test.ctx, {
      dataset: 'fetched',
      url: `http://${host}/a.csv`,
      every: 'P1D',
      mode: 'upsert',
    });
    answer = (response) => response.end('n,id\n21,2\n30,3\n');
    await round();
    assert.deepEqual(await rows(), [
      [1, 1, 10],
      [2, 2, 21],
      [3, 3, 30],
    ]);
  });

  it('that is down, lies or has other columns changes nothing, and the steward reads why', async () => {
    const before = await rows();
    const bad: [typeof answer, RegExp][] = [
      [(response) => response.writeHead(503).end(), /answered 503/],
      [(response) => response.end('<!doctype html><p>Not found</p>'), /no column “id” any more/],
      [(response) => response.end('{"a": 1}'), /JSON/],
      [(response) => response.end('n\n1\n'), /no column “id” any more/],
      [
        (response) =>
          response.writeHead(200, { 'content-length': '1000' }).write('id,n\n', () => response.destroy()),
        /cannot be read/,
      ],
    ];
    for (const [index, [how, message]] of bad.entries()) {
      answer = how;
      await round();
      const { fetch } = await desk();
      assert.match(fetch?.lastError ?? '', message);
      assert.equal(fetch?.failures, index + 1);
      assert.deepEqual(await rows(), before);
    }
    await setTableFetch(test.ctx, { dataset: 'fetched', url: '', every: '', mode: '' });
    assert.equal((await desk()).fetch, null);
  });
});

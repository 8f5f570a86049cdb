import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { storeReadings } from '../../src/observations/index.ts';
import { makeDatastream } from '../support/make.ts';
import { openSite, type Site } from '../support/site.ts';

let site: Site;
before(async () => {
  site = await openSite({ region: false });
});
after(async () => {
  await site.close();
});

/** Reads a feed until `count` observations came; returns their results and the last id. */
async function read(
  url: string,
  count: number,
  lastId?: string,
): Promise<{ results: number[]; lastId: string }> {
  const stop = new AbortController();
  // Patient, for other test files' transactions on the same server hold the feeds back (decision 003).
  const timeout = setTimeout(() => stop.abort(), 90_000);
  const answer = await fetch(url, {
    signal: stop.signal,
    headers: lastId === undefined ? {} : { 'last-event-id': lastId },
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  const results: number[] = [];
  let last = lastId ?? '';
  let text = '';
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  while (results.length < count || last === '') {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      last = /^id: (.*)$/m.exec(block)?.[1] ?? last;
      const data = /^event: observation\ndata: (.*)$/m.exec(block)?.[1];
      if (data) results.push(JSON.parse(data).result);
    }
  }
  clearTimeout(timeout);
  stop.abort();
  return { results, lastId: last };
}

async function store(datastreamId: string, values: number[]): Promise<void> {
  await storeReadings(site.ctx, {
    readings: values.map((value) => ({
      datastreamId,
      phenomenonStart: new Date(Date.UTC(2026, 0, 1) + value * 1000).toISOString(),
      result: value,
    })),
    repeats: 'allow',
  });
}

test('a client that was away while the server was restarted gets all it missed, once', async () => {
  const { datastreamId, dataset } = await makeDatastream(site.ctx);
  for (const path of [`/live/datastreams/${datastreamId}`, `/live/datasets/${dataset}`]) {
    const before = await read(site.url + path, 0);
    await store(datastreamId, [1, 2]);
    const first = await read(site.url + path, 2, before.lastId);
    assert.deepEqual(first.results, [1, 2]);

    await store(datastreamId, [3]);
    const second = await createApp(site.ctx, { pages: false });
    const url = await second.server.listen({ host: '127.0.0.1', port: 0 });
    await store(datastreamId, [4]);
    const rest = await read(url + path, 2, first.lastId);
    assert.deepEqual(rest.results, [3, 4]);
    await second.close();
  }
});

test('what is not there, not open or not well-formed is refused in words', async () => {
  const { dataset, datastreamId } = await makeDatastream(site.ctx, { access: 'restricted', listed: true });
  for (const [path, status] of [
    ['/live/datasets/no-such-dataset', 404],
    [`/live/datasets/${dataset}`, 404],
    [`/live/datastreams/${datastreamId}`, 404],
    ['/live/datastreams/9223372036854775807', 404],
    ['/live/datastreams/99999999999999999999', 400],
    ['/live/datastreams/x', 400],
    ["/live/datastreams/1'%20or%201=1", 400],
  ] as const) {
    const answer = await fetch(site.url + path);
    assert.equal(answer.status, status, path);
    assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
    assert.ok(((await answer.json()) as { detail: string }).detail.length > 10);
  }
  const open = await makeDatastream(site.ctx);
  const answer = await fetch(`${site.url}/live/datastreams/${open.datastreamId}`, {
    headers: { 'last-event-id': 'nonsense' },
  });
  assert.equal(answer.status, 400);
});

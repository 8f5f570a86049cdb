import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { openSite, type Site } from '../../../test/support/site.ts';
import { createApp } from '../../app.ts';
import { as } from '../../kit/context.ts';
import { createKey } from './create-key.ts';
import { timelineOf } from './key-timeline.ts';
import { aboutOf, openUsage } from './key-usage.ts';
import { readKey } from './read-key.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

let site: Site;
let open: Made;
let secret: Made;
before(async () => {
  site = await openSite({ region: false, env: { LIMIT_KEY: '12/1m', LIMIT_DEMO_KEY: '3/1m' } });
  open = await makeDatastream(site.ctx);
  secret = await makeDatastream(site.ctx, { access: 'restricted' });
});
after(() => site.close());

const ask = async (key: string, path: string, method = 'GET', body?: unknown) => {
  const answer = await fetch(`${site.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await answer.arrayBuffer();
  return answer.status;
};
/** What is counted is written within two seconds. */
const counted = async (id: string, requests: number) => {
  for (let waited = 0; ; waited += 100) {
    const { usage } = await readKey(site.ctx, { id });
    if (usage.days.reduce((sum, day) => sum + day.requests, 0) >= requests || waited > 8000) return usage;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describe('what a key is used for', () => {
  test('is counted by dataset and day, refusals too, and shown with the first and last use', async () => {
    const { id, key } = await createKey(site.ctx, {
      name: 'counted',
      datasets: [open.dataset, secret.dataset],
    });
    const statuses = [
      await ask(key, `/datasets/${open.dataset}/readings.csv`),
      await ask(key, `/v1.1/Datastreams(${open.datastreamId})`),
      await ask(key, `/v1.1/Things(${open.thingId})/Datastreams`),
      await ask(key, `/v1.1/Datastreams(${secret.datastreamId})/Observations`, 'POST', { result: 1 }),
      await ask(key, '/v1.1/Observations', 'POST', {
        result: 2,
        Datastream: { '@iot.id': Number(open.datastreamId) },
      }),
      await ask(key, `/datasets/${secret.dataset}/readings.csv`),
      await ask(key, '/v1.1/Things'),
    ];
    assert.deepEqual(statuses, [200, 200, 200, 201, 201, 404, 200]);
    for (let n = statuses.length; n < 14; n++) statuses.push(await ask(key, '/v1.1'));
    assert.deepEqual(statuses.slice(-3), [200, 429, 429]);
    const usage = await counted(id, 14);
    const by = (slug: string | null) => usage.datasets.find((each) => each.slug === slug);
    assert.equal(by(open.dataset)?.requests, 4);
    assert.equal(by(secret.dataset)?.requests, 1, 'the write; what was not found is not told');
    assert.equal(by(null)?.requests, 9);
    assert.equal(by(null)?.refused, 2);
    const today = usage.days.at(-1);
    assert.equal(usage.days.length, 30);
    assert.deepEqual(
      [today?.day, today?.requests, today?.refused],
      [site.ctx.clock.now().toISOString().slice(0, 10), 14, 2],
    );
    assert.ok((today?.bytes ?? 0) > 14 * 100);
    const one = (await readKey(site.ctx, { id, dataset: open.dataset })).usage;
    assert.deepEqual([one.only?.slug, one.days.at(-1)?.requests], [open.dataset, 4]);
    assert.equal((await readKey(site.ctx, { id, dataset: 'nothing' })).usage.days.at(-1)?.requests, 0);
    const { timeline, secrets } = await readKey(site.ctx, { id });
    assert.deepEqual(timeline.map(({ kind }) => kind).sort(), ['first-used', 'last-used', 'limited', 'made']);
    assert.ok(secrets[0]?.lastUsedAt);
  });

  test('a new secret is no new allowance', async () => {
    const { id, key } = await createKey(site.ctx, { name: 'rotated' });
    for (let n = 0; n < 12; n++) assert.equal(await ask(key, '/v1.1'), 200);
    const next = await rotateKey(site.ctx, { id, grace: 1 });
    assert.equal(await ask(next.key, '/v1.1'), 429);
    assert.equal(await ask(key, '/v1.1'), 429);
  });

  test('a revoked key is counted no more', async () => {
    const { id, key } = await createKey(site.ctx, { name: 'revoked' });
    await ask(key, '/v1.1');
    await revokeKey(site.ctx, { id });
    assert.equal(await ask(key, '/v1.1'), 401);
    await counted(id, 1);
    await new Promise((resolve) => setTimeout(resolve, 2200));
    assert.equal((await readKey(site.ctx, { id })).usage.days.at(-1)?.requests, 1);
  });

  test('is added up, also by many processes at once, and waits while the database does not take it', async () => {
    const { id, prefix } = await createKey(site.ctx, { name: 'many' });
    const gone = await createKey(site.ctx, { name: 'gone' });
    const one = { keyId: id, refused: false, bytes: 10 };
    const processes = Array.from({ length: 4 }, () => openUsage(site.ctx));
    for (const usage of processes) {
      for (let n = 0; n < 5; n++) usage.count({ ...one, about: `id ${open.datasetId}` });
      usage.count({ ...one, about: null });
      usage.count({ ...one, about: `slug ${open.dataset}` });
      usage.count({ ...one, about: 'slug nothing' });
      usage.count({ ...one, keyId: gone.id, about: null });
      usage.seen(prefix);
    }
    await site.ctx.owner.query('delete from private.api_key where id = $1', [gone.id]);
    const { app } = site.ctx;
    const broken = openUsage({
      ...site.ctx,
      get app() {
        return down ? ({ connect: () => Promise.reject(new Error('down')) } as unknown as typeof app) : app;
      },
    });
    let down = true;
    broken.count({ ...one, about: null });
    await broken.flush();
    down = false;
    await Promise.all([...processes, broken].map((usage) => usage.close()));
    const { usage } = await readKey(site.ctx, { id });
    const sums = Object.fromEntries(
      usage.datasets.map(({ slug, requests, bytes }) => [slug, [requests, bytes]]),
    );
    assert.deepEqual(sums, { [open.dataset]: [24, 240], null: [9, 90] });
  });

  test('counts a live feed to its dataset when it ends', async () => {
    const { id, key } = await createKey(site.ctx, { name: 'live' });
    const stop = new AbortController();
    const feed = await fetch(`${site.url}/live/datastreams/${open.datastreamId}`, {
      headers: { authorization: `Bearer ${key}` },
      signal: stop.signal,
    });
    assert.equal(feed.status, 200);
    stop.abort();
    assert.deepEqual(
      (await counted(id, 1)).datasets.map(({ slug, requests }) => [slug, requests]),
      [[open.dataset, 1]],
    );
  });

  test('is written when a server stops', async () => {
    const { id, key } = await createKey(site.ctx, { name: 'stopped' });
    const app = await createApp(site.ctx, { pages: false });
    const headers = { authorization: `Bearer ${key}` };
    assert.equal((await app.server.inject({ url: '/v1.1', headers })).statusCode, 200);
    await app.close();
    assert.equal((await readKey(site.ctx, { id })).usage.days.at(-1)?.requests, 1);
  });

  test('one person sees his own alone', async () => {
    const { id } = await createKey(site.ctx, { name: 'not his' });
    const stranger = {
      kind: 'person',
      personId: '99',
      sessionId: '1',
      name: 'a@example.org',
      grants: [],
    } as const;
    await assert.rejects(readKey(as(site.ctx, stranger), { id }), { kind: 'not-found' });
    await assert.rejects(revokeKey(as(site.ctx, stranger), { id }), { kind: 'not-found' });
    await assert.rejects(readKey(site.ctx, { id: 'x' }), { kind: 'not-found' });
  });
});

test('an address says what it is about', () => {
  for (const [url, about] of [
    ['/datasets/air/readings.csv?period=7d', 'slug air'],
    ['/live/datasets/air', 'slug air'],
    ['/live/datastreams/5', 'datastream 5'],
    ['/v1.1/Datastreams(5)/Observations?$top=1', 'datastream 5'],
    ['/v1.1/Things(007)', 'thing 7'],
    ['/v1.1/Things(9999999999999999999)', null],
    ['/v1.1/Things?x=Things(5)', null],
    ['/v1.1/Sensors(5)', null],
    ['/v1.1', null],
  ] as const)
    assert.equal(aboutOf(url), about, url);
});

describe('a key’s life', () => {
  const secretOf = (prefix: string, endsAt: string | null) => ({
    prefix,
    createdAt: '2026-01-01T00:00:00Z',
    endsAt,
    firstUsedAt: null,
    lastUsedAt: null,
    live: false,
  });
  const life = {
    createdAt: '2026-01-01T00:00:00Z',
    expiresAt: '2026-02-01T00:00:00Z',
    revokedAt: null as string | null,
    secrets: [secretOf('old', '2026-01-03T00:00:00Z'), secretOf('new', null)],
    accepted: [],
    limited: [],
    events: [],
  };
  const kinds = (now: string, more: Partial<typeof life> = {}) =>
    timelineOf({ ...life, ...more }, new Date(now)).map(({ kind }) => kind);
  test('tells what came of itself at its time, and not before', () => {
    assert.deepEqual(kinds('2026-01-02T23:59:59Z'), ['made']);
    assert.deepEqual(kinds('2026-01-03T00:00:00Z'), ['made', 'secret-ended']);
    assert.deepEqual(kinds('2026-03-01T00:00:00Z'), ['made', 'secret-ended', 'expired']);
  });
  test('ends once: a revoked key neither expires later, nor do its secrets end', () => {
    assert.deepEqual(kinds('2026-03-01T00:00:00Z', { revokedAt: '2026-01-02T00:00:00Z' }), ['made']);
  });
});

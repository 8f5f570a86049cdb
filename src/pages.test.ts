import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import fastify, { type LightMyRequestResponse } from 'fastify';
import { openTestContext, testDatabase } from '../test/support/context.ts';
import { makeDatastream } from '../test/support/make.ts';
import { loadTestRegion } from '../test/support/region.ts';
import { type App, createApp } from './app.ts';
import { shortCode } from './kit/short-code.ts';
import { registerPages } from './pages.ts';

test('without the built pages, says how to build them', async () => {
  const server = fastify();
  const { ctx, close } = await openTestContext();
  await registerPages(server, ctx, { build: new URL('./nowhere/', import.meta.url) });
  const { statusCode, body } = await server.inject('/en');
  assert.equal(statusCode, 503);
  assert.match(body, /The pages are not built\. Run <code>npm start<\/code>/);
  assert.equal((await server.inject('/')).statusCode, 302);
  await server.close();
  await close();
});

const built = existsSync(new URL('../build/server/index.js', import.meta.url));
const skip = built ? false : 'the pages are not built: npm run build';

describe('pages', { skip }, () => {
  const setUp = testDatabase({
    now: '2026-11-20T15:00:00Z',
    env: { PUBLIC_URL: 'https://data.example.org' },
  });
  let app: App;
  let sensor = '';
  let restricted = '';

  before(async () => {
    const { ctx } = setUp;
    await loadTestRegion(ctx);
    const { rows } = await ctx.public.query<{ thing: string; restricted: string }>(
      `select (select min(thing_id)::text from released.datastream) as thing,
         (select min(slug) from released.dataset where access = 'restricted') as restricted`,
    );
    sensor = shortCode(rows[0]?.thing ?? '');
    restricted = rows[0]?.restricted ?? '';
    app = await createApp(ctx);
  });
  after(() => app?.close());

  const get = (url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
    app.server.inject({ method: 'GET', url, headers });

  const everyPage = () => [
    '',
    '/danbury',
    '/east-norwalk',
    '/catalog',
    '/catalog?q=air&topic=environment',
    '/catalog?q=unicorn',
    '/datasets/danbury-traffic-counts',
    `/datasets/${restricted}`,
    '/datasets/danbury-traffic-counts/explore',
    `/sensors/${sensor}`,
    '/developers',
    '/about',
  ];

  test('the first address leads to the language that the browser prefers', async () => {
    const spanish = await get('/', { 'accept-language': 'es-PR,es;q=0.9' });
    assert.deepEqual([spanish.statusCode, spanish.headers.location], [302, '/es']);
    assert.equal(spanish.headers.vary, 'Accept-Language');
    assert.equal((await get('/')).headers.location, '/en');
  });

  test('every page speaks its language, links to the other, and says what it is', async () => {
    const titles = new Set<string>();
    for (const language of ['en', 'es']) {
      for (const page of everyPage()) {
        const { statusCode, body, headers } = await get(`/${language}${page}`);
        assert.equal(statusCode, 200, page);
        assert.match(String(headers['content-type']), /^text\/html/);
        assert.match(body, new RegExp(`<html lang="${language}"`), page);
        const title = body.match(/<title>([^<]+)<\/title>/)?.[1];
        assert.ok(title, page);
        titles.add(`${language} ${title}`);
        assert.equal(body.match(/<h1[ >]/g)?.length, 1, `${page}: one main heading`);
        const other = language === 'en' ? 'es' : 'en';
        const path = page.split('?')[0];
        assert.ok(body.includes(`hrefLang="${other}" href="https://data.example.org/${other}${path}"`), page);
        assert.ok(
          body.includes(`href="/${other}${page.replaceAll('&', '&amp;')}"`),
          `${page}: language switch`,
        );
        assert.match(body, language === 'en' ? /This is a demonstration/ : /Esto es una demostración/);
        assert.doesNotMatch(
          body.replace(/<script.*?<\/script>/gs, ''),
          /\bundefined\b|\bNaN\b|\[object /,
          page,
        );
      }
    }
    // The catalog's three addresses share a title.
    assert.equal(titles.size, 2 * (everyPage().length - 2));
  });

  test('scripts run only with the answer’s own nonce, which changes', async () => {
    const nonces = new Set<string>();
    for (const page of everyPage()) {
      const { body, headers } = await get(`/en${page}`);
      const policy = String(headers['content-security-policy']);
      const nonce = policy.match(/'nonce-([^']+)'/)?.[1] ?? '';
      assert.match(policy, /default-src 'self'; script-src 'self' 'nonce-/);
      nonces.add(nonce);
      for (const [script] of body.matchAll(/<script[^>]*>/g)) {
        assert.ok(script.includes(`nonce="${nonce}"`) || script.includes('application/ld+json'), script);
      }
      assert.doesNotMatch(body, /\son(click|load|error)=/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['set-cookie'], undefined);
    }
    assert.equal(nonces.size, everyPage().length);
  });

  test('an address that is none of ours is not found, in words', async () => {
    for (const url of [
      '/en/nowhere/at/all',
      '/en/atlantis',
      '/en/datasets/nix',
      '/en/sensors/U',
      '/en/datasets/x%00y',
    ]) {
      const { statusCode, body } = await get(url);
      assert.equal(statusCode, 404, url);
      assert.match(body, /We cannot find this page/, url);
    }
    const spanish = await get('/es/nada/de/esto');
    assert.equal(spanish.statusCode, 404);
    assert.match(spanish.body, /No encontramos esta página/);
    const unknown = await get('/fr', { 'accept-language': 'es' });
    assert.equal(unknown.statusCode, 404);
    assert.match(unknown.body, /<html lang="es"/);
  });

  test('a wrong parameter is refused, saying which', async () => {
    for (const [url, words] of [
      ['/en/catalog?page=none', /“page” in the address is wrong/],
      ['/en/catalog?sort=magic', /“sort” in the address is wrong/],
      ['/en/catalog?q=%00', /null character/],
      ['/en/datasets/danbury-traffic-counts?sensors=-1', /“sensors” in the address is wrong/],
      ['/en/developers?query=../healthz', /stays below \/v1\.1\//],
    ] as const) {
      const { statusCode, body } = await get(url);
      assert.equal(statusCode, 400, url);
      assert.match(body, words, url);
    }
  });

  test('a page beyond the last leads to the last', async () => {
    const { statusCode, headers } = await get('/en/catalog?topic=traffic&page=99');
    assert.deepEqual([statusCode, headers.location], [302, '/en/catalog?topic=traffic']);
  });

  test('what people wrote never becomes markup', async () => {
    const evil = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';
    const made = await makeDatastream(setUp.ctx, { dataset: 'evil', name: evil });
    await setUp.ctx.owner.query('update released.dataset set title = $1, description = $1 where slug = $2', [
      evil,
      'evil',
    ]);
    for (const url of [
      '/en/datasets/evil',
      '/en/catalog',
      `/en/catalog?q=${encodeURIComponent(evil)}&topic=${encodeURIComponent(evil)}`,
      `/en/sensors/${shortCode(made.thingId)}`,
      `/en?code=${encodeURIComponent(evil.slice(0, 30))}`,
      '/en/developers?query=Things',
    ]) {
      const { statusCode, body } = await get(url);
      assert.equal(statusCode, 200, url);
      assert.ok(!body.includes('<script>alert') && !body.includes('<img src=x'), url);
    }
  });

  test('a dataset’s page is described for search engines', async () => {
    const { body } = await get('/en/datasets/danbury-traffic-counts');
    const json = JSON.parse(
      body.match(/<script type="application\/ld\+json">(.*?)<\/script>/s)?.[1] ?? '',
    ) as Record<string, unknown>;
    assert.equal(json['@type'], 'Dataset');
    assert.equal(json.url, 'https://data.example.org/en/datasets/danbury-traffic-counts');
  });

  test('a restricted dataset shows whom to ask, and no content', async () => {
    const { body } = await get(`/en/datasets/${restricted}`);
    assert.match(body, /The content is not public/);
    assert.match(body, /Police/);
    assert.doesNotMatch(body, /readings\.csv|\/explore|Last reading/);
  });

  test('the address on the pole leads to the sensor, however it is written', async () => {
    const { statusCode, headers } = await get(`/s/${sensor.toLowerCase()}`, { 'accept-language': 'es' });
    assert.deepEqual([statusCode, headers.location], [302, `/es/sensors/${sensor}`]);
    const page = await get(`/en/sensors/${sensor}`);
    assert.ok(page.body.includes(`https://data.example.org/s/${sensor}`));
    const typed = await get(`/en?code=${sensor.toLowerCase()}`);
    assert.deepEqual([typed.statusCode, typed.headers.location], [302, `/en/sensors/${sensor}`]);
  });

  test('a query can be tried without JavaScript', async () => {
    const { body } = await get(
      `/en/developers?query=${encodeURIComponent("Things?$top=1&$filter=name eq 'nobody'")}`,
    );
    assert.match(body, /Status 200/);
    assert.match(body, /&quot;value&quot;: \[\]/);
    const wrong = await get('/en/developers?query=Nothings');
    assert.equal(wrong.statusCode, 200);
    assert.match(wrong.body, /Status 404/);
  });

  test('a form of another site is refused, in one line of the log', async () => {
    const before = setUp.ctx.logged().length;
    for (const origin of ['https://evil.example', 'null', 'http://data.example.org']) {
      const { statusCode, body } = await app.server.inject({
        method: 'POST',
        url: '/en/account',
        payload: 'do=all',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
      });
      assert.equal(statusCode, 400, origin);
      assert.match(body, /This form was sent by another site/);
    }
    const lines = setUp.ctx
      .logged()
      .slice(before)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ level, msg, err }) => [level, msg, err]),
      Array.from({ length: 3 }, () => [
        [30, 'a form of another site was refused', undefined],
        [30, 'request', undefined],
      ]).flat(),
    );
  });

  test('bodies are bounded', async () => {
    const post = (payload: string, headers: Record<string, string>) =>
      app.server.inject({ method: 'POST', url: '/en', payload, headers });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await post('x'.repeat(70_000), form)).statusCode, 413);
    assert.equal((await post('a=1', form)).statusCode, 405);
    const { statusCode, body } = await app.server.inject({
      method: 'POST',
      url: '/en/question?link=x',
      payload: 'do=remark&remark=%00',
      headers: form,
    });
    assert.equal(statusCode, 400);
    assert.match(body, /form contains a null character/);
  });

  test('files that never change may be kept for a year', async () => {
    const { body } = await get('/en');
    const path = body.match(/\/assets\/entry\.client[^"]+\.js/)?.[0] ?? '';
    const { statusCode, headers } = await get(path, { 'accept-encoding': 'br' });
    assert.equal(statusCode, 200);
    assert.equal(headers['content-encoding'], 'br');
    assert.match(String(headers['cache-control']), /max-age=31536000, immutable/);
    assert.equal((await get('/assets/none.js')).statusCode, 404);
  });
});

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { makeDatastream } from '../../test/support/make.ts';
import { openSite, type Site } from '../../test/support/site.ts';
import { as } from '../kit/context.ts';
import { createDemoKey } from './keys/create-demo-key.ts';
import { createKey } from './keys/create-key.ts';
import { createReadingKey } from './keys/create-reading-key.ts';
import { revokeKey } from './keys/revoke-key.ts';
import { limitedAddress } from './limits/limited-address.ts';

const env = {
  LIMIT_ANONYMOUS: '5/1m',
  LIMIT_KEY: '10/1m',
  LIMIT_DEMO_KEY: '3/1m',
  LIMIT_PAGES: '20/1m',
  TRUST_PROXY: '127.0.0.1',
};
let site: Site;
let key = '';
let doors: string[] = [];
let counter = 0;
let address = '';

before(async () => {
  site = await openSite({ region: false, env });
  const { dataset, datastreamId } = await makeDatastream(site.ctx);
  doors = [
    '/v1.1',
    `/v1.1/Datastreams(${datastreamId})`,
    '/v1.1/Things(999)',
    `/datasets/${dataset}/readings.csv`,
    '/datasets/none/readings.json',
    '/live/datasets/none',
    '/live/datastreams/none',
  ];
});
after(() => site.close());
beforeEach(async () => {
  address = `198.51.100.${++counter}`;
  key = (await newKey()).key;
});

const newKey = () => createKey(as(site.ctx, { kind: 'operator' }), { name: 'test' });
const bearer = (its: string) => ({ authorization: `Bearer ${its}` });
const ask = async (url: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') => {
  const answer = await site.app.server.inject({ method, url, headers, remoteAddress: address });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
};

describe('request limits at the doors', () => {
  test('every answer of a limited door tells the limit, whatever its status', async () => {
    for (const door of doors) {
      address = `203.0.113.${++counter}`;
      const { headers } = await ask(door);
      assert.equal(headers['ratelimit-policy'], '"anonymous";q=5;w=60', door);
      assert.match(String(headers.ratelimit), /^"anonymous";r=4;t=60$/, door);
    }
  });

  test('over the limit, every door answers 429 as problem+json that says when to come back', async () => {
    for (let index = 0; index < 5; index++) assert.equal((await ask('/v1.1')).status, 200);
    for (const door of doors) {
      const { status, headers, body } = await ask(door);
      assert.equal(status, 429, door);
      assert.match(String(headers['content-type']), /^application\/problem\+json/);
      const wait = Number(headers['retry-after']);
      assert.ok(wait > 55 && wait <= 63, String(wait));
      assert.equal(headers.ratelimit, '"anonymous";r=0;t=60');
      assert.match(JSON.parse(body).detail, /5 requests without a key from one address in 60 seconds/);
    }
    site.ctx.clock.advance(63_000);
    assert.equal((await ask('/v1.1')).status, 200);
  });

  test('what is no door of the API is not limited', async () => {
    for (let index = 0; index < 8; index++) {
      for (const path of ['/healthz', '/readyz', '/openapi.json', '/']) {
        const { status, headers } = await ask(path);
        assert.ok(status < 400, path);
        assert.equal(headers.ratelimit, undefined);
      }
    }
    const preflight = await site.app.server.inject({
      method: 'OPTIONS',
      url: '/v1.1/Things',
      headers: { 'access-control-request-method': 'GET' },
    });
    assert.equal(preflight.statusCode, 204);
  });

  test('a key is counted for itself, at reading too', async () => {
    for (let index = 0; index < 6; index++) await ask('/v1.1');
    for (let index = 9; index >= 0; index--) {
      const { status, headers } = await ask('/v1.1', bearer(key));
      assert.equal(status, 200);
      assert.equal(headers['ratelimit-policy'], '"key";q=10;w=60');
      assert.match(String(headers.ratelimit), new RegExp(`^"key";r=${index};t=60$`));
    }
    address = '198.51.100.200';
    assert.equal((await ask('/v1.1', bearer(key))).status, 429);
    assert.equal((await ask('/v1.1', bearer((await newKey()).key))).status, 200);
  });

  test('a limited asker costs no statement, with a key and without', async () => {
    for (let index = 0; index < 6; index++) await ask('/v1.1');
    for (let index = 0; index < 11; index++) await ask('/v1.1', bearer(key));
    // Its check is no longer remembered; its refusal is.
    site.ctx.clock.advance(10_000);
    const { app } = site.ctx;
    const query = app.query;
    let queries = 0;
    app.query = ((...args: Parameters<typeof query>) => {
      queries++;
      return query.apply(app, args);
    }) as typeof query;
    for (let index = 0; index < 20; index++) {
      assert.equal((await ask('/v1.1/Things')).status, 429);
      assert.equal((await ask('/v1.1/Things', bearer(key))).status, 429);
    }
    app.query = query;
    assert.equal(queries, 0);
  });

  test('a key that is not valid is refused at every door, and guessing is limited', async () => {
    const guess = `co_00000000_${'x'.repeat(43)}`;
    assert.equal((await ask('/v1.1', bearer(key))).status, 200);
    for (const wrong of [guess, `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, 'nonsense']) {
      const { status, headers } = await ask(doors[counter % doors.length] as string, bearer(wrong));
      assert.equal(status, 401);
      assert.equal(headers['www-authenticate'], 'Bearer');
      assert.match(String(headers.ratelimit), /^"failed-keys";r=\d;t=60$/);
    }
    for (const door of doors.slice(0, 2)) assert.equal((await ask(door, bearer(guess))).status, 401);
    for (const door of doors) assert.equal((await ask(door, bearer(guess))).status, 429, door);
    // Neither who is known nor who reads without a key is locked out by it.
    assert.equal((await ask('/v1.1', bearer(key))).status, 200);
    assert.equal((await ask('/v1.1')).status, 200);
  });

  test('guessing from one address locks out no valid key behind it, and costs no statement', async () => {
    const guess = () => `co_00000000_${String(counter++).padStart(43, 'x')}`;
    site.ctx.clock.advance(10_000);
    for (let index = 0; index < 6; index++) await ask('/v1.1', bearer(guess()));
    assert.equal((await ask('/v1.1', bearer(key))).status, 200, 'never seen before in this process');
    const { app } = site.ctx;
    const query = app.query;
    let queries = 0;
    app.query = ((...args: Parameters<typeof query>) => {
      queries++;
      return query.apply(app, args);
    }) as typeof query;
    for (let index = 0; index < 50; index++) assert.equal((await ask('/v1.1', bearer(guess()))).status, 429);
    app.query = query;
    assert.equal(queries, 0);
    const late = (await newKey()).key;
    site.ctx.clock.advance(10_000);
    assert.equal((await ask('/v1.1', bearer(late))).status, 200, 'a new one after some seconds');
    // Elsewhere, so that this process does not hear of it.
    await site.ctx.owner.query(
      'update private.api_key set revoked_at = now() where id = (select key_id from private.key_secret where prefix = $1)',
      [late.slice(3, 11)],
    );
    site.ctx.clock.advance(5000);
    assert.equal(
      (await ask('/v1.1', bearer(late))).status,
      429,
      'still on the list, and checked all the same',
    );
  });

  test('all keys of one person share an allowance; another person has another', async () => {
    const keysOf = async (email: string): Promise<string[]> => {
      const { rows } = await site.ctx.owner.query<{ id: string; session: string }>(
        `with p as (insert into private.person (email, language, created_at) values ($1, 'en', now()) returning id)
         insert into private.session (secret_hash, person_id, browser, created_at, seen_at, expires_at)
         select sha256($1::bytea), id, '', now(), now(), now() + interval '1 day' from p
         returning person_id::text as id, id::text as session`,
        [email],
      );
      const { id: personId, session: sessionId } = rows[0] as { id: string; session: string };
      const ctx = as(site.ctx, { kind: 'person', personId, sessionId, name: email, grants: [] });
      const make = async (name: string) => (await createReadingKey(ctx, { name, purpose: 'test' })).key;
      return [await make('one'), await make('two')];
    };
    const [[one = '', two = ''], [other = '']] = [
      await keysOf('a@example.org'),
      await keysOf('b@example.org'),
    ];
    for (let index = 0; index < 10; index++)
      assert.equal((await ask('/v1.1', bearer(index % 2 ? one : two))).status, 200);
    for (const each of [one, two]) assert.equal((await ask('/v1.1', bearer(each))).status, 429);
    assert.equal((await ask('/v1.1', bearer(other))).status, 200);
  });

  test('a key in the address is refused at every door, said to be exposed, and not logged', async () => {
    for (const [index, name] of ['key', 'api_key', 'access_token', '$filter'].entries()) {
      const written = index === 1 ? key.replaceAll('_', '%5F') : key;
      const { status, body } = await ask(`${doors[index]}?${name}=${written}`);
      assert.equal(status, 400);
      assert.match(body, /Authorization: Bearer co_….*Consider this key exposed/);
      assert.ok(!body.includes(key));
    }
    assert.equal((await ask(`/v1.1/Things?key=${key}`, bearer(key), 'POST')).status, 400);
    address = `203.0.113.${++counter}`;
    const inPath = [key, key.replaceAll('_', '%5F'), key.replace('co_', '%63o%255f')];
    for (const path of inPath.flatMap((each) => [`/v1.1/Things('${each}')`, `/en/${each}`]).slice(0, 5)) {
      const { status, body } = await ask(path);
      assert.equal(status, 400, path);
      assert.match(body, /Consider this key exposed/);
    }
    assert.equal((await ask(`/en?${key}`)).status, 400);
    assert.ok(!decodeURIComponent(site.ctx.logged()).includes(key.slice(12)));
    assert.ok(!site.ctx.logged().includes(key.slice(3)));
  });

  test('behind a trusted proxy each client is counted by its own address', async () => {
    address = '127.0.0.1';
    const from = (client: string) => ask('/v1.1', { 'x-forwarded-for': client });
    for (let index = 0; index < 5; index++) await from('192.0.2.1');
    assert.equal((await from('192.0.2.1')).status, 429);
    assert.equal((await from('192.0.2.2')).status, 200);
    // What the client itself says in front of the proxy's word does not count.
    assert.equal((await from('192.0.2.77, 192.0.2.1')).status, 429);
    for (let index = 0; index < 5; index++) await from(`2001:db8:1:2::${index}`);
    assert.equal((await from('2001:db8:1:2:ffff::1')).status, 429);
    assert.equal((await from('2001:db8:1:3::1')).status, 200);
    // Nobody else's word is believed.
    address = '198.51.100.250';
    for (let index = 0; index < 5; index++) await from(`192.0.2.${100 + index}`);
    assert.equal((await from('192.0.2.110')).status, 429);
  });

  test('a revoked key is refused at once in its process, an expired one when it expires', async () => {
    const operator = as(site.ctx, { kind: 'operator' });
    assert.equal((await ask('/v1.1', bearer(key))).status, 200);
    await revokeKey(operator, { prefix: key.slice(3, 11) });
    assert.equal((await ask('/v1.1', bearer(key))).status, 401);
    const expiresAt = new Date(site.ctx.clock.now().getTime() + 2000);
    const brief = await createKey(operator, { name: 'brief', expiresAt });
    assert.equal((await ask('/v1.1', bearer(brief.key))).status, 200);
    site.ctx.clock.advance(2000);
    assert.equal((await ask('/v1.1', bearer(brief.key))).status, 401);
  });

  test('a key revoked by another process is refused within five seconds', async () => {
    assert.equal((await ask('/v1.1', bearer(key))).status, 200);
    await site.ctx.owner.query(
      'update private.api_key set revoked_at = now() where id = (select key_id from private.key_secret where prefix = $1)',
      [key.slice(3, 11)],
    );
    site.ctx.clock.advance(5000);
    assert.equal((await ask('/v1.1', bearer(key))).status, 401);
  });

  test('the demonstration key is counted for each address, and writes nothing', async () => {
    const demo = bearer((await createDemoKey(as(site.ctx, { kind: 'operator' }))).key);
    for (let index = 2; index >= 0; index--) {
      const { status, headers } = await ask('/v1.1', demo);
      assert.deepEqual([status, headers['ratelimit-policy']], [200, '"demo-key";q=3;w=60']);
      assert.match(String(headers.ratelimit), new RegExp(`^"demo-key";r=${index};`));
    }
    const { status, body } = await ask('/v1.1', demo);
    assert.equal(status, 429);
    assert.match(JSON.parse(body).detail, /demonstration key from one address/);
    assert.equal((await ask('/v1.1')).status, 200, 'and not to reading without a key');
    address = '198.51.100.240';
    assert.equal((await ask('/v1.1', demo)).status, 200);
    assert.equal((await ask('/v1.1/Things', demo, 'POST')).status, 403);
  });

  test('pages have a limit of their own, and take no key in the address', async () => {
    for (let index = 0; index < 6; index++) await ask('/v1.1');
    for (const path of [`/en/catalog?q=${key}`, `/?key=${key}`, `/s/x?a=${key}`]) {
      const { status, body } = await ask(path);
      assert.equal(status, 400, path);
      assert.match(body, /never goes into an address/);
      assert.ok(!body.includes(key.slice(12)));
    }
    for (let index = 3; index < 20; index++) assert.equal((await ask('/en/permissions')).status, 200);
    for (const path of ['/en/permissions', '/', '/en/permissions.data', '/en/nothing']) {
      const { status, headers, body } = await ask(path);
      assert.equal(status, 429, path);
      assert.match(body, /Too many pages/);
      assert.match(String(headers['content-type']), /^text\/html/);
      assert.ok(Number(headers['retry-after']) > 55);
      assert.equal(headers.ratelimit, undefined);
    }
    const download = await ask('/staff/audit.jsonl', { cookie: `charter-oak=${'x'.repeat(43)}` });
    assert.equal(download.status, 429, 'no guessing of sessions beside the pages');
    assert.ok(Number(download.headers['retry-after']) > 55);
    assert.equal((await ask('/assets/nothing.js')).status, 404);
    assert.equal((await ask('/v1.1', bearer(key))).status, 200);
    address = '198.51.100.241';
    assert.equal((await ask('/en/permissions')).status, 200);
  });

  test('the page that tries queries asks for its reader, not for this machine', async () => {
    const tried = () => ask('/en/developers?query=Things');
    for (let index = 0; index < 5; index++) assert.match((await tried()).body, /Status 200/);
    assert.match((await tried()).body, /Status 429/);
    address = '198.51.100.251';
    assert.match((await tried()).body, /Status 200/);
  });
});

test('an IPv6 address is counted by its /64', () => {
  for (const [ip, counted] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1::2:3:4:5', '2001:db8:1:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ] as const) {
    assert.equal(limitedAddress(ip), counted, ip);
  }
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeDatastream } from '../test/support/make.ts';
import { openSite, type Site } from '../test/support/site.ts';
import { openStaffSession } from '../test/support/staff.ts';
import { as } from './kit/context.ts';
import { signIn } from './people/sign-in/sign-in.ts';

let [plain, secure] = [] as unknown as [Site, Site];
let addresses: string[] = [];
before(async () => {
  plain = await openSite({ region: false });
  secure = await openSite({
    region: false,
    env: { PUBLIC_URL: 'https://data.example.gov', SECURITY_CONTACT: 'mailto:security@example.gov' },
  });
  const { dataset } = await makeDatastream(secure.ctx);
  addresses = [
    '/',
    '/en',
    '/en/no-such-page',
    '/en/staff/audit',
    '/s/x',
    '/%zz',
    '/assets/none.js',
    '/v1.1',
    '/v1.1/Things(9)',
    `/datasets/${dataset}/readings.csv`,
    '/datasets/none/readings.json',
    '/live/datasets/none',
    '/openapi.json',
    '/healthz',
    '/readyz',
    '/staff/audit.jsonl',
  ];
});
after(() => Promise.all([plain.close(), secure.close()]));

describe('every answer of every door', () => {
  test('says what it is, and that nobody guesses its type, frames it or runs anything strange in it', async () => {
    for (const url of addresses) {
      const { headers } = await secure.app.server.inject({ method: 'GET', url });
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
      assert.equal(headers['referrer-policy'], 'strict-origin-when-cross-origin', url);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /frame-ancestors '(none|self)'/, url);
      assert.match(policy, /default-src '(none|self)'|object-src 'none'/, url);
      assert.match(policy, /base-uri 'none'/, url);
      if (headers['content-length'] !== '0' && headers['content-type'])
        assert.match(String(headers['content-type']), /json|charset=utf-8/, url);
    }
  });

  test('holds browsers to TLS where the site is reached over TLS, and only there', async () => {
    for (const url of addresses) {
      const over = async ({ app }: Site) =>
        (await app.server.inject({ method: 'GET', url })).headers['strict-transport-security'];
      assert.equal(await over(secure), 'max-age=31536000; includeSubDomains', url);
      assert.equal(await over(plain), undefined, url);
    }
  });

  test('echoes no TRACE, and waits for no request for ever', async () => {
    const { statusCode, body } = await secure.app.server.inject({
      method: 'TRACE' as 'GET',
      url: '/en',
      headers: { 'x-secret': 'not-to-be-echoed' },
    });
    assert.ok(statusCode >= 400, String(statusCode));
    assert.ok(!body.includes('not-to-be-echoed'));
    assert.equal(secure.app.server.server.requestTimeout, 300_000);
  });
});

test('a key and a link that are refused are logged, without their secrets', async () => {
  const key = `co_abcd1234_${'x'.repeat(43)}`;
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await plain.app.server.inject({ url: '/v1.1/Things', headers })).statusCode, 401);
  await assert.rejects(
    signIn(as(plain.ctx, { kind: 'anonymous' }), { link: 'y'.repeat(43), browser: 'test' }),
    { kind: 'too-late' },
  );
  const logged = plain.ctx.logged();
  assert.match(logged, /"prefix":"abcd1234","msg":"API key refused"/);
  assert.match(logged, /"msg":"sign-in link refused"/);
  assert.ok(!logged.includes('xxxx') && !logged.includes('yyyy'));
});

test('the contact for weaknesses is told where it is configured', async () => {
  const url = '/.well-known/security.txt';
  assert.equal((await plain.app.server.inject({ url })).statusCode, 404);
  const { statusCode, headers, body } = await secure.app.server.inject({ url });
  assert.deepEqual([statusCode, headers['content-type']], [200, 'text/plain; charset=utf-8']);
  assert.match(body, /^Contact: mailto:security@example\.gov\nExpires: \d{4}-[^\n]*Z\n/);
  assert.match(body, /\nCanonical: https:\/\/data\.example\.gov\/\.well-known\/security\.txt\n$/);
});

test('a refusal is logged: who, what, where; nothing that was sent', async () => {
  const { secret, personId } = await openStaffSession(plain.ctx, { role: 'clerk' });
  const answer = await plain.app.server.inject({
    method: 'GET',
    url: '/staff/audit.jsonl?actor=somebody',
    headers: { cookie: `charter-oak=${secret}` },
  });
  assert.equal(answer.statusCode, 403);
  const line = plain.ctx
    .logged()
    .split('\n')
    .find((each) => each.includes('"msg":"refused"') && each.includes('person:'));
  assert.match(line ?? '', new RegExp(`"actor":"person:${personId}","permission":"read-audit-log"`));
  assert.ok(!plain.ctx.logged().includes(secret));
});

test('what is refused is logged with the network it came from, and nothing else with any address', async () => {
  const from = async (remoteAddress: string, url: string, form?: Record<string, string>) => {
    const before = plain.ctx.logged().length;
    await plain.app.server.inject({
      method: form ? 'POST' : 'GET',
      url,
      remoteAddress,
      headers: form ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
    });
    const lines = plain.ctx.logged().slice(before).trim().split('\n');
    const { network } = JSON.parse(lines.find((line) => line.includes('"msg":"request"')) ?? '{}');
    assert.ok(!lines.join().includes(remoteAddress), 'never the whole address');
    return network;
  };
  const wrong = { email: 'a@example.org', password: 'not the right one' };
  assert.equal(await from('203.0.113.77', '/staff/audit.jsonl'), '203.0.113.0/24');
  assert.equal(await from('203.0.113.77', '/en/staff/sign-in', wrong), '203.0.113.0/24');
  assert.equal(await from('2001:db8:12:34::9', '/en/staff/sign-in', wrong), '2001:db8:12::/48');
  assert.equal(await from('::ffff:198.51.100.7', '/staff/audit.jsonl'), '198.51.100.0/24');
  for (const url of ['/en', '/v1.1/Things(9)', '/en/no-such-page', '/en/sign-in', '/healthz'])
    assert.equal(await from('203.0.113.77', url), undefined, url);
});

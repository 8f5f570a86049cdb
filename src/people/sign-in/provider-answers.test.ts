import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { openTestContext, type TestContext } from '../../../test/support/context.ts';
import { close, listen } from '../../../test/support/identity-provider.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { beginProviderSignIn } from './begin-provider-sign-in.ts';
import { finishProviderSignIn } from './finish-provider-sign-in.ts';

/** A stand-in for the provider that answers as it is told to, mostly wrongly. */
type Claims = Record<string, unknown>;
const [right, wrong] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
const secret = 'a secret that only both know';
const kid = 'the key';
let issuer = '';
let asked: string[] = [];
let answers: Record<string, (response: ServerResponse) => void> = {};
let metadata: Claims = {};

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: Claims, header: Claims = {}, key?: KeyObject): string {
  const text = `${part({ alg: 'RS256', kid, ...header })}.${part(claims)}`;
  if (header.alg === 'none') return `${text}.`;
  if (header.alg === 'HS256')
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  const by = key ?? (right as { privateKey: KeyObject }).privateKey;
  return `${text}.${sign('sha256', Buffer.from(text), by).toString('base64url')}`;
}
const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
const tokens = (idToken: string | undefined) =>
  json({ access_token: 'access', token_type: 'Bearer', ...(idToken ? { id_token: idToken } : {}) });

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '', 'http://x').pathname;
  asked.push(path);
  const answer = answers[path];
  if (answer) answer(response);
  else response.writeHead(404).end();
});

let opened: Awaited<ReturnType<typeof openTestContext>>;
let db: TestContext;
let ctx: Ctx;
before(async () => {
  issuer = `http://127.0.0.1:${await listen(server)}`;
  const env = {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'us',
    OIDC_CLIENT_SECRET: secret,
    OIDC_NAME: 'City account',
  };
  opened = await openTestContext({ env, now: new Date().toISOString() });
  db = opened.ctx;
});
after(async () => {
  await opened?.close();
  await close(server);
});

beforeEach(() => {
  // What is known of a provider is known for an hour: each test is two later than the one before.
  db.clock.advance(2 * 3_600_000);
  ctx = as(db, { kind: 'anonymous' });
  asked = [];
  metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
  const jwk = (right as { publicKey: KeyObject }).publicKey.export({ format: 'jwk' });
  answers = {
    '/.well-known/openid-configuration': (response) => json(metadata)(response),
    '/keys': json({ keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] }),
  };
});

const begin = (by = ctx) => beginProviderSignIn(by, { language: 'en', from: '192.0.2.1' });
const nowSeconds = () => Math.floor(db.clock.now().getTime() / 1000);

/** A sign-in whose token holds these claims, and whose answer these parameters (null: without). */
async function signIn(
  claims: Claims = {},
  options: {
    make?: (claims: Claims) => string | undefined;
    parameters?: Record<string, string | null>;
    token?: (response: ServerResponse) => void;
    by?: Ctx;
  } = {},
) {
  const by = options.by ?? ctx;
  const { address, secret: cookie } = await begin(by);
  const sent = new URL(address).searchParams;
  const whole: Claims = {
    iss: issuer,
    aud: 'us',
    sub: 'ana',
    nonce: sent.get('nonce'),
    iat: nowSeconds(),
    exp: nowSeconds() + 300,
    email: 'ana@city.example',
    email_verified: true,
    ...claims,
  };
  answers['/token'] = options.token ?? tokens((options.make ?? ((each: Claims) => token(each)))(whole));
  const answer = new URLSearchParams({ code: 'code', state: sent.get('state') ?? '' });
  for (const [name, value] of Object.entries(options.parameters ?? {})) {
    if (value === null) answer.delete(name);
    else answer.set(name, value);
  }
  return finishProviderSignIn(by, { secret: cookie, answer, browser: 'test' });
}

async function refusedAs(reason: string, work: () => Promise<unknown>, what?: string): Promise<void> {
  const before = await stored();
  await assert.rejects(
    work,
    (error) => {
      const said = (error as { details?: { reason?: string } }).details?.reason;
      assert.equal(said, reason, `${what ?? ''} ${error}`);
      return true;
    },
    what,
  );
  assert.deepEqual(await stored(), before, 'nobody was made, nothing opened');
}
async function stored(): Promise<unknown> {
  const { rows } = await db.owner.query(
    `select (select count(*)::int from private.person) as people, (select count(*)::int from private.identity) as identities,
       (select count(*)::int from private.session) as sessions`,
  );
  return rows[0];
}

describe('what the provider answers', () => {
  test('is believed when all is right', async () => {
    await signIn();
    assert.ok(asked.includes('/keys'), 'the signature was checked');
    assert.ok(!asked.includes('/userinfo'), 'the token said it all');
  });

  const now = () => nowSeconds();
  const wrongs: [string, () => Claims, ((claims: Claims) => string | undefined)?][] = [
    ['a token for another client', () => ({ aud: 'somebody else' })],
    ['a token for us and others, made for another', () => ({ aud: ['us', 'else'], azp: 'else' })],
    ['another issuer', () => ({ iss: 'https://evil.example' })],
    ['another nonce', () => ({ nonce: 'another' })],
    ['no nonce', () => ({ nonce: undefined })],
    ['a token that has expired', () => ({ iat: now() - 900, exp: now() - 600 })],
    ['a token of tomorrow', () => ({ nbf: now() + 86_400 })],
    ['nobody', () => ({ sub: undefined })],
    ['a name that is no name', () => ({ sub: 'x'.repeat(256) })],
    ['no signature', () => ({}), (claims) => token(claims, { alg: 'none' })],
    ['the secret as a key', () => ({}), (claims) => token(claims, { alg: 'HS256' })],
    [
      'another key',
      () => ({}),
      (claims) => token(claims, {}, (wrong as { privateKey: KeyObject }).privateKey),
    ],
    ['a key that is not theirs', () => ({}), (claims) => token(claims, { kid: 'unknown' })],
    [
      'a changed token',
      () => ({}),
      (claims) => {
        const [head, , tail] = token(claims).split('.');
        return `${head}.${part({ ...claims, sub: 'chief' })}.${tail}`;
      },
    ],
    ['no token at all', () => ({}), () => undefined],
    ['nonsense', () => ({}), () => 'nonsense'],
  ];
  for (const [what, claims, make] of wrongs) {
    test(`is refused: ${what}`, () =>
      refusedAs('answer', () => signIn(claims(), make ? { make } : {}), what));
  }

  test('is refused from an issuer other than the one asked [RFC 9207]', async () => {
    await refusedAs('answer', () => signIn({}, { parameters: { iss: 'https://evil.example' } }));
    assert.ok(!asked.includes('/token'), 'the code went nowhere');
    db.clock.advance(2 * 3_600_000);
    metadata.authorization_response_iss_parameter_supported = true;
    await refusedAs('answer', () => signIn());
    await signIn({}, { parameters: { iss: issuer } });
  });

  test('about somebody else at the userinfo is refused; about the same, it is taken whole', async () => {
    const bare = { email: undefined, sub: 'bob' };
    answers['/userinfo'] = json({ sub: 'chief', email: 'chief@city.example', email_verified: true });
    await refusedAs('answer', () => signIn(bare));
    answers['/userinfo'] = json({ sub: 'bob', email: 'bob@city.example' });
    await refusedAs('mail', () => signIn(bare), 'the token’s word does not vouch for the userinfo’s address');
    answers['/userinfo'] = json({ sub: 'bob', email: 'bob@city.example', email_verified: true });
    await signIn(bare);
  });

  test('may vouch for an address by a claim of its own', async () => {
    const by = { ...ctx, config: { ...ctx.config, OIDC_VERIFIED_CLAIM: 'xms_edov' } };
    await refusedAs('mail', () => signIn({ sub: 'eve', email: 'eve@city.example' }, { by }));
    await signIn({ sub: 'eve', email: 'eve@city.example', email_verified: undefined, xms_edov: '1' }, { by });
  });

  test('must be of the kind that OIDC_ACR asks for', async () => {
    const by = { ...ctx, config: { ...ctx.config, OIDC_ACR: 'two-factors three' } };
    assert.equal(new URL((await begin(by)).address).searchParams.get('acr_values'), 'two-factors three');
    for (const acr of [undefined, 'one', 'two-factors three']) {
      await refusedAs('factor', () => signIn({ acr }, { by }), acr);
    }
    await signIn({ acr: 'two-factors' }, { by });
  });

  test('with an error says whether to try again', async () => {
    for (const [error, reason] of [
      ['access_denied', 'denied'],
      ['temporarily_unavailable', 'unavailable'],
      ['server_error', 'unavailable'],
    ] as const)
      await refusedAs(reason, () =>
        signIn({}, { parameters: { code: null, error, error_description: 'Secret talk' } }),
      );
    await refusedAs('over', () => signIn({}, { parameters: { state: null, error: 'access_denied' } }));
    assert.ok(!db.logged().includes('Secret talk'));
    await refusedAs('answer', () => signIn({}, { token: json({ error: 'invalid_grant' }, 400) }));
  });

  test('proves nothing when it asks for PKCE by another method', async () => {
    const sent = new URL((await begin()).address).searchParams;
    assert.deepEqual(
      ['response_type', 'code_challenge_method', 'scope'].map((name) => sent.get(name)),
      ['code', 'S256', 'openid email profile'],
    );
    for (const name of ['state', 'nonce', 'code_challenge'])
      assert.match(sent.get(name) ?? '', /^[\w-]{43}$/, name);
  });
});

describe('a provider', () => {
  test('that is down is told as such, wherever it fails, and is asked again', async () => {
    const [down, keys, written] = [json({}, 503), answers['/keys'], await audited()];
    await refusedAs('unavailable', () => signIn({}, { token: down }));
    for (const path of ['/keys', '/userinfo']) {
      db.clock.advance(2 * 3_600_000);
      answers[path] = down;
      await refusedAs('unavailable', () => signIn({ email: undefined }), path);
      if (keys) answers['/keys'] = keys;
    }
    assert.equal(await audited(), written, 'it refuses nobody');
    db.clock.advance(2 * 3_600_000);
    const before = answers['/.well-known/openid-configuration'];
    answers['/.well-known/openid-configuration'] = down;
    await refusedAs('unavailable', () => begin());
    answers['/.well-known/openid-configuration'] = json({ ...metadata, issuer: 'https://evil.example' });
    await refusedAs('unavailable', () => begin());
    if (before) answers['/.well-known/openid-configuration'] = before;
    await begin();
    const nobody = { ...ctx, config: { ...ctx.config, OIDC_ISSUER: 'http://127.0.0.1:9' } };
    await refusedAs('unavailable', () => begin(nobody));
  });

  test('that hangs is waited for some seconds and no longer', async () => {
    const start = performance.now();
    await refusedAs('unavailable', () => signIn({}, { token: () => {} }));
    assert.ok(performance.now() - start < 8000);
  });

  test('is asked once an hour what it is, by one for all', async () => {
    const times = () => asked.filter((path) => path.endsWith('openid-configuration')).length;
    await Promise.all(Array.from({ length: 10 }, () => begin()));
    await signIn();
    assert.equal(times(), 1);
    db.clock.advance(3_600_001);
    await begin();
    assert.equal(times(), 2);
    db.clock.advance(-7_200_000);
    await begin();
    assert.equal(times(), 3, 'a clock that was set back does not keep it forever');
  });
});

async function audited(): Promise<number> {
  const { rows } = await db.owner.query('select count(*)::int as n from private.audit_event');
  return rows[0].n;
}

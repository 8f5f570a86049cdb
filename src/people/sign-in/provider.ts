import * as oidc from 'openid-client';
import { isLoopback, publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { reasonOf, refusal } from './provider-refusal.ts';

/**
 * The city's identity provider [OpenID Connect Core 1.0, authorization code with PKCE]. What it says of itself is kept
 * for an hour, its keys as openid-client sees fit. Every answer is checked by openid-client against our clock: issuer,
 * audience, nonce, times, signature, and the issuer that the answer names [RFC 9207].
 */
export const providerBack = '/sign-in/provider/back';
/** A default of the software; no law sets it. */
const patienceSeconds = 5;
const discoveryMs = 3_600_000;

type Known = { server: Promise<oidc.ServerMetadata>; at: number; keys?: oidc.ExportedJWKSCache };
// Pages are a bundle with this module in it a second time.
const pin = Symbol.for('charter-oak.identity-provider');
const pinned = globalThis as { [pin]?: Map<string, Known> };
pinned[pin] ??= new Map();
const memory = pinned[pin];

/** Who the provider says somebody is. `email` is null unless the provider vouches for it. */
export type Vouched = { issuer: string; subject: string; email: string | null; name: string | null };

/** The secrets of one sign-in, as openid-client makes them. */
export type Secrets = { state: string; nonce: string; codeVerifier: string };
export const makeSecrets = (): Secrets => ({
  state: oidc.randomState(),
  nonce: oidc.randomNonce(),
  codeVerifier: oidc.randomPKCECodeVerifier(),
});

/** Where the browser goes to sign in. Errors: a refusal, unavailable. */
export async function addressToSignIn(ctx: Ctx, secrets: Secrets, language: string): Promise<string> {
  const { client } = await openProvider(ctx);
  const { OIDC_ACR } = ctx.config;
  const url = oidc.buildAuthorizationUrl(client, {
    redirect_uri: publicUrl(ctx.config) + providerBack,
    scope: 'openid email profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(secrets.codeVerifier),
    code_challenge_method: 'S256',
    state: secrets.state,
    nonce: secrets.nonce,
    ui_locales: language,
    ...(OIDC_ACR ? { acr_values: OIDC_ACR } : {}),
  });
  return url.href;
}

/** Redeems what the browser brought back. Errors: a refusal: denied, unavailable, answer, factor. */
export async function redeem(ctx: Ctx, answer: URLSearchParams, secrets: Secrets): Promise<Vouched> {
  const { client, known } = await openProvider(ctx);
  try {
    const tokens = await oidc.authorizationCodeGrant(
      client,
      new URL(`${publicUrl(ctx.config)}${providerBack}?${answer}`),
      {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      },
    );
    const claims = tokens.claims() as oidc.IDToken;
    const wanted = ctx.config.OIDC_ACR?.split(/\s+/);
    if (wanted && !wanted.includes(String(claims.acr))) throw refusal('factor');
    // An address and the word for it come from one place, the token or the userinfo, never half from each.
    const more =
      claims.email === undefined && client.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(client, tokens.access_token, claims.sub)
        : claims;
    return readVouched(ctx, claims, more);
  } catch (error) {
    throw asRefusal(ctx, error);
  } finally {
    known.keys = oidc.getJwksCache(client);
  }
}

function readVouched(ctx: Ctx, claims: oidc.IDToken, more: Record<string, unknown>): Vouched {
  if (claims.sub.length > 255 || claims.sub.includes('\0')) throw refusal('answer');
  // Some providers write the word true, or 1.
  const verified = ['true', '1'].includes(String(more[ctx.config.OIDC_VERIFIED_CLAIM]));
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: verified ? text(more.email) : null,
    name: text(more.name)?.replace(/\p{C}/gu, '').trim().slice(0, 200) || null,
  };
}

/** The provider, as a client that tells time by our clock. Errors: not-found, when none is configured; a refusal. */
async function openProvider(ctx: Ctx): Promise<{ client: oidc.Configuration; known: Known }> {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = ctx.config;
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !OIDC_CLIENT_SECRET)
    throw new Problem('not-found', 'Nobody signs in through an identity provider here.');
  const known = discover(ctx, OIDC_ISSUER);
  const server = await known.server.catch((error: unknown) => {
    note(ctx, error);
    throw refusal('unavailable');
  });
  const client = new oidc.Configuration(
    server,
    OIDC_CLIENT_ID,
    { [oidc.clockSkew]: Math.round((ctx.clock.now().getTime() - Date.now()) / 1000) },
    secretAsOffered(server, OIDC_CLIENT_SECRET),
  );
  client.timeout = patienceSeconds;
  if (isNear(OIDC_ISSUER)) oidc.allowInsecureRequests(client);
  // A token that came over TLS needs no signature by the letter [OIDC Core §3.1.3.7]; here it does.
  oidc.enableNonRepudiationChecks(client);
  if (known.keys) oidc.setJwksCache(client, known.keys);
  return { client, known };
}

/** In the header, as the standard has it, unless the provider takes it in the body alone [RFC 6749 §2.3.1]. */
function secretAsOffered(server: oidc.ServerMetadata, secret: string): oidc.ClientAuth {
  const offered = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const inBody = offered.includes('client_secret_post') && !offered.includes('client_secret_basic');
  return inBody ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}

const isNear = (issuer: string): boolean => {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && isLoopback(hostname);
};

/** What the provider says of itself: asked once an hour, by one for all who wait; a failure is not kept. */
function discover(ctx: Ctx, issuer: string): Known {
  const at = ctx.clock.now().getTime();
  const before = memory.get(issuer);
  if (before && Math.abs(at - before.at) < discoveryMs) return before;
  const known: Known = { server: describe(issuer), at };
  memory.set(issuer, known);
  known.server.catch(() => {
    if (memory.get(issuer) === known) memory.delete(issuer);
  });
  return known;
}

async function describe(issuer: string): Promise<oidc.ServerMetadata> {
  const client = await oidc.discovery(new URL(issuer), 'any', undefined, oidc.None(), {
    timeout: patienceSeconds,
    execute: isNear(issuer) ? [oidc.allowInsecureRequests] : [],
  });
  const server = client.serverMetadata();
  // A provider for many organizations names none in particular, and would let everybody's people in.
  if (new URL(server.issuer).href !== new URL(issuer).href) throw new Error('another issuer answers');
  return server;
}

/** The reason why openid-client threw. What it threw holds codes and tokens, and goes no further. */
function asRefusal(ctx: Ctx, error: unknown): unknown {
  if (reasonOf(error)) return error;
  note(ctx, error);
  if (error instanceof oidc.AuthorizationResponseError) {
    return refusal(isPassing(error.error) ? 'unavailable' : 'denied');
  }
  if (error instanceof oidc.ResponseBodyError)
    return refusal(error.status >= 500 || isPassing(error.error) ? 'unavailable' : 'answer');
  const { cause, code } = error as { cause?: unknown; code?: string };
  const status = cause instanceof Response ? cause.status : 0;
  const silent = code === 'OAUTH_TIMEOUT' || (error instanceof TypeError && code === undefined);
  return refusal(silent || status >= 500 || status === 429 ? 'unavailable' : 'answer');
}

const isPassing = (error: string): boolean => ['server_error', 'temporarily_unavailable'].includes(error);

/** For the operator: codes of the standard and the library, nothing that came from outside in full. */
function note(ctx: Ctx, error: unknown): void {
  const { name, code, error: said } = error as { name?: string; code?: string; error?: unknown };
  const word = typeof said === 'string' && /^[a-z_]{1,60}$/.test(said) ? said : undefined;
  ctx.log.warn({ name, code, said: word }, 'the identity provider could not be used');
}

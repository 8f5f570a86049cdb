import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor, Ctx } from '../kit/context.ts';
import { isProblem, Problem } from '../kit/problem.ts';
import type { Limit } from './allowance.ts';
import { hashKey } from './api-key.ts';
import { checkKey, recallKey } from './check-key.ts';
import { limitedAddress } from './limited-address.ts';
import { openLimits, type Policy, type Verdict } from './limits.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking, by the key in the header; at the doors that registerAskers watches. */
    actor: Actor;
  }
}

/**
 * Watches the API's doors (all that are mounted on `doors`): says who is asking, by the key in the header, counts the
 * request to that key or else to its address, and refuses what is over the limit with `answer` (problem+json). The
 * answers carry RateLimit-Policy and RateLimit [draft-ietf-httpapi-ratelimit-headers].
 */
export function registerAskers(
  doors: FastifyInstance,
  ctx: Ctx,
  answer: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): void {
  const limits = openLimits(ctx);
  const named = (name: Policy['name'], limit: Limit | null): Policy | undefined =>
    limit ? { name, limit } : undefined;
  const anonymous = named('anonymous', ctx.config.LIMIT_ANONYMOUS);
  const byKey = named('key', ctx.config.LIMIT_KEY);
  // Apart from reading without a key: a neighbor behind the same address must not lock out whoever has a key.
  const failedKeys = named('failed-keys', ctx.config.LIMIT_ANONYMOUS);

  const refusal = (policy: Policy | undefined, id: string): Verdict | undefined =>
    policy && limits.refusal(policy, id);

  /** Counts the request. Throws too-many. */
  async function count(policy: Policy | undefined, id: string, reply: FastifyReply): Promise<void> {
    if (policy) tell(policy, await limits.spend(policy, id), reply);
  }

  async function actorOf(request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
    const address = limitedAddress(request.ip);
    const key = bearerOf(request);
    if (key === undefined) {
      await count(anonymous, address, reply);
      return { kind: 'anonymous' };
    }
    const id = hashKey(key).toString('base64url');
    // Whoever is over a limit costs no statement, so these come before the key is checked.
    const over = refusal(byKey, id);
    if (over) tell(byKey as Policy, over, reply);
    let actor = recallKey(ctx, key);
    if (!actor) {
      const guessed = refusal(failedKeys, address);
      if (guessed) tell(failedKeys as Policy, guessed, reply);
      try {
        actor = await checkKey(ctx, key);
      } catch (error) {
        if (isProblem(error) && error.kind === 'signed-out') await count(failedKeys, address, reply);
        throw error;
      }
    }
    // All keys of one person share an allowance: a new key is no new one.
    await count(byKey, actor.kind === 'reading-key' ? `person:${actor.personId}` : id, reply);
    return actor;
  }

  doors.decorateRequest('actor');
  doors.addHook('onRequest', async (request, reply) => {
    try {
      request.actor = await actorOf(request, reply);
    } catch (error) {
      // The same at every door, whatever shape its own problems have.
      if (isProblem(error) && error.kind === 'too-many') return answer(error, request, reply);
      throw error;
    }
    if (holdsKey(request.url)) {
      throw new Problem(
        'invalid',
        'An API key never goes into an address, where others see it on its way. Send it as “Authorization: Bearer co_…”. Consider this key exposed: have it revoked and use a new one.',
      );
    }
  });
}

/** Puts the limit into the answer's headers. Throws too-many when it is reached. */
function tell({ name, limit }: Policy, verdict: Verdict, reply: FastifyReply): void {
  reply.header('ratelimit-policy', `"${name}";q=${limit.requests};w=${limit.seconds}`);
  const { granted, remaining, seconds } = verdict;
  if (remaining === undefined || seconds === undefined) return;
  reply.header('ratelimit', `"${name}";r=${remaining};t=${Math.min(seconds, limit.seconds)}`);
  if (granted) return;
  reply.header('retry-after', seconds);
  const what = {
    anonymous: 'requests without a key from one address',
    key: 'requests with one key',
    'failed-keys': 'keys from one address that are not valid',
  }[name];
  throw new Problem(
    'too-many',
    `Too many requests. The limit is ${limit.requests} ${what} in ${limit.seconds} seconds. Try again in ${seconds} seconds.`,
  );
}

/** The key in the header, well-formed or not. */
function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Whether a parameter of the address is a key. */
function holdsKey(url: string): boolean {
  const query = url.slice(url.indexOf('?') + 1);
  if (query.length === url.length || !/co(_|%5f)/i.test(query)) return false;
  return [...new URLSearchParams(query).values()].some((value) => /^co_[a-z0-9]{8}_/.test(value.trim()));
}

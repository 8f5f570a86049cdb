import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor, Ctx } from '../kit/context.ts';
import { isProblem, Problem } from '../kit/problem.ts';
import { hashKey, holdsKey, keyInAddress, prefixOf } from './keys/api-key.ts';
import { checkKey, isListed, type KeyActor, recallKey } from './keys/check-key.ts';
import { aboutOf, openUsage } from './keys/key-usage.ts';
import type { Limit } from './limits/allowance.ts';
import { limitedAddress } from './limits/limited-address.ts';
import { openLimits, type Policy, type Verdict } from './limits/limits.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking, by the key in the header; at the doors that registerAskers watches. */
    actor: Actor;
    /** The datasets that it writes, noted by its door when a key is used. */
    concerned: (string | null)[] | null;
  }
}

// Some MB at most: whose keys were valid here, so that refusing them costs no statement and is counted to them.
const mostKnown = 20_000;

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
  const usage = openUsage(ctx);
  doors.addHook('onClose', () => usage.close());
  const known = new Map<string, KeyActor>();
  const named = (name: Policy['name'], limit: Limit | null): Policy | undefined =>
    limit ? { name, limit } : undefined;
  const anonymous = named('anonymous', ctx.config.LIMIT_ANONYMOUS);
  const byKey = named('key', ctx.config.LIMIT_KEY);
  const demoKey = named('demo-key', ctx.config.LIMIT_DEMO_KEY);
  // Apart from reading without a key: a neighbor behind the same address must not lock out whoever has a key.
  const failedKeys = named('failed-keys', ctx.config.LIMIT_ANONYMOUS);

  /** A new secret is no new allowance, nor a person's new key; those who try the demonstration's share their address's. */
  function allowanceOf(actor: KeyActor, address: string): [Policy | undefined, string] {
    if (actor.kind === 'demo-key') return [demoKey, address];
    return [byKey, actor.kind === 'reading-key' ? `person:${actor.personId}` : `key:${actor.keyId}`];
  }

  /** Throws too-many, where the refusal is in force already. Costs no statement. */
  function refuse([policy, id]: [Policy | undefined, string], reply: FastifyReply): void {
    const over = policy && limits.refusal(policy, id);
    if (over) tell(policy, over, reply);
  }

  /** Counts the request. Throws too-many. */
  async function count([policy, id]: [Policy | undefined, string], reply: FastifyReply): Promise<void> {
    if (policy) tell(policy, await limits.spend(policy, id), reply);
  }

  async function actorOf(request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
    const address = limitedAddress(request.ip);
    const key = bearerOf(request);
    if (key === undefined) {
      await count([anonymous, address], reply);
      return { kind: 'anonymous' };
    }
    const hash = hashKey(key).toString('base64url');
    watch(request, reply, hash);
    // Whoever is over a limit costs no statement, so these come before the key is checked.
    const before = known.get(hash);
    if (before) refuse(allowanceOf(before, address), reply);
    let actor = recallKey(ctx, key);
    if (!actor) {
      const guessing = failedKeys && limits.refusal(failedKeys, address);
      if (guessing && !(await isListed(ctx, key))) tell(failedKeys, guessing, reply);
      try {
        actor = await checkKey(ctx, key);
      } catch (error) {
        if (isProblem(error) && error.kind === 'signed-out') await count([failedKeys, address], reply);
        throw error;
      }
      known.delete(hash);
      known.set(hash, actor);
      if (known.size > mostKnown) known.delete(known.keys().next().value as string);
    }
    await count(allowanceOf(actor, address), reply);
    usage.seen(prefixOf(key) as string);
    return actor;
  }

  /** Counts the answer to its key, once it has left or was broken off. A live feed is counted when it ends. */
  function watch(request: FastifyRequest, reply: FastifyReply, hash: string): void {
    request.concerned = [];
    const { socket } = request.raw;
    const before = socket?.bytesWritten ?? 0;
    let done = false;
    const end = () => {
      const actor = known.get(hash);
      const status = reply.raw.statusCode;
      if (done || !actor || status === 401) return;
      done = true;
      usage.count({
        keyId: actor.keyId,
        // Of a request that failed, the dataset is not told: it might not be known to whoever asked.
        about: status < 400 ? aboutOfRequest(request) : null,
        refused: status === 429,
        bytes: Math.max(0, (socket?.bytesWritten ?? 0) - before),
      });
    };
    reply.raw.once('finish', end).once('close', end);
  }

  doors.decorateRequest('actor');
  doors.decorateRequest('concerned', null);
  doors.addHook('onRequest', async (request, reply) => {
    try {
      request.actor = await actorOf(request, reply);
    } catch (error) {
      // The same at every door, whatever shape its own problems have.
      if (isProblem(error) && error.kind === 'too-many') return answer(error, request, reply);
      throw error;
    }
    if (holdsKey(request.url)) throw new Problem('invalid', keyInAddress);
  });
  // What a key is answered is for whoever holds it: no cache between may give it to others.
  doors.addHook('onSend', async (request, reply) => {
    const varies = reply.getHeader('vary');
    reply.header('vary', varies ? `${varies}, authorization` : 'authorization');
    if (request.headers.authorization === undefined) return;
    const said = String(reply.getHeader('cache-control') ?? '');
    if (!/private|no-store/.test(said)) reply.header('cache-control', said ? `private, ${said}` : 'private');
  });
  // Once more when the body is there: whoever holds its last byte back must not go on with a key that has ended.
  doors.addHook('preHandler', async (request) => {
    const key = bearerOf(request);
    if (key !== undefined && request.body !== undefined) request.actor = await checkKey(ctx, key);
  });
}

/** The one dataset that a request wrote, else what its address names. */
function aboutOfRequest({ concerned, url }: FastifyRequest): string | null {
  const [id, ...others] = new Set(concerned);
  if (id === undefined) return aboutOf(url);
  return id === null || others.length > 0 ? null : `id ${id}`;
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
    'demo-key': 'requests with the demonstration key from one address',
    'failed-keys': 'keys from one address that are not valid',
    pages: 'pages to one address',
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

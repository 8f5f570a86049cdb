import type { Ctx } from '../../kit/context.ts';
import type { Queryable, Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import {
  isClosed,
  type Lease,
  type Limit,
  leaseFrom,
  leaseSize,
  secondsToOpen,
  slotAt,
  slots,
  spend,
} from './allowance.ts';

/** A limit by its name in the answer's headers, and whom it counts. */
export type Policy = { name: 'anonymous' | 'key' | 'demo-key' | 'failed-keys' | 'pages'; limit: Limit };

/** `remaining` requests and the seconds until more are free; both absent when the database did not answer. */
export type Verdict = { granted: boolean; remaining?: number; seconds?: number };

export type Limits = {
  /** Counts one request of `id` (an address, a key's hash), if it may be made. Never throws. */
  spend(policy: Policy, id: string): Promise<Verdict>;
  /** The refusal in force, if any, without counting. */
  refusal(policy: Policy, id: string): Verdict | undefined;
};

type Entry = { lease?: Lease; asking?: Promise<boolean>; idleAt: number };

// Some 10 MB at most. Whoever is pushed out is counted on in the database.
const mostEntries = 50_000;
const patienceMs = 2_000;
const silenceMs = 1_000;

/**
 * Request limits that hold over every process on the database (allowance.ts says how). A lease costs one statement, a
 * request within it none, and whoever is refused stays refused without one. If the database does not answer within two
 * seconds, requests are let through: being reachable comes first, and the doors behind need the same database.
 */
export function openLimits(ctx: Ctx): Limits {
  // In the order of last use: the first is the longest idle.
  const entries = new Map<string, Entry>();
  let askAgainAt = 0;
  let warned = false;

  const now = () => ctx.clock.now().getTime();
  const verdict = (granted: boolean, lease: Lease, at: number): Verdict => ({
    granted,
    remaining: lease.free + lease.left,
    seconds: secondsToOpen(lease, at),
  });

  function touch(asker: string, limit: Limit, at: number): Entry {
    const entry = entries.get(asker) ?? { idleAt: 0 };
    entries.delete(asker);
    entries.set(asker, entry);
    entry.idleAt = at + limit.seconds * 2000;
    // Two a request: faster than they come.
    for (const [oldest, { idleAt }] of firstTwo(entries)) {
      if (oldest !== asker && (idleAt < at || entries.size > mostEntries)) entries.delete(oldest);
    }
    return entry;
  }

  /** Takes the next lease, giving back what a past slot has left. False: the database does not answer. */
  async function ask(asker: string, limit: Limit, entry: Entry): Promise<boolean> {
    if (now() < askAgainAt) return false;
    try {
      entry.lease = await inTime(takeLease(ctx.app, asker, limit, now(), entry.lease));
      warned = false;
      return true;
    } catch (error) {
      askAgainAt = now() + silenceMs;
      if (!warned) ctx.log.warn({ err: error }, 'request limits are off: the database does not answer');
      warned = true;
      return false;
    }
  }

  return {
    async spend({ name, limit }, id) {
      const asker = askerOf(name, limit, id);
      const at = now();
      const entry = touch(asker, limit, at);
      for (;;) {
        const outcome = spend(limit, entry.lease, at);
        if (outcome !== 'ask') return verdict(outcome === 'granted', entry.lease as Lease, at);
        // One question at a time for an asker: whoever comes meanwhile shares its answer.
        entry.asking ??= ask(asker, limit, entry).finally(() => {
          entry.asking = undefined;
        });
        if (!(await entry.asking)) return { granted: true };
      }
    },
    refusal({ name, limit }, id) {
      const at = now();
      const lease = entries.get(askerOf(name, limit, id))?.lease;
      return lease && isClosed(lease, at) ? verdict(false, lease, at) : undefined;
    },
  };
}

const askerOf = (name: string, limit: Limit, id: string) => `${name}/${limit.seconds}/${id}`;

function* firstTwo<T>(entries: Iterable<T>): Iterable<T> {
  let count = 0;
  for (const entry of entries) {
    if (count++ === 2) return;
    yield entry;
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Leases what is free, up to the size of a lease, in one statement, which locks the asker's row alone. `past` is the
 * lease before it, whose rest is given back. `at`: milliseconds since 1970.
 */
export async function takeLease(
  db: Queryable,
  asker: string,
  limit: Limit,
  at: number,
  past?: Lease,
): Promise<Lease> {
  // A row from beyond the next window was written by a wrong clock: its future does not count.
  const { rows } = await db.query<{ slot: string; used: number[]; granted: number }>(
    `insert into private.limit_use as u (asker, slot, used, granted, forget_at)
     values ($1, $2::bigint, array[least($3::int, $4::int)], least($3::int, $4::int), $7::timestamptz)
     on conflict (asker) do update set (slot, used, granted, forget_at) = (
       select newest, (kept[1] + given) || kept[2:], given, excluded.forget_at
       from (
         select case when u.slot between $2::bigint and $2::bigint + ${slots} then u.slot else $2::bigint end as newest
       ) n, lateral (
         select array_agg(greatest(0, coalesce(u.used[(u.slot - at + 1)::int], 0)
             - case when at = $5::bigint then $6::int else 0 end) order by at desc) as kept
         from generate_series(newest - ${slots}, newest) at
       ) k, lateral (
         select greatest(0, least($3::int, $4::int - (select sum(count) from unnest(kept) count)))::int as given
       ) g
     ) returning slot, used, granted`,
    [
      asker,
      slotAt(limit, at),
      leaseSize(limit),
      limit.requests,
      past?.slot ?? null,
      past?.left ?? 0,
      new Date(at + limit.seconds * 2000),
    ],
  );
  const row = rows[0] as { slot: string; used: number[]; granted: number };
  return leaseFrom(limit, { slot: Number(row.slot), used: row.used }, row.granted);
}

/**
 * Counts one deed of `asker` (such as `question/198.51.100.7`) in the caller's transaction, for what is done seldom: what
 * comes to nothing is not counted. Errors: too-many, with `retryAfter` in seconds.
 */
export async function countOne(tx: Tx, ctx: Ctx, asker: string, limit: Limit): Promise<void> {
  const at = ctx.clock.now().getTime();
  const lease = await takeLease(tx, asker, limit, at);
  if (lease.left > 0) return;
  const retryAfter = secondsToOpen(lease, at);
  throw new Problem(
    'too-many',
    `This was done too often. Try again in ${Math.ceil(retryAfter / 60)} minutes.`,
    {
      details: { retryAfter },
    },
  );
}

/** Forgets askers who have been idle for two windows. Safe to repeat. */
export async function pruneLimits(ctx: Ctx): Promise<void> {
  await ctx.app.query('delete from private.limit_use where forget_at < $1', [ctx.clock.now()]);
}

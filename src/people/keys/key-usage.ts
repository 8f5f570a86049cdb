import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';

/** One answered request; `about` is what it concerned, if one thing, as aboutOf writes it. */
type Asked = { keyId: string; about: string | null; refused: boolean; bytes: number };

export type Usage = {
  /** A secret was shown and found valid. */
  seen(prefix: string): void;
  count(asked: Asked): void;
  /** Writes down what was counted. Never throws: what could not be written waits for the next time. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

type Sum = { keyId: string; day: string; about: string | null } & {
  requests: number;
  refused: number;
  bytes: number;
  refusedAt: Date | null;
};

const everyMs = 2_000;
/** Beyond so many sums in two seconds, datasets are no longer told apart. */
const mostSums = 20_000;

/**
 * Counts what is asked with keys, in the memory of this process, and writes it in one go every two seconds and at the
 * end: a request costs no statement, and a crash loses two seconds of counting. Days are UTC.
 */
export function openUsage(ctx: Ctx): Usage {
  let sums = new Map<string, Sum>();
  let uses = new Map<string, { first: Date; last: Date }>();
  let flushing: Promise<void> | undefined;
  let warned = false;

  function add(sum: Sum): void {
    const about = sums.size < mostSums ? sum.about : null;
    const name = `${sum.keyId} ${sum.day} ${about ?? ''}`;
    const known = sums.get(name);
    if (!known) sums.set(name, { ...sum, about });
    else {
      known.requests += sum.requests;
      known.refused += sum.refused;
      known.bytes += sum.bytes;
      known.refusedAt ??= sum.refusedAt;
    }
  }
  function use(prefix: string, first: Date, last: Date): void {
    const known = uses.get(prefix);
    if (!known) uses.set(prefix, { first, last });
    else {
      if (first < known.first) known.first = first;
      if (last > known.last) known.last = last;
    }
  }

  async function flush(): Promise<void> {
    if (sums.size === 0 && uses.size === 0) return;
    const [taken, used] = [sums, uses];
    sums = new Map();
    uses = new Map();
    try {
      await write(ctx, [...taken.values()], [...used]);
      warned = false;
    } catch (error) {
      for (const sum of taken.values()) add(sum);
      for (const [prefix, { first, last }] of used) use(prefix, first, last);
      if (!warned) ctx.log.warn({ err: error }, 'what keys were used for waits to be written');
      warned = true;
    }
  }
  const flushOnce = (): Promise<void> => {
    flushing ??= flush().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const timer = setInterval(flushOnce, everyMs);
  timer.unref();

  return {
    seen(prefix) {
      const now = ctx.clock.now();
      use(prefix, now, now);
    },
    count({ keyId, about, refused, bytes }) {
      const now = ctx.clock.now();
      const day = now.toISOString().slice(0, 10);
      const refusedAt = refused ? now : null;
      add({ keyId, day, about, requests: 1, refused: refused ? 1 : 0, bytes, refusedAt });
    },
    flush: flushOnce,
    async close() {
      clearInterval(timer);
      await flushing;
      await flush();
    },
  };
}

async function write(
  ctx: Ctx,
  sums: Sum[],
  uses: [prefix: string, { first: Date; last: Date }][],
): Promise<void> {
  const named = sums.map(({ about }) => about?.split(' ', 2) ?? [null, null]);
  await withTransaction(ctx.app, async (tx) => {
    // In one order, so that processes do not wait for each other in a ring. A key may have gone with its account.
    await tx.query(
      `insert into private.key_usage as u (key_id, day, dataset_id, requests, refused, bytes, refused_at)
       select c.key_id, c.day, case c.kind
           when 'id' then c.name::bigint
           when 'slug' then (select d.id from private.dataset d where d.slug = c.name)
           when 'datastream' then (select d.dataset_id from private.datastream d where d.id = c.name::bigint)
           when 'thing' then (select t.dataset_id from private.thing t where t.id = c.name::bigint)
         end as dataset_id, sum(c.requests), sum(c.refused), sum(c.bytes), min(c.refused_at)
       from unnest($1::bigint[], $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
         $8::timestamptz[]) c(key_id, day, kind, name, requests, refused, bytes, refused_at)
       where exists (select from private.api_key k where k.id = c.key_id)
       group by 1, 2, 3 order by 1, 2, 3
       on conflict (key_id, day, dataset_id) do update set requests = u.requests + excluded.requests,
         refused = u.refused + excluded.refused, bytes = u.bytes + excluded.bytes,
         refused_at = least(u.refused_at, excluded.refused_at)`,
      [
        sums.map(({ keyId }) => keyId),
        sums.map(({ day }) => day),
        named.map(([kind]) => kind),
        named.map(([, name]) => name),
        sums.map(({ requests }) => requests),
        sums.map(({ refused }) => refused),
        sums.map(({ bytes }) => bytes),
        sums.map(({ refusedAt }) => refusedAt),
      ],
    );
    await tx.query(
      `update private.key_secret s set first_used_at = least(s.first_used_at, u.first),
         last_used_at = greatest(s.last_used_at, u.last)
       from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) u(prefix, first, last)
       where s.prefix = u.prefix`,
      [uses.map(([prefix]) => prefix), uses.map(([, { first }]) => first), uses.map(([, { last }]) => last)],
    );
  });
}

const largestId = 9_223_372_036_854_775_807n;

/**
 * What an address is about, as far as it says so: `slug air`, `datastream 5`, `thing 7`. Which dataset that is, the
 * database finds when the count is written.
 */
export function aboutOf(url: string): string | null {
  const path = url.split('?', 1)[0] ?? '';
  const slug = /^\/(?:live\/)?datasets\/([a-z0-9-]+)/.exec(path)?.[1];
  if (slug) return `slug ${slug}`;
  const [, set, id] =
    /^\/(?:v1\.1\/(Datastreams|Things)\((\d{1,19})\)|live\/(?:(datastreams)\/(\d{1,19})))/
      .exec(path)
      ?.filter((part) => part !== undefined) ?? [];
  if (!set || !id || BigInt(id) > largestId) return null;
  return `${set === 'Things' ? 'thing' : 'datastream'} ${BigInt(id)}`;
}

import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { stillGranted } from '../../release/index.ts';
import { formatPosition, isAfter, type Position } from './position.ts';
import {
  type Arrival,
  anyone,
  ask,
  currentPosition,
  readArrivals,
  type Scope,
  type Source,
} from './read-arrivals.ts';

/** Where a feed's events go. `write` answers false when the receiver is slow; `drained` resolves when it can take more. */
export type Receiver = {
  write(text: string): boolean;
  drained(): Promise<void>;
  /** Ends the connection: there will be nothing more. */
  end(): void;
};

export type LiveFeeds = {
  /** Starts a feed; returns how to end it. Errors: busy (too many feeds on this process). */
  subscribe(input: {
    scope: Scope;
    after: Position | undefined;
    receiver: Receiver;
    /** By which key, where it takes one; the feed ends when the key does not open the dataset any more. */
    by?: Opening | undefined;
  }): Promise<() => void>;
  /** Something was stored by this process: look now. */
  wake(): void;
  close(): Promise<void>;
};

type Opening = { keyId: string; datasetId: string };
type Feed = {
  scope: Scope;
  receiver: Receiver;
  by?: Opening | undefined;
  at: Position;
  live: boolean;
  ended: boolean;
};

const mostFeeds = 2000;
/** What another process stored is seen at the next look. */
const lookEveryMs = 1000;

/** The feeds of what anyone may see, and those of what takes a key, each with a reader of its own. */
export function openLiveFeeds(ctx: Ctx): LiveFeeds {
  const open = openFeeds(ctx, 'released');
  const keyed = openFeeds(ctx, 'granted');
  return {
    subscribe: (input) => (input.by ? keyed : open).subscribe(input),
    wake: () => {
      open.wake();
      keyed.wake();
    },
    close: async () => {
      await Promise.all([open.close(), keyed.close()]);
    },
  };
}

/**
 * All these feeds of this process follow one reader of `arrival`: it looks when woken and every second while
 * anybody listens. A feed that is behind (it resumes, or its receiver is slow) reads on its own until it has reached
 * the shared position; nothing is buffered for it.
 */
function openFeeds(ctx: Ctx, audience: Source['audience']): LiveFeeds {
  const feeds = new Set<Feed>();
  const source = (): Source =>
    audience === 'released'
      ? anyone
      : { audience, datasets: [...new Set([...feeds].flatMap(({ by }) => by?.datasetId ?? []))] };
  let shared: Position | undefined;
  let looking: Promise<void> | undefined;
  let again = false;
  let closed = false;
  const timer = setInterval(() => look(), lookEveryMs);
  timer.unref();

  function look(): void {
    if (closed) return;
    if (feeds.size === 0) {
      shared = undefined;
      return;
    }
    if (looking) {
      again = true;
      return;
    }
    looking = advance()
      .catch((error: unknown) =>
        ctx.log.warn({ err: error }, 'the live feeds could not read; they try again'),
      )
      .finally(() => {
        looking = undefined;
        if (again) {
          again = false;
          look();
        }
      });
  }

  async function advance(): Promise<void> {
    await endClosed();
    while (shared && !closed) {
      const from = source();
      const { arrivals, reached } = await readArrivals(ctx, shared, { source: from });
      shared = reached;
      deliver(arrivals, reached, from);
      if (arrivals.length === 0) return;
    }
  }

  /** A feed of what has been restricted ends, whichever process restricted it. */
  async function endClosed(): Promise<void> {
    // Those that join while the database answers are not asked about, and must not be ended for that.
    const asked = [...feeds];
    const idsOf = (name: 'datasetId' | 'datastreamId') =>
      asked.flatMap(({ scope }) => (name in scope ? [Object.values(scope)[0] as string] : []));
    // A dataset that takes a key is asked of the key (stillGranted).
    const datasets = `select 'datasetId' || id as id from released.dataset where id = any($1::bigint[]) and access = 'open'`;
    const query = {
      name: 'open-scopes',
      text: `${audience === 'released' ? datasets : `select 'datasetId' || unnest($1::bigint[]) as id`}
        union all select 'datastreamId' || id from ${audience}.datastream where id = any($2::bigint[])`,
      values: [idsOf('datasetId'), idsOf('datastreamId')],
    };
    const { rows } = await ask(ctx, source(), (db) => db.query<{ id: string }>(query));
    const open = new Set(rows.map((row) => row.id));
    const granted = await stillGranted(
      ctx,
      asked.flatMap(({ by }) => by ?? []),
    );
    for (const feed of asked) {
      const { by } = feed;
      const held = !by || granted.has(`${by.keyId} ${by.datasetId}`);
      if (held && open.has(Object.entries(feed.scope).flat().join(''))) continue;
      feed.ended = true;
      feeds.delete(feed);
      feed.receiver.end();
    }
  }

  /** Synchronous, so that no feed can join or leave in the middle. */
  function deliver(arrivals: Arrival[], reached: Position, from: Source): void {
    for (const feed of feeds) {
      if (!feed.live) continue;
      if (from.audience === 'granted' && !from.datasets.includes(feed.by?.datasetId ?? '')) {
        // It joined while this was read, without what is its own.
        feed.live = false;
        void follow(feed);
        continue;
      }
      const text = arrivals
        .filter((arrival) => concerns(feed, arrival))
        .map(asEvent)
        .join('');
      feed.at = reached;
      if (text && !feed.receiver.write(text)) {
        feed.live = false;
        void follow(feed);
      }
    }
  }

  /** Brings a feed that is behind up to the shared position, as fast as its receiver takes it. */
  async function follow(feed: Feed): Promise<void> {
    try {
      for (;;) {
        await feed.receiver.drained();
        if (feed.ended || closed || !shared) return;
        const until = shared;
        if (!isAfter(until, feed.at)) {
          feed.live = true;
          return;
        }
        const { arrivals, reached } = await readArrivals(ctx, feed.at, {
          scope: feed.scope,
          until,
          source: source(),
        });
        const due = arrivals.filter((arrival) => !isAfter(arrival, until));
        feed.at = isAfter(reached, until) ? until : reached;
        for (const arrival of due) feed.receiver.write(asEvent(arrival));
      }
    } catch (error) {
      ctx.log.warn({ err: error }, 'a live feed could not read; its receiver will reconnect');
      feed.ended = true;
      feeds.delete(feed);
      feed.receiver.write('event: failed\ndata: {}\n\n');
    }
  }

  return {
    async subscribe({ scope, after, receiver, by }) {
      if (feeds.size >= mostFeeds) {
        throw new Problem('busy', 'Too many live feeds are open on this server. Try again in a minute.');
      }
      // Two may come here at once: the second must not move the position that the first already stands on.
      const newest =
        shared ??
        (await currentPosition(ctx, by ? { audience: 'granted', datasets: [by.datasetId] } : anyone));
      shared ??= newest;
      const now = shared;
      const start = after ?? now;
      const feed: Feed = {
        scope,
        receiver,
        by,
        at: isAfter(start, now) ? now : start,
        live: false,
        ended: false,
      };
      feeds.add(feed);
      receiver.write(`retry: 2000\nid: ${formatPosition(feed.at)}\n\n`);
      if (after && (await isPruned(ctx, after))) {
        receiver.write(
          'event: gap\ndata: {"message":"Readings since your last event are no longer replayed. Read them from /v1.1."}\n\n',
        );
      }
      void follow(feed);
      look();
      return () => {
        feed.ended = true;
        feeds.delete(feed);
      };
    },
    wake: look,
    async close() {
      closed = true;
      clearInterval(timer);
      feeds.clear();
      await looking;
    },
  };
}

function concerns(feed: Feed, arrival: Arrival): boolean {
  if (!isAfter(arrival, feed.at)) return false;
  return 'datasetId' in feed.scope
    ? feed.scope.datasetId === arrival.datasetId
    : feed.scope.datastreamId === arrival.datastreamId;
}

function asEvent(arrival: Arrival): string {
  return `id: ${formatPosition(arrival)}\nevent: observation\ndata: ${arrival.json}\n\n`;
}

async function isPruned(ctx: Ctx, after: Position): Promise<boolean> {
  const { rows } = await ctx.public.query<{ pruned: boolean }>(
    'select pruned_before > $1::xid8 as pruned from released.arrival_replay',
    [String(after.tx)],
  );
  return rows[0]?.pruned ?? false;
}

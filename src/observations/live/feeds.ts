import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { formatPosition, isAfter, type Position } from './position.ts';
import { type Arrival, currentPosition, readArrivals, type Scope } from './read-arrivals.ts';

/** Where a feed's events go. `write` answers false when the receiver is slow; `drained` resolves when it can take more. */
export type Receiver = {
  write(text: string): boolean;
  drained(): Promise<void>;
  /** Ends the connection: there will be nothing more. */
  end(): void;
};

export type LiveFeeds = {
  /** Starts a feed; returns how to end it. Errors: busy (too many feeds on this process). */
  subscribe(input: { scope: Scope; after: Position | undefined; receiver: Receiver }): Promise<() => void>;
  /** Something was stored by this process: look now. */
  wake(): void;
  close(): Promise<void>;
};

type Feed = { scope: Scope; receiver: Receiver; at: Position; live: boolean; ended: boolean };

const mostFeeds = 2000;
/** What another process stored is seen at the next look. */
const lookEveryMs = 1000;

/**
 * All live feeds of this process follow one reader of `released.arrival`: it looks when woken and every second while
 * anybody listens. A feed that is behind (it resumes, or its receiver is slow) reads on its own until it has reached
 * the shared position; nothing is buffered for it.
 */
export function openLiveFeeds(ctx: Ctx): LiveFeeds {
  const feeds = new Set<Feed>();
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
      const { arrivals, reached } = await readArrivals(ctx, shared);
      shared = reached;
      deliver(arrivals, reached);
      if (arrivals.length === 0) return;
    }
  }

  /** A feed of what has been restricted ends, whichever process restricted it. */
  async function endClosed(): Promise<void> {
    // Those that join while the database answers are not asked about, and must not be ended for that.
    const asked = [...feeds];
    const idsOf = (name: 'datasetId' | 'datastreamId') =>
      asked.flatMap(({ scope }) => (name in scope ? [Object.values(scope)[0] as string] : []));
    const { rows } = await ctx.public.query<{ id: string }>({
      name: 'open-scopes',
      text: `select 'datasetId' || id as id from released.dataset where id = any($1::bigint[]) and access = 'open'
        union all select 'datastreamId' || id from released.datastream where id = any($2::bigint[])`,
      values: [idsOf('datasetId'), idsOf('datastreamId')],
    });
    const open = new Set(rows.map((row) => row.id));
    for (const feed of asked) {
      if (open.has(Object.entries(feed.scope).flat().join(''))) continue;
      feed.ended = true;
      feeds.delete(feed);
      feed.receiver.end();
    }
  }

  /** Synchronous, so that no feed can join or leave in the middle. */
  function deliver(arrivals: Arrival[], reached: Position): void {
    for (const feed of feeds) {
      if (!feed.live) continue;
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
        const { arrivals, reached } = await readArrivals(ctx, feed.at, { scope: feed.scope, until });
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
    async subscribe({ scope, after, receiver }) {
      if (feeds.size >= mostFeeds) {
        throw new Problem('busy', 'Too many live feeds are open on this server. Try again in a minute.');
      }
      // Two may come here at once: the second must not move the position that the first already stands on.
      const newest = shared ?? (await currentPosition(ctx));
      shared ??= newest;
      const now = shared;
      const start = after ?? now;
      const feed: Feed = {
        scope,
        receiver,
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase } from '../../../test/support/context.ts';
import { makeDatastream } from '../../../test/support/make.ts';
import { withTransaction } from '../../kit/database.ts';
import { setAccess } from '../../release/index.ts';
import { storeReadings, storeReadingsIn } from '../store-readings.ts';
import { openLiveFeeds, type Receiver } from './feeds.ts';
import { type Position, parsePosition } from './position.ts';
import { pruneArrivals } from './prune-arrivals.ts';

const db = testDatabase();

type Event = { id: string; kind: string; data: string };

/** Collects what a feed sends; `slow` makes it ask for a pause after every write. */
function collector(slow = false): Receiver & { events: Event[]; lastId(): string; hasEnded(): boolean } {
  const events: Event[] = [];
  let lastId = '';
  let ended = false;
  return {
    events,
    lastId: () => lastId,
    write(text) {
      for (const block of text.split('\n\n').filter(Boolean)) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        if (field('id')) lastId = field('id');
        if (field('event')) events.push({ id: field('id'), kind: field('event'), data: field('data') });
      }
      return !slow;
    },
    end() {
      ended = true;
    },
    hasEnded: () => ended,
    drained: () => (slow ? sleep(2) : Promise.resolve()),
  };
}

/** Patient: a long transaction of another test file on the same server holds every feed back (decision 003). */
async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 90_000;
  while (!condition()) {
    if (Date.now() > end) {
      const { rows } = await db.ctx.owner.query(
        `select datname, state, backend_xid, xact_start, left(query, 80) as query from pg_stat_activity
         where backend_xid is not null`,
      );
      throw new Error(`waited in vain: ${what}; open writers: ${JSON.stringify(rows)}; ${db.ctx.logged()}`);
    }
    await sleep(5);
  }
}

const results = (events: Event[]) => events.map((event) => JSON.parse(event.data).result as number);

async function store(datastreamId: string, values: number[]): Promise<void> {
  await storeReadings(db.ctx, {
    readings: values.map((value) => ({
      datastreamId,
      phenomenonStart: new Date(Date.UTC(2026, 0, 1) + value * 1000).toISOString(),
      result: value,
    })),
    repeats: 'allow',
  });
}

test('sends what is stored from now on, in SensorThings JSON', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  await store(datastreamId, [1]);
  const feeds = openLiveFeeds(db.ctx);
  const receiver = collector();
  await feeds.subscribe({ scope: { datastreamId }, after: undefined, receiver });
  await store(datastreamId, [2, 3]);
  feeds.wake();
  // What was stored just before may come too, if an older transaction was open on the server then.
  await until(() => results(receiver.events).includes(3), 'both events');
  const both = receiver.events.slice(-2);
  assert.deepEqual(results(both), [2, 3]);
  const entity = JSON.parse(both[0]?.data ?? '');
  assert.equal(entity.result, 2);
  assert.equal(entity.phenomenonTime, '2026-01-01T00:00:02.000Z');
  assert.equal(String(entity.Datastream['@iot.id']), datastreamId);
  await feeds.close();
});

test('a feed that was cut and resumes, and one that is slow, miss nothing and get nothing twice', async () => {
  const made = await Promise.all([
    makeDatastream(db.ctx, { dataset: 'busy' }),
    makeDatastream(db.ctx, { dataset: 'busy' }),
  ]);
  const datasetId = (made[0] as { datasetId: string }).datasetId;
  const feeds = openLiveFeeds(db.ctx);
  const slow = collector(true);
  await feeds.subscribe({ scope: { datasetId }, after: undefined, receiver: slow });

  const cut: Event[] = [];
  let lastId: Position | undefined;
  let writing = true;
  const total = 40 * 25;
  const giveUp = Date.now() + 90_000;
  const cutting = (async () => {
    for (let finalRound = false; ; finalRound = !writing) {
      const receiver = collector();
      const end = await feeds.subscribe({ scope: { datasetId }, after: lastId, receiver });
      await sleep(finalRound ? 100 : 15);
      end();
      cut.push(...receiver.events);
      lastId = parsePosition(receiver.lastId());
      if (finalRound && cut.length >= total) return;
      if (Date.now() > giveUp) return;
    }
  })();
  // Transactions that take their ids early and commit late, so that they commit out of order.
  let next = 0;
  await Promise.all(
    Array.from({ length: 5 }, async (_, writer) => {
      for (let round = 0; round < 8; round++) {
        await withTransaction(db.ctx.app, async (tx) => {
          const values = Array.from({ length: 25 }, () => next++);
          await storeReadingsIn(
            tx,
            {
              readings: values.map((value) => ({
                datastreamId: (made[value % 2] as { datastreamId: string }).datastreamId,
                phenomenonStart: new Date(Date.UTC(2026, 0, 1) + value * 1000).toISOString(),
                result: value,
              })),
              repeats: 'allow',
            },
            db.ctx.clock.now(),
          );
          await sleep((writer * 7) % 20);
        });
        feeds.wake();
      }
    }),
  );
  writing = false;
  await cutting;
  await until(() => slow.events.length >= total, 'the slow feed');
  const everything = Array.from({ length: total }, (_, value) => value);
  assert.deepEqual(
    results(cut).sort((a, b) => a - b),
    everything,
  );
  assert.deepEqual(
    results(slow.events).sort((a, b) => a - b),
    everything,
  );
  await feeds.close();
});

test('resumes in another process, in pages, after more readings than fit into one', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  const first = openLiveFeeds(db.ctx);
  const before = collector();
  await first.subscribe({ scope: { datastreamId }, after: undefined, receiver: before });
  await first.close();
  const values = Array.from({ length: 5000 }, (_, index) => index);
  await store(datastreamId, values);
  const second = openLiveFeeds(db.ctx);
  const after = collector();
  await second.subscribe({ scope: { datastreamId }, after: parsePosition(before.lastId()), receiver: after });
  await until(() => after.events.length >= values.length, 'all pages');
  assert.deepEqual(results(after.events), values);
  await second.close();
});

test('a dataset that is restricted falls silent', async () => {
  const { datastreamId, dataset, datasetId } = await makeDatastream(db.ctx);
  const feeds = openLiveFeeds(db.ctx);
  const receiver = collector();
  await feeds.subscribe({ scope: { datasetId }, after: undefined, receiver });
  await store(datastreamId, [1]);
  feeds.wake();
  await until(() => receiver.events.length === 1, 'the open reading');
  await setAccess(db.ctx, { dataset, access: 'restricted' });
  await store(datastreamId, [2]);
  // What is stored later in an open dataset comes: so the feeds have passed the restricted reading.
  const other = await makeDatastream(db.ctx);
  const witness = collector();
  await feeds.subscribe({ scope: { datastreamId: other.datastreamId }, after: undefined, receiver: witness });
  await store(other.datastreamId, [3]);
  feeds.wake();
  await until(() => witness.events.length === 1, 'the witness');
  assert.equal(receiver.events.length, 1);
  assert.equal(receiver.hasEnded(), true, 'its client is told by the end of the feed');
  assert.equal(witness.hasEnded(), false);
  await feeds.close();
});

test('a feed that opens while the others are looked after stays open', async () => {
  const [one, other] = [await makeDatastream(db.ctx), await makeDatastream(db.ctx)];
  let whileAsked: (() => Promise<unknown>) | undefined;
  const query = async (question: { name?: string }, values?: unknown[]) => {
    const answer = await db.ctx.public.query(question as never, values);
    if (question.name === 'open-scopes') await whileAsked?.();
    return answer;
  };
  const feeds = openLiveFeeds({ ...db.ctx, public: { query } as unknown as typeof db.ctx.public });
  const [first, second] = [collector(), collector()];
  const join = ({ datastreamId }: { datastreamId: string }, receiver: Receiver) =>
    feeds.subscribe({ scope: { datastreamId }, after: undefined, receiver });
  await join(one, first);
  await new Promise<void>((resolve) => {
    whileAsked = async () => {
      whileAsked = undefined;
      await join(other, second);
      resolve();
    };
    feeds.wake();
  });
  await store(one.datastreamId, [1]);
  await store(other.datastreamId, [1]);
  feeds.wake();
  await until(() => first.events.length === 1, 'the reading');
  assert.deepEqual([first.hasEnded(), second.hasEnded()], [false, false]);
  await until(() => second.events.length === 1, 'the reading in the second feed');
  await feeds.close();
});

test('a feed that resumes from before the replay window is told of the gap', async () => {
  const { datastreamId } = await makeDatastream(db.ctx);
  const feeds = openLiveFeeds(db.ctx);
  const receiver = collector();
  await feeds.subscribe({ scope: { datastreamId }, after: undefined, receiver });
  await store(datastreamId, [1]);
  db.ctx.clock.set('2100-01-01T00:00:00Z');
  assert.ok((await pruneArrivals(db.ctx)) > 0);
  const late = collector();
  await feeds.subscribe({ scope: { datastreamId }, after: parsePosition(receiver.lastId()), receiver: late });
  await until(() => late.events.length > 0, 'the gap');
  assert.equal(late.events[0]?.kind, 'gap');
  await feeds.close();
});

test('refuses a Last-Event-ID that is none', () => {
  for (const text of [
    '',
    'x',
    '1',
    '1-',
    '-1-1',
    '1-1; drop table',
    '99999999999999999999999-1',
    '1-9223372036854775808',
  ]) {
    assert.throws(() => parsePosition(text), { kind: 'invalid' });
  }
});

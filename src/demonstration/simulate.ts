import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { momentAt } from './moment.ts';
import { chance } from './noise.ts';
import { type PlannedStream, planRegion } from './plan-region.ts';
import { readSeeds } from './seeds.ts';
import { valueAt } from './signal.ts';

type LiveReading = {
  datastreamId: string;
  phenomenonStart: string;
  resultTime: string;
  result: number | boolean;
  resultQuality?: { plausible: false };
};

/** The action that stores readings, given by whoever wires the features together. */
export type StoreReadings = (
  ctx: Ctx,
  input: { readings: readonly LiveReading[]; repeats: 'keep-first' },
) => Promise<{ stored: number }>;

type LiveStream = {
  id: string;
  planned: PlannedStream /** Reported up to here, in milliseconds. */;
  until: number;
};

const hour = 3_600_000;
const day = 24 * hour;
/** After a stop, no more than this is filled in: a longer gap stays, as it would with real sensors. */
const longestFill = 7 * day;
/** Of a gap, only the end is filled as densely as live sensors report; the rest as densely as the history. */
const denseFill = hour;
const batchSize = 5000;

/**
 * Lets the demonstration's sensors report from now on, each at its own interval, going on where their readings end.
 * Looks every `everyMs` (5 s) at what is due. Deterministic for a given clock, and safe to repeat: what is there
 * already is dropped as a duplicate. Errors are logged and tried again; none reaches the caller.
 */
export function simulate(
  ctx: Ctx,
  options: { storeReadings: StoreReadings; everyMs?: number },
): { stop(): Promise<void> } {
  checkPermission(ctx, 'run-the-installation');
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let streams: LiveStream[] | undefined;
  let failures = 0;

  const step = async (): Promise<void> => {
    try {
      streams ??= await findStreams(ctx);
      const now = ctx.clock.now().getTime();
      const due = streams
        .flatMap((stream) => dueReadings(stream, now))
        .sort((one, other) => one.ms - other.ms);
      for (let start = 0; start < due.length && !stopped; start += batchSize) {
        const batch = due.slice(start, start + batchSize);
        const readings = batch.flatMap(({ reading }) => reading ?? []);
        if (readings.length > 0) await options.storeReadings(ctx, { readings, repeats: 'keep-first' });
        for (const { stream, ms } of batch) stream.until = ms;
      }
      if (!stopped) for (const stream of streams) stream.until = Math.max(stream.until, now);
      failures = 0;
    } catch (error) {
      failures++;
      ctx.log.error({ err: error, failures }, 'the simulated sensors could not report; they will try again');
      // A Datastream may have been deleted: look again at what there is.
      streams = undefined;
    }
  };

  const everyMs = options.everyMs ?? 5000;
  let running = Promise.resolve();
  const run = (): void => {
    running = step().then(() => {
      if (!stopped) timer = setTimeout(run, everyMs * Math.min(2 ** failures, 12));
    });
  };
  run();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** The Datastreams of the plan that stand in the database, each with the time of its last reading. */
async function findStreams(ctx: Ctx): Promise<LiveStream[]> {
  const region = planRegion(await readSeeds());
  const planned = new Map(region.streams.map((stream) => [`${stream.dataset} ${stream.key}`, stream]));
  const { rows } = await ctx.app.query<{ id: string; dataset: string; key: string; until: number | null }>(
    `select d.id, ds.slug as dataset, d.external_key as key,
       (extract(epoch from greatest(o.phenomenon_to, r.phenomenon_to)) * 1000)::float8 as until
     from private.datastream d join private.dataset ds on ds.id = d.dataset_id
     left join released.datastream_extent o on o.datastream_id = d.id
     left join private.datastream_extent r on r.datastream_id = d.id
     where ds.demonstration and ds.slug = any($1::text[]) order by d.id`,
    [region.datasets.map((dataset) => dataset.slug)],
  );
  return rows.flatMap(({ id, dataset, key, until }) => {
    const stream = planned.get(`${dataset} ${key}`);
    return stream ? [{ id, planned: stream, until: until ?? 0 }] : [];
  });
}

type Due = { stream: LiveStream; ms: number /** Absent: the sensor was silent. */; reading?: LiveReading };

/** Every time since the last reading at which this stream was to report, in order. Pure. */
function dueReadings(stream: LiveStream, now: number): Due[] {
  const { planned } = stream;
  const from = Math.max(stream.until, now - longestFill);
  const dense = Math.max(from, now - denseFill);
  const times = [
    ...ticks(from, dense, planned.historyEvery, 0),
    // Each sensor has its own second within the interval, or all would report at once.
    ...ticks(
      dense,
      now,
      planned.every,
      Math.floor(chance(planned.site.seed, 30) * (planned.every / 1000)) * 1000,
    ),
  ];
  return times.map((ms) => {
    const value = valueAt(planned.measure, planned.site, momentAt(ms, planned.zone));
    if (!value) return { stream, ms };
    const time = new Date(ms).toISOString();
    const reading: LiveReading = {
      datastreamId: stream.id,
      phenomenonStart: time,
      resultTime: time,
      result: value.result,
    };
    return {
      stream,
      ms,
      reading: value.plausible ? reading : { ...reading, resultQuality: { plausible: false } },
    };
  });
}

/** The times after `from` and up to `to` that lie `phase` past a multiple of `every`. */
function ticks(from: number, to: number, every: number, phase: number): number[] {
  const times: number[] = [];
  for (let ms = Math.floor((from - phase) / every + 1) * every + phase; ms <= to; ms += every) times.push(ms);
  return times;
}

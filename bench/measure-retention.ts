import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Ctx } from '../src/kit/context.ts';
import { storeReadings } from '../src/observations/index.ts';
import { govern, period, recordRetentionRule } from '../test/support/retention.ts';
import { makePlaces, makeStaff } from '../test/support/staff.ts';
import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, percentile, thousands } from './figure.ts';

const streams = 200;
const longest = 100;

/**
 * A tenth of ten million readings is destroyed by the command, while four writers store single readings into the same
 * Datastreams as fast as they can. What counts is the longest that any of them waited.
 */
export async function measureRetention(scale: number): Promise<Figure[]> {
  const each = Math.round(50_000 * scale);
  const installation = await openBenchInstallation();
  try {
    const { ctx, env } = installation;
    await makePlaces({ ...ctx, owner: ctx.app } as unknown as Parameters<typeof makePlaces>[0]);
    const ids = await makeNetwork(ctx, 'bench', streams);
    await ctx.app.query(`update private.dataset set place = 'oakton', office = 'oakton-works'`);
    await fill(ctx, ids, each);
    const place = { place: 'oakton' };
    const records = (await makeStaff(ctx, { email: 'r@bench.example', role: 'records-officer', ...place }))
      .ctx;
    const approver = (await makeStaff(ctx, { email: 'a@bench.example', role: 'approver', ...place })).ctx;
    await recordRetentionRule(ctx, 'oakton.bench.retention', period(30));
    // A tenth of the time that the readings span, in whole days.
    const until = new Date(Date.parse('2026-01-01') + (Math.round((each * 5) / 1440 / 10) + 1) * 86_400_000);
    await govern(
      { records, approver },
      { dataset: 'bench', rule: 'oakton.bench.retention', until: until.toISOString().slice(0, 10) },
    );
    await installation.analyze();
    const alone = await write(ctx, ids, new Promise((resolve) => setTimeout(resolve, 15_000)));
    const start = performance.now();
    const command = spawn(
      process.execPath,
      [new URL('../src/main.ts', import.meta.url).pathname, 'retention', 'run', 'bench', '--destroy'],
      { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const during = await write(ctx, ids, once(command, 'exit'));
    const seconds = (performance.now() - start) / 1000;
    const { rows } = await ctx.app.query<{ readings: number; batches: number }>(
      `select (content ->> 'readings')::int as readings from private.destruction_certificate`,
    );
    const gone = rows[0]?.readings ?? 0;
    const all = each * streams;
    return [
      {
        name: `destroying ${thousands(gone)} of ${thousands(all)} readings while 4 writers store`,
        value: `longest wait of a writer ${during.longest.toFixed(0)} ms`,
        baseline: `${alone.longest.toFixed(0)} ms (the same writers, nothing destroyed)`,
        ratio: null,
        more: `writer p50 ${during.p50.toFixed(1)} ms, p99 ${during.p99.toFixed(1)} ms (alone ${alone.p50.toFixed(1)} and ${alone.p99.toFixed(1)} ms); ${seconds.toFixed(0)} s, ${thousands(gone / seconds)} readings/s; ${thousands(during.count)} writes`,
        target: `longest wait < ${longest} ms`,
        met: during.longest < longest && gone > all * 0.09,
      },
    ];
  } finally {
    await installation.remove();
  }
}

async function write(ctx: Ctx, ids: readonly string[], until: Promise<unknown>) {
  let running = true;
  until.then(() => {
    running = false;
  });
  const times: number[] = [];
  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      for (let n = 0; running; n++) {
        const start = performance.now();
        await storeReadings(ctx, {
          readings: [
            {
              datastreamId: ids[(n * 7 + writer * 50) % ids.length] as string,
              phenomenonStart: new Date().toISOString(),
              result: n,
            },
          ],
          repeats: 'allow',
        });
        times.push(performance.now() - start);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return {
    count: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    longest: times.at(-1) ?? Number.NaN,
  };
}

import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { openBenchInstallation } from './bench-database.ts';
import { type Figure, perSecond, thousands } from './figure.ts';
import { peakMemory } from './serve.ts';

const sensors = 50;

/** Import of a CSV of a million rows beside COPY of the same rows into the same table, on a database of its own. */
export async function measureImport(scale: number): Promise<Figure> {
  const rows = Math.round(1_000_000 * scale);
  const ours = await openBenchInstallation();
  const plain = await openBenchInstallation();
  try {
    const folder = ours.env.CHARTER_OAK_DATA as string;
    const csv = join(folder, 'bench.csv');
    await pipeline(Readable.from(csvRows(rows)), createWriteStream(csv));
    await ours.ctx.app.query(
      `with city as (insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
         values ('bench', 'city', 'Bench', 'CT', 'America/New_York', -73.4, 41.3) returning slug)
       insert into released.office (slug, place, name, duty, source) select 'bench-works', slug, 'Works', 'Bench', 'Bench' from city`,
    );
    const imported = await runImport(
      csv,
      new URL('./import-mapping.yaml', import.meta.url).pathname,
      ours.env,
    );
    const { rows: counted } = await ours.ctx.public.query<{ n: number }>(
      'select count(*)::int as n from released.observation',
    );
    if (counted[0]?.n !== rows) throw new Error(`the import stored ${counted[0]?.n} of ${rows} rows`);

    const dump = join(folder, 'bench.copy');
    await pipeline(Readable.from(copyRows(rows)), createWriteStream(dump));
    const client = await plain.ctx.app.connect();
    const from = performance.now();
    await pipeline(
      createReadStream(dump, { highWaterMark: 1 << 18 }),
      client.query(
        copyFrom(
          'copy released.observation (datastream_id, id, phenomenon_start, result_number, feature_id) from stdin',
        ),
      ),
    );
    const copyMs = performance.now() - from;
    client.release();
    const ratio = copyMs / imported.ms;
    return {
      name: `import of a CSV of ${thousands(rows)} rows`,
      value: `${thousands(perSecond(rows, imported.ms))} rows/s`,
      baseline: `${thousands(perSecond(rows, copyMs))} rows/s (COPY into the same table)`,
      ratio,
      more: `peak memory ${imported.peak.toFixed(0)} MB`,
      target: 'ratio ≥ 0.4, peak < 300 MB',
      met: ratio >= 0.4 && imported.peak < 300,
    };
  } finally {
    await ours.remove();
    await plain.remove();
  }
}

const timeOf = (row: number) =>
  new Date(Date.UTC(2026, 0, 1) + Math.floor(row / sensors) * 300_000).toISOString();

function* csvRows(rows: number): Generator<string> {
  yield 'sensor,time,vehicles\n';
  for (let row = 0; row < rows; row++)
    yield `counter-${row % sensors},${timeOf(row)},${(row * 7919) % 2000}\n`;
}

function* copyRows(rows: number): Generator<string> {
  for (let row = 0; row < rows; row++) {
    yield `${(row % sensors) + 1}\t${row + 1}\t${timeOf(row)}\t${(row * 7919) % 2000}\t1\n`;
  }
}

/** The documented command, as a process of its own: from its start to its end. */
async function runImport(
  csv: string,
  mappingFile: string,
  env: Record<string, string>,
): Promise<{ ms: number; peak: number }> {
  const from = performance.now();
  const child = spawn(
    process.execPath,
    [new URL('../src/main.ts', import.meta.url).pathname, 'import', csv, '--map', mappingFile],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let peak = 0;
  let running = true;
  ended.then(() => {
    running = false;
  });
  while (running) {
    peak = Math.max(peak, (await peakMemory(child).catch(() => 0)) || 0);
    await sleep(100);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return { ms: performance.now() - from, peak };
}

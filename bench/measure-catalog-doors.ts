import { createHash } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { projectCatalog } from '../src/release/project-catalog.ts';
import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, percentile, perSecond, thousands } from './figure.ts';
import { get } from './load.ts';
import { startServer } from './serve.ts';

const questions = [
  'q=traffic',
  'q=air%20quality%20station&sort=score%20desc',
  'fq=groups:traffic&rows=20',
  'q=counter*&fq=tags:%22tag%207%22',
  'q=*:*&sort=metadata_modified%20desc&start=5000&rows=10',
  'q=street&facet.field=[%22tags%22,%22groups%22,%22organization%22]',
  'fq=organization:bench-office-3%20AND%20res_format:CSV',
];

/** package_search over 10,000 datasets, one request after another. */
export async function measurePackageSearch(scale: number): Promise<Figure> {
  const installation = await openBenchInstallation();
  try {
    const datasets = Math.round(10_000 * scale);
    const { app } = installation.ctx;
    await app.query(
      `insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
         values ('bench', 'city', 'Benchton', 'CT', 'America/New_York', -73, 41)`,
    );
    await app.query(
      `insert into released.office (slug, place, name, duty, source)
         select 'bench-office-' || n, 'bench', 'Office number ' || n, 'Measures', 'bench' from generate_series(0, 19) n`,
    );
    await app.query(
      `insert into released.dataset (id, slug, place, office, title, description, topic, keywords, access, listed, license, translations,
         demonstration, created_at, modified_at)
       select 1000000 + n, 'bench-' || n, 'bench', 'bench-office-' || n % 20,
         (array['Traffic counter', 'Air quality station', 'Parking garage', 'Street light', 'Noise meter'])[1 + n % 5] || ' ' || n,
         'Readings of device ' || n || ' on ' || md5(n::text) || ' street, every fifteen minutes, kept by the office that runs it.',
         (array['traffic', 'environment', 'parking', 'infrastructure', 'other'])[1 + n % 5], array['tag ' || n % 50, 'tag ' || n % 7],
         'open', false, 'CC0-1.0', '{}', false, now() - n * interval '1 minute', now() - n * interval '1 minute'
       from generate_series(1, $1::int) n`,
      [datasets],
    );
    const { rows } = await app.query<{ id: string }>('select id::text from released.dataset');
    await projectCatalog(
      app,
      rows.map(({ id }) => id),
    );
    await installation.analyze();
    const server = await startServer(installation.env);
    const ask = (question: string) => get(`${server.url}/api/3/action/package_search?${question}`, 'end');
    for (const question of questions) await ask(question);
    const times: number[] = [];
    for (let round = 0; round < 40; round++)
      for (const question of questions) {
        const from = performance.now();
        await ask(question);
        times.push(performance.now() - from);
      }
    await server.stop();
    times.sort((a, b) => a - b);
    const p95 = percentile(times, 0.95);
    return {
      name: `package_search over ${thousands(datasets)} datasets`,
      value: `p95 ${p95.toFixed(1)} ms`,
      baseline: 'none: an absolute target',
      ratio: null,
      more: `p50 ${percentile(times, 0.5).toFixed(1)} ms, max ${(times.at(-1) ?? 0).toFixed(1)} ms; words, phrases, facets, far pages in turn`,
      target: 'p95 < 30 ms',
      met: p95 < 30,
    };
  } finally {
    await installation.remove();
  }
}

/** Parquet of 1,000,000 readings from the database, beside DuckDB's COPY of the same rows from its own memory. */
export async function measureParquet(scale: number): Promise<Figure> {
  const installation = await openBenchInstallation();
  const [ours, theirs] = [1, 2].map((n) => `/tmp/charter-oak-bench-${process.pid}-${n}.parquet`) as [
    string,
    string,
  ];
  try {
    const [streams, each] = [50, Math.round(20_000 * scale)];
    const ids = await makeNetwork(installation.ctx, 'download', streams);
    await fill(installation.ctx, ids, each);
    await installation.analyze();
    const rows = streams * each;
    const server = await startServer(installation.env);
    const url = `${server.url}/datasets/download/readings.parquet?from=2026-01-01&to=2026-12-31`;
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    await writeFile(ours, whole);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`create table readings as select * from read_parquet('${ours}')`);
    const counted = await connection.runAndReadAll('select count(*), count(distinct time_utc) from readings');
    if (String(counted.getRowsJson()[0]?.[0]) !== String(rows)) throw new Error('DuckDB reads other rows');
    const copy = `copy readings to '${theirs}' (format parquet, compression zstd)`;
    await connection.run(copy);
    const sums = { ours: 0, theirs: 0 };
    const rounds = 4;
    for (let round = 0; round < rounds; round++) {
      let from = performance.now();
      await get(url, 'end');
      sums.ours += performance.now() - from;
      from = performance.now();
      await connection.run(copy);
      sums.theirs += performance.now() - from;
    }
    const peak = await server.peak();
    await server.stop();
    const rate = (ms: number) => perSecond(rows * rounds, ms);
    const ratio = rate(sums.ours) / rate(sums.theirs);
    return {
      name: `Parquet export of ${thousands(rows)} readings`,
      value: `${thousands(rate(sums.ours))} rows/s`,
      baseline: `${thousands(rate(sums.theirs))} rows/s (DuckDB, COPY of the same rows out of its own memory)`,
      ratio,
      more: `${(whole.length / 1e6).toFixed(1)} MB against ${((await stat(theirs)).size / 1e6).toFixed(1)} MB; server peak ${peak.toFixed(0)} MB; sha256 ${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`,
      target: 'ratio ≥ 0.3, memory flat',
      met: ratio >= 0.3 && peak < 400,
    };
  } finally {
    await Promise.all([ours, theirs].map((file) => rm(file, { force: true })));
    await installation.remove();
  }
}

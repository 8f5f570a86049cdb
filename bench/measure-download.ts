import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, perSecond, thousands } from './figure.ts';
import { get } from './load.ts';
import { startServer } from './serve.ts';

const rounds = 3;

/** The same columns as a download has, as plainly as SQL says it: no guard against formulas, no choice, no streams joined. */
const plainCopy = `copy (
  select ds.slug, t.id as sensor, t.name as sensor_name, d.name as series, p.name as measure, d.unit_of_measurement ->> 'symbol' as unit,
    o.phenomenon_start, o.phenomenon_end, o.phenomenon_start at time zone 'America/New_York' as time_local,
    'America/New_York' as time_zone, o.result_number, o.result_quality
  from released.observation o
  join released.datastream d on d.id = o.datastream_id join released.dataset ds on ds.id = d.dataset_id
  join released.thing t on t.id = d.thing_id join released.observed_property p on p.id = d.observed_property_id
) to stdout with (format csv, header)`;

/** CSV download of 1,000,000 readings beside a plain COPY of the same columns through the driver. */
export async function measureDownload(scale: number): Promise<Figure> {
  const installation = await openBenchInstallation();
  try {
    const streams = 50;
    const each = Math.round(20_000 * scale);
    const ids = await makeNetwork(installation.ctx, 'download', streams);
    await fill(installation.ctx, ids, each);
    await installation.analyze();
    const server = await startServer(installation.env);
    const url = `${server.url}/datasets/download/readings.csv?from=2026-01-01&to=2026-12-31`;
    const copy = async (): Promise<number> => {
      const client = await installation.ctx.public.connect();
      let bytes = 0;
      const sink = new Writable({
        write(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          done();
        },
      });
      await pipeline(client.query(copyTo(plainCopy)), sink);
      client.release();
      return bytes;
    };
    await get(url, 'end');
    await copy();
    const ours = { bytes: 0, ms: 0 };
    const plain = { bytes: 0, ms: 0 };
    for (let round = 0; round < rounds; round++) {
      for (const [sum, once] of [
        [ours, () => get(url, 'end')],
        [plain, copy],
      ] as const) {
        const from = performance.now();
        sum.bytes += await once();
        sum.ms += performance.now() - from;
      }
    }
    const peak = await server.peak();
    await server.stop();
    const rate = (sum: { bytes: number; ms: number }) => perSecond(sum.bytes, sum.ms) / 1e6;
    const ratio = rate(ours) / rate(plain);
    return {
      name: `CSV download of ${thousands(streams * each)} readings`,
      value: `${rate(ours).toFixed(1)} MB/s`,
      baseline: `${rate(plain).toFixed(1)} MB/s (COPY TO STDOUT of the same columns, driver alone)`,
      ratio,
      more: `${(ours.bytes / rounds / 1e6).toFixed(0)} MB in ${(ours.ms / rounds / 1000).toFixed(1)} s against ${(plain.bytes / rounds / 1e6).toFixed(0)} MB in ${(plain.ms / rounds / 1000).toFixed(1)} s; server peak ${peak.toFixed(0)} MB`,
      target: 'ratio ≥ 0.7, memory flat',
      met: ratio >= 0.7 && peak < 300,
    };
  } finally {
    await installation.remove();
  }
}

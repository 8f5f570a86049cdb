import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, perSecond, thousands } from './figure.ts';
import { closedLoop, get, type Load } from './load.ts';
import { startServer } from './serve.ts';

const clients = 4;
const rounds = 3;
const roundMs = 6_000;

/**
 * The leanest that SQL can do for the same answer: one prepared statement, the rows made into one text by the database
 * with the three members a chart needs, no joins, nothing that only SensorThings wants.
 */
const leanest = {
  name: 'leanest',
  text: `select json_agg(json_build_array(id, phenomenon_start, result_number))::text as json from (
    select id, phenomenon_start, result_number from released.observation
    where datastream_id = $1 order by phenomenon_start desc limit 1000) o`,
};

/** Latest 1,000 readings of a Datastream over HTTP, Datastreams drawn at random from 5,000 in 10 million readings. */
export async function measureLatest(scale: number): Promise<Figure> {
  const installation = await openBenchInstallation();
  try {
    const streams = Math.round(5000 * scale);
    const ids = await makeNetwork(installation.ctx, 'latest', streams);
    await fill(installation.ctx, ids, 2000);
    const server = await startServer(installation.env);
    const draw = () => ids[Math.floor(Math.random() * ids.length)] as string;
    const overHttp = () =>
      get(
        `${server.url}/v1.1/Datastreams(${draw()})/Observations?$orderby=phenomenonTime%20desc&$top=1000`,
        'end',
      );
    const bySql = () => installation.ctx.public.query({ ...leanest, values: [draw()] });
    // Both warm, then in turns, so that neither has the better minute of the machine.
    await closedLoop(clients, 4_000, overHttp);
    await closedLoop(clients, 4_000, bySql);
    const http: Load[] = [];
    const sql: Load[] = [];
    for (let round = 0; round < rounds; round++) {
      http.push(await closedLoop(clients, roundMs, overHttp));
      sql.push(await closedLoop(clients, roundMs, bySql));
    }
    const single = await closedLoop(1, roundMs, overHttp);
    await server.stop();
    const rate = (loads: Load[]) =>
      perSecond(
        loads.reduce((sum, load) => sum + load.count, 0),
        loads.reduce((sum, load) => sum + load.milliseconds, 0),
      );
    const failures = http.reduce((sum, load) => sum + load.failures, 0);
    const ratio = rate(http) / rate(sql);
    return {
      name: `latest 1,000 readings over HTTP, of ${thousands(ids.length)} Datastreams, ${thousands(ids.length * 2000)} readings`,
      value: `${thousands(rate(http))} requests/s`,
      baseline: `${thousands(rate(sql))} queries/s (leanest SQL, driver alone)`,
      ratio,
      more: `p50 ${single.p50.toFixed(1)} ms, p95 ${single.p95.toFixed(1)} ms with one client; p50 ${http[0]?.p50.toFixed(1)} ms with ${clients}; ${failures} failures`,
      target: 'ratio ≥ 0.6, p50 < 10 ms',
      met: ratio >= 0.6 && single.p50 < 10 && failures === 0,
    };
  } finally {
    await installation.remove();
  }
}

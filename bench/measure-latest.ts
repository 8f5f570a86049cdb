import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, perSecond, thousands } from './figure.ts';
import { closedLoop, get, type Load } from './load.ts';
import { startServer } from './serve.ts';

const clients = 4;
const rounds = 3;
const roundMs = 6_000;

const latest = `select * from released.observation where datastream_id = $1::bigint
  order by phenomenon_start desc limit 1000`;

/**
 * Two questions, each beside the leanest SQL that anyone could write for that very answer, as one prepared statement
 * whose rows the database makes into one text: no paging, no check that the Datastream is public, no joins.
 */
const questions = [
  {
    name: 'time and result ($select)',
    query: '$select=phenomenonTime,result&$orderby=phenomenonTime%20desc&$top=1000',
    leanest: `select json_agg(json_build_object('phenomenonTime', phenomenon_start, 'result', result_number))::text as json
      from (${latest}) o`,
  },
  {
    name: 'whole entities, every link',
    query: '$orderby=phenomenonTime%20desc&$top=1000',
    leanest: `select '{"value":[' || string_agg(concat('{"@iot.id":', id,
        ',"@iot.selfLink":"http://127.0.0.1:8080/v1.1/Observations(', id,
        ')","Datastream@iot.navigationLink":"http://127.0.0.1:8080/v1.1/Observations(', id,
        ')/Datastream","FeatureOfInterest@iot.navigationLink":"http://127.0.0.1:8080/v1.1/Observations(', id,
        ')/FeatureOfInterest","phenomenonTime":', to_json(phenomenon_start), ',"result":', result_number,
        ',"resultTime":null}'), ',') || ']}' as json from (${latest}) o`,
  },
] as const;

/** The least that can be asked of the same rows: for judging the others, whatever the answer looks like. */
const fewestBytes = `select json_agg(json_build_array(id, phenomenon_start, result_number))::text as json from (${latest}) o`;

/** Latest 1,000 readings of a Datastream over HTTP, Datastreams drawn at random from 5,000 in 10 million readings. */
export async function measureLatest(scale: number): Promise<Figure[]> {
  const installation = await openBenchInstallation();
  try {
    const ids = await makeNetwork(installation.ctx, 'latest', Math.round(5000 * scale));
    await fill(installation.ctx, ids, 2000);
    await installation.analyze();
    const server = await startServer(installation.env);
    const draw = () => ids[Math.floor(Math.random() * ids.length)] as string;
    const bySql = (name: string, text: string) => () =>
      installation.ctx.public.query({ name, text, values: [draw()] });
    const figures: Figure[] = [];
    for (const { name, query, leanest } of questions) {
      const overHttp = () => get(`${server.url}/v1.1/Datastreams(${draw()})/Observations?${query}`, 'end');
      const ways = [overHttp, bySql(name, leanest), bySql('fewest', fewestBytes)];
      const loads: Load[][] = ways.map(() => []);
      // All warm, then in turns, so that none has the better minute of the machine.
      for (const way of ways) await closedLoop(clients, 3_000, way);
      for (let round = 0; round < rounds; round++) {
        for (const [index, way] of ways.entries())
          loads[index]?.push(await closedLoop(clients, roundMs, way));
      }
      const single = await closedLoop(1, roundMs, overHttp);
      const [http = 0, lean = 0, fewest = 0] = loads.map(rate);
      const failures = loads[0]?.reduce((sum, load) => sum + load.failures, 0) ?? 0;
      figures.push({
        name: `latest 1,000 readings over HTTP, ${name}; ${thousands(ids.length)} Datastreams, ${thousands(ids.length * 2000)} readings`,
        value: `${thousands(http)} requests/s`,
        baseline: `${thousands(lean)} queries/s (leanest SQL for the same answer, driver alone)`,
        ratio: http / lean,
        more: `p50 ${single.p50.toFixed(1)} ms, p95 ${single.p95.toFixed(1)} ms with one client; p50 ${loads[0]?.[0]?.p50.toFixed(1)} ms with ${clients}; ${(http / fewest).toFixed(2)} of the same rows as bare arrays (${thousands(fewest)}/s); ${failures} failures`,
        target: 'ratio ≥ 0.6, p50 < 10 ms',
        met: http / lean >= 0.6 && single.p50 < 10 && failures === 0,
      });
    }
    await server.stop();
    return figures;
  } finally {
    await installation.remove();
  }
}

function rate(loads: readonly Load[]): number {
  const sum = (of: (load: Load) => number) => loads.reduce((total, load) => total + of(load), 0);
  return perSecond(
    sum((load) => load.count),
    sum((load) => load.milliseconds),
  );
}

import { Agent, request } from 'node:http';
import { createKey } from '../src/people/index.ts';
import { makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, percentile, thousands } from './figure.ts';
import { startServer } from './serve.ts';

const warmUp = 2_000;
const pairs = 10_000;
const mostAdded = 0.2;

/** What a key adds to a small request: with and without one in turns, so that both meet the same minute of the machine. */
export async function measureKeyCheck(): Promise<Figure> {
  const installation = await openBenchInstallation();
  try {
    const { ctx, env } = installation;
    await makeNetwork(ctx, 'key-check', 1);
    const { rows } = await ctx.app.query<{ id: string }>('select min(id)::text as id from private.thing');
    const { key } = await createKey(ctx, { name: 'bench' });
    // Counted as a city counts them, but never refused.
    const limits = { LIMIT_ANONYMOUS: '1000000/5m', LIMIT_KEY: '1000000/5m' };
    const server = await startServer({ ...env, ...limits });
    const url = `${server.url}/v1.1/Things(${rows[0]?.id})`;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ways: Record<string, string>[] = [{}, { authorization: `Bearer ${key}` }];
    const times: number[][] = [[], []];
    for (let index = 0; index < warmUp + pairs; index++) {
      for (const [way, headers] of ways.entries()) {
        const start = performance.now();
        await ask(url, agent, headers);
        if (index >= warmUp) times[way]?.push(performance.now() - start);
      }
    }
    agent.destroy();
    await server.stop();
    const [without, withKey] = times.map((each) => each.sort((a, b) => a - b)) as [number[], number[]];
    const at = (share: number) => [percentile(without, share), percentile(withKey, share)] as const;
    const [p50, p50Key] = at(0.5);
    const [p95, p95Key] = at(0.95);
    const added = p50Key - p50;
    return {
      name: `what checking a key adds to GET /v1.1/Things(1), one client, ${thousands(pairs)} requests each`,
      value: `${added.toFixed(3)} ms at p50 (${p50Key.toFixed(3)} ms)`,
      baseline: `${p50.toFixed(3)} ms at p50 without a key`,
      ratio: p50Key / p50,
      more: `p95 ${p95Key.toFixed(3)} ms with, ${p95.toFixed(3)} ms without`,
      target: `p50 + < ${mostAdded} ms`,
      met: added < mostAdded,
    };
  } finally {
    await installation.remove();
  }
}

function ask(url: string, agent: Agent, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume().on('end', resolve).on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

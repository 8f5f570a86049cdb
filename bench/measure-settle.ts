import { setPolicy } from '../src/release/index.ts';
import type { PolicyStep } from '../src/release/policy.ts';
import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, perSecond, thousands } from './figure.ts';

const policies: [name: string, step: PolicyStep][] = [
  ['rounded at once', { do: 'round', column: 'result:Vehicles', to: 10 }],
  ['in groups of an hour', { do: 'aggregate', every: 'hour', by: [], minimum: 2 }],
];

/** How long until a policy is in force for all that a dataset holds; until its turn a Datastream is not seen at all. */
export async function measureSettle(scale: number): Promise<Figure[]> {
  const installation = await openBenchInstallation();
  try {
    const { ctx } = installation;
    const each = Math.round(10_000 * scale);
    const ids = await makeNetwork(ctx, 'settle', 100);
    await fill(ctx, ids, each);
    await installation.analyze();
    const total = ids.length * each;
    const figures: Figure[] = [];
    for (const [name, step] of policies) {
      const from = performance.now();
      await setPolicy(ctx, { dataset: 'settle', policy: { steps: [step], reason: 'The bench asks.' } });
      const ms = performance.now() - from;
      const { rows } = await ctx.public.query<{ n: number; shown: number }>(
        `select count(*)::int as n, count(distinct o.datastream_id)::int as shown
         from released.observation o join released.datastream d on d.id = o.datastream_id`,
      );
      if (rows[0]?.shown !== ids.length)
        throw new Error(`${rows[0]?.shown} of ${ids.length} Datastreams are shown`);
      figures.push({
        name: `a change of policy on ${thousands(total)} readings, ${name}`,
        value: `${(ms / 1000).toFixed(1)} s`,
        baseline: '',
        ratio: null,
        more: `${thousands(perSecond(total, ms))} readings/s; ${thousands(rows[0].n)} rows released; nothing is seen from the commit on until a Datastream is done`,
        target: '< 60 s',
        met: ms < 60_000,
      });
    }
    return figures;
  } finally {
    await installation.remove();
  }
}

import { as } from '../src/kit/context.ts';
import { parse } from '../src/observations/sensorthings/parse.ts';
import { readBack, readEntities } from '../src/observations/sensorthings/read-entities.ts';
import { fill, makeNetwork, openBenchInstallation } from './bench-database.ts';
import { type Figure, perSecond, thousands } from './figure.ts';
import { closedLoop, type Load } from './load.ts';

const clients = 4;
const rounds = 30;
const roundMs = 400;
const target = 0.85;

const questions = [
  [
    'the latest 1,000 readings ($select)',
    (id: string) =>
      `Datastreams(${id})/Observations?$select=phenomenonTime,result&$orderby=phenomenonTime%20desc&$top=1000`,
  ],
  [
    'the latest 20 readings',
    (id: string) => `Datastreams(${id})/Observations?$orderby=phenomenonTime%20desc&$top=20`,
  ],
] as const;

/**
 * SensorThings reads through the gate: by anybody as charter_public, and by a person with a key through the row policies
 * of `granted`, each beside the same action on the base tables as the owner of everything, in one process.
 */
export async function measureGate(scale: number): Promise<Figure[]> {
  const installation = await openBenchInstallation();
  try {
    const { ctx } = installation;
    const things = Math.round(500 * scale);
    const open = await makeNetwork(ctx, 'gate-open', things);
    await fill(ctx, open, 2000);
    const keyed = await makeNetwork(ctx, 'gate-keyed', things, 'key');
    await fill(ctx, keyed, 2000, 'granted');
    await installation.analyze();
    const { rows } = await ctx.app.query<{ keyId: string; personId: string }>(
      `with person as (insert into private.person (email, language, created_at) values ('bench@example.org', 'en', now()) returning id)
       insert into private.api_key (name, person_id, purpose) select 'bench', id, 'bench' from person
       returning id::text as "keyId", person_id::text as "personId"`,
    );
    const key = as(ctx, {
      kind: 'reading-key',
      name: 'bench',
      ...(rows[0] as { keyId: string; personId: string }),
    });
    const anyone = as(ctx, { kind: 'anonymous' });
    const figures: Figure[] = [];
    for (const [name, address] of questions) {
      for (const [who, ids, through, schema] of [
        ['anybody', open, anyone, 'released'],
        ['with a key', keyed, key, 'granted'],
      ] as const) {
        const draw = () => address(ids[Math.floor(Math.random() * ids.length)] as string);
        const ways = [
          () => readEntities(through, draw()),
          () => readBack(ctx, ctx.app, parse(draw()), [schema]),
        ];
        const loads: Load[][] = ways.map(() => []);
        for (const way of ways) await closedLoop(clients, 1_500, way);
        // In turns, so that none has the better minute of the machine.
        for (let round = 0; round < rounds; round++)
          for (const [index, way] of ways.entries())
            loads[index]?.push(await closedLoop(clients, roundMs, way));
        const rate = (of: readonly Load[]) =>
          perSecond(
            of.reduce((sum, { count }) => sum + count, 0),
            of.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
          );
        const [gate = 0, base = 0] = loads.map(rate);
        const failures = loads.flat().reduce((sum, load) => sum + load.failures, 0);
        figures.push({
          name: `${name} through the gate, ${who}; ${thousands(things * 2)} Datastreams`,
          value: `${thousands(gate)} reads/s`,
          baseline: `${thousands(base)} reads/s (the same action on base tables)`,
          ratio: gate / base,
          more: `p50 ${loads[0]?.[0]?.p50.toFixed(2)} against ${loads[1]?.[0]?.p50.toFixed(2)} ms with ${clients} at once; ${failures} failures`,
          target: `ratio ≥ ${target}`,
          met: gate / base >= target && failures === 0,
        });
      }
    }
    return figures;
  } finally {
    await installation.remove();
  }
}

import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { createApp } from '../app.ts';
import { loadRegion, simulate } from '../demonstration/index.ts';
import { openInstallation } from '../installation.ts';
import { type Config, publicUrl } from '../kit/config.ts';
import { Problem } from '../kit/problem.ts';
import * as observations from '../observations/index.ts';
import { createDemoKey } from '../people/index.ts';
import { settleAll } from '../release/index.ts';

/**
 * Runs the server until it is told to stop (SIGINT, SIGTERM), its parent is gone, or its database dies.
 * On an empty embedded database, or with --demo, it loads the demonstration region and simulates its sensors. With
 * --dev, pages come from Vite and reload as their files change.
 */
export async function serve(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: { demo: { type: 'boolean' }, dev: { type: 'boolean', default: false } },
  });
  const startedAt = performance.now();
  const stopped = stopSignal();
  const installation = await openInstallation({ env: process.env, actor: { kind: 'operator' } });
  const { ctx } = installation;
  try {
    await checkAddress(ctx.config);
    await settleAll(ctx);
    const demonstration = await prepareDemonstration(installation, values.demo);
    const app = await createApp(ctx, { dev: values.dev });
    installation.onEvent(app.onEvent);
    try {
      await app.server.listen({ host: ctx.config.HOST, port: ctx.config.PORT });
    } catch (error) {
      await app.close();
      throw explainListening(error, ctx.config);
    }
    const simulation = demonstration
      ? simulate(ctx, { storeReadings: observations.storeReadings })
      : undefined;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.error(`\n  Charter Oak is ready after ${seconds} s:  ${publicUrl(ctx.config)}\n`);

    const reason = await Promise.race([stopped, installation.died]);
    console.error(`Stopping: ${reason}.`);
    await simulation?.stop();
    await app.close();
    return reason.startsWith('the database') ? 1 : 0;
  } finally {
    await installation.close();
  }
}

async function prepareDemonstration(
  installation: Awaited<ReturnType<typeof openInstallation>>,
  asked: boolean | undefined,
): Promise<boolean> {
  const { ctx, embedded } = installation;
  const { rows } = await ctx.app.query<{ places: number; demonstration: boolean }>(
    'select count(*)::int as places, coalesce(bool_or(demonstration), false) as demonstration from released.place',
  );
  const found = rows[0] ?? { places: 0, demonstration: false };
  if (asked === false) return false;
  if (found.places > 0) return found.demonstration && (embedded || asked === true);
  if (!embedded && !asked) return false;
  console.error('Loading the demonstration region …');
  const loaded = await loadRegion(ctx, { entities: observations });
  await installation.analyze();
  await createDemoKey(ctx);
  console.error(`Loaded ${loaded.things} sensors and ${loaded.readings.toLocaleString('en-US')} readings.`);
  return true;
}

/** Whether the address is free, before the demonstration is loaded for nothing. */
async function checkAddress(config: Config): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ host: config.HOST, port: config.PORT });
    await once(probe, 'listening');
  } catch (error) {
    throw explainListening(error, config);
  } finally {
    probe.close();
  }
}

function explainListening(error: unknown, { HOST, PORT }: Config): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Problem(
      'conflict',
      `Port ${PORT} is in use. Stop what listens there, or start with PORT=8081 npm start.`,
    );
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
    return new Problem(
      'invalid',
      `Cannot listen on HOST=${HOST}, PORT=${PORT} (${code}). Name an address of this machine and a port that you may use.`,
    );
  return error;
}

/** Resolves with the reason to stop: a signal, or the death of the process that started us. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // A second Ctrl-C means now; one that follows at once is npm passing on the first.
        if (askedAt !== undefined && performance.now() - askedAt > 1000) process.exit(130);
        askedAt ??= performance.now();
        resolve(`received ${signal}`);
      });
    }
    // Under `npm start`, npm is the parent: when it is killed outright no signal comes, and nobody could stop us.
    if (process.env.npm_lifecycle_event !== undefined) {
      const parent = process.ppid;
      setInterval(() => {
        if (process.ppid !== parent) resolve('the process that started this one is gone');
      }, 500).unref();
    }
  });
}

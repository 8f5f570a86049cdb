import { systemClock } from './kit/clock.ts';
import { readConfig } from './kit/config.ts';
import type { Actor, Ctx } from './kit/context.ts';
import { openPool, type Pool, type Role } from './kit/database.ts';
import { defaultDataFolder, findEmbeddedPostgres, startEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { type Log, openLog } from './kit/log.ts';
import { migrate } from './kit/migrate.ts';

/** A database that is migrated and open, and the context that actions work in. */
export type Installation = {
  ctx: Ctx;
  /** True when the database is the embedded one of the data folder. */
  embedded: boolean;
  /** Resolves when the embedded server ends without being asked to. */
  died: Promise<string>;
  /** Replaces what happens after a commit (app.ts wires it). */
  onEvent(listener: Ctx['emit']): void;
  /** Lets the planner look at the tables, after much was loaded at once. */
  analyze(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens the database that the environment names (DATABASE_URL, else the embedded one), brings its schema up to date and
 * builds the context. With `join`, a command finds the embedded server that `serve` is running, or starts its own.
 */
export async function openInstallation(options: {
  env: NodeJS.ProcessEnv;
  actor: Actor;
  join?: boolean;
  log?: Log;
}): Promise<Installation> {
  const config = readConfig(options.env);
  const log = options.log ?? openLog(config.LOG_LEVEL);
  const server = config.DATABASE_URL
    ? undefined
    : await openEmbedded(options.env, log, options.join ?? false);
  const ownerUrl = config.DATABASE_URL ?? (server as Embedded).urlFor('charter_owner', 'charter_oak');
  const pools: Pool[] = [];
  try {
    const owner = openPool(ownerUrl, { max: 1, log });
    try {
      await migrate(owner, log);
    } finally {
      await owner.end();
    }
    const pool = (role: Role, url: string | undefined, max: number) => {
      const direct = url ?? server?.urlFor(role, 'charter_oak');
      const opened = openPool(direct ?? ownerUrl, {
        role,
        direct: direct !== undefined,
        max,
        log,
        // A stranger's question must not hold a connection for long; downloads set their own limit.
        ...(role !== 'charter_app' ? { statementTimeoutMs: 20_000 } : {}),
      });
      pools.push(opened);
      return opened;
    };
    const app = pool('charter_app', undefined, 12);
    const reader = pool('charter_public', config.DATABASE_PUBLIC_URL, 16);
    const granted = pool('charter_granted', config.DATABASE_GRANTED_URL, 6);
    let listener: Ctx['emit'] = () => {};
    const ctx: Ctx = {
      config,
      clock: systemClock,
      log,
      app,
      public: reader,
      granted,
      actor: options.actor,
      emit: (event) => listener(event),
    };
    return {
      ctx,
      embedded: server !== undefined,
      died: server?.died ?? new Promise(() => {}),
      onEvent: (next) => {
        listener = next;
      },
      analyze: async () => {
        const owner = openPool(ownerUrl, { max: 1, log });
        await owner.query('analyze').finally(() => owner.end());
      },
      close: async () => {
        await Promise.all(pools.map((pool) => pool.end()));
        await server?.stop();
      },
    };
  } catch (error) {
    await Promise.all(pools.map((pool) => pool.end()));
    await server?.stop();
    throw error;
  }
}

type Embedded = {
  urlFor(user: string, database: string): string;
  died: Promise<string>;
  stop(): Promise<void>;
};

async function openEmbedded(env: NodeJS.ProcessEnv, log: Log, join: boolean): Promise<Embedded> {
  const dataFolder = defaultDataFolder(env, process.getuid?.());
  const running = join ? findEmbeddedPostgres(dataFolder) : undefined;
  if (running) return { ...running, died: new Promise(() => {}), stop: async () => {} };
  const server = await startEmbeddedPostgres({
    dataFolder,
    log: (message, details) => log.info(details ?? {}, message),
  });
  const postgres = openPool(server.urlFor('charter_owner', 'postgres'), { max: 1, log });
  try {
    const { rowCount } = await postgres.query("select from pg_database where datname = 'charter_oak'");
    if (rowCount === 0) await postgres.query('create database charter_oak');
  } finally {
    await postgres.end();
  }
  return {
    urlFor: server.urlFor,
    died: server.died.then(({ code, signal }) => `the database server ended (${signal ?? `code ${code}`})`),
    stop: server.stop,
  };
}

import { PassThrough } from 'node:stream';
import { after, before } from 'node:test';
import { type Config, readConfig } from '../../src/kit/config.ts';
import type { Ctx } from '../../src/kit/context.ts';
import { openPool, type Pool, type Role } from '../../src/kit/database.ts';
import { openLog } from '../../src/kit/log.ts';
import { startTestServer, type TestServer } from './database-server.ts';

/** A clock that tests set and move. */
export class TestClock {
  #now: Date;
  constructor(now: string) {
    this.#now = new Date(now);
  }
  now(): Date {
    return new Date(this.#now);
  }
  set(now: string): void {
    this.#now = new Date(now);
  }
  advance(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}

export type TestContext = Ctx & {
  clock: TestClock;
  /** As charter_owner: for looking at what the product may not see, never for what is under test. */
  owner: Pool;
  /** What was emitted, in order. */
  events: Parameters<Ctx['emit']>[0][];
  /** What was logged, as text. */
  logged(): string;
  /** For a second pool or process. */
  urlFor(role: string): string;
};

let counter = 0;

/**
 * A context on a database of its own, cloned from the migrated template, for the tests of one file:
 * `const test = testDatabase();` at the top of a file or describe, then `test.ctx` inside tests.
 * With the run's server (global-setup.ts) a clone takes some 50 ms; alone, a file starts its own server.
 */
export function testDatabase(options: { env?: Record<string, string>; now?: string } = {}): {
  readonly ctx: TestContext;
} {
  let opened: { ctx: TestContext; close: () => Promise<void> } | undefined;
  before(async () => {
    opened = await openTestContext(options);
  });
  after(async () => {
    await opened?.close();
  });
  return {
    get ctx() {
      if (!opened) throw new Error('testDatabase: the database is there once the tests run');
      return opened.ctx;
    },
  };
}

export async function openTestContext(
  options: { env?: Record<string, string>; now?: string } = {},
): Promise<{ ctx: TestContext; close: () => Promise<void> }> {
  const shared = process.env.CHARTER_OAK_TEST_URL;
  const own: TestServer | undefined = shared ? undefined : await startTestServer();
  const urlFor = (user: string, database: string): string =>
    own ? own.urlFor(user, database) : (shared as string).replace('USER', user).replace('DATABASE', database);
  const name = `test_${process.pid}_${++counter}`;
  const admin = openPool(urlFor('charter_owner', 'postgres'), { max: 1 });
  await admin.query(`create database ${name} template charter_template strategy file_copy`);

  const pool = (role: Role | 'charter_owner') =>
    openPool(urlFor(role, name), role === 'charter_owner' ? { max: 2 } : { role, direct: true, max: 6 });
  const pools = {
    app: pool('charter_app'),
    public: pool('charter_public'),
    granted: pool('charter_granted'),
    owner: pool('charter_owner'),
  };
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  const config: Config = readConfig({ PORT: '8080', LOG_LEVEL: 'debug', ...options.env });
  const events: TestContext['events'] = [];
  const ctx: TestContext = {
    config,
    clock: new TestClock(options.now ?? '2026-11-20T15:00:00Z'),
    log: openLog(config.LOG_LEVEL, output),
    ...pools,
    actor: { kind: 'operator' },
    emit: (event) => {
      events.push(event);
    },
    events,
    logged: () => Buffer.concat(chunks).toString(),
    urlFor: (role) => urlFor(role, name),
  };
  return {
    ctx,
    close: async () => {
      await Promise.all(Object.values(pools).map((each) => each.end()));
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
      await own?.stop();
    },
  };
}

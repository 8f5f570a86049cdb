import pg from 'pg';
import type { Log } from './log.ts';
import { isProblem, Problem } from './problem.ts';

export type Pool = pg.Pool;
/** A connection inside a transaction. */
export type Tx = pg.PoolClient;
export type Queryable = Pick<pg.Pool, 'query'>;

export type Role = 'charter_app' | 'charter_public' | 'charter_granted';

// Ids go to 2^63-1, beyond what a JavaScript number holds: bigint stays text (pg's default). Times stay text, to the
// microsecond, in the form that JSON made by the database has and every browser reads: 2026-11-28T04:59:59+00:00.
const isoTime = (text: string): string => text.replace(/^(\d+-\d\d-\d\d) (.+[+-]\d\d)$/, '$1T$2:00');
const textTypes = new Map([
  [1114, (text: string) => text],
  [1184, isoTime],
  [1082, (text: string) => text],
]);
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    textTypes.get(oid) ??
    pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/**
 * Opens a pool whose connections act as `role`. When `direct` is true the URL's own login is that role (or a replica's
 * equivalent); otherwise the login takes the role at connect time.
 */
export function openPool(
  url: string,
  options: {
    role?: Role;
    max?: number;
    log?: Log;
    applicationName?: string;
    direct?: boolean;
    /** The longest that a statement may take unless its transaction says otherwise. */
    statementTimeoutMs?: number;
  } = {},
): Pool {
  const role = options.role && !options.direct ? ` -c role=${options.role}` : '';
  const timeout = options.statementTimeoutMs ? ` -c statement_timeout=${options.statementTimeoutMs}` : '';
  // Whoever reads with a key writes nothing, and need not say so each time.
  const readOnly = options.role === 'charter_granted' ? ' -c default_transaction_read_only=on' : '';
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    types,
    application_name: options.applicationName ?? 'charter-oak',
    options: `-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601${role}${timeout}${readOnly}`,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  pool.on('error', (error) => {
    // One that is lost while the pool closes is missed by nobody.
    if (!pool.ending) options.log?.warn({ err: error }, 'an idle database connection was lost');
  });
  // One lost while in use: its query fails and tells; without a listener the event would end the whole process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Runs `work` in one transaction: commits when it returns, rolls back when it throws. */
export async function withTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new Problem('busy', 'The database does not answer. Try again in a moment.', { cause: error });
  });
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The SQLSTATE of a database error, or undefined. */
export function sqlState(error: unknown): string | undefined {
  if (isProblem(error)) return undefined;
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

import pg from 'pg';
import type { Pool, Tx } from './database.ts';

type Statement = { name: string; text: string; values: unknown[] };
type Connection = {
  bind(config: object): void;
  execute(config: object): void;
  parsedStatements: Record<string, string | undefined>;
};
type Sent = {
  prepare(connection: Connection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
};
// What the types of pg leave out: the steps of a query, as the driver's own cursor uses them too.
const Query = pg.Query as unknown as new (config: object, values: undefined, done: Done) => Sent;
type Done = (error: Error | null, result: pg.QueryResult) => void;

/** A query that is sent together with the prepared statement before it: one Sync after both makes them one transaction. */
class After extends Query {
  #waits = true;
  readonly #first: Statement;
  constructor(first: Statement, then: object, done: Done) {
    super({ ...then, queryMode: 'extended' }, undefined, done);
    this.#first = first;
  }
  override prepare(connection: Connection): void {
    connection.bind({ portal: '', statement: this.#first.name, values: this.#first.values });
    connection.execute({ portal: '', rows: 0 });
    super.prepare(connection);
  }
  override handleDataRow(message: unknown): void {
    if (!this.#waits) super.handleDataRow(message);
  }
  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#waits) this.#waits = false;
    else super.handleCommandComplete(message, connection);
  }
}

/**
 * Runs two statements as one transaction in one round trip and returns what the second finds. The values of the first are
 * text. Fails whole: the second is not run if the first fails.
 */
export async function queryAfter<Result extends pg.QueryResultBase>(
  pool: Pool,
  first: Statement & { values: string[] },
  then: pg.QueryConfig | pg.QueryArrayConfig,
): Promise<Result> {
  const client = await pool.connect();
  try {
    if (connectionOf(client).parsedStatements[first.name] === undefined) await client.query({ ...first });
    return await new Promise<Result>((resolve, reject) => {
      const sent = new After(first, then, (error, result) =>
        error ? reject(error) : resolve(result as unknown as Result),
      );
      client.query(sent as unknown as pg.Submittable);
    });
  } finally {
    client.release();
  }
}

const connectionOf = (client: Tx): Connection => (client as unknown as { connection: Connection }).connection;

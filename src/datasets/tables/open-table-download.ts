import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { bindDatasets, readGranted } from '../../release/index.ts';
import { heldVersion, stallable, takeTurn, whetherOpen, whileOpen } from '../readings/open-download.ts';
import { type FoundTable, findGrantedTable, findOpenTable, relationOf } from './find-table.ts';
import { fieldsOf, lineSql, whereSql } from './query-sql.ts';
import type { TableQuery } from './table.ts';

export type TableDownload = { etag: string; fileName: string; stream: Readable };

const batch = 5000;

/**
 * Opens a download of a table's rows, all or those that a query asks for, in their order: one snapshot, read in pieces.
 * `csv` begins with the names; `jsonl` has an object on each line. With `unlessEtag` equal to the current one nothing is
 * read. Errors: not-found, invalid, busy (too many downloads at once).
 */
export async function openTableDownload(
  ctx: Ctx,
  input: {
    dataset: string;
    format: 'csv' | 'jsonl';
    query: Pick<TableQuery, 'filters' | 'q' | 'fields'>;
    unlessEtag?: (etag: string) => boolean;
  },
): Promise<TableDownload | { etag: string }> {
  const opened =
    ctx.actor.kind === 'reading-key'
      ? (await readGranted(ctx)).find(({ slug }) => slug === input.dataset)
      : undefined;
  const pool = opened ? ctx.granted : ctx.public;
  const held = opened && (await heldVersion(ctx, opened.id));
  const giveTurn = takeTurn(pool);
  let tx: Tx | undefined;
  let handedOver = false;
  try {
    const client = await pool.connect();
    tx = client;
    await client.query(`begin isolation level repeatable read read only;
      set local statement_timeout = '10min'; set local client_connection_check_interval = '2s'`);
    if (opened) await bindDatasets(client, [opened.id]);
    const table = opened
      ? await findGrantedTable(client, opened)
      : await findOpenTable(client, { dataset: input.dataset });
    if (!table) throw new Problem('not-found', 'There is no such table.');
    const etag = tagOf(table, input);
    if (input.unlessEtag?.(etag)) return { etag };
    await openCursor(client, table, input);
    const isOpen = await whetherOpen(ctx, client, table.datasetId, held);
    // Each part is long: it is asked for before each.
    const chunks = whileOpen(readCursor(client, table, input), table.slug, isOpen, 0);
    const first = await chunks.next();
    const stream = stallable(first.done ? [] : [first.value], chunks);
    stream.once('close', () => {
      if (stream.readableEnded)
        client.query('commit').then(
          () => client.release(),
          (error: Error) => client.release(error),
        );
      else client.release(true);
      giveTurn();
    });
    handedOver = true;
    return { etag, fileName: `${table.slug}.${input.format}`, stream };
  } finally {
    if (!handedOver) {
      giveTurn();
      await tx?.query('rollback').then(
        () => tx?.release(),
        () => tx?.release(true),
      );
    }
  }
}

type Wanted = { format: 'csv' | 'jsonl'; query: Pick<TableQuery, 'filters' | 'q' | 'fields'> };

async function openCursor(tx: Tx, table: FoundTable, { format, query }: Wanted): Promise<void> {
  const values: unknown[] = [];
  const where = whereSql(table, query, values);
  const fields = fieldsOf(table, query.fields);
  const line = lineSql(fields, format === 'csv' ? 'csv' : 'objects', values);
  await tx.query(
    `declare rows no scroll cursor for select ${line} as line from ${relationOf(table)} ${where ? `where ${where}` : ''} order by _id`,
    values,
  );
}

async function* readCursor(tx: Tx, table: FoundTable, { format, query }: Wanted): AsyncGenerator<Buffer> {
  if (format === 'csv')
    yield Buffer.from(
      `${fieldsOf(table, query.fields)
        .map(({ name }) => csvName(name))
        .join(',')}\r\n`,
    );
  const end = format === 'csv' ? '\r\n' : '\n';
  for (;;) {
    const { rows } = await tx.query<{ line: string }>(`fetch ${batch} from rows`);
    if (rows.length === 0) return;
    yield Buffer.from(rows.map(({ line }) => line + end).join(''));
    if (rows.length < batch) return;
  }
}

function csvName(name: string): string {
  const safe = /^[=+@\t\r-]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Weak, for a proxy may compress. Every store changes the version, every release the generation. */
function tagOf(
  { id, generation, version, changedAt, schema }: FoundTable,
  { format, query }: Wanted,
): string {
  const content = JSON.stringify([1, id, generation, version, changedAt, schema, format, query]);
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}

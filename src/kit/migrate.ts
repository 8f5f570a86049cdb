import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type Pool, withTransaction } from './database.ts';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';

const folder = new URL('../../db/migrations/', import.meta.url);
// Any number will do, as long as every process takes the same one: two starts at once must not both migrate.
const lockKey = 4_205_110_620;

/**
 * Brings the database to the newest schema. Each file of db/migrations runs once, in order, in its own transaction;
 * a file that has landed may not change (its checksum is kept). Returns the names that ran.
 */
export async function migrate(owner: Pool, log?: Log): Promise<string[]> {
  await checkServerVersion(owner);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const ran: string[] = [];
  for (const name of files) {
    const sql = await readFile(new URL(name, folder), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const fresh = await withTransaction(owner, async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [lockKey]);
      await tx.query(`create table if not exists public.migration (
        name text primary key, checksum text not null, ran_at timestamptz not null default now())`);
      const known = await tx.query<{ checksum: string }>(
        'select checksum from public.migration where name = $1',
        [name],
      );
      const landed = known.rows[0];
      if (landed) {
        if (landed.checksum !== checksum) {
          throw new Problem(
            'conflict',
            `The migration ${name} has changed since it ran on this database. A landed migration is never edited: restore the file and put the change into a new one.`,
          );
        }
        return false;
      }
      await tx.query(sql);
      await tx.query('insert into public.migration (name, checksum) values ($1, $2)', [name, checksum]);
      return true;
    });
    if (fresh) {
      ran.push(name);
      log?.info({ migration: name }, 'migrated');
    }
  }
  return ran;
}

async function checkServerVersion(owner: Pool): Promise<void> {
  const { rows } = await owner
    .query<{ version: number }>("select current_setting('server_version_num')::int as version")
    .catch((error: Error) => {
      throw new Problem(
        'busy',
        `The database cannot be reached: ${error.message || (error as NodeJS.ErrnoException).code}. Check DATABASE_URL and that the server runs.`,
        { cause: error },
      );
    });
  const found = rows[0]?.version ?? 0;
  if (found < 150_000) {
    throw new Problem(
      'invalid',
      `PostgreSQL 15 or later is needed; this server is ${Math.floor(found / 10_000)}.`,
    );
  }
}

import type { Pool } from '../../src/kit/database.ts';

/** What somebody with all rights could do to the history of cases: the triggers that guard it are off while `sql` runs. */
export async function tamperWithCases(owner: Pool, sql: string): Promise<void> {
  const client = await owner.connect();
  try {
    const { rows } = await client.query<{ off: string; on: string }>(
      `select string_agg(distinct format('alter table %s disable trigger user;', tgrelid::regclass), '') as off,
         string_agg(format('alter table %s enable always trigger %I;', tgrelid::regclass, tgname), '') as on
       from pg_trigger where not tgisinternal and tgrelid::regclass::text like 'private.case\\_%'`,
    );
    await client.query(`begin; ${rows[0]?.off} ${sql}; ${rows[0]?.on} commit`);
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** The same for certificates of destruction. */
export async function tamperWithRetention(owner: Pool, sql: string): Promise<void> {
  const table = 'private.destruction_certificate';
  await owner.query(`begin; alter table ${table} disable trigger user; ${sql};
    alter table ${table} enable always trigger append_only; commit`);
}

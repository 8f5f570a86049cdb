import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { copies } from './copies.ts';

const db = testDatabase();

describe('the list of copies', () => {
  test('names every table that has something of a reading, and no other', async () => {
    const { rows } = await db.ctx.owner.query<{ name: string }>(
      `select distinct n.nspname || '.' || c.relname as name from pg_attribute a
       join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'm') join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('private', 'released', 'granted') and not a.attisdropped
         and a.attname in ('datastream_id', 'observation_id', 'phenomenon_start') order by 1`,
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      Object.keys(copies).toSorted(),
      'Say in copies.ts how a destruction deals with the new table.',
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type pg from 'pg';
import { testDatabase } from '../../test/support/context.ts';
import { queryAfter } from './query-after.ts';

const db = testDatabase();
const first = (value: string) => ({
  name: 'test-set',
  text: `select set_config('charter_oak.test', $1, true)`,
  values: [value],
});
const read = (
  value: string,
  text = `select current_setting('charter_oak.test', true) as value`,
  name?: string,
) =>
  queryAfter<pg.QueryResult<{ value: string }>>(db.ctx.granted, first(value), {
    text,
    ...(name ? { name } : {}),
  } as {
    text: string;
  });

describe('a query after a setting', () => {
  it('sees it, many at once, and leaves none behind', async () => {
    const wanted = Array.from({ length: 200 }, (_, index) => `v${index}`);
    const found = await Promise.all(
      wanted.map((value, index) => read(value, undefined, index % 2 ? 'test-named' : undefined)),
    );
    assert.deepEqual(
      found.map(({ rows }) => rows),
      wanted.map((value) => [{ value }]),
    );
    for (let index = 0; index < 20; index++) {
      const { rows } = await db.ctx.granted.query(
        `select current_setting('charter_oak.test', true) as value`,
      );
      assert.ok(!rows[0].value);
    }
  });

  it('fails whole, and the connection serves the next', async () => {
    for (let index = 0; index < 20; index++) {
      await assert.rejects(read('x', 'select 1 / 0'), { code: '22012' });
      await assert.rejects(read('x', 'select nonsense from nowhere', 'test-bad'), { code: '42P01' });
      await assert.rejects(read('x', 'select nonsense from nowhere', 'test-bad'), { code: '42P01' });
      await assert.rejects(
        queryAfter(
          db.ctx.granted,
          { name: 'test-fails', text: 'select 1 / $1::text::int', values: ['0'] },
          { text: 'select 1' },
        ),
        { code: '22012' },
      );
      assert.deepEqual((await read('y')).rows, [{ value: 'y' }]);
    }
  });

  it('writes nothing', async () => {
    await assert.rejects(read('x', 'create temp table t (a int)'), { code: /25006|42501/ });
  });
});

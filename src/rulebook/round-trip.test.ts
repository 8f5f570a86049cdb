import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { fine, openRuleDesk } from '../../test/support/rule-desk.ts';
import { makeRulebook } from '../../test/support/rulebook.ts';
import { exportRules } from './export-rules.ts';
import { type CityFolder, importCity } from './import-city.ts';
import { readRulebook } from './read-rulebook.ts';

const db = testDatabase({ now: '2026-11-24T15:00:00Z' });
const empty = testDatabase({ now: '2027-02-01T09:00:00Z' });
const third = testDatabase({ now: '2027-02-01T09:00:00Z' });
const { staff, propose, approve } = openRuleDesk(db);
type Db = typeof db;

const folders = async (from: Db): Promise<CityFolder[]> => {
  const files = [...(await exportRules(from.ctx))];
  const byFolder = Map.groupBy(files, ([path]) => path.split('/')[0] as string);
  return [...byFolder].map(([name, own]) => ({
    name,
    files: new Map(own.map(([path, text]) => [path.slice(name.length + 1), text])),
  }));
};
/** All but its version, which counts changes. */
const bookOf = async ({ ctx }: Db) => {
  const { version: _, ...book } = await readRulebook(ctx);
  return book;
};
/** What the rulebook has beside: codes of cases, duties shared, guides, letters, holidays as written. */
const besides = async ({ ctx }: Db) => {
  const all = (columns: string, table: string) =>
    ctx.owner.query(`select ${columns} from released.${table} order by 1, 2`).then(({ rows }) => rows);
  return {
    places: await all('slug, parent, kind, code, longitude, latitude', 'place'),
    offices: await all('*', 'office'),
    guides: await all('place, slug, body', 'guide'),
    letters: await all('place, id, body', 'letter_template'),
    holidays: await all('place, body', 'holiday_list'),
  };
};

describe('the whole rule base, exported and brought into an empty database', () => {
  before(async () => {
    await makeRulebook(db.ctx);
    db.ctx.clock.advance(1000);
    const { id } = await propose(await staff('rule-editor', 'danbury'));
    db.ctx.clock.advance(1000);
    await approve(await staff('approver', 'danbury'), id);
  });

  test('makes the same rulebook, with what was superseded and when', async () => {
    const done = await importCity(empty.ctx, { folders: await folders(db) });
    const before = await bookOf(db);
    assert.equal(done.history, before.rules.length);
    assert.deepEqual([done.rules.added, done.rules.changed], [[], []]);
    assert.equal(before.rules.filter(({ id }) => id === fine).length, 2);
    const after = await bookOf(empty);
    for (const part of Object.keys(before) as (keyof typeof before)[])
      assert.deepEqual(after[part], before[part], part);
    const beside = await besides(db);
    assert.ok(Object.values(beside).every((rows) => rows.length > 0));
    assert.deepEqual(await besides(empty), beside);
    assert.deepEqual(await folders(empty), await folders(db), 'and the same files again');
  });

  test('among rules that stand, the times of files count for nothing', async () => {
    const before = await bookOf(db);
    const again = await importCity(db.ctx, { folders: await folders(db) });
    assert.deepEqual([again.history, again.rules.changed.length, again.rules.added.length], [0, 0, 0]);
    assert.deepEqual((await bookOf(db)).rules, before.rules);
  });

  test('a record of a time to come, or without one, is refused by file and line', async () => {
    const all = await folders(db);
    const edited = (from: RegExp, to: string) =>
      all.map(({ name, files }) => ({
        name,
        files: new Map(
          [...files].map(([path, text]) => [path, path === 'history.yaml' ? text.replace(from, to) : text]),
        ),
      }));
    for (const [from, to, why] of [
      [/recordedAt: 2026-\S+/, 'recordedAt: 2031-01-01T00:00:00Z', /is still to come/],
      [/recordedAt: 2026-\S+\n/, '\n', /recordedAt: is needed/],
    ] as const)
      await assert.rejects(importCity(third.ctx, { folders: edited(from, to) }), (error: Error) => {
        assert.match(error.message, /history\.yaml:\d+/);
        assert.match(error.message, why);
        return true;
      });
    assert.equal((await bookOf(third)).places.length, 0);
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '../../test/support/context.ts';
import { fine, openRuleDesk } from '../../test/support/rule-desk.ts';
import { makeRulebook } from '../../test/support/rulebook.ts';
import type { Problem } from '../kit/problem.ts';
import { checkCity } from './check-city.ts';
import { exportRules } from './export-rules.ts';
import { type CityFolder, importCity } from './import-city.ts';
import { readFolder } from './read-folder.ts';

const db = testDatabase({ now: '2026-11-24T15:00:00Z' });
const { staff, standing, propose, approve, records } = openRuleDesk(db);
const danbury = () => readFolder(fileURLToPath(new URL('../../cities/danbury', import.meta.url)));

describe('an import of what staff have corrected', () => {
  let folder: CityFolder;
  let line: number;
  before(async () => {
    await makeRulebook(db.ctx);
    db.ctx.clock.advance(1000);
    const { id } = await propose(await staff('rule-editor', 'danbury'));
    db.ctx.clock.advance(1000);
    await approve(await staff('approver', 'danbury'), id);
    folder = await danbury();
    const lines = (folder.files.get('rules.yaml') ?? '').split('\n');
    line = lines.findIndex((text) => text.includes(`id: ${fine}`)) + 1;
  });

  test('is refused: by file and line, with what is in force, who approved it and when', async () => {
    const [stands, n] = [await standing(), await records()];
    await assert.rejects(importCity(db.ctx, { folders: [folder] }), (error: Problem) => {
      assert.equal(error.kind, 'conflict');
      const [first, ...rest] = error.message.split('\n');
      assert.ok(first?.includes(`danbury/rules.yaml:${line}: ${fine} `), first);
      assert.match(first ?? '', /specified: “Misuse may cost up to 90 dollars\.”/);
      assert.match(first ?? '', /approved by one-approver-danbury@example\.org on 2026-11-24/);
      assert.match(rest.join('\n'), /^Nothing is stored\..*--override-staff/);
      return true;
    });
    assert.deepEqual(await standing(), stands);
    assert.equal(await records(), n);
    const checked = await checkCity(db.ctx, { folders: [folder] });
    assert.deepEqual(
      checked.rules.overridden.map(({ id }) => id),
      [fine],
    );
  });

  test('goes through where the files say what staff say', async () => {
    const text = (await exportRules(db.ctx, { place: 'danbury' })).get('danbury/rules.yaml');
    const same = { name: 'danbury', files: new Map([['rules.yaml', text ?? '']]) };
    assert.deepEqual((await importCity(db.ctx, { folders: [same] })).rules.changed, []);
  });

  test('is done where the operator says so, the audit log names each; and then it is no longer staff’s', async () => {
    db.ctx.clock.advance(1000);
    const { rules } = await importCity(db.ctx, { folders: [folder], overrideStaff: true });
    assert.deepEqual([rules.changed, rules.overridden.map(({ id }) => id)], [[fine], [fine]]);
    assert.equal((await standing()).value.state, 'not-specified');
    const { rows } = await db.ctx.owner.query(
      `select c.content from private.audit_event e join private.audit_content c using (number)
       where e.kind = 'city-imported' order by number desc limit 1`,
    );
    assert.deepEqual(rows[0]?.content.overriddenStaff, [fine]);
    const edited = new Map(
      [...folder.files].map(([path, text]) => [path, text.replace('gives no fine', 'states no fine')]),
    );
    const again = await importCity(db.ctx, { folders: [{ ...folder, files: edited }] });
    assert.ok(again.rules.changed.length > 0);
    assert.deepEqual(again.rules.overridden, []);
  });
});

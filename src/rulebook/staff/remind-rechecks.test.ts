import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { openRuleDesk } from '../../../test/support/rule-desk.ts';
import { makeRulebook } from '../../../test/support/rulebook.ts';
import { as } from '../../kit/context.ts';
import { readRulebook } from '../read-rulebook.ts';
import { checkRule } from './check-rule.ts';
import { remindRechecks } from './remind-rechecks.ts';

// Every text that ships was read before; a year later all are due.
const db = testDatabase({
  now: '2027-12-06T15:00:00Z',
  env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'office@example.org' },
});
const { staff } = openRuleDesk(db);
const site = 'https://data.example.org';
const day = 86_400_000;
const remind = () => remindRechecks(db.ctx, { site });
const letters = async () =>
  (await db.ctx.owner.query('select recipient, subject, body from private.mail order by id')).rows;

describe('a letter about texts that are due to be compared', () => {
  before(async () => {
    await makeRulebook(db.ctx);
    await staff('approver', 'danbury');
    await staff('rule-editor', 'norwalk');
    await staff('rule-editor', 'danbury');
    await db.ctx.owner.query('delete from private.mail');
  });

  test('goes to each rule editor, for his places alone, and once a week at most, whoever sweeps', async () => {
    const both = await Promise.all([remind(), remind(), remind()]);
    assert.equal(
      both.reduce((sum, n) => sum + n),
      2,
      'three processes at once write one letter to each of two',
    );
    const all = await letters();
    assert.deepEqual(all.map(({ recipient }) => recipient).toSorted(), [
      'one-rule-editor-danbury@example.org',
      'one-rule-editor-norwalk@example.org',
    ]);
    const danbury = all.find(({ recipient }) => recipient.includes('danbury'));
    assert.match(danbury.subject, /^\d+ rules are due/);
    assert.match(danbury.body, /, Danbury: https:\/\/data\.example\.org\/en\/staff\/rules\/danbury\./);
    assert.doesNotMatch(danbury.body, /rules\/(norwalk|stamford|ct)\./);
    assert.match(danbury.body, /a default of the software; no law sets it/);
    db.ctx.clock.advance(6.9 * day);
    assert.equal(await remind(), 0);
    db.ctx.clock.advance(0.2 * day);
    assert.equal(await remind(), 2);
    assert.equal((await letters()).length, 4);
  });

  test('leaves out what was compared, and is not written when nothing is due', async () => {
    const { current } = await readRulebook(db.ctx);
    const editor = await staff('rule-editor', 'danbury');
    for (const { id, place, recordedAt } of current.values())
      if (place === 'danbury') await checkRule(editor, { rule: id, recordedAt, result: 'agrees', note: '' });
    db.ctx.clock.advance(8 * day);
    assert.equal(await remind(), 1);
    const last = (await letters()).at(-1);
    assert.match(last.recipient, /norwalk/);
  });

  test('is the operator’s to send, and is not written where no mail goes out', async () => {
    db.ctx.clock.advance(8 * day);
    await assert.rejects(remindRechecks(as(db.ctx, { kind: 'anonymous' }), { site }), {
      kind: 'not-allowed',
    });
    const { SMTP_URL: _, ...config } = db.ctx.config;
    assert.equal(await remindRechecks({ ...db.ctx, config: config as typeof db.ctx.config }, { site }), 0);
    await db.ctx.owner.query(`update released.place set demonstration = true where slug = 'region'`);
    assert.equal(await remind(), 0, 'a demonstration writes to nobody');
  });
});

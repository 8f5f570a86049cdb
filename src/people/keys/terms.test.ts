import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces, signInAsStaff } from '../../../test/support/staff.ts';
import { readAccount } from '../sign-in/read-account.ts';
import { acceptTerms } from './accept-terms.ts';
import { checkKey } from './check-key.ts';
import { createReadingKey } from './create-reading-key.ts';
import { publishTerms } from './publish-terms.ts';
import { readKey } from './read-key.ts';
import { readTerms } from './read-terms.ts';

const db = testDatabase();
const fields = { name: 'Map', purpose: 'School' };
const terms = (version: string, more: object = {}) => ({
  version,
  source: 'made for a test',
  text: { en: `Be kind (${version}).` },
  ...more,
});

describe('terms of use', () => {
  test('where none are published, none are asked for and none are kept', async () => {
    const ctx = await signInAsStaff(db.ctx);
    assert.deepEqual(await readTerms(ctx), []);
    const { id } = await createReadingKey(ctx, { ...fields, terms: ['1'] });
    assert.deepEqual((await readKey(ctx, { id })).accepted, []);
    await acceptTerms(ctx, { terms: ['1'] });
    assert.deepEqual((await readKey(ctx, { id })).accepted, []);
  });

  test('are accepted, with version and time; a new version ends no key and is asked for', async () => {
    const ctx = await signInAsStaff(db.ctx);
    const old = await createReadingKey(ctx, fields);
    const { id: first } = await publishTerms(db.ctx, terms('1'));
    for (const wrong of [undefined, [], ['999']])
      await assert.rejects(createReadingKey(ctx, { ...fields, terms: wrong }), {
        kind: 'invalid',
        details: { field: 'terms' },
      });
    const { id, key } = await createReadingKey(ctx, { ...fields, terms: [first] });
    const at = db.ctx.clock.now();
    const accepted = (await readKey(ctx, { id })).accepted;
    assert.deepEqual(
      accepted.map((each) => [each.version, new Date(each.at)]),
      [['1', at]],
    );
    db.ctx.clock.advance(60_000);
    const { id: second } = await publishTerms(db.ctx, terms('2'));
    assert.deepEqual(
      (await readTerms(ctx)).map(({ version }) => version),
      ['2'],
    );
    for (const each of [old.key, key]) assert.equal((await checkKey(db.ctx, each)).kind, 'reading-key');
    await assert.rejects(acceptTerms(ctx, { terms: [first] }), { kind: 'invalid' });
    await acceptTerms(ctx, { terms: [second] });
    const versions = (await readAccount(ctx)).keys.map((each) => each.accepted.map(({ version }) => version));
    assert.deepEqual(versions, [['1', '2'], ['2']]);
    const { timeline } = await readKey(ctx, { id });
    assert.deepEqual(
      timeline.map(({ kind, what }) => (kind === 'made' ? kind : [kind, what])),
      ['made', ['terms-accepted', '1'], ['terms-accepted', '2']],
    );
  });

  test('of every city are accepted, each for itself', async () => {
    await makePlaces(db.ctx);
    const ctx = await signInAsStaff(db.ctx);
    const { id: oakton } = await publishTerms(db.ctx, terms('1', { place: 'oakton' }));
    const all = (await readTerms(ctx)).map(({ id }) => id);
    assert.ok(all.length > 1 && all.includes(oakton));
    await assert.rejects(createReadingKey(ctx, { ...fields, terms: [oakton] }), { kind: 'invalid' });
    await createReadingKey(ctx, { ...fields, terms: all });
  });

  test('stay as they are: no version twice, also at once, no change by the program', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => publishTerms(db.ctx, terms('once'))),
    );
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const sql of ["update private.terms set source = ''", 'delete from private.terms'])
      await assert.rejects(db.ctx.app.query(sql), /permission denied/);
    for (const wrong of [
      terms(''),
      terms('3', { text: {} }),
      terms('3', { text: { en: '' } }),
      terms('3', { source: ' ' }),
      terms('3', { more: 1 }),
      terms('a\0'),
      'nothing',
      null,
    ])
      await assert.rejects(publishTerms(db.ctx, wrong), { kind: 'invalid' });
    await assert.rejects(publishTerms(db.ctx, terms('3', { place: 'nowhere' })), { kind: 'conflict' });
    await assert.rejects(publishTerms(await signInAsStaff(db.ctx), terms('3')), { kind: 'not-allowed' });
  });

  test('an end is chosen from the list', async () => {
    const ctx = await signInAsStaff(db.ctx);
    const all = (await readTerms(ctx)).map(({ id }) => id);
    for (const days of [0, 1, -30, 31, Number.NaN])
      await assert.rejects(createReadingKey(ctx, { ...fields, terms: all, days }), { kind: 'invalid' });
    const { id, key } = await createReadingKey(ctx, { ...fields, terms: all, days: 30 });
    await checkKey(db.ctx, key);
    db.ctx.clock.advance(30 * 86_400_000);
    await assert.rejects(checkKey(db.ctx, key), { kind: 'signed-out' });
    const { state, timeline } = await readKey(ctx, { id });
    assert.equal(state, 'expired');
    assert.equal(timeline.at(-1)?.kind, 'expired');
    assert.equal((await readAccount(ctx)).keys[0]?.state, 'expired');
  });
});

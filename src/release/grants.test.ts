import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { endGrant } from './end-grant.ts';
import { grantDataset } from './grant-dataset.ts';
import { listGrants } from './list-grants.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });

describe('grants of a dataset by days', () => {
  const dataset = 'agreed';
  const email = 'reader@example.org';
  before(async () => {
    await makePlaces(db.ctx);
    await makeDatastream(db.ctx, { dataset, access: 'restricted' });
    await db.ctx.owner.query(`update private.dataset set place = 'oakton', office = 'oakton-works'`);
    await makeStaff(db.ctx, { email, role: 'clerk', place: 'oakton' });
  });
  const grant = async (from: string, until: string, to = email) => {
    const steward = await makeStaff(db.ctx, {
      email: 'steward@example.org',
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-works',
    });
    return grantDataset(steward.ctx, { dataset, email: to, reason: 'Agreement 7.', days: { from, until } });
  };

  test('hold from the first day to the end of the last, by the clock of the city', async () => {
    const { id } = await grant('2026-12-01', '2026-12-31');
    const { grants } = await listGrants(db.ctx, { dataset });
    assert.deepEqual(
      grants.map(({ from, until, grantedBy }) => [Date.parse(from), Date.parse(until ?? ''), grantedBy]),
      [[Date.parse('2026-12-01T05:00:00Z'), Date.parse('2027-01-01T05:00:00Z'), 'steward@example.org']],
    );
    await assert.rejects(grant('2026-12-31', ''), { kind: 'conflict' });
    await assert.rejects(grant('', ''), { kind: 'conflict' });
    await grant('2027-01-01', '');
    await endGrant(db.ctx, { grant: id, reason: 'Over.' });
    await assert.rejects(endGrant(db.ctx, { grant: id, reason: 'Over.' }), { kind: 'too-late' });
  });

  test('what is no day, or is over, is refused with the field', async () => {
    for (const [from, until, field] of [
      ['2026-02-30', '', 'from'],
      ['soon', '', 'from'],
      ['', '2026-13-01', 'until'],
      ['', '2020-01-01', 'until'],
      ['2026-12-31', '2026-12-01', 'until'],
    ] as const)
      await assert.rejects(grant(from, until), { kind: 'invalid', details: { field } });
    await assert.rejects(grant('', '', 'nobody@example.org'), { kind: 'not-found' });
    await assert.rejects(grant('', '', 'nobody'), { kind: 'invalid', details: { field: 'email' } });
  });
});

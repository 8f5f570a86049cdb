import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makePlaces, makeStaff } from '../../test/support/staff.ts';
import { makeTable } from '../../test/support/table.ts';
import { decidePolicy } from './decide-policy.ts';
import { previewTable } from './preview-table.ts';
import { proposePolicy } from './propose-policy.ts';
import { readPolicy } from './read-policy.ts';

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let approver: Staff;

const make = async (slug: string) => {
  await makeTable(db.ctx, {
    slug,
    columns: ['plate:text', 'kind:text', 'speed:number'],
    rows: [
      ['ABC 1234', 'car', '31'],
      ['ABC 1235', 'car', '32'],
      ['ABC 1236', 'bus', '33'],
    ],
  });
  await db.ctx.owner.query(`update private.dataset set place = 'oakton', office = 'oakton-works'`);
};
const propose = (dataset: string, steps: unknown[]) =>
  proposePolicy(steward.ctx, { dataset, policy: { steps, reason: 'Plates.' }, reason: 'Asked.' });
async function approve(dataset: string): Promise<void> {
  const { waiting } = await readPolicy(approver.ctx, { dataset });
  const { id = '', version = '' } = waiting ?? {};
  const { settled } = await decidePolicy(approver.ctx, {
    proposal: id,
    version,
    decision: 'approved',
    reason: '',
  });
  await settled;
}
const plates = { do: 'mask', column: 'plate' };

describe('a release policy of a table takes two people', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const works = { place: 'oakton', office: 'oakton-works' };
    steward = await makeStaff(db.ctx, { email: 'steward@example.org', role: 'data-steward', ...works });
    approver = await makeStaff(db.ctx, { email: 'approver@example.org', role: 'approver', place: 'oakton' });
  });

  test('its columns are known, and what they cannot be is refused when it is proposed', async () => {
    await make('columns');
    const { columns } = await readPolicy(steward.ctx, { dataset: 'columns' });
    assert.deepEqual(
      columns.map(({ name, may }) => [name, may.includes('round')]),
      [
        ['plate', false],
        ['kind', false],
        ['speed', true],
      ],
    );
    for (const [step, message] of [
      [{ do: 'mask', column: 'nothing' }, /the column “nothing”, which the table does not have/],
      [{ do: 'mask', column: 'result:speed' }, /which the table does not have/],
      [{ do: 'round', column: 'kind', to: 5 }, /“kind” is no integer or number/],
      [{ do: 'delay', for: 'P1D' }, /the table has no time or date/],
    ] as const) {
      await assert.rejects(propose('columns', [step]), { kind: 'invalid', message });
      await assert.rejects(previewTable(steward.ctx, { dataset: 'columns', policy: { steps: [step] } }), {
        kind: 'invalid',
        message,
      });
    }
  });

  test('plates are found as hints until their column is withheld', async () => {
    await make('hinted');
    await propose('hinted', [{ do: 'round', column: 'speed', to: 10 }]);
    const { hints } = await readPolicy(approver.ctx, { dataset: 'hinted' });
    assert.deepEqual(
      hints.map(({ foundIn, kind, times }) => [foundIn, kind, times]),
      [['plate', 'plate', 3]],
    );
    await assert.rejects(approve('hinted'), { kind: 'conflict', details: { hints: ['plate (plate)'] } });
    await make('masked');
    await propose('masked', [plates]);
    await approve('masked');
    assert.equal((await readPolicy(approver.ctx, { dataset: 'masked' })).dataset.version, 1);
  });

  test('a column that came meanwhile makes it another question', async () => {
    await make('grown');
    await propose('grown', [plates]);
    await db.ctx.owner.query(
      `insert into private.table_column (table_id, position, name, type, nullable, is_key)
       select t.id, 4, 'driver', 'text', true, false from private.data_table t join private.dataset d on d.id = t.dataset_id
       where d.slug = 'grown'`,
    );
    await db.ctx.owner.query(`delete from private.hint_review`);
    const { rows } = await db.ctx.owner.query<{ relation: string }>(
      `select t.lies || '.t' || t.id || '_' || t.generation as relation from private.data_table t
       join private.dataset d on d.id = t.dataset_id where d.slug = 'grown'`,
    );
    await db.ctx.owner.query(`alter table ${rows[0]?.relation} add column c4 text`);
    await assert.rejects(approve('grown'), { kind: 'conflict', message: /has changed since/ });
  });

  test('a preview shows rows as uploaded and as released, and counts what is suppressed', async () => {
    await make('seen');
    const masked = await previewTable(steward.ctx, { dataset: 'seen', policy: { steps: [plates] } });
    assert.deepEqual(masked?.released.rows, [
      [null, 'bus', '33'],
      [null, 'car', '32'],
      [null, 'car', '31'],
    ]);
    assert.deepEqual([masked?.looked, masked?.withheld, masked?.raw.rows[0]?.[0]], [3, 0, 'ABC 1236']);
    const grouped = await previewTable(steward.ctx, {
      dataset: 'seen',
      policy: { steps: [{ do: 'aggregate', by: ['kind'], minimum: 2 }] },
    });
    assert.deepEqual([grouped?.looked, grouped?.withheld, grouped?.released.rows], [3, 3, []]);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../test/support/context.ts';
import { type Actor, as } from '../kit/context.ts';
import { type Condition, conditionSql, conditions, holds, type Subject } from './condition.ts';
import { isPermitted, type Permission, permissions, permittedSql } from './permissions.ts';
import { staffRoles } from './role.ts';

const db = testDatabase();

const place = fc.constantFrom('danbury', 'norwalk', 'east-norwalk');
const office = fc.constantFrom('clerk', 'police', 'works');
const person = fc.constantFrom('person:1', 'person:2', 'operator');
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const subject = fc.record({
  kind: maybe(fc.constantFrom('question', 'report', 'breach')),
  place: maybe(place),
  office: maybe(office),
  proposedBy: maybe(person),
  issuedBy: maybe(person),
  person: maybe(person),
  datasetIds: fc.tuple(maybe(fc.constantFrom('1', '2', '3'))),
  thingIds: fc.oneof(fc.tuple(fc.constantFrom('1', '2', '3')), fc.constant([])),
});
const reach = fc.record({
  places: maybe(fc.subarray(['danbury', 'norwalk', 'east-norwalk'])),
  office: maybe(office),
});
const grant = fc
  .tuple(fc.constantFrom(...staffRoles), reach)
  .map(([role, where]) => ({ id: '1', role, ...where }));
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc
    .tuple(fc.constantFrom('1', '2'), fc.array(grant, { maxLength: 3 }))
    .map(([personId, grants]) => ({ kind: 'person' as const, personId, sessionId: '1', name: 'n', grants })),
  fc
    .oneof(
      fc.record({ datasets: maybe(fc.subarray(['1', '2', '3'])), things: fc.constant(null) }),
      fc.record({ datasets: fc.constant(null), things: fc.subarray(['1', '2', '3']) }),
    )
    .map((scope) => ({ kind: 'key' as const, keyId: '1', name: 'k', ...scope })),
  fc.constant<Actor>({ kind: 'operator' }),
  fc.constant<Actor>({ kind: 'anonymous' }),
);
const columns = {
  kind: 's.kind',
  place: 's.place',
  office: 's.office',
  proposedBy: 's.proposed_by',
  issuedBy: 's.issued_by',
  person: 's.person',
  datasetId: 's.dataset_id',
  thingId: 's.thing_id',
};

/** For which of the subjects the SQL is true, false or null. */
async function answers(
  subjects: readonly Required<Subject>[],
  sqlOf: (values: unknown[]) => string,
): Promise<unknown[]> {
  const values: unknown[] = [
    JSON.stringify(
      subjects.map((each) => ({ ...each, datasetId: each.datasetIds[0], thingId: each.thingIds[0] })),
    ),
  ];
  const sql = sqlOf(values);
  const { rows } = await db.ctx.app.query<{ answer: unknown }>(
    `select ${sql} as answer from (
       select n, j ->> 'place' as place, j ->> 'office' as office, j ->> 'kind' as kind, j ->> 'proposedBy' as proposed_by,
         j ->> 'issuedBy' as issued_by, j ->> 'person' as person, (j ->> 'datasetId')::bigint as dataset_id,
         (j ->> 'thingId')::bigint as thing_id
       from jsonb_array_elements($1::jsonb) with ordinality a(j, n)) s order by n`,
    values,
  );
  // Null leaves a row out of a list as false does.
  return rows.map((row) => row.answer === true);
}

describe('a condition', () => {
  test('says the same of a subject and, as SQL, of the rows of a list', async () => {
    const condition = fc.constantFrom(...(Object.keys(conditions) as Condition[]));
    await fc.assert(
      fc.asyncProperty(
        condition,
        actor,
        reach,
        fc.array(subject, { minLength: 1, maxLength: 12 }),
        async (which, who, where, subjects) => {
          const asker = { actor: who, reach: where };
          const inSql = await answers(subjects, (values) => conditionSql(which, asker, columns, values));
          assert.deepEqual(
            inSql,
            subjects.map((each) => holds(which, asker, each)),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a permission filters a list as it answers about each of its rows', async () => {
    const permission = fc.constantFrom(...(Object.keys(permissions) as Permission[]));
    let some = 0;
    await fc.assert(
      fc.asyncProperty(
        permission,
        actor,
        fc.array(subject, { minLength: 1, maxLength: 12 }),
        async (which, who, subjects) => {
          const ctx = as(db.ctx, who);
          const inSql = await answers(subjects, (values) => permittedSql(ctx, which, columns, values));
          const inCode = subjects.map((each) => isPermitted(ctx, which, each));
          assert.deepEqual(inSql, inCode);
          if (inCode.includes(true) && inCode.includes(false)) some += 1;
        },
      ),
      { numRuns: 600 },
    );
    assert.ok(some > 0, 'some lists were filtered');
  });

  test('bars who proposed, who issued, and who is meant', () => {
    const everywhere = { places: null, office: null };
    const asker = (personId: string) => ({
      actor: { kind: 'person', personId, sessionId: '1', name: 'n', grants: [] } as Actor,
      reach: everywhere,
    });
    for (const [condition, field] of [
      ['own-place-not-proposer', 'proposedBy'],
      ['own-place-not-issuer', 'issuedBy'],
      ['own-office-another-person', 'person'],
    ] as const) {
      assert.equal(holds(condition, asker('7'), { [field]: 'person:7' }), false);
      assert.equal(holds(condition, asker('7'), { [field]: 'person:70' }), true);
    }
  });

  test('asks a list for the column that it needs', () => {
    const asker = { actor: { kind: 'operator' } as Actor, reach: { places: ['danbury'], office: null } };
    assert.throws(() => conditionSql('own-place', asker, { office: 's.office' }, []), /asks for place/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/context.ts';
import { makeTable } from '../../../test/support/table.ts';
import { isProblem } from '../../kit/problem.ts';
import { compilePolicy, type PolicyContent, type PolicyStep, policyContent } from '../../release/index.ts';
import { readTableRows } from './read-table-rows.ts';
import { settleTables } from './settle-table.ts';
import type { StoredRow } from './store-rows.ts';
import type { TableColumn } from './table.ts';

const test = testDatabase({ now: '2026-11-20T15:00:00Z' });
const columns = ['id:integer', 'plate:text', 'kind:text', 'speed:number', 'seen:time', 'where:place'];
const row = (id: number, kind = 'car', seen = '2026-11-20T12:07:31Z'): StoredRow => [
  String(id),
  `CANARY-${id}`,
  kind,
  String(40 + id),
  seen,
  `(${-73.4 - id / 1000},${41.1 + id / 1000})`,
];
let version = 0;

/** What room release does when a policy takes force: at its commit nothing is shown, then it is settled. */
async function setPolicy(slug: string, steps: PolicyStep[]): Promise<void> {
  version++;
  for (const schema of ['private', 'released'])
    await test.ctx.owner.query(
      `update ${schema}.dataset set policy = $2, policy_version = $3 where slug = $1`,
      [
        slug,
        steps.length > 0 ? JSON.stringify(policyContent.parse({ steps, reason: 'Test.' })) : null,
        version,
      ],
    );
}
const read = async (slug: string) => {
  const { body, total, table } = await readTableRows(test.ctx, { of: { dataset: slug }, form: 'objects' });
  return { list: JSON.parse(`[${body}]`) as Record<string, unknown>[], total, table, body };
};
/** Every text that charter_public can find in any relation of a table, older ones too. */
async function everythingReleased(slug: string): Promise<string> {
  const { rows: ids } = await test.ctx.owner.query(
    'select t.id from private.data_table t join private.dataset d on d.id = t.dataset_id where d.slug = $1',
    [slug],
  );
  const { rows } = await test.ctx.public.query<{ name: string }>(
    `select format('released.%I', c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'released' and c.relname ~ ('^t' || $1 || '_[0-9]+$') and c.relkind = 'r'`,
    [ids[0].id],
  );
  const texts = await Promise.all(
    rows.map(
      async ({ name }) =>
        (await test.ctx.public.query(`select coalesce(string_agg(t::text, ' '), '') as text from ${name} t`))
          .rows[0].text,
    ),
  );
  return texts.join(' ');
}

describe('a release policy on the columns of a table', () => {
  it('is in force before anything is seen, and nothing of what it hides lies in the open', async () => {
    const { slug } = await makeTable(test.ctx, { columns, rows: [row(1), row(2)] });
    await setPolicy(slug, [{ do: 'drop', column: 'plate' }]);
    await assert.rejects(read(slug), (error) => isProblem(error) && error.kind === 'not-found');
    await settleTables(test.ctx);
    const { list, table } = await read(slug);
    assert.deepEqual(Object.keys(list[0] ?? {}), ['_id', 'id', 'kind', 'speed', 'seen', 'where']);
    assert.equal(table.rows, 2);
    assert.doesNotMatch(await everythingReleased(slug), /CANARY/);
    await assert.rejects(
      readTableRows(test.ctx, {
        of: { dataset: slug },
        form: 'objects',
        filters: [{ column: 'plate', kind: 'is', values: ['CANARY-1'] }],
      }),
      /no column “plate”/,
    );
    assert.equal(
      (await readTableRows(test.ctx, { of: { dataset: slug }, form: 'objects', q: 'CANARY' })).total,
      0,
    );
    await setPolicy(slug, []);
    await settleTables(test.ctx);
    assert.equal((await read(slug)).list[0]?.plate, 'CANARY-1');
  });

  it('masks, hashes, rounds and coarsens, for rows that come later too', async () => {
    const { slug } = await makeTable(test.ctx, { columns, rows: [row(1), row(2), row(2)] });
    await setPolicy(slug, [
      { do: 'mask', column: 'kind' },
      { do: 'keyed-hash', column: 'plate', keyLives: 'day' },
      { do: 'round', column: 'speed', to: 5 },
      { do: 'coarsen-place', to: '500-m' },
    ]);
    await settleTables(test.ctx);
    await makeTable(test.ctx, { slug, columns, rows: [row(7)], mode: 'append' });
    const { list, total } = await read(slug);
    assert.equal(total, 4);
    assert.deepEqual(
      list.map(({ kind }) => kind),
      [null, null, null, null],
    );
    assert.deepEqual(
      list.map(({ speed }) => speed),
      [40, 40, 40, 45],
    );
    assert.match(String(list[0]?.plate), /^[0-9a-f]{32}$/);
    assert.equal(list[1]?.plate, list[2]?.plate);
    assert.notEqual(list[0]?.plate, list[1]?.plate);
    assert.deepEqual(list[1]?.where, list[2]?.where);
    const [first] = list as { where: { coordinates: [number, number] } }[];
    const [longitude = 0, latitude = 0] = first?.where.coordinates ?? [];
    assert.ok(Math.abs(longitude + 73.401) < 0.0045 && Math.abs(latitude - 41.101) < 0.0032);
    assert.doesNotMatch(await everythingReleased(slug), /CANARY/);
  });

  it('cuts time and delays; the order of rows tells nothing', async () => {
    const { slug } = await makeTable(test.ctx, {
      columns,
      rows: [
        row(1, 'car', '2026-11-20T12:07:31Z'),
        row(2, 'car', '2026-11-20T14:50:00Z'),
        row(3, 'car', '2026-11-20T13:01:00Z'),
      ],
    });
    await setPolicy(slug, [
      { do: 'coarsen-time', to: 'hour', column: 'seen' },
      { do: 'delay', for: 'PT1H', column: 'seen' },
      { do: 'drop', column: 'plate' },
    ]);
    await settleTables(test.ctx);
    const { list } = await read(slug);
    assert.deepEqual(list.map(({ seen }) => seen).sort(), [
      '2026-11-20T12:00:00+00:00',
      '2026-11-20T13:00:00+00:00',
    ]);
    test.ctx.clock.advance(3_600_000);
    await settleTables(test.ctx);
    assert.equal((await read(slug)).total, 3, 'what is due is released');
    test.ctx.clock.set('2026-11-20T15:00:00Z');
  });

  it('aggregates; small groups go, and another where the rest would give one away', async () => {
    const rows = [
      ...Array.from({ length: 5 }, (_, index) => row(index, 'car')),
      ...Array.from({ length: 4 }, (_, index) => row(10 + index, 'bus')),
      ...Array.from({ length: 2 }, (_, index) => row(20 + index, 'tram')),
    ];
    const { slug } = await makeTable(test.ctx, { columns, rows });
    await setPolicy(slug, [
      { do: 'drop', column: 'plate' },
      { do: 'aggregate', by: ['kind'], every: 'hour', column: 'seen', minimum: 3 },
    ]);
    await settleTables(test.ctx);
    const { list, table } = await read(slug);
    // The two trams alone would follow from the total: the buses, the smallest shown, go with them.
    assert.deepEqual(list, [
      { _id: 1, kind: 'car', seen: '2026-11-20T12:00:00+00:00', count: 5, id: 2, speed: 42 },
    ]);
    assert.ok(table.columns.every(({ treated }) => treated));
  });

  it('that cannot be obeyed releases nothing, and the steward reads why', async () => {
    const fault = async (slug: string) =>
      (
        await test.ctx.owner.query(
          'select t.fault from private.data_table t join private.dataset d on d.id = t.dataset_id where d.slug = $1',
          [slug],
        )
      ).rows[0].fault;
    for (const [steps, said] of [
      [[{ do: 'drop', column: 'gone' }], /names the column “gone”/],
      [[{ do: 'round', column: 'kind', to: 1 }], /“kind” is no integer or number/],
      [[{ do: 'delay', for: 'P1D', column: 'kind' }], /no time or date/],
      [[{ do: 'aggregate', by: ['gone'], minimum: 3 }], /groups by “gone”/],
    ] as [PolicyStep[], RegExp][]) {
      const { slug } = await makeTable(test.ctx, { columns, rows: [row(1)] });
      await setPolicy(slug, steps);
      await settleTables(test.ctx);
      await assert.rejects(read(slug), (error) => isProblem(error) && error.kind === 'not-found');
      assert.match(await fault(slug), said);
    }
    const { slug } = await makeTable(test.ctx, { columns, rows: [row(1)] });
    await setPolicy(slug, [{ do: 'drop', column: 'plate' }]);
    await settleTables(test.ctx);
    await makeTable(test.ctx, {
      slug,
      columns: [...columns, 'owner:text'],
      rows: [[...row(1), 'CANARY owner']],
    });
    await assert.rejects(read(slug), (error) => isProblem(error) && error.kind === 'not-found');
    assert.match(await fault(slug), /before these columns came: owner/);
    assert.doesNotMatch(await everythingReleased(slug), /CANARY/);
  });

  it('never lets a canary through, whatever the steps and rows', async () => {
    const step = fc.oneof(
      fc.constant<PolicyStep>({ do: 'drop', column: 'speed' }),
      fc.constant<PolicyStep>({ do: 'mask', column: 'kind' }),
      fc.constant<PolicyStep>({ do: 'round', column: 'speed', to: 10 }),
      fc.constantFrom<PolicyStep>(
        { do: 'coarsen-time', to: 'day' },
        { do: 'coarsen-time', to: '15-minutes', column: 'seen' },
      ),
      fc.constantFrom<PolicyStep>(
        { do: 'coarsen-place', to: '100-m' },
        { do: 'coarsen-place', to: 'neighborhood', column: 'where' },
      ),
      fc.constant<PolicyStep>({ do: 'delay', for: 'PT15M' }),
      fc.constantFrom<PolicyStep>(
        { do: 'aggregate', by: ['kind'], minimum: 2 },
        { do: 'aggregate', by: [], every: 'hour', minimum: 3 },
      ),
    );
    const hide = fc.constantFrom<PolicyStep>(
      { do: 'drop', column: 'plate' },
      { do: 'mask', column: 'plate' },
      { do: 'keyed-hash', column: 'plate', keyLives: 'week' },
    );
    await fc.assert(
      fc.asyncProperty(
        hide,
        fc.array(step, { maxLength: 4 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom('car', 'bus')), { maxLength: 12 }),
        async (first, steps, made) => {
          const { slug } = await makeTable(test.ctx, {
            columns,
            rows: made.map(([id, kind]) => row(id, kind)),
          });
          await setPolicy(slug, [first, ...steps]);
          await settleTables(test.ctx);
          await makeTable(test.ctx, { slug, columns, rows: [row(100)], mode: 'append' });
          await settleTables(test.ctx);
          assert.doesNotMatch(await everythingReleased(slug), /CANARY/);
          const aggregate = steps.find(({ do: what }) => what === 'aggregate');
          if (aggregate?.do !== 'aggregate') return;
          const found = await read(slug).catch(() => undefined);
          for (const each of found?.list ?? []) assert.ok(Number(each.count) >= aggregate.minimum);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('complementary suppression', () => {
  it('leaves no whole of which a single group, or too few rows, are hidden', async () => {
    const table: TableColumn[] = ['a', 'b'].map((name, index) => ({
      name,
      position: index + 1,
      type: 'text',
      nullable: true,
      isKey: false,
    }));
    const policy: Pick<PolicyContent, 'steps'> = policyContent.parse({
      steps: [{ do: 'aggregate', by: ['a', 'b'], minimum: 3 }],
    });
    const { select } = compilePolicy(table, policy);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom('x', 'y', 'z'),
            fc.constantFrom('p', 'q', 'r'),
            fc.integer({ min: 1, max: 9 }),
          ),
          { maxLength: 9 },
        ),
        async (cells) => {
          const rows = cells.flatMap(([a, b, n]) => Array.from({ length: n }, () => [a, b]));
          const { rows: shown } = await test.ctx.owner.query<{ c1: string; c2: string; c3: string }>(
            select(
              `(select 1::bigint as _id, r ->> 0 as c1, r ->> 1 as c2 from jsonb_array_elements($4::jsonb) r)`,
            ),
            [Buffer.alloc(32), new Date(), 'UTC', JSON.stringify(rows)],
          );
          const count = (list: string[][], a?: string, b?: string) =>
            list.filter((cell) => (!a || cell[0] === a) && (!b || cell[1] === b)).length;
          const open = new Map(shown.map(({ c1, c2, c3 }) => [`${c1}${c2}`, Number(c3)]));
          for (const a of [undefined, 'x', 'y', 'z'])
            for (const b of a ? [undefined] : [undefined, 'p', 'q', 'r']) {
              const groups = new Set(
                rows
                  .filter((cell) => (!a || cell[0] === a) && (!b || cell[1] === b))
                  .map(([x, y]) => `${x}${y}`),
              );
              const hidden = [...groups].filter((group) => !open.has(group));
              const visible = [...groups].reduce((sum, group) => sum + (open.get(group) ?? 0), 0);
              const missing = count(rows, a, b) - visible;
              // One hidden group is told by its whole, unless nothing else of the whole is shown.
              if (hidden.length > 0 && hidden.length < groups.size)
                assert.ok(hidden.length > 1 && missing >= 3, JSON.stringify({ a, b, rows, shown }));
            }
        },
      ),
      { numRuns: 150 },
    );
  });
});

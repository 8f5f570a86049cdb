import { readTableRows } from '../src/datasets/tables/read-table-rows.ts';
import { type StoredRow, storeRows } from '../src/datasets/tables/store-rows.ts';
import type { TableQuery } from '../src/datasets/tables/table.ts';
import type { Ctx } from '../src/kit/context.ts';
import { withTransaction } from '../src/kit/database.ts';
import { ensureDataset } from '../src/release/index.ts';
import { openBenchInstallation } from './bench-database.ts';
import { type Figure, percentile, perSecond, thousands } from './figure.ts';

const most = 20;
const kinds = ['oak', 'maple', 'ash', 'birch', 'elm', 'linden', 'pine', 'cedar'];

/** A page of 100 rows of a table with ten million, its exact total included; filters, orders and searches beside it. */
export async function measureTable(scale: number): Promise<Figure[]> {
  const count = Math.round(10_000_000 * scale);
  const installation = await openBenchInstallation();
  try {
    const { ctx } = installation;
    const start = performance.now();
    await fill(ctx, count);
    const filled = performance.now() - start;
    const bare = await times(() => ctx.public.query('select 1'));
    const any = () => Math.floor(Math.random() * count);
    const queries: [string, () => TableQuery, boolean][] = [
      ['from anywhere in it', () => ({ offset: any() }), true],
      [
        'filtered by a number',
        () => ({ filters: [{ column: 'Number', kind: 'is', values: [String(any())] }] }),
        false,
      ],
      [
        'filtered by a kind, an eighth of all, not counted',
        () => ({ filters: [{ column: 'Kind', kind: 'is', values: ['oak'] }] }),
        false,
      ],
      [
        'ordered by a column',
        () => ({ sort: [{ column: 'Height', descending: Math.random() < 0.5 }] }),
        false,
      ],
      ['with a rare word', () => ({ q: `street${any() % 100_000}` }), false],
    ];
    const figures: Figure[] = [];
    for (const [name, query, asked] of queries) {
      const read = () =>
        readTableRows(ctx, {
          of: { dataset: 'bench' },
          form: 'objects',
          includeTotal: !name.includes('not counted'),
          ...query(),
        });
      const found = await times(read);
      figures.push({
        name: `100 rows of ${thousands(count)}, ${name}`,
        value: `p95 ${found.p95.toFixed(1)} ms`,
        baseline: `p95 ${bare.p95.toFixed(1)} ms (select 1)`,
        ratio: null,
        more: `p50 ${found.p50.toFixed(1)} ms${asked ? `; stored at ${thousands(perSecond(count, filled))} rows/s, indexes included` : ''}`,
        target: asked ? `p95 < ${most} ms` : 'none',
        met: !asked || found.p95 < most,
      });
    }
    return figures;
  } finally {
    await installation.remove();
  }
}

async function times(work: () => Promise<unknown>): Promise<{ p50: number; p95: number }> {
  const found: number[] = [];
  for (let n = 0; n < 320; n++) {
    const start = performance.now();
    await work();
    if (n >= 20) found.push(performance.now() - start);
  }
  found.sort((a, b) => a - b);
  return { p50: percentile(found, 0.5), p95: percentile(found, 0.95) };
}

async function fill(ctx: Ctx, count: number): Promise<void> {
  async function* rows(): AsyncGenerator<StoredRow[]> {
    for (let from = 0; from < count; from += 1000)
      yield Array.from({ length: Math.min(1000, count - from) }, (_, index) => {
        const n = from + index;
        const day = new Date(Date.UTC(2000, 0, 1 + (n % 9000))).toISOString().slice(0, 10);
        return [
          String(n),
          kinds[(n * 7919) % 8] as string,
          (((n * 31) % 40_000) / 100).toFixed(2),
          day,
          `${n % 500} street${(n * 7919) % 100_000}`,
        ];
      });
  }
  await withTransaction(ctx.app, async (tx) => {
    const { id: datasetId } = await ensureDataset(
      tx,
      {
        slug: 'bench',
        title: 'Bench',
        description: 'Made by the bench.',
        topic: 'environment',
        access: 'open',
      },
      { opensUnowned: true },
    );
    const column = (name: string, type: 'integer' | 'text' | 'number' | 'date') => ({
      name,
      type,
      nullable: true,
      isKey: false,
    });
    await storeRows(tx, ctx, {
      datasetId,
      mode: 'replace',
      columns: [
        column('Number', 'integer'),
        column('Kind', 'text'),
        column('Height', 'number'),
        column('Planted', 'date'),
        column('Address', 'text'),
      ],
      rows: rows(),
    });
  });
}

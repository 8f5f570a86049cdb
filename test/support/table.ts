import { type StoredRow, storeRows } from '../../src/datasets/tables/store-rows.ts';
import type { ColumnType, StoreMode } from '../../src/datasets/tables/table.ts';
import type { Ctx } from '../../src/kit/context.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { ensureDataset } from '../../src/release/index.ts';

let counter = 0;

/** A dataset with a table of these columns (`name:type`, a key with `!`) and rows; open unless said otherwise. */
export async function makeTable(
  ctx: Ctx,
  options: {
    columns: readonly string[];
    rows: readonly StoredRow[];
    slug?: string;
    access?: 'open' | 'restricted';
    mode?: StoreMode;
  },
): Promise<{ slug: string; datasetId: string }> {
  const slug = options.slug ?? `table-${++counter}`;
  return withTransaction(ctx.app, async (tx) => {
    const { id: datasetId } = await ensureDataset(
      tx,
      {
        slug,
        title: `Table ${slug}`,
        description: 'Made for a test.',
        topic: 'other',
        access: options.access ?? 'open',
      },
      { opensUnowned: true },
    );
    await storeRows(tx, ctx, {
      datasetId,
      mode: options.mode ?? 'replace',
      columns: options.columns.map((text) => {
        const [, name = '', type = 'text', key] = /^(.*):(\w+)(!?)$/s.exec(text) ?? [];
        return { name, type: type as ColumnType, nullable: !key, isKey: key === '!' };
      }),
      rows: (async function* () {
        yield [...options.rows];
      })(),
    });
    return { slug, datasetId };
  });
}

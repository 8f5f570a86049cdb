import type { Tx } from '../../kit/database.ts';
import type { Column } from './description.ts';
import { projectDescriptions } from './project-descriptions.ts';

/** Describes columns that nobody has described yet, as an import or the demonstration brings them. Call it in its transaction. */
export async function ensureDictionary(
  tx: Tx,
  datasetId: string,
  columns: readonly Column[],
  at: Date,
): Promise<void> {
  for (const { name, kind, unit, meaning, sensitivity } of columns)
    await tx.query(
      `insert into private.dictionary_column (dataset_id, name, kind, unit, meaning, sensitivity, described_by, described_at)
       values ($1, $2, $3, $4, $5, $6, 'operator', $7) on conflict do nothing`,
      [datasetId, name, kind, unit, meaning, sensitivity, at],
    );
  await projectDescriptions(tx, [datasetId]);
}

import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { type DatasetInput, datasetInput } from './dataset.ts';
import { projectDatasets } from './project.ts';

/**
 * Makes sure the dataset exists, known by its slug. One that is there already is left as it is (a second import must
 * not reopen what somebody has restricted since). Returns its id and whether it was made now.
 * Errors: invalid (with the field), conflict (a place or office that does not exist; an entry without content).
 */
export async function ensureDataset(tx: Tx, input: DatasetInput): Promise<{ id: string; made: boolean }> {
  const parsed = datasetInput.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    throw new Problem('invalid', `The dataset’s “${field}” is wrong: ${issue?.message}.`, {
      details: { field },
    });
  }
  const dataset = parsed.data;
  const known = await tx.query<{ id: string; kind: string }>(
    'select id, kind from private.dataset where slug = $1',
    [dataset.slug],
  );
  if (known.rows[0]) {
    if (known.rows[0].kind !== 'own') throw withoutContent(dataset.slug);
    return { id: known.rows[0].id, made: false };
  }
  await mustExist(tx, 'place', dataset.place);
  await mustExist(tx, 'office', dataset.office);
  // Of two that make it at once, the second finds the first's row (xmax tells).
  const inserted = await tx.query<{ id: string; made: boolean }>(
    `insert into private.dataset (slug, place, office, title, description, topic, keywords, access, listed, license,
       update_every, source, translations, demonstration)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (slug) do update set slug = excluded.slug returning id, xmax = 0 as made`,
    [
      dataset.slug,
      dataset.place ?? null,
      dataset.office ?? null,
      dataset.title,
      dataset.description,
      dataset.topic,
      dataset.keywords,
      dataset.access,
      dataset.listed,
      dataset.license ?? null,
      dataset.updateEvery ?? null,
      dataset.source ?? null,
      JSON.stringify(dataset.translations),
      dataset.demonstration,
    ],
  );
  const row = inserted.rows[0] as { id: string; made: boolean };
  await projectDatasets(tx, [row.id]);
  return row;
}

/** Footage and what stands elsewhere are entries alone. */
export const withoutContent = (slug: string): Problem =>
  new Problem('conflict', `“${slug}” is an entry of the catalog without content: nothing is stored in it.`);

async function mustExist(tx: Tx, table: 'place' | 'office', slug: string | null | undefined): Promise<void> {
  if (!slug) return;
  const { rowCount } = await tx.query(`select from released.${table} where slug = $1`, [slug]);
  if (rowCount === 0) {
    throw new Problem('conflict', `There is no ${table} “${slug}”. Name one that exists, or leave it out.`, {
      details: { [table]: slug },
    });
  }
}

import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import type { AccessClass } from './audience.ts';
import { type DatasetInput, datasetInput } from './dataset.ts';
import { projectDatasets } from './project.ts';

/** `heldBack`: the class that was asked for and not given, because no office owns the dataset. */
export type Ensured = { id: string; made: boolean; heldBack: AccessClass | null };

/**
 * Makes sure the dataset exists, known by its slug. One that is there already is left as it is (a second import must
 * not reopen what somebody has restricted since). One without an owner office is restricted, whatever is asked for,
 * unless the caller has decided that it opens. Returns its id and whether it was made now.
 * Errors: invalid (with the field), conflict (a place or office that does not exist; an entry without content).
 */
export async function ensureDataset(
  tx: Tx,
  input: DatasetInput,
  { opensUnowned = false } = {},
): Promise<Ensured> {
  const parsed = datasetInput.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    throw new Problem('invalid', `The dataset’s “${field}” is wrong: ${issue?.message}.`, {
      details: { field },
    });
  }
  const dataset = parsed.data;
  const known = await tx.query<{ id: string; kind: string; heldBack: AccessClass | null }>(
    'select id, kind, held_back as "heldBack" from private.dataset where slug = $1',
    [dataset.slug],
  );
  if (known.rows[0]) {
    if (known.rows[0].kind !== 'own') throw withoutContent(dataset.slug);
    return { id: known.rows[0].id, made: false, heldBack: known.rows[0].heldBack };
  }
  await mustExist(tx, 'place', dataset.place);
  await mustExist(tx, 'office', dataset.office);
  const isHeld = dataset.access !== 'restricted' && !dataset.office && !opensUnowned;
  // Of two that make it at once, the second finds the first's row (xmax tells).
  const inserted = await tx.query<Ensured>(
    `insert into private.dataset (slug, place, office, title, description, topic, keywords, access, listed, license,
       update_every, source, translations, demonstration, held_back)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (slug) do update set slug = excluded.slug returning id, xmax = 0 as made, held_back as "heldBack"`,
    [
      dataset.slug,
      dataset.place ?? null,
      dataset.office ?? null,
      dataset.title,
      dataset.description,
      dataset.topic,
      dataset.keywords,
      isHeld ? 'restricted' : dataset.access,
      dataset.listed,
      dataset.license ?? null,
      dataset.updateEvery ?? null,
      dataset.source ?? null,
      JSON.stringify(dataset.translations),
      dataset.demonstration,
      isHeld ? dataset.access : null,
    ],
  );
  const row = inserted.rows[0] as Ensured;
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

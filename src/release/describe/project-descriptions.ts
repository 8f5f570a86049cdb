import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../kit/chain.ts';
import type { Tx } from '../../kit/database.ts';
import { descriptionJson, dictionaryJson } from './load-descriptions.ts';

type Content = JsonObject & {
  access: string;
  policyVersion: number;
  description: JsonObject;
  dictionary: JsonObject[];
};
type Row = {
  id: string;
  at: string;
  title: string;
  publisher: string | null;
  content: Content;
  last: { number: number; checksum: string; content: Content } | null;
};

/**
 * Brings dictionaries and versions in `released` into line with the catalog entries that lie there now, and makes a version
 * of each description that is not as its last version says. What nobody outside may see has neither.
 */
export async function projectDescriptions(tx: Tx, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.query<Row>(
    `select ds.id::text, ds.modified_at as at, ds.title, coalesce(o.name || ', ' || p.name, o.name) as publisher,
       jsonb_build_object('access', ds.access, 'policyVersion', ds.policy_version,
         'description', ${descriptionJson} || jsonb_build_object('officeName', o.name,
           'custodianName', (select name from released.office where slug = ds.custodian)),
         'dictionary', (select ${dictionaryJson()} from private.dictionary_column c where c.dataset_id = ds.id)) as content,
       (select jsonb_build_object('number', v.number, 'checksum', v.checksum, 'content', v.content)
        from private.dataset_version v where v.dataset_id = ds.id order by v.number desc limit 1) as last
     from private.dataset ds join released.dataset r on r.id = ds.id
     left join released.office o on o.slug = ds.office left join released.place p on p.slug = o.place
     where ds.id = any($1::bigint[]) and ds.access <> 'restricted'`,
    [ids],
  );
  for (const { id, at, title, publisher, content, last } of rows) {
    const checksum = checksumOf(content);
    if (last?.checksum === checksum) continue;
    const number = (last?.number ?? 0) + 1;
    const day = at.slice(0, 10);
    await tx.query(
      `insert into private.dataset_version (dataset_id, number, at, changed, checksum, content, policy_version, citation)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id,
        number,
        at,
        last ? changedParts(last.content, content) : ['published'],
        checksum,
        content,
        content.policyVersion,
        `${publisher ? `${publisher}. ` : ''}${title}. Version ${number}, ${day}.`,
      ],
    );
  }
  const shown = rows.map(({ id }) => id);
  for (const [table, columns] of [
    ['dictionary_column', 'dataset_id, name, kind, unit, meaning, sensitivity, described_at'],
    ['dataset_version', 'dataset_id, number, at, changed, checksum, content, policy_version, citation'],
  ]) {
    // Few rows each: taken out and put back whole.
    await tx.query(`delete from released.${table} where dataset_id = any($1::bigint[])`, [ids]);
    await tx.query(
      `insert into released.${table} (${columns}) select ${columns} from private.${table} where dataset_id = any($1::bigint[])`,
      [shown],
    );
  }
}

/** SHA-256 of the content as canonical JSON, hexadecimal: anyone can compute it from what the version's page gives. */
export function checksumOf(content: JsonObject): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Names of the fields that differ; of a column, `column:` and its name. */
function changedParts(before: Content, after: Content): string[] {
  const differs = (a: unknown, b: unknown) => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);
  const fields = Object.keys(after.description).filter((key) =>
    differs(before.description[key], after.description[key]),
  );
  const byName = (content: Content) => new Map(content.dictionary.map((column) => [column.name, column]));
  const [was, is] = [byName(before), byName(after)];
  const columns = [...new Set([...was.keys(), ...is.keys()])].filter((name) =>
    differs(was.get(name), is.get(name)),
  );
  return [
    ...(before.access === after.access ? [] : ['access']),
    ...(before.policyVersion === after.policyVersion ? [] : ['policy']),
    ...fields,
    ...columns.map((name) => `column:${String(name)}`),
  ];
}

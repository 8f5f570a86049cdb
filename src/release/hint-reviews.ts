import type { Queryable } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { findHints, type HintKind } from './hints.ts';
import type { PolicyContent } from './policy.ts';
import type { DatasetUnderPolicy } from './policy-change.ts';

export type Hint = { foundIn: string; kind: HintKind; times: number; example: string };
type About = Pick<DatasetUnderPolicy, 'id' | 'properties'>;

// A default of the software; no law sets it: so many different texts of each column are looked at.
const mostTexts = 20_000;
const longestText = 2000;

/**
 * Looks at the text of a dataset that would be released under a policy, for hints of personal data: results and
 * parameters of readings, names, descriptions and properties of what they hang on, texts of a table.
 */
export async function scanForHints(
  db: Queryable,
  dataset: About,
  policy: Pick<PolicyContent, 'steps'>,
): Promise<Hint[]> {
  const hidden = new Set<string>();
  let places = false;
  // Of readings that are put in groups, no text but that by which they are grouped.
  let groupedBy: readonly string[] | undefined;
  for (const step of policy.steps) {
    if (step.do === 'aggregate') groupedBy = step.by;
    if (step.do === 'coarsen-place') places = true;
    if (step.do === 'drop' || step.do === 'mask' || step.do === 'keyed-hash' || step.do === 'round')
      hidden.add(step.column);
  }
  const found = new Map<string, Hint>();
  const look = (foundIn: string, text: string, times: number) => {
    if (hidden.has(foundIn)) return;
    for (const kind of findHints(text.slice(0, longestText), foundIn)) {
      const known = found.get(`${foundIn} ${kind}`);
      if (known) known.times += times;
      else found.set(`${foundIn} ${kind}`, { foundIn, kind, times, example: text.slice(0, 120) });
    }
  };
  for (const side of groupedBy?.length === 0 ? [] : (['private', 'released', 'granted'] as const)) {
    const texts = await db.query<{ foundIn: string; text: string; times: number }>(
      `select "foundIn", text, count(*)::int as times from (
         select 'result:' || p.name as "foundIn", o.result_json #>> '{}' as text
         from private.datastream d join private.observed_property p on p.id = d.observed_property_id
         join ${side}.observation o on o.datastream_id = d.id
         where d.dataset_id = $1 and o.result_json is not null and o.result_json <> 'null'
         union all
         select 'parameters/' || m.key, m.value #>> '{}'
         from private.datastream d join ${side}.observation o on o.datastream_id = d.id
         cross join lateral jsonb_each(case jsonb_typeof(o.parameters) when 'object' then o.parameters else '{}' end) m
         where d.dataset_id = $1 and jsonb_typeof(m.value) in ('string', 'array', 'object')
       ) t group by 1, 2 limit ${mostTexts}`,
      [dataset.id],
    );
    for (const { foundIn, text, times } of texts.rows)
      if (!groupedBy || groupedBy.includes(foundIn)) look(foundIn, text, times);
  }
  for (const { foundIn, text, times } of await tableTexts(db, dataset, hidden)) look(foundIn, text, times);
  const words = await db.query<{ foundIn: string; text: string }>(
    `select 'Thing name' as "foundIn", name as text from private.thing where dataset_id = $1
     union all select 'Thing description', description from private.thing where dataset_id = $1
     union all select 'properties/' || m.key, m.value #>> '{}' from private.thing t
       cross join lateral jsonb_each(case jsonb_typeof(t.properties) when 'object' then t.properties else '{}' end) m
       where t.dataset_id = $1 and m.key not in ('managed_by')
     union all select 'Datastream name', name from private.datastream where dataset_id = $1
     union all select 'Datastream description', description from private.datastream where dataset_id = $1
     union all select 'Datastream properties', properties::text from private.datastream where dataset_id = $1 and properties is not null
     union all select 'Location name', name from private.location where dataset_id = $1 and not $2
     union all select 'Location description', description from private.location where dataset_id = $1 and not $2
     union all select 'Location properties', properties::text from private.location where dataset_id = $1 and properties is not null and not $2
     union all select 'FeatureOfInterest name', name from private.feature_of_interest where dataset_id = $1 and not $2
     union all select 'FeatureOfInterest description', description from private.feature_of_interest where dataset_id = $1 and not $2`,
    [dataset.id, places],
  );
  for (const { foundIn, text } of words.rows) look(foundIn, text, 1);
  return [...found.values()].sort((a, b) => (a.foundIn + a.kind < b.foundIn + b.kind ? -1 : 1));
}

/** Different texts of a table's columns that would be released, each with how often it is there. */
async function tableTexts(
  db: Queryable,
  dataset: Pick<About, 'id'>,
  hidden: ReadonlySet<string>,
): Promise<{ foundIn: string; text: string; times: number }[]> {
  const { rows } = await db.query<{ relation: string; column: string; name: string }>(
    `select t.lies || '.t' || t.id || '_' || t.generation as relation, 'c' || c.position as column, c.name
     from private.data_table t join private.table_column c on c.table_id = t.id
     where t.dataset_id = $1 and t.generation is not null and t.lies is not null and c.type = 'text' order by c.position`,
    [dataset.id],
  );
  const texts = [];
  for (const { relation, column, name } of rows.filter((each) => !hidden.has(each.name))) {
    // Numbers alone, and words of a fixed list: decision 016.
    if (!/^(private|released|granted)\.t\d+_\d+$/.test(relation) || !/^c\d+$/.test(column))
      throw new Error('a table is known by numbers');
    const found = await db.query<{ text: string; times: number }>(
      `select ${column} as text, count(*)::int as times from ${relation} where ${column} is not null
       group by 1 limit ${mostTexts}`,
    );
    texts.push(...found.rows.map((each) => ({ ...each, foundIn: name })));
  }
  return texts;
}

/** Those that nobody has looked at and said why they may go. */
export async function openHints(
  db: Queryable,
  dataset: About,
  policy: Pick<PolicyContent, 'steps'>,
): Promise<Hint[]> {
  const hints = await scanForHints(db, dataset, policy);
  if (hints.length === 0) return hints;
  const { rows } = await db.query<{ key: string }>(
    `select found_in || ' ' || kind as key from private.hint_review where dataset_id = $1`,
    [dataset.id],
  );
  const reviewed = new Set(rows.map(({ key }) => key));
  return hints.filter(({ foundIn, kind }) => !reviewed.has(`${foundIn} ${kind}`));
}

/** Throws conflict while hints of personal data are open: nothing is published before a person has looked. */
export async function checkHints(
  db: Queryable,
  dataset: About,
  policy: Pick<PolicyContent, 'steps'>,
): Promise<void> {
  const hints = await openHints(db, dataset, policy);
  if (hints.length === 0) return;
  const said = hints.map(({ foundIn, kind }) => `${foundIn} (${kind})`).join(', ');
  throw new Problem(
    'conflict',
    `There are hints of personal data that nobody has looked at: ${said}. Withhold the columns, or look and say why they may go.`,
    { details: { hints: hints.map(({ foundIn, kind }) => `${foundIn} (${kind})`) } },
  );
}

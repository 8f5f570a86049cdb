import type { Queryable } from '../kit/database.ts';
import type { Sensitivity } from './describe/description.ts';
import type { PolicyContent, PolicyStep } from './policy.ts';
import type { DatasetUnderPolicy } from './policy-change.ts';

/** What may be done to one column by itself. */
export type ColumnTreatment = Extract<PolicyStep, { do: 'drop' | 'mask' | 'keyed-hash' | 'round' }>['do'];

export type PolicyColumn = {
  /** As policies name it. */
  name: string;
  of: 'result' | 'parameters' | 'properties' | 'quality' | 'table';
  /** As the dictionary has it; null: nobody has described it. */
  sensitivity: Sensitivity | null;
  may: ColumnTreatment[];
  /** Groups may be made by it. */
  groups: boolean;
};

const mostMembers = 100;
// A default of the software: so many of the newest readings of each series are looked at for what they carry.
const looked = 50;

/**
 * The columns that a policy of this dataset can name: those of its table, or what is observed, what readings carry in
 * `parameters`, Things in `properties`; and those that the policy in force names already.
 */
export async function policyColumns(db: Queryable, dataset: DatasetUnderPolicy): Promise<PolicyColumn[]> {
  const { rows: described } = await db.query<{ name: string; sensitivity: Sensitivity }>(
    'select name, sensitivity from private.dictionary_column where dataset_id = $1',
    [dataset.id],
  );
  const sensitivity = new Map(described.map((column) => [column.name, column.sensitivity]));
  const make = (
    name: string,
    of: PolicyColumn['of'],
    may: ColumnTreatment[],
    groups: boolean,
  ): PolicyColumn => ({ name, of, sensitivity: sensitivity.get(name) ?? null, may, groups });
  const observed = Object.values(dataset.properties).sort();
  if (observed.length === 0 && dataset.tables)
    return dataset.columns.map(({ name, type }) =>
      make(name, 'table', all(type === 'integer' || type === 'number'), true),
    );
  const { rows: numbers } = await db.query<{ name: string }>(
    `select p.name from private.datastream d join private.observed_property p on p.id = d.observed_property_id
     where d.dataset_id = $1 and d.observation_type like any (array['%OM_Measurement', '%OM_CountObservation'])`,
    [dataset.id],
  );
  const measured = new Set(numbers.map(({ name }) => name));
  const columns = observed.map((name) => make(`result:${name}`, 'result', all(measured.has(name)), true));
  const { rows: members } = await db.query<{ name: string; of: 'parameters' | 'properties' }>(
    `select distinct 'parameters/' || k as name, 'parameters' as of from private.datastream d
       cross join lateral (${['private', 'released', 'granted']
         .map(
           (side) => `(select parameters from ${side}.observation where datastream_id = d.id
             order by phenomenon_start desc limit ${looked})`,
         )
         .join(' union all ')}) o
       cross join lateral jsonb_object_keys(case jsonb_typeof(o.parameters) when 'object' then o.parameters else '{}' end) k
       where d.dataset_id = $1
     union select distinct 'properties/' || k, 'properties' from private.thing t
       cross join lateral jsonb_object_keys(case jsonb_typeof(t.properties) when 'object' then t.properties else '{}' end) k
       where t.dataset_id = $1 order by 1 limit ${mostMembers}`,
    [dataset.id],
  );
  const named = members.filter(({ name }) => name.length <= 200);
  for (const { name, of } of [...named, ...alreadyNamed(dataset.policy)])
    if (!columns.some((column) => column.name === name))
      columns.push(
        of === 'parameters'
          ? make(name, of, all(true), true)
          : make(name, of, ['drop', 'mask', 'round'], false),
      );
  return [...columns, make('quality', 'quality', ['mask'], false)];
}

const all = (numeric: boolean): ColumnTreatment[] => [
  'drop',
  'mask',
  'keyed-hash',
  ...(numeric ? (['round'] as const) : []),
];

/** Members that a step names, though none of the newest readings has them. */
function alreadyNamed({ steps }: PolicyContent): { name: string; of: 'parameters' | 'properties' }[] {
  return steps.flatMap((step) => {
    const name = 'column' in step ? step.column : undefined;
    const of = name?.split('/')[0];
    return name && (of === 'parameters' || of === 'properties') ? [{ name, of }] : [];
  });
}

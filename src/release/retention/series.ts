import type { Queryable } from '../../kit/database.ts';
import { inForce, isSpecifiedRule, knownRules, type Rule } from '../../rules/index.ts';
import { type Cutoff, cutoffOf, type Duty } from './cutoff.ts';

/**
 * A record series is a dataset's readings (`*`), or those of one ObservedProperty of it (`result:…`), with the rule that
 * says how long they are kept. A Datastream belongs to the series that names its ObservedProperty, else to the dataset's.
 */
export type Series = {
  datasetId: string;
  dataset: string;
  title: string;
  place: string | null;
  office: string | null;
  officeName: string | null;
  zone: string;
  series: string;
  ruleId: string;
  duty: Duty;
  clock: 'phenomenon-time' | 'another';
  setBy: string;
  setAt: string;
  /** Every record of the rule, superseded ones too. */
  records: Rule[];
  /** The records whose text a named person has compared last, and it agreed: when they were recorded. */
  verified: string[];
};

/** Why nothing is ever due under a rule. */
export type NotDue =
  /** No record of that name is known (any more). */
  | 'not-recorded'
  | 'not-in-force'
  /** Not specified, unverified or in conflict: whom to ask stands in the rule. */
  | 'gap'
  /** It is specified, and names no period. */
  | 'no-period'
  /** It counts business days. */
  | 'uncounted'
  /** Its clock starts with something that this installation knows no day of. */
  | 'another-event';

export type Standing =
  | { due: Cutoff; rule: Rule; verified: boolean }
  | { due: null; why: NotDue; rule: Rule | null; ask: string[] };

/** Up to where the readings of a series are due, or why they never are. Only a specified rule can make anything due. */
export function standingOf(
  { records, ruleId, duty, clock, zone, verified }: Omit<Series, 'setBy' | 'setAt' | 'title'>,
  now: Date,
): Standing {
  const known = knownRules(records, now.toISOString()).filter(({ id }) => id === ruleId);
  const never = (why: NotDue, rule: Rule | null = known[0] ?? null): Standing => ({
    due: null,
    why,
    rule,
    ask: rule && rule.value.state !== 'specified' ? rule.value.ask : (rule?.offices ?? []),
  });
  if (known.length === 0) return never('not-recorded');
  const today = dayIn(now, zone);
  const rule = known
    .filter(({ value }) => inForce(value, today))
    .toSorted((a, b) => Date.parse(b.recordedAt) - Date.parse(a.recordedAt))[0];
  if (!rule) return never('not-in-force');
  if (!isSpecifiedRule(rule)) return never('gap', rule);
  const period = rule.value.value;
  if (period.kind !== 'period') return never('no-period', rule);
  if (clock !== 'phenomenon-time') return never('another-event', rule);
  const due = cutoffOf(period, duty, now, zone);
  if (!due) return never('uncounted', rule);
  const at = Date.parse(rule.recordedAt);
  return { due, rule, verified: verified.some((text) => Date.parse(text) === at) };
}

function dayIn(now: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now);
}

/** The series as they now are, `s`, one row each; those whose rule was taken back are not among them. */
const currentSeries = `(select distinct on (dataset_id, series) * from private.retention_series
  order by dataset_id, series, id desc)`;

/** Whether the Datastream `d` belongs to the series `s` of its dataset. */
const inSeries = `case when s.series = '*' then not exists (
    select from ${currentSeries} named join private.observed_property op on op.id = d.observed_property_id
    where named.dataset_id = d.dataset_id and named.series <> '*' and named.rule_id is not null
      and (op.id = any(named.observed_property_ids) or 'result:' || op.name = named.series))
  else exists (
    select from private.observed_property op where op.id = d.observed_property_id
      and (op.id = any(s.observed_property_ids) or 'result:' || op.name = s.series)) end`;

const zoneOfDataset = `coalesce(pl.time_zone,
  (select min(time_zone) from released.place where parent is null having count(*) = 1), 'UTC')`;

/** The series of these datasets, or of all; `where` may ask of `d`, the dataset. */
export async function readSeries(
  db: Queryable,
  where = 'true',
  values: readonly unknown[] = [],
): Promise<Series[]> {
  const { rows } = await db.query<Series>(
    `select d.id::text as "datasetId", d.slug as dataset, d.title, d.place, d.office, o.name as "officeName",
       ${zoneOfDataset} as zone, s.series, s.rule_id as "ruleId",
       s.duty, s.clock, s.set_by as "setBy", s.set_at as "setAt",
       (select coalesce(json_agg(r.body order by r.recorded_at), '[]') from released.rule r
        where r.id = s.rule_id or r.body -> 'supersedes' ->> 'id' = s.rule_id) as records,
       (select coalesce(json_agg(c.recorded_at), '[]') from (
          select distinct on (recorded_at) recorded_at, result, checked_by from private.rule_check
          where rule_id = s.rule_id order by recorded_at, checked_at desc, id desc) c
        where c.result = 'agrees' and c.checked_by like 'person:%') as verified
     from ${currentSeries} s join private.dataset d on d.id = s.dataset_id
     left join released.place pl on pl.slug = d.place left join released.office o on o.slug = d.office
     where s.rule_id is not null and (${where}) order by d.title, s.series`,
    [...values],
  );
  return rows;
}

/** The Datastreams of a series, each with its ObservedProperty. */
export async function datastreamsOf(
  db: Queryable,
  { datasetId, series }: Pick<Series, 'datasetId' | 'series'>,
): Promise<{ id: string; property: string }[]> {
  const { rows } = await db.query<{ id: string; property: string }>(
    `select d.id::text, d.observed_property_id::text as property from private.datastream d
     join ${currentSeries} s on s.dataset_id = d.dataset_id and s.series = $2
     where d.dataset_id = $1 and ${inSeries} order by d.id`,
    [datasetId, series],
  );
  return rows;
}

import type { Ctx } from '../kit/context.ts';
import type { Pool, Queryable } from '../kit/database.ts';
import {
  type Calendar,
  calendarOf,
  knownRules,
  type Rule,
  type RulePlace,
  type SearchIndex,
  searchIndex,
  type Topic,
} from '../rules/index.ts';

export type RulebookOffice = {
  slug: string;
  /** A place's slug, or a state's two letters. */
  place: string;
  name: string;
  duty: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  source: string;
};
export type RulebookPlace = RulePlace & { name: string; kind: string; timeZone: string };

/** Everything that a question about rules needs, in memory: some hundred rules. Changed by nobody. */
export type Rulebook = {
  version: string;
  topics: Topic[];
  places: RulebookPlace[];
  offices: RulebookOffice[];
  /** Every record, superseded ones too. */
  rules: Rule[];
  /** The records in force by what is known now, by id. */
  current: Map<string, Rule>;
  /** By state (CT); a city's closures by its slug. */
  calendars: Map<string, Calendar>;
  index: SearchIndex;
};

type Remembered = WeakMap<Pool, Rulebook>;
// Pages are a bundle with this module in it a second time; one memory serves both.
const pin = Symbol.for('charter-oak.rulebook');
const pinned = globalThis as { [pin]?: Remembered };
pinned[pin] ??= new WeakMap();
const memory = pinned[pin];

/** The rules as they stand. They are read from the database when their version has changed, and else remembered. */
export async function readRulebook(ctx: Ctx): Promise<Rulebook> {
  const { rows } = await ctx.public.query<{ version: string }>('select version from released.rulebook');
  const version = rows[0]?.version ?? '0';
  const known = memory.get(ctx.public);
  if (known?.version === version) return known;
  const read = await loadRulebook(ctx.public);
  memory.set(ctx.public, read);
  return read;
}

/** The same from a transaction that may be changing it. */
export async function loadRulebook(db: Queryable): Promise<Rulebook> {
  const { rows } = await db.query<{
    version: string;
    topics: Topic[];
    places: RulebookPlace[];
    offices: RulebookOffice[];
    rules: Rule[];
    holidays: { place: string; body: Parameters<typeof calendarOf>[0] }[];
  }>(
    `select b.version, b.topics,
       (select coalesce(json_agg(json_build_object('slug', slug, 'parent', parent, 'state', state, 'name', name,
          'kind', kind, 'timeZone', time_zone) order by name, slug), '[]') from released.place) as places,
       (select coalesce(jsonb_agg(o order by o ->> 'name', o ->> 'slug'), '[]') from (
          select jsonb_build_object('slug', slug, 'place', place, 'name', name, 'duty', duty, 'email', email,
            'phone', phone, 'address', address, 'source', source) as o from released.office
          union all select jsonb_array_elements(b.offices)) all_offices) as offices,
       (select coalesce(json_agg(body order by id, recorded_at), '[]') from released.rule) as rules,
       (select coalesce(json_agg(json_build_object('place', place, 'body', body)), '[]') from released.holiday_list) as holidays
     from released.rulebook b`,
  );
  const row = rows[0];
  if (!row) throw new Error('released.rulebook has lost its row: restore it from a backup.');
  const { version, topics, places, offices, rules, holidays } = row;
  return {
    version,
    topics,
    places,
    offices,
    rules,
    current: new Map(knownRules(rules, '9999-12-31T00:00:00Z').map((each) => [each.id, each])),
    calendars: new Map(holidays.map(({ place, body }) => [place, calendarOf(body)])),
    index: searchIndex(topics, places),
  };
}

/** Says that something in the rulebook has changed, at the end of the transaction that changed it. */
export async function bumpRulebook(tx: Queryable): Promise<void> {
  await tx.query('update released.rulebook set version = version + 1');
}

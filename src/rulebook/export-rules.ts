import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import type { Rule } from '../rules/index.ts';
import { loadRulebook } from './read-rulebook.ts';
import { rulesYaml, yamlOf } from './rules-yaml.ts';

/** Files by their path: `danbury/rules.yaml`. */
export type ExportedFiles = Map<string, string>;

type Row = Record<string, unknown>;
type PlaceRow = Row & { slug: string; kind: string; parent: string | null; state: string };
type Stored = {
  places: PlaceRow[];
  offices: (Row & { place: string })[];
  stateOffices: (Row & { place: string })[];
  holidays: { place: string; body: Row }[];
  guides: { place: string; slug: string; body: Row }[];
  letters: { place: string; body: Row }[];
};

/**
 * The whole rule base as the files that an import takes again: a folder for each city, region and state, with places,
 * offices, topics, holidays, guides and letters, the rules that stand (`rules.yaml`), and every record with its time
 * (`history.yaml`). Importing them here changes nothing; into an empty database they make the same rulebook. Who recorded,
 * proposed or compared something stays here. `place` limits it to one folder (a slug, or a state's two letters).
 * Errors: not-allowed (operators only), not-found (nothing of that place).
 */
export async function exportRules(ctx: Ctx, input: { place?: string } = {}): Promise<ExportedFiles> {
  checkPermission(ctx, 'import-city');
  const { book, stored } = await withTransaction(ctx.app, async (tx) => {
    // What is changing the rulebook at this moment is waited for.
    await tx.query('select version from released.rulebook for share');
    return { book: await loadRulebook(tx), stored: await readStored(tx) };
  });
  const home = (place: string): string => {
    const found = stored.places.find(({ slug }) => slug === place);
    return found?.kind === 'neighborhood' && found.parent ? found.parent : place;
  };
  const states = [...new Set(stored.places.map(({ state }) => state))].toSorted();
  const tops = stored.places.filter(({ kind }) => kind !== 'neighborhood').map(({ slug }) => slug);
  const homes = [...states, ...tops].filter((each) => !input.place || each === home(input.place));
  const files: ExportedFiles = new Map();
  for (const each of homes) {
    const folder = each.toLowerCase();
    const own = <T extends { place: string }>(all: readonly T[]): T[] =>
      all.filter(({ place }) => home(place) === each);
    const put = (path: string, text: string) => files.set(`${folder}/${path}`, text);
    const places = stored.places.filter(({ slug }) => home(slug) === each);
    if (places.length > 0)
      put('city.yaml', yamlOf({ places: places.map(placeEntry), offices: own(stored.offices).map(given) }));
    if (each === states[0] && book.topics.length > 0) put('topics.yaml', yamlOf({ topics: book.topics }));
    const offices = own(stored.stateOffices).map(given);
    if (offices.length > 0) put('offices.yaml', yamlOf({ offices }));
    const rules = own<Rule>([...book.current.values()]);
    if (rules.length > 0) put('rules.yaml', rulesYaml(rules));
    const records = own<Rule>(book.rules);
    if (records.length > 0) put('history.yaml', rulesYaml(records, { times: true }));
    for (const { body } of own(stored.holidays)) put('holidays.yaml', yamlOf(body));
    for (const { slug, body } of own(stored.guides)) put(`guides/${slug}.yaml`, yamlOf(body));
    const letters = own(stored.letters).map(({ body }) => body);
    if (letters.length > 0) put('letters.yaml', yamlOf({ placeholders: placeholdersOf(letters), letters }));
  }
  if (files.size === 0 && input.place)
    throw new Problem('not-found', `There are no rules of “${input.place}”.`);
  return files;
}

async function readStored(tx: Tx): Promise<Stored> {
  const { rows } = await tx.query<Stored>(
    `select
       (select coalesce(jsonb_agg(jsonb_build_object('slug', slug, 'kind', kind, 'parent', parent, 'code', code, 'name', name,
          'state', state, 'timeZone', time_zone, 'at', jsonb_build_array(longitude, latitude))
          order by kind = 'neighborhood', slug), '[]') from released.place) as places,
       (select coalesce(jsonb_agg(jsonb_build_object('slug', slug, 'place', place, 'name', name, 'duty', duty, 'email', email,
          'phone', phone, 'address', address, 'shares', shares, 'source', source) order by slug), '[]')
          from released.office) as offices,
       (select offices from released.rulebook) as "stateOffices",
       (select coalesce(jsonb_agg(jsonb_build_object('place', place, 'body', body)), '[]') from released.holiday_list) as holidays,
       (select coalesce(jsonb_agg(jsonb_build_object('place', place, 'slug', slug, 'body', body) order by slug), '[]')
          from released.guide) as guides,
       (select coalesce(jsonb_agg(jsonb_build_object('place', place, 'body', body) order by id), '[]')
          from released.letter_template) as letters`,
  );
  return rows[0] as Stored;
}

/** Above a folder's own place stands the installation's region, which the import puts it under. */
function placeEntry({ parent, ...rest }: PlaceRow): Row {
  return given(rest.kind === 'neighborhood' ? { parent, ...rest } : rest);
}

const given = <T extends Row>(row: T): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

/** A file of letters lists what may stand in braces; only the use of each is kept. */
function placeholdersOf(letters: readonly Row[]): Record<string, string> {
  const used = [...JSON.stringify(letters).matchAll(/\{\{\s*([a-zA-Z]+)\s*\}\}/g)].map(([, name]) => name);
  return Object.fromEntries([...new Set(used)].map((name) => [name, 'see the letters']));
}

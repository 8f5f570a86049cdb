import { basename } from 'node:path';
import { canonicalJson, type Json } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, recordAudit } from '../people/index.ts';
import { type PlaceInput, readPlacesFile, upsertPlaces } from '../places/index.ts';
import type { Rule } from '../rules/index.ts';
import { readGuideFile, rulesOfGuide } from './read-guide-file.ts';
import { readHolidaysFile } from './read-holidays-file.ts';
import { readLettersFile } from './read-letters-file.ts';
import { readRuleBase } from './read-rule-base.ts';
import { bumpRulebook, loadRulebook } from './read-rulebook.ts';
import { readStateOfficesFile } from './read-state-offices-file.ts';
import { readTopicsFile } from './read-topics-file.ts';
import { type Overridden, overriddenText, staffRules } from './staff-rules.ts';
import { storeHistory } from './store-history.ts';
import { nextMoment, storeRule } from './store-rule.ts';

/** A folder that describes a city or a state: its files by their path within it (`guides/parking.yaml`). */
export type CityFolder = { name: string; files: ReadonlyMap<string, string> };
export type ImportInput = {
  folders: readonly CityFolder[];
  demonstration?: boolean;
  under?: string;
  overrideStaff?: boolean;
};
export type Imported = {
  places: number;
  offices: number;
  /** `overridden`: of those changed, what staff had corrected. */
  rules: { added: string[]; changed: string[]; same: number; overridden: Overridden[] };
  /** Records taken with the times of history.yaml. */
  history: number;
  guides: number;
  letters: number;
};

/**
 * Brings whole cities and the state above them in, from their folders, all or nothing. What stands already is brought up
 * to the files: a rule that changed becomes a new record that supersedes the old one, one that is the same stays, and
 * nothing is taken away. `demonstration` marks the places. `under` is the region that cities without a parent go below;
 * without it, the installation's own region. What staff corrected is put back to the files with `overrideStaff` alone.
 * Errors: not-allowed (operators only), invalid (every fault with file, line and reason), conflict (each rule that staff
 * have corrected and the files would change); nothing is stored then.
 */
export async function importCity(ctx: Ctx, input: ImportInput): Promise<Imported> {
  checkPermission(ctx, 'import-city');
  return withTransaction(ctx.app, (tx) => storeFolders(tx, ctx, input));
}

/** The same in the caller's transaction. */
export async function storeFolders(tx: Tx, ctx: Ctx, input: ImportInput): Promise<Imported> {
  // Imports wait for each other, and each sees what the one before has stored.
  await tx.query('select version from released.rulebook for update');
  const done: Imported = {
    places: 0,
    offices: 0,
    rules: { added: [], changed: [], same: 0, overridden: [] },
    history: 0,
    guides: 0,
    letters: 0,
  };
  const fileIn = (folder: CityFolder, path: string) => folder.files.get(path);
  for (const folder of input.folders) refuseStrangers(folder);
  const cities = input.folders.flatMap((folder) => {
    const text = fileIn(folder, 'city.yaml');
    return text === undefined ? [] : [readPlacesFile(text, `${folder.name}/city.yaml`)];
  });
  // The region first, whatever its folder is called: the cities go below it.
  const isRegion = ({ places }: { places: PlaceInput[] }) => places[0]?.kind === 'region';
  for (const city of [...cities.filter(isRegion), ...cities.filter((each) => !isRegion(each))]) {
    const region = input.under ?? (await ownRegion(tx));
    const places = city.places.map(underRegion(region));
    await upsertPlaces(
      tx,
      { places, offices: city.offices },
      { demonstration: input.demonstration ?? false },
    );
    done.places += places.length;
    done.offices += city.offices.length;
  }
  await underOneTop(tx);
  for (const folder of input.folders) {
    const topics = fileIn(folder, 'topics.yaml');
    if (topics !== undefined)
      await tx.query('update released.rulebook set topics = $1', [
        JSON.stringify(readTopicsFile(topics, `${folder.name}/topics.yaml`)),
      ]);
    const offices = fileIn(folder, 'offices.yaml');
    if (offices !== undefined)
      // Those of other states stay.
      await tx.query(
        `update released.rulebook set offices = $1::jsonb || coalesce((select jsonb_agg(o) from jsonb_array_elements(offices) o
           where not exists (select from jsonb_array_elements($1::jsonb) n where n ->> 'place' = o ->> 'place')), '[]')`,
        [JSON.stringify(readStateOfficesFile(offices, `${folder.name}/offices.yaml`))],
      );
  }
  await storeRules(tx, ctx, input.folders, done);
  const { overridden } = done.rules;
  if (overridden.length > 0 && !input.overrideStaff)
    throw new Problem(
      'conflict',
      `${overriddenText(overridden)}\nNothing is stored. Export what stands and bring the files up to it; or import with --override-staff, which the audit log tells of.`,
      { details: { overridden } },
    );
  const { rules, places } = await loadRulebook(tx);
  const known = new Set(rules.map(({ id }) => id));
  for (const folder of input.folders) {
    const home = placeOf(folder, places);
    const holidays = fileIn(folder, 'holidays.yaml');
    if (holidays !== undefined) {
      const { calendar: _, ...body } = readHolidaysFile(holidays, `${folder.name}/holidays.yaml`);
      await tx.query(
        `insert into released.holiday_list (place, body) values ($1, $2)
         on conflict (place) do update set body = excluded.body`,
        [home, JSON.stringify(body)],
      );
    }
    for (const [path, text] of folder.files) {
      if (!path.startsWith('guides/')) continue;
      const guide = readGuideFile(text, `${folder.name}/${path}`);
      refuseElsewhere(guide.place, home, places, `${folder.name}/${path}`);
      const lost = rulesOfGuide(guide).filter((id) => !known.has(id));
      if (lost.length > 0)
        throw new Problem('invalid', `${folder.name}/${path}: there is no rule ${lost.join(', ')}`);
      await tx.query(
        `insert into released.guide (place, slug, body) values ($1, $2, $3)
         on conflict (place, slug) do update set body = excluded.body`,
        [guide.place, basename(path, '.yaml'), JSON.stringify(guide)],
      );
      done.guides += 1;
    }
    const letters = fileIn(folder, 'letters.yaml');
    if (letters !== undefined) refuseElsewhere(home, home, places, `${folder.name}/letters.yaml`);
    for (const letter of letters === undefined
      ? []
      : readLettersFile(letters, `${folder.name}/letters.yaml`).letters) {
      await tx.query(
        `insert into released.letter_template (place, id, body) values ($1, $2, $3)
         on conflict (place, id) do update set body = excluded.body`,
        [home, letter.id, JSON.stringify(letter)],
      );
      done.letters += 1;
    }
  }
  await bumpRulebook(tx);
  await recordAudit(tx, ctx, {
    kind: 'city-imported',
    subject: `folder:${input.folders.map(({ name }) => basename(name)).join(',')}`,
    content: {
      added: done.rules.added,
      changed: done.rules.changed,
      ...(overridden.length > 0 ? { overriddenStaff: overridden.map(({ id }) => id) } : {}),
      guides: done.guides,
    },
  });
  return done;
}

/**
 * A city that stood alone goes below a region that has come. Several side by side would leave the site without a name and
 * without a time zone. Errors: invalid.
 */
async function underOneTop(tx: Tx): Promise<void> {
  const region = await ownRegion(tx);
  if (region)
    await tx.query(`update released.place set parent = $1 where kind = 'city' and parent is null`, [region]);
  const { rows } = await tx.query<{ slug: string }>(
    'select slug from released.place where parent is null order by slug',
  );
  if (rows.length > 1)
    throw new Problem(
      'invalid',
      `An installation serves one city or one region, and these would stand side by side: ${rows.map(({ slug }) => slug).join(', ')}. Name one more folder whose city.yaml holds a region (kind: region); the cities go below it. See docs/a-city-is-data.md.`,
    );
}

/** A city beside its region would leave the site without a name. */
async function ownRegion(tx: Tx): Promise<string | undefined> {
  const { rows } = await tx.query<{ slug: string }>(`select slug from released.place where kind = 'region'`);
  return rows.length === 1 ? rows[0]?.slug : undefined;
}

const underRegion =
  (region: string | undefined) =>
  (place: PlaceInput): PlaceInput =>
    place.parent === undefined && place.kind === 'city' && region ? { ...place, parent: region } : place;

/** A folder speaks for its own city and that one's neighborhoods, or for its state. */
function refuseElsewhere(
  place: string,
  home: string,
  places: readonly { slug: string; parent?: string | null; state: string }[],
  name: string,
): void {
  const found = places.find(({ slug }) => slug === place);
  if (!found) throw new Problem('invalid', `${name}: there is no place ${place}`);
  if (![found.slug, found.parent, found.state].includes(home))
    throw new Problem('invalid', `${name}: ${place} is not of ${home}, which the folder is for`);
}

/** A file that nobody reads is a mistake in its name. */
function refuseStrangers({ name, files }: CityFolder): void {
  const known = [
    'city.yaml',
    'topics.yaml',
    'offices.yaml',
    'rules.yaml',
    'history.yaml',
    'holidays.yaml',
    'letters.yaml',
  ];
  for (const path of files.keys())
    if (!known.includes(path) && !/^guides\/[a-z0-9]+(-[a-z0-9]+)*\.yaml$/.test(path))
      throw new Problem('invalid', `${name}/${path}: no such file is known; see docs/a-city-is-data.md`);
}

/** Whose holidays and letters a folder holds: its city's, or its state's. */
function placeOf({ name, files }: CityFolder, places: readonly { slug: string; state: string }[]): string {
  const city = files.get('city.yaml');
  if (city !== undefined) return readPlacesFile(city, `${name}/city.yaml`).places[0]?.slug as string;
  const offices = files.get('offices.yaml');
  const state = offices && readStateOfficesFile(offices, `${name}/offices.yaml`)[0]?.place;
  return state ?? (places[0]?.state as string);
}

async function storeRules(tx: Tx, ctx: Ctx, folders: readonly CityFolder[], done: Imported): Promise<void> {
  const textsOf = (path: string) =>
    folders.flatMap(({ name, files }) => {
      const text = files.get(path);
      return text === undefined ? [] : [{ name: `${name}/${path}`, text }];
    });
  done.history = await storeHistory(tx, ctx, textsOf('history.yaml'));
  const texts = textsOf('rules.yaml');
  if (texts.length === 0) return;
  const { topics, places, offices, rules: standing, current } = await loadRulebook(tx);
  const recordedAt = nextMoment(standing, ctx.clock.now());
  // When we knew it is the import's to say: a time of a file could lie before it, or hide what follows for years.
  const ofStaff = await staffRules(tx, current);
  const amend = (filed: Rule, at: string): Rule | undefined => {
    const rule = { ...filed, recordedAt };
    const before = current.get(rule.id);
    if (!before) {
      done.rules.added.push(rule.id);
      return rule;
    }
    if (bodyOf(before) === bodyOf(rule)) {
      done.rules.same += 1;
      return undefined;
    }
    done.rules.changed.push(rule.id);
    const approvedBy = ofStaff.get(rule.id);
    if (approvedBy !== undefined)
      done.rules.overridden.push({
        ...{ id: rule.id, at, state: before.value.state, says: before.says.en },
        ...{ approvedBy, approvedAt: before.recordedAt },
      });
    return { ...rule, supersedes: { id: before.id, recordedAt: before.recordedAt } };
  };
  const all = readRuleBase(texts, { recordedAt, topics, places, offices, standing, amend });
  for (const rule of all.slice(standing.length)) await storeRule(tx, ctx, rule);
}

/** What a rule says, without when it was recorded. */
function bodyOf({ recordedAt: _, supersedes: __, ...body }: Rule): string {
  return canonicalJson(JSON.parse(JSON.stringify(body)) as Json);
}

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { readYamlFile } from '../src/kit/yaml-file.ts';
import { readPlacesFile } from '../src/places/index.ts';
import { readRuleBase, readTopicsFile } from '../src/rulebook/index.ts';
import { bilingual, closestRule, placeChain } from '../src/rules/index.ts';

/** The data of cities/ fits together: what one file names, another one has. */
const folder = new URL('../cities/', import.meta.url);
const names = (await readdir(folder, { recursive: true })).toSorted();
const text = (name: string) => readFile(new URL(name, folder), 'utf8');
const named = (end: string) => names.filter((name) => name.endsWith(end));
const texts = (end: string) =>
  Promise.all(named(end).map(async (name) => ({ name: `cities/${name}`, text: await text(name) })));

const cities = (await texts('/city.yaml')).map(({ name, text }) => readPlacesFile(text, name));
const places = cities.flatMap((city) => city.places);
const stateOffices: { slug: string; place: string }[] = parse(await text('connecticut/offices.yaml')).offices;
const topics = readTopicsFile(await text('connecticut/topics.yaml'), 'cities/connecticut/topics.yaml');
const rules = readRuleBase(await texts('/rules.yaml'), {
  recordedAt: '2026-11-21T12:00:00Z',
  topics,
  places,
  offices: [...cities.flatMap(({ offices }) => offices), ...stateOffices],
});
const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));

const sectionIds = [
  'overview',
  'who-does-what',
  'penalties',
  'applications',
  'violations',
  'faq',
  'how-to',
  'resources',
];
const ids = z.array(z.string()).min(1);
const guide = z.strictObject({
  place: z.string(),
  document: z.string(),
  title: bilingual,
  lead: bilingual,
  sections: z.array(
    z.strictObject({
      id: z.string(),
      title: bilingual,
      items: z
        .array(
          z.union([
            z.strictObject({ text: bilingual }),
            z.strictObject({ rule: z.string() }),
            z.strictObject({ question: bilingual, rules: ids }),
            z.strictObject({ step: bilingual, rules: ids }),
          ]),
        )
        .min(1),
    }),
  ),
});
type Guide = z.output<typeof guide>;
const guides = await Promise.all(
  names
    .filter((name) => /\/guides\/.*\.yaml$/.test(name))
    .map(async (name) => ({
      name,
      guide: readYamlFile<Guide>(await text(name), name, { schemaFor: () => guide, expected: '', see: '' })
        .value,
    })),
);
const rulesShown = ({ sections }: Guide) =>
  sections.flatMap(({ items }) =>
    items.flatMap((item) => ('rule' in item ? [item.rule] : 'rules' in item ? item.rules : [])),
  );

test('every rule speaks in two languages, in two sentences at most, and the languages differ', () => {
  for (const { id, says } of rules) {
    assert.notEqual(says.en, says.es, id);
    for (const said of [says.en, says.es])
      assert.ok((said.match(/[.?!](\s|$)/g) ?? []).length <= 2, `${id}: ${said}`);
  }
});

test('a city names itself and the state alone; the state names no city', () => {
  const cityOf = (slug: string) => slug.split('-')[0];
  for (const rule of rules) {
    const { value } = rule;
    const offices = [...rule.offices, ...(value.state === 'specified' ? [] : value.ask)];
    const home = rule.place === 'CT' ? 'ct' : rule.place;
    for (const office of offices) assert.equal(cityOf(office), home, `${rule.id} names ${office}`);
    assert.ok(rule.id.startsWith(`${home}.`), rule.id);
    if (value.state === 'not-specified')
      for (const near of value.nearest ?? [])
        assert.ok(near.startsWith(`${home}.`) || near.startsWith('ct.'), `${rule.id} is near ${near}`);
  }
});

test('what is only remembered is unverified', () => {
  const remembered = rules.filter(
    ({ value }) => value.state === 'unverified' && value.cite.some(({ how }) => how === 'memory'),
  );
  assert.ok(remembered.length > 0);
  for (const { id, value } of rules)
    if (value.state === 'specified') assert.ok(!value.cite.some(({ how }) => how === 'memory'), id);
});

test('a guide has every section, shows rules that exist, and reaches all that its document claims', async () => {
  assert.equal(guides.length, 4);
  const list: { bullets: { id: string }[] } = parse(await text('bullets.yaml'));
  for (const { name, guide } of guides) {
    assert.deepEqual(
      guide.sections.map(({ id }) => id),
      sectionIds,
      name,
    );
    const reached = new Set<string>();
    for (const id of rulesShown(guide)) {
      const rule = ruleOf.get(id);
      assert.ok(rule, `${name} shows ${id}, which is no rule`);
      assert.ok(rule.place === guide.place || rule.place === 'CT', `${name} shows ${id} of another place`);
      for (const bullet of rule.bullets) reached.add(bullet);
    }
    const missed = list.bullets.filter(({ id }) => id.startsWith(`${guide.document}.`) && !reached.has(id));
    assert.deepEqual(missed, [], name);
  }
});

test('connecting words of a guide hold no number', () => {
  for (const { name, guide } of guides)
    for (const { items } of guide.sections)
      for (const item of items)
        if ('text' in item)
          for (const said of Object.values(item.text)) assert.doesNotMatch(said, /\d/, name);
});

test('letters use the placeholders that are listed, all of them, in both languages', async () => {
  const written = z.strictObject({ en: z.string().min(1), es: z.string().min(1) });
  const schema = z.strictObject({
    placeholders: z.record(z.string(), z.string()),
    letters: z.array(z.strictObject({ id: z.string(), name: written, subject: written, body: written })),
  });
  const files = await texts('/letters.yaml');
  assert.equal(files.length, 3);
  for (const file of files) {
    const { placeholders, letters } = schema.parse(parse(file.text));
    for (const lang of ['en', 'es'] as const) {
      const used = letters.flatMap(({ subject, body }) =>
        [...`${subject[lang]} ${body[lang]}`.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]),
      );
      assert.deepEqual([...new Set(used)].toSorted(), Object.keys(placeholders).toSorted(), file.name);
    }
  }
});

test('each question of residents has the answer that is due, on the way that is due', async () => {
  const source = await readFile(new URL('fixtures/questions.yaml', import.meta.url), 'utf8');
  const { questions }: { questions: { place: string; ask: string; rule: string; gap?: string }[] } =
    parse(source);
  assert.ok(questions.length >= 60);
  for (const { place, ask, rule: id, gap } of questions) {
    const rule = ruleOf.get(id);
    assert.ok(rule, `${ask}: there is no rule ${id}`);
    const answer = closestRule(
      { rules, topics },
      {
        topic: rule.topic,
        aspect: rule.aspect,
        places: placeChain(places, place),
        ...(rule.custodian === undefined ? {} : { custodian: rule.custodian }),
        lawDay: '2026-11-25',
        knownAt: '2026-11-25T12:00:00Z',
      },
    );
    assert.equal(answer.found === 'nothing' ? undefined : answer.rule.id, id, ask);
    if (gap !== undefined)
      assert.ok(
        answer.chain.some((step) => step.rule?.id === gap),
        `${ask}: ${gap}`,
      );
  }
});

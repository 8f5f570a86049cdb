import { stringify } from 'yaml';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import type { Citation, Rule, RuleValue, Sourced } from '../rules/index.ts';
import { readRulebook } from './read-rulebook.ts';

/** Files by their path: `danbury/rules.yaml`. */
export type ExportedFiles = Map<string, string>;

/**
 * The rules that stand by what is known now, as the files that an import takes again: a folder for each place, with the
 * topics in the state's. Importing them changes nothing. What was superseded stays in the database alone. `place` limits it
 * to one (a slug, or a state's two letters). Errors: not-allowed (operators only), not-found (no rules of that place).
 */
export async function exportRules(ctx: Ctx, input: { place?: string } = {}): Promise<ExportedFiles> {
  checkPermission(ctx, 'import-city');
  const { current, topics } = await readRulebook(ctx);
  const byPlace = Map.groupBy(current.values(), ({ place }) => place);
  const places = [...byPlace.keys()].filter((place) => !input.place || place === input.place).toSorted();
  if (places.length === 0 && input.place)
    throw new Problem('not-found', `There are no rules of “${input.place}”.`);
  const files: ExportedFiles = new Map();
  for (const place of places) {
    const folder = place.toLowerCase();
    files.set(`${folder}/rules.yaml`, rulesYaml(byPlace.get(place) ?? []));
    const first = places.find((each) => /^[A-Z]{2}$/.test(each));
    if (place === first) files.set(`${folder}/topics.yaml`, yamlOf({ topics }));
  }
  return files;
}

/** Rules of any places as one file. Each text is named once, among the sources. */
export function rulesYaml(rules: readonly Rule[]): string {
  const sources = new Map<string, { name: string; source: object }>();
  const names = new Set<string>();
  const reference = ({ locator, ...source }: Citation) => {
    const key = JSON.stringify(source, Object.keys(source).toSorted());
    const known = sources.get(key);
    if (known) return { source: known.name, locator };
    const name = freeName(source.instrument, names);
    const { instrument, level, publisher, url, published, readAt, how, quoteHash } = source;
    sources.set(key, {
      name,
      source: { instrument, level, publisher, url, published, readAt, how, quoteHash },
    });
    return { source: name, locator };
  };
  const entries = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => entryOf(rule, reference));
  return yamlOf({
    sources: Object.fromEntries([...sources.values()].map(({ name, source }) => [name, source])),
    rules: entries,
  });
}

const yamlOf = (content: object) =>
  stringify(JSON.parse(JSON.stringify(content)), { lineWidth: 120, aliasDuplicateObjects: false });

type Reference = (cite: Citation) => { source: string; locator: string };

function entryOf(rule: Rule, reference: Reference): object {
  const { id, topic, aspect, place, custodian, says, offices, value, bullets } = rule;
  return {
    ...{ id, topic, aspect, place, custodian, says: { en: says.en, es: says.es } },
    ...(offices.length > 0 ? { offices } : {}),
    ...sourcedEntry(value, reference),
    ...(bullets.length > 0 ? { bullets } : {}),
  };
}

function sourcedEntry(value: Sourced<RuleValue>, reference: Reference): object {
  const { state, validFrom, validTo } = value;
  const validity = { validFrom, validTo };
  switch (value.state) {
    case 'specified': {
      // Left out, a value means that the rule is simply what it says.
      const said = value.value.kind === 'statement' ? {} : { value: value.value };
      return { state, ...said, cite: value.cite.map(reference), ...validity };
    }
    case 'not-specified': {
      const { pagesRead, checkedAt, ask, nearest } = value;
      return { state, cite: pagesRead.map(reference), checkedAt, ask, nearest, ...validity };
    }
    case 'unverified': {
      const cite = value.cite.length > 0 ? { cite: value.cite.map(reference) } : {};
      return { state, value: value.value, ...cite, ask: value.ask, ...validity };
    }
    case 'conflict': {
      const candidates = value.candidates.map((one) => sourcedEntry(one, reference));
      return { state, candidates, ask: value.ask, ...validity };
    }
  }
}

/** A short name for a text: its first words. */
function freeName(instrument: string, taken: Set<string>): string {
  const plain = instrument.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? ['source'];
  const start = words.slice(0, 5).join('-');
  for (let n = 1; ; n++) {
    const name = n === 1 ? start : `${start}-${n}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

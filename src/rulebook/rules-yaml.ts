import { stringify } from 'yaml';
import type { Citation, Rule, RuleValue, Sourced } from '../rules/index.ts';

/**
 * Rules of any places as one file. Each text is named once, among the sources. `times`: each with when it was recorded and
 * what it superseded, as history.yaml holds them.
 */
export function rulesYaml(rules: readonly Rule[], options: { times?: boolean } = {}): string {
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
  const name = ({ id, recordedAt }: Rule) => `${id} ${recordedAt}`;
  const entries = rules
    .toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
    .map((rule) => ({
      ...entryOf(rule, reference),
      ...(options.times ? { recordedAt: rule.recordedAt, supersedes: rule.supersedes } : {}),
    }));
  return yamlOf({
    sources: Object.fromEntries([...sources.values()].map(({ name, source }) => [name, source])),
    rules: entries,
  });
}

/** Any file of a folder. */
export const yamlOf = (content: object): string =>
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

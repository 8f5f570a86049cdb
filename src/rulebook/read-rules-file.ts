import { z } from 'zod';
import { faultsIn, readYamlFile } from '../kit/yaml-file.ts';
import {
  day,
  type Instant,
  instant,
  type Rule,
  rule,
  ruleId,
  ruleShape,
  ruleValue,
  slug,
} from '../rules/index.ts';
import { citationOf, type FileSources, fileSources, reference } from './file-sources.ts';

const cite = z.array(reference);
const asked = z.array(slug);
const candidate = z.strictObject({
  state: z.enum(['specified', 'not-specified', 'unverified']),
  value: ruleValue.optional(),
  cite: cite.default([]),
  checkedAt: day.optional(),
  ask: asked.optional(),
  nearest: z.array(ruleId).optional(),
  validFrom: day.optional(),
  validTo: day.optional(),
});
const entry = z.strictObject({
  ...ruleShape,
  ...candidate.shape,
  state: z.enum(['specified', 'not-specified', 'unverified', 'conflict'], {
    error: 'is needed: specified (with its citation), not-specified (a gap record), unverified or conflict',
  }),
  candidates: z.array(candidate).optional(),
  /** Written by an export; a new rule leaves it out and gets the time of its import. */
  recordedAt: instant.optional(),
  supersedes: z.strictObject({ id: ruleId, recordedAt: instant }).optional(),
});
const file = z.strictObject({ sources: fileSources, rules: z.array(entry).min(1, 'name at least one rule') });
type Entry = z.output<typeof entry>;
type File = { sources: FileSources; rules: Entry[] };
type Wrong = (path: readonly PropertyKey[], message: string) => void;

export type FiledRules = {
  rules: Rule[];
  /** The line of a rule of that number in the file, or of its field. */
  lineOf(index: number, field?: string): number;
};

/**
 * Reads rules.yaml, each rule by itself; readRuleBase judges them together. `recordedAt` is for those without a time.
 * Errors: Problem `invalid` that lists every fault with file, line and path.
 */
export function readRulesFile(source: string, name: string, options: { recordedAt: Instant }): FiledRules {
  const { value, lineOf } = readYamlFile<File>(source, name, {
    schemaFor: () => file,
    expected: 'the file holds sources and rules; see docs/rules.md',
    see: 'docs/rules.md',
  });
  const faults: { line: number; path: string; message: string }[] = [];
  const rules: Rule[] = [];
  for (const [index, entry] of value.rules.entries()) {
    const before = faults.length;
    const wrong: Wrong = (path, message) => {
      const whole = ['rules', index, ...path];
      faults.push({ line: lineOf(whole), path: whole.map(String).join('.'), message });
    };
    const made = ruleOf(entry, value.sources, options.recordedAt, wrong);
    if (faults.length > before) continue;
    const judged = rule.safeParse(made);
    if (judged.success) rules.push(judged.data);
    else for (const issue of judged.error.issues) wrong(filePath(issue.path), issue.message);
  }
  if (faults.length > 0) throw faultsIn(name, faults);
  return {
    rules,
    lineOf: (index, field) => lineOf(['rules', index, ...(field === undefined ? [] : [field])]),
  };
}

function ruleOf(entry: Entry, sources: FileSources, recordedAt: Instant, wrong: Wrong): unknown {
  const { id, topic, aspect, place, custodian, says, offices, bullets, supersedes, candidates } = entry;
  const about = { id, topic, aspect, place, custodian, says, offices, bullets, supersedes };
  const validity = { validFrom: entry.validFrom, validTo: entry.validTo };
  const made = { ...about, recordedAt: entry.recordedAt ?? recordedAt };
  if (entry.state !== 'conflict') {
    if (candidates) wrong(['candidates'], 'only a conflict has candidates');
    return { ...made, value: sourcedOf({ ...entry, state: entry.state }, sources, [], wrong) };
  }
  for (const field of ['value', 'checkedAt', 'nearest'] as const)
    if (entry[field] !== undefined) wrong([field], 'belongs to the candidates of a conflict');
  if (entry.cite.length > 0) wrong(['cite'], 'belongs to the candidates of a conflict');
  if (!candidates || candidates.length < 2) wrong(['candidates'], 'a conflict needs two candidates or more');
  if (!entry.ask?.length) wrong(['ask'], 'is needed: an office to ask');
  const values = (candidates ?? []).map((one, n) => sourcedOf(one, sources, ['candidates', n], wrong));
  return { ...made, value: { state: 'conflict', candidates: values, ask: entry.ask, ...validity } };
}

/** The sourced value of an entry or of one of a conflict's candidates, with what its state needs and forbids. */
function sourcedOf(
  given: z.output<typeof candidate>,
  sources: FileSources,
  at: readonly PropertyKey[],
  wrong: Wrong,
): unknown {
  const { state, value, checkedAt, ask, nearest, validFrom, validTo } = given;
  const validity = { validFrom, validTo };
  const forbid = (field: 'value' | 'checkedAt' | 'ask' | 'nearest') => {
    if (given[field] !== undefined) wrong([...at, field], `does not go with ${state}`);
  };
  const cite = given.cite.flatMap((reference, n) => {
    const found = citationOf(sources, reference);
    if (!found) wrong([...at, 'cite', n, 'source'], `there is no source ${reference.source} in this file`);
    return found ? [found] : [];
  });
  if (state !== 'specified' && !ask?.length) wrong([...at, 'ask'], 'is needed: an office to ask');
  if (state === 'specified') {
    if (given.cite.length === 0)
      wrong([...at, 'cite'], 'is needed: a rule has a citation, or is a gap record (state: not-specified)');
    for (const field of ['checkedAt', 'ask', 'nearest'] as const) forbid(field);
    return { state, value: value ?? { kind: 'statement' }, cite, ...validity };
  }
  if (state === 'unverified') {
    for (const field of ['checkedAt', 'nearest'] as const) forbid(field);
    return { state, value, cite, ask, ...validity };
  }
  forbid('value');
  if (given.cite.length === 0)
    wrong([...at, 'cite'], 'is needed: a gap record names the pages that were read');
  if (checkedAt === undefined) wrong([...at, 'checkedAt'], 'is needed: the day on which the pages were read');
  return { state, pagesRead: cite, checkedAt, ask, nearest, ...validity };
}

/** Where a fault of the finished rule stands in the file: its value's members lie beside the rule's own. */
function filePath(path: readonly PropertyKey[]): PropertyKey[] {
  const flat = path[0] === 'value' ? path.slice(1) : [...path];
  return flat.map((step) => (step === 'pagesRead' ? 'cite' : step));
}

import type { Citation, MoneyValue, Rule, RuleValue, Sourced } from '../../rules/index.ts';
import type { FieldFault } from './rule-change.ts';

/** Safe for the browser: a rule as the fields of a form, and back. Fields are flat: `says.en`, `cite.0.readAt`. */
export type Draft = Record<string, string>;

const citeFields = [
  'instrument',
  'level',
  'locator',
  'publisher',
  'url',
  'published',
  'readAt',
  'how',
] as const;
const stepFields = ['nth', 'min', 'max'] as const;

/** The fields that show a rule. */
export function draftOf(rule: Omit<Rule, 'recordedAt'>): Draft {
  const { value } = rule;
  const draft: Draft = {
    id: rule.id,
    topic: rule.topic,
    aspect: rule.aspect,
    place: rule.place,
    custodian: rule.custodian ?? '',
    'says.en': rule.says.en,
    'says.es': rule.says.es,
    state: value.state,
    validFrom: value.validFrom ?? '',
    validTo: value.validTo ?? '',
    bullets: rule.bullets.join(' '),
  };
  for (const [n, office] of rule.offices.entries()) draft[`offices.${n}`] = office;
  if (value.state !== 'specified') for (const [n, office] of value.ask.entries()) draft[`ask.${n}`] = office;
  if (value.state === 'conflict') return draft;
  if (value.state === 'not-specified') {
    draft.checkedAt = value.checkedAt;
    draft.nearest = (value.nearest ?? []).join(' ');
  } else if (value.value) Object.assign(draft, draftOfValue(value.value));
  const cite = value.state === 'not-specified' ? value.pagesRead : value.cite;
  for (const [n, each] of cite.entries()) {
    for (const field of citeFields) draft[`cite.${n}.${field}`] = each[field] ?? '';
    if (each.quoteHash) draft[`cite.${n}.quoteHash`] = each.quoteHash;
  }
  return draft;
}

function draftOfValue(value: RuleValue): Draft {
  if (value.kind === 'money') {
    const draft: Draft = {
      kind: value.kind,
      min: dollars(value.min),
      max: dollars(value.max),
      per: value.per ?? '',
    };
    for (const [n, { nth, min, max }] of (value.offenses ?? []).entries())
      Object.assign(draft, {
        [`offenses.${n}.nth`]: String(nth),
        [`offenses.${n}.min`]: dollars(min),
        [`offenses.${n}.max`]: dollars(max),
      });
    return draft;
  }
  if (value.kind === 'period')
    return {
      kind: value.kind,
      count: String(value.count),
      unit: value.unit,
      from: value.from,
      statutory: value.statutory ? 'yes' : '',
    };
  if (value.kind === 'office') return { kind: value.kind, office: value.office };
  if (value.kind === 'form') return { kind: value.kind, name: value.name ?? '', url: value.url ?? '' };
  return { kind: value.kind };
}

/**
 * What the form sends, with its lists (`ask`, `offices`, `cite`, `offenses`) moved together: a row left empty counts as
 * none. Only what a form has is taken.
 */
export function readDraft(fields: Iterable<[string, unknown]>): Draft {
  const draft: Draft = {};
  const rows = new Map<string, Map<string, Draft>>();
  for (const [name, given] of fields) {
    const text = String(given).trim().replaceAll('\r\n', '\n').replaceAll('\0', '');
    const [, list, row, field] = /^(ask|offices|cite|offenses)\.(\d{1,2})(?:\.(\w+))?$/.exec(name) ?? [];
    if (!list || !row) {
      draft[name] = text;
      continue;
    }
    const all = rows.get(list) ?? new Map<string, Draft>();
    rows.set(list, all.set(row, { ...all.get(row), [field ?? '']: text }));
  }
  for (const [list, all] of rows) {
    // How it was read is always chosen, so by itself it makes no row.
    const used = [...all.values()].filter((row) =>
      Object.entries(row).some(([field, text]) => text !== '' && !['how', 'level'].includes(field)),
    );
    for (const [n, row] of used.entries())
      for (const [field, text] of Object.entries(row))
        draft[`${list}.${n}${field ? `.${field}` : ''}`] = text;
  }
  return draft;
}

/** How many rows a list has. */
export function rowsIn(draft: Draft, list: string): number {
  const numbers = Object.keys(draft).flatMap((name) =>
    name.startsWith(`${list}.`) ? [Number(name.split('.')[1])] : [],
  );
  return Math.max(-1, ...numbers) + 1;
}

/**
 * The rule that a form describes; proposeRule judges it. `faults` are what cannot be read at all. A conflict is what
 * stands (`before`) against what the form cites; without a citation, the candidates stay as they were.
 */
export function ruleOfDraft(draft: Draft, before?: Rule): { rule: unknown; faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const text = (name: string) => draft[name] || undefined;
  const list = (name: string) =>
    Array.from({ length: rowsIn(draft, name) }, (_, n) => draft[`${name}.${n}`] ?? '');
  const split = (name: string) => (draft[name] ?? '').split(/[\s,]+/).filter(Boolean);
  const cite = Array.from({ length: rowsIn(draft, 'cite') }, (_, n) => ({
    ...Object.fromEntries(citeFields.map((field) => [field, text(`cite.${n}.${field}`)])),
    quoteHash: text(`cite.${n}.quoteHash`),
  })) as Citation[];
  const state = draft.state ?? '';
  const validity = { validFrom: text('validFrom'), validTo: text('validTo') };
  const ask = list('ask');
  const value = () => givenValue(draft, faults);
  const sourced = (): unknown => {
    if (state === 'not-specified') {
      const nearest = split('nearest');
      const near = nearest.length > 0 ? { nearest } : {};
      return { state, pagesRead: cite, checkedAt: text('checkedAt'), ask, ...near, ...validity };
    }
    if (state === 'unverified')
      return { state, value: draft.kind ? value() : undefined, cite, ask, ...validity };
    if (state !== 'conflict')
      return { state, value: draft.kind ? value() : { kind: 'statement' }, cite, ...validity };
    const candidates = candidatesOf(before?.value);
    if (cite.length > 0)
      candidates.push({ state: 'specified', value: draft.kind ? value() : { kind: 'statement' }, cite });
    if (candidates.length < 2)
      faults.push({ field: 'state', message: 'a conflict needs a text that stands and one that disagrees' });
    return { state, candidates, ask, ...validity };
  };
  const made = sourced();
  const rule = {
    id: draft.id ?? '',
    topic: draft.topic ?? '',
    aspect: draft.aspect ?? '',
    place: draft.place ?? '',
    custodian: text('custodian'),
    says: { en: draft['says.en'] ?? '', es: draft['says.es'] ?? '' },
    offices: list('offices'),
    bullets: split('bullets'),
    value: made,
  };
  return { rule: JSON.parse(JSON.stringify(rule)), faults };
}

function candidatesOf(value: Sourced<RuleValue> | undefined): unknown[] {
  if (!value) return [];
  return value.state === 'conflict' ? [...value.candidates] : [value];
}

function givenValue(draft: Draft, faults: FieldFault[]): unknown {
  const whole = (name: string): number | undefined => {
    const text = draft[name] ?? '';
    if (/^\d{1,9}$/.test(text)) return Number(text);
    faults.push({ field: name, message: 'must be a whole number' });
    return undefined;
  };
  const sum = (name: string): number | undefined => {
    const text = (draft[name] ?? '').replace(/[$,\s]/g, '');
    if (text === '') return undefined;
    const [, units = '', parts = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
    if (units !== '') return Number(units) * 100 + Number(parts.padEnd(2, '0'));
    faults.push({ field: name, message: 'must be an amount in dollars, such as 250 or 0.25' });
    return undefined;
  };
  const { kind } = draft;
  if (kind === 'money') {
    const offenses = Array.from({ length: rowsIn(draft, 'offenses') }, (_, n) => {
      const at = (field: (typeof stepFields)[number]) => `offenses.${n}.${field}`;
      return { nth: whole(at('nth')), min: sum(at('min')), max: sum(at('max')) };
    });
    const many = offenses.length > 0 ? { offenses: offenses as MoneyValue['offenses'] } : {};
    return { kind, min: sum('min'), max: sum('max'), per: draft.per || undefined, ...many };
  }
  if (kind === 'period')
    return {
      kind,
      count: whole('count'),
      unit: draft.unit,
      from: draft.from ?? '',
      statutory: draft.statutory === 'yes',
    };
  if (kind === 'office') return { kind, office: draft.office ?? '' };
  if (kind === 'form') return { kind, name: draft.name || undefined, url: draft.url || undefined };
  return { kind };
}

/** Cents as dollars: 25.00. */
function dollars(cents: number | undefined): string {
  return cents === undefined ? '' : `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

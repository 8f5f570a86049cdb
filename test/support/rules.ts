import type { Aspect, Citation, MoneyValue, Rule, RuleValue, Sourced } from '../../src/rules/index.ts';

/** Rules for tests: an invented city in an invented state, so that no number here can be taken for law. */
export const cite: Citation = {
  instrument: 'Code of Elm',
  level: 'city',
  locator: '§1',
  publisher: 'City of Elm',
  readAt: '2026-11-20',
  how: 'text',
};
export const recordedAt = '2026-11-21T12:00:00Z';

export const specified = <T extends RuleValue>(
  value: T,
  validity: { validFrom?: string; validTo?: string } = {},
) => ({
  state: 'specified' as const,
  value,
  cite: [cite] as [Citation],
  ...validity,
});
export const cents = (max: number, rest: Partial<MoneyValue> = {}): MoneyValue => ({
  kind: 'money',
  min: max,
  max,
  ...rest,
});
export const notSpecified: Sourced<RuleValue> = {
  state: 'not-specified',
  pagesRead: [cite],
  checkedAt: '2026-11-20',
  ask: ['elm-clerk'],
};
export const unverified: Sourced<RuleValue> = {
  state: 'unverified',
  value: cents(99_900),
  cite: [{ ...cite, how: 'memory' }],
  ask: ['elm-clerk'],
};
export const conflict: Sourced<RuleValue> = {
  state: 'conflict',
  candidates: [specified(cents(100)), specified(cents(200))],
  ask: ['elm-clerk'],
};

export function makeRule(
  place: string,
  topic: string,
  aspect: Aspect,
  value: Sourced<RuleValue>,
  rest: Partial<Rule> = {},
): Rule {
  return {
    id: `${place.toLowerCase()}.${topic}.${aspect}${rest.custodian ? `.${rest.custodian}` : ''}`,
    topic,
    aspect,
    place,
    says: { en: 'It is so.', es: 'Es así.' },
    offices: ['elm-clerk'],
    value,
    bullets: [],
    recordedAt,
    ...rest,
  };
}

const words = { en: [], es: [] };
const named = (name: string) => ({ en: name, es: name });
export const topics = [
  { id: 'ordinances', name: named('Ordinances'), words },
  { id: 'power', parent: 'ordinances', name: named('High-power equipment'), words },
  { id: 'mining', parent: 'power', name: named('Mining rigs'), words },
  { id: 'records', name: named('Records'), words },
];
export const places = [
  { slug: 'woods', parent: null, state: 'ZZ' },
  { slug: 'elm', parent: 'woods', state: 'ZZ' },
  { slug: 'east-elm', parent: 'elm', state: 'ZZ' },
];
export const offices = [
  { slug: 'elm-clerk', place: 'elm' },
  { slug: 'elm-police', place: 'elm' },
];

import type { Rulebook } from '../rulebook/index.ts';
import { placeChain, type Rule } from '../rules/index.ts';
import type { Faults, WorkFields } from './work-kind.ts';

/** Whose rules count: those of the rule's own place, or, for a state's rule, of a city that is chosen. Pure. */
export type WorkPlace = {
  /** The cities to choose among, of a state's rule; empty where there is nothing to choose. */
  cities: { slug: string; name: string }[];
  chosen: string;
  /** Nearest first, the state last. */
  chain: string[];
};

export function workPlace(
  book: Rulebook,
  rule: Rule,
  fields: WorkFields | undefined,
  faults: Faults,
): WorkPlace {
  const own = placeChain(book.places, rule.place);
  if (own.length > 0) return { cities: [], chosen: rule.place, chain: own };
  const cities = book.places
    .filter(({ state, kind }) => state === rule.place && kind === 'city')
    .map(({ slug, name }) => ({ slug, name }));
  const chosen = (fields?.city ?? '').trim();
  if (chosen && !cities.some(({ slug }) => slug === chosen)) faults.city = 'no-place';
  return { cities, chosen, chain: chosen && !faults.city ? placeChain(book.places, chosen) : [rule.place] };
}

/** As much of a place as the rules need. */
export type RulePlace = { slug: string; parent?: string | null; state: string };

/** The places whose rules may apply, nearest first: neighborhood, city, region, then the state's two letters. */
export function placeChain(places: readonly RulePlace[], slug: string): string[] {
  const chain: string[] = [];
  let here = places.find((place) => place.slug === slug);
  let state: string | undefined;
  while (here && !chain.includes(here.slug)) {
    chain.push(here.slug);
    state = here.state;
    const { parent } = here;
    here = parent ? places.find((place) => place.slug === parent) : undefined;
  }
  return state === undefined ? chain : [...chain, state];
}

import type { Rulebook, RulebookOffice, RulebookPlace } from '../rulebook/index.ts';
import { type Aspect, aspects, closestRule, placeChain, type Rule, type Topic } from '../rules/index.ts';

/** What a question begins from, as an address names it; all may be absent or name nothing that there is. */
export type Start = {
  rule?: string | undefined;
  place?: string | undefined;
  topic?: string | undefined;
  aspect?: string | undefined;
};
/** An office that can be asked; `named`: the rule base says to ask it about this. */
export type Askable = RulebookOffice & { named: boolean };
export type Gap = {
  place: RulebookPlace | undefined;
  /** Whose office answers: the place itself, or a neighborhood's city. */
  city: RulebookPlace | undefined;
  topic: Topic | undefined;
  aspect: Aspect | undefined;
  /** The gap, or what else is on record about it. */
  rule: Rule | undefined;
  /** The city's offices, those to ask first. */
  offices: Askable[];
  /** Offices of the state that the gap is for; no case can be given to them. */
  stateOffices: RulebookOffice[];
};

/** What is known of the matter that somebody wants to ask about, and who could answer. Pure. */
export function findGap(book: Rulebook, start: Start, now: Date): Gap {
  const named = start.rule === undefined ? undefined : book.current.get(start.rule);
  const place = placeOf(book, start.place ?? named?.place);
  const city = place?.kind === 'neighborhood' ? book.places.find(({ slug }) => slug === place.parent) : place;
  const chain = place ? placeChain(book.places, place.slug) : [];
  // A rule of another city says nothing here.
  const given = named && (!place || chain.includes(named.place)) ? named : undefined;
  const topic = book.topics.find(({ id }) => id === (given?.topic ?? start.topic));
  const aspect = aspects.find((each) => each === (given?.aspect ?? start.aspect));
  const rule = given ?? (topic && aspect ? closest(book, chain, topic.id, aspect, now) : undefined);
  const ask = rule && rule.value.state !== 'specified' ? rule.value.ask : (rule?.offices ?? []);
  const rank = ({ slug }: { slug: string }) => (ask.includes(slug) ? ask.indexOf(slug) : ask.length);
  return {
    place,
    city,
    topic,
    aspect,
    rule,
    offices: book.offices
      .filter((office) => office.place === city?.slug)
      .map((office) => ({ ...office, named: ask.includes(office.slug) }))
      .sort((a, b) => rank(a) - rank(b)),
    stateOffices: book.offices.filter(({ slug, place }) => ask.includes(slug) && place === city?.state),
  };
}

/** Cities and neighborhoods: a region or a state has no offices here. */
function placeOf(book: Rulebook, slug: string | undefined): RulebookPlace | undefined {
  return book.places.find((place) => place.slug === slug && ['city', 'neighborhood'].includes(place.kind));
}

function closest(
  { rules, topics }: Rulebook,
  places: readonly string[],
  topic: string,
  aspect: Aspect,
  now: Date,
): Rule | undefined {
  const knownAt = now.toISOString();
  const answer = closestRule(
    { rules, topics },
    { topic, aspect, places, lawDay: knownAt.slice(0, 10), knownAt },
  );
  return answer.found === 'nothing' ? answer.widerGap : answer.rule;
}

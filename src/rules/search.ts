import { aspectWords, general } from './aspect-words.ts';
import { type Aspect, aspects } from './rule.ts';
import { synonymsOf, synonymWords } from './synonyms.ts';
import type { Topic } from './topic.ts';
import { fillers, isNear, phraseOf, smallWords, stems } from './words.ts';

/** What a question in plain words may be about, best first; `words` are those of the question that speak for it. */
export type Match<T> = { what: T; score: number; words: string[] };
export type Found = {
  topics: Match<string>[];
  aspects: Match<Aspect>[];
  places: Match<string>[];
  /** The words that tell what it is about, each with its weight: rare ones more, strange ones as much as the rarest. */
  telling: Telling[];
  /** Whole questions on file that are like it: how like, from 0 to 1, by topic and aspect. */
  asked: Map<string, Likeness>;
};
/** `meant`: the stems it stands for, and how surely; none for a word that is strange to the rules. */
export type Telling = { typed: string; weight: number; meant: ReadonlyMap<string, number> };
export type Likeness = { score: number; text: string };

/** `part`: how much of its score counts. */
type Entry<T> = { what: T; phrases: string[][]; parent?: Entry<T>; part?: number };
type List<T> = { entries: Entry<T>[]; weight: Map<string, number> };
type Phrasing = { pair: string; text: string; terms: string[]; weight: number };
export type SearchIndex = {
  topics: List<string>;
  aspects: List<Aspect>;
  places: List<string>;
  phrasings: Phrasing[];
  /** All words of the phrasings of a pair. */
  together: Map<string, Set<string>>;
  /** How much a word of the phrasings tells: rare ones more. */
  telling: Map<string, number>;
  /** How many topics a word belongs to, by their names, words and phrasings; none of those that only ask for an aspect. */
  spread: Map<string, number>;
  /** Every word that any of the lists knows: only another may be a slip. */
  known: Set<string>;
};

export const pairKey = (topic: string, aspect: Aspect) => `${topic} ${aspect}`;

/** Prepares the words of the tree, the aspects and the places; made once, asked often. */
export function searchIndex(
  topics: readonly Topic[],
  places: readonly { slug: string; name: string }[],
): SearchIndex {
  const byId = new Map<string, Entry<string>>();
  for (const { id, parent, name, words } of topics) {
    const above = parent === undefined ? undefined : byId.get(parent);
    const phrases = [name.en, name.es, ...words.en, ...words.es].map(phraseOf);
    byId.set(id, { what: id, phrases, ...(above ? { parent: above } : {}) });
  }
  const named = aspects.map((what) => ({
    what,
    phrases: aspectWords(what).map(phraseOf),
    part: general.has(what) ? 0.7 : 1,
  }));
  const asking = new Set(named.flatMap(({ phrases }) => phrases.flat()));
  const lists = {
    topics: listOf([...byId.values()], (word) => (asking.has(word) ? 0.6 : 1)),
    aspects: listOf(named),
    places: listOf(places.map(({ slug, name }) => ({ what: slug, phrases: [phraseOf(name)] }))),
  };
  const phrasings = phrasingsOf(topics);
  const known = new Set(
    [lists.topics, lists.aspects, lists.places].flatMap(({ weight }) => [...weight.keys()]),
  );
  for (const word of [...phrasings.telling.keys(), ...synonymWords]) known.add(word);
  return {
    ...lists,
    phrasings: phrasings.all,
    together: phrasings.pairs,
    telling: phrasings.telling,
    spread: spreadOf(topics, asking),
    known,
  };
}

function spreadOf(topics: readonly Topic[], asking: ReadonlySet<string>): Map<string, number> {
  const spread = new Map<string, number>();
  for (const { name, words, asked } of topics) {
    const texts = [name.en, name.es, ...words.en, ...words.es, ...Object.values(asked ?? {}).flat()];
    for (const word of new Set(texts.flatMap(phraseOf))) spread.set(word, (spread.get(word) ?? 0) + 1);
  }
  for (const word of asking) if (!spread.has(word)) spread.set(word, 0);
  return spread;
}

/**
 * Words to topics, aspects and places, in English and Spanish at once: a phrase counts if all of its words are there. Rare
 * words count more than common ones, and each word of the question counts once for a subject. An empty list means that
 * nothing was understood; the caller says so and shows the tree.
 */
export function search(index: SearchIndex, question: string, most = 5): Found {
  const asked = hear(question);
  return {
    topics: rank(index, index.topics, asked, (word) => !index.aspects.weight.has(word)).slice(0, most),
    aspects: rank(index, index.aspects, asked, () => true).slice(0, most),
    places: rank(index, index.places, asked, () => false).slice(0, most),
    telling: tellingOf(index, asked),
    asked: alike(index, asked),
  };
}

/** The words of a question by their stem, with how each was typed, in their order. */
function hear(question: string): Map<string, string> {
  const heard = new Map<string, string>();
  for (const typed of question.slice(0, 500).match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [])
    for (const stem of stems(typed)) if (!heard.has(stem)) heard.set(stem, typed);
  return heard;
}

/** Rare words weigh more. `share` lowers those that ask for an aspect: "fine" says little of the subject. */
function listOf<T>(entries: Entry<T>[], share: (word: string) => number = () => 1): List<T> {
  const count = new Map<string, number>();
  for (const { phrases } of entries)
    for (const word of new Set(phrases.flat())) count.set(word, (count.get(word) ?? 0) + 1);
  const weight = new Map(
    [...count].map(([word, n]) => [word, share(word) * Math.log(1 + entries.length / n)]),
  );
  return { entries, weight };
}

// How much a word counts that means about the same, and one that is a slip.
const synonym = 0.7;
const slip = 0.6;
type Heard = Map<string, { sure: number; typed: string }>;

/**
 * The words of a list that a question says: as written, by a word that means about the same where `loosely` allows it, or
 * by a slip. A word that is known anywhere is taken as written; only an unknown one may be a slip of another.
 */
function hearing(
  { known }: SearchIndex,
  list: ReadonlyMap<string, unknown>,
  asked: Map<string, string>,
  loosely: (word: string) => boolean,
): Heard {
  const heard: Heard = new Map();
  for (const [word, typed] of asked) {
    const hear = (other: string, sure: number) => {
      if (list.has(other) && sure > (heard.get(other)?.sure ?? 0)) heard.set(other, { sure, typed });
    };
    const loose = loosely(word);
    hear(word, 1);
    if (loose) for (const other of synonymsOf(word)) hear(other, synonym);
    if (word.length < 4 || known.has(word) || smallWords.has(word)) continue;
    for (const other of list.keys()) if (isNear(word, other)) hear(other, slip);
    if (loose)
      for (const meant of synonymWords)
        if (isNear(word, meant)) for (const other of synonymsOf(meant)) hear(other, slip * synonym);
  }
  return heard;
}

function tellingOf(index: SearchIndex, asked: Map<string, string>): Telling[] {
  const all = index.topics.entries.length;
  const places = index.places.weight;
  return [...asked].flatMap(([word, typed]) => {
    if (fillers.has(word) || places.has(word) || /^\p{N}+$/u.test(word)) return [];
    const heard = hearing(index, index.spread, new Map([[word, typed]]), () => true);
    const near = hearing(index, places, new Map([[word, typed]]), () => false);
    if (heard.size === 0 && near.size > 0) return [];
    const meant = new Map([...heard].map(([other, { sure }]) => [other, sure]));
    // A word counts as rare as what it most likely means.
    const surest = Math.max(0, ...meant.values());
    const topics = [...meant].map(([other, sure]) => (sure === surest ? (index.spread.get(other) ?? 0) : 0));
    return [{ typed, weight: Math.log(1 + all / Math.max(1, ...topics)), meant }];
  });
}

/** A word that so many topics share, or that asks for an aspect, names no subject of its own: city, data, rule, appeal. */
const common = 12;
/** Whether any word of the question tells one subject from the others. */
export function hasOwnSubject(index: SearchIndex, { telling }: Found): boolean {
  return telling.some(({ meant }) => {
    const surest = Math.max(0, ...meant.values());
    const words = [...meant].filter(([, sure]) => sure === surest).map(([word]) => word);
    return (
      words.some((word) => index.topics.weight.has(word)) &&
      words.every((word) => !index.aspects.weight.has(word) && (index.spread.get(word) ?? 0) < common)
    );
  });
}

function rank<T>(
  index: SearchIndex,
  list: List<T>,
  asked: Map<string, string>,
  loosely: (word: string) => boolean,
): Match<T>[] {
  const heard = hearing(index, list.weight, asked, loosely);
  const worth = (word: string) => (list.weight.get(word) ?? 0) * (heard.get(word)?.sure ?? 0);
  return list.entries
    .map((entry) => {
      const used = new Set<string>();
      const own = score(entry.phrases, heard, worth, used);
      let above = 0;
      // What the question says of the wider subject speaks for the narrower one too, if less.
      for (let up = entry.parent; own > 0 && up; up = up.parent)
        above += score(up.phrases, heard, worth, used) * 0.75;
      return { what: entry.what, score: (own + above) * (entry.part ?? 1), words: [...used] };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
}

/** `used` are the typed words that have counted already: each counts once, by whichever of its meanings comes first. */
function score(
  phrases: readonly string[][],
  heard: Heard,
  worth: (word: string) => number,
  used: Set<string>,
): number {
  let total = 0;
  const typed = (word: string) => heard.get(word)?.typed ?? '';
  const whole = phrases
    .filter(
      (phrase) =>
        phrase.length > 0 &&
        phrase.every((word) => heard.has(word)) &&
        new Set(phrase.map(typed)).size === new Set(phrase).size,
    )
    .map((phrase) => ({ phrase, worth: phrase.reduce((sum, word) => sum + worth(word), 0) }))
    .toSorted((a, b) => b.phrase.length - a.phrase.length || b.worth - a.worth);
  for (const { phrase } of whole) {
    const fresh = phrase.filter((word) => !used.has(typed(word)));
    // Words that belong together say more than the same words apart.
    for (const word of fresh) total += worth(word) * (1 + 0.25 * (phrase.length - 1));
    for (const word of fresh) used.add(typed(word));
  }
  return total;
}

function phrasingsOf(topics: readonly Topic[]): {
  all: Phrasing[];
  pairs: Map<string, Set<string>>;
  telling: Map<string, number>;
} {
  const all = topics.flatMap(({ id, asked }) =>
    Object.entries(asked ?? {}).flatMap(([aspect, texts]) =>
      texts.map((text) => ({
        pair: pairKey(id, aspect as Aspect),
        text,
        terms: [...new Set(phraseOf(text))],
      })),
    ),
  );
  // Phrasings of one pair repeat its words, so a word's rareness is counted by pairs.
  const pairs = new Map<string, Set<string>>();
  for (const { pair, terms } of all) pairs.set(pair, new Set([...(pairs.get(pair) ?? []), ...terms]));
  const count = new Map<string, number>();
  for (const terms of pairs.values()) for (const word of terms) count.set(word, (count.get(word) ?? 0) + 1);
  const telling = new Map([...count].map(([word, n]) => [word, Math.log(1 + pairs.size / n)]));
  const weigh = (terms: readonly string[]) => terms.reduce((sum, word) => sum + (telling.get(word) ?? 0), 0);
  return { all: all.map((one) => ({ ...one, weight: weigh(one.terms) })), pairs, telling };
}

/** How like the question is to those on file: the part of the phrasing that it says, and its own part that the phrasing says. */
function alike(index: SearchIndex, asked: Map<string, string>): Map<string, Likeness> {
  const { telling, phrasings } = index;
  const heard = hearing(index, telling, asked, () => true);
  const worth = (word: string) => (telling.get(word) ?? 0) * (heard.get(word)?.sure ?? 0);
  const best = new Map<string, number>();
  for (const [word, { typed }] of heard) best.set(typed, Math.max(best.get(typed) ?? 0, worth(word)));
  const whole = [...best.values()].reduce((sum, each) => sum + each, 0);
  const found = new Map<string, Likeness>();
  if (whole === 0) return found;
  for (const { pair, text, terms, weight } of phrasings) {
    const common = new Map<string, number>();
    for (const word of terms) {
      const typed = heard.get(word)?.typed;
      if (typed !== undefined) common.set(typed, Math.max(common.get(typed) ?? 0, worth(word)));
    }
    const shared = [...common.values()].reduce((sum, each) => sum + each, 0);
    const score = Math.sqrt((shared / weight) * (shared / whole));
    if (score > (found.get(pair)?.score ?? 0)) found.set(pair, { score, text });
  }
  for (const [pair, one] of found) {
    const all = index.together.get(pair);
    const common = new Map<string, number>();
    for (const [word, { typed }] of heard)
      if (all?.has(word)) common.set(typed, Math.max(common.get(typed) ?? 0, worth(word)));
    const share = [...common.values()].reduce((sum, each) => sum + each, 0) / whole;
    found.set(pair, { ...one, score: (one.score + share) / 2 });
  }
  return found;
}

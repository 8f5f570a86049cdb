import { aspectWords } from './aspect-words.ts';
import { type Aspect, aspects } from './rule.ts';
import type { Topic } from './topic.ts';
import { isNear, phraseOf, stems } from './words.ts';

/** What a question in plain words may be about, best first. */
export type Match<T> = { what: T; score: number };
export type Found = { topics: Match<string>[]; aspects: Match<Aspect>[]; places: Match<string>[] };

/** `part`: how much of its score counts. */
type Entry<T> = { what: T; phrases: string[][]; parent?: Entry<T>; part?: number };
type List<T> = { entries: Entry<T>[]; weight: Map<string, number>; vocabulary: string[] };
export type SearchIndex = { topics: List<string>; aspects: List<Aspect>; places: List<string> };

// "Can I get …", "request", "is it allowed" come up in questions about anything; what else is asked says more.
const general = new Set<Aspect>([
  'access',
  'request',
  'duty',
  'permit',
  'defence',
  'instrument',
  'how-to',
  'deadline',
]);

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
  return {
    topics: listOf([...byId.values()], (word) => (asking.has(word) ? 0.6 : 1)),
    aspects: listOf(named),
    places: listOf(places.map(({ slug, name }) => ({ what: slug, phrases: [phraseOf(name)] }))),
  };
}

/**
 * Words to topics, aspects and places, in English and Spanish at once: a phrase counts if all of its words are there. Rare
 * words count more than common ones, and each word of the question counts once for a subject. An empty list means that
 * nothing was understood; the caller says so and shows the tree.
 */
export function search(index: SearchIndex, question: string, most = 5): Found {
  const asked = [...new Set(question.slice(0, 500).split(/\s+/).flatMap(stems))];
  return {
    topics: rank(index.topics, asked).slice(0, most),
    aspects: rank(index.aspects, asked).slice(0, most),
    places: rank(index.places, asked).slice(0, most),
  };
}

/** Rare words weigh more. `share` lowers those that ask for an aspect: "fine" says little of the subject. */
function listOf<T>(entries: Entry<T>[], share: (word: string) => number = () => 1): List<T> {
  const count = new Map<string, number>();
  for (const { phrases } of entries)
    for (const word of new Set(phrases.flat())) count.set(word, (count.get(word) ?? 0) + 1);
  const weight = new Map(
    [...count].map(([word, n]) => [word, share(word) * Math.log(1 + entries.length / n)]),
  );
  return { entries, weight, vocabulary: [...count.keys()] };
}

function rank<T>(list: List<T>, asked: readonly string[]): Match<T>[] {
  // A word that the list knows is taken as written; only an unknown one may be a slip of another.
  const heard = new Map<string, number>();
  for (const word of asked) {
    if (list.weight.has(word)) heard.set(word, 1);
    else
      for (const known of list.vocabulary)
        if (isNear(word, known)) heard.set(known, Math.max(heard.get(known) ?? 0, 0.6));
  }
  const worth = (word: string) => (list.weight.get(word) ?? 0) * (heard.get(word) ?? 0);
  return list.entries
    .map((entry) => {
      const used = new Set<string>();
      const own = score(entry.phrases, heard, worth, used);
      let above = 0;
      // What the question says of the wider subject speaks for the narrower one too, if less.
      for (let up = entry.parent; own > 0 && up; up = up.parent)
        above += score(up.phrases, heard, worth, used) * 0.75;
      return { what: entry.what, score: (own + above) * (entry.part ?? 1) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
}

function score(
  phrases: readonly string[][],
  heard: ReadonlyMap<string, number>,
  worth: (word: string) => number,
  used: Set<string>,
): number {
  let total = 0;
  const whole = phrases
    .filter((phrase) => phrase.length > 0 && phrase.every((word) => heard.has(word)))
    .toSorted((a, b) => b.length - a.length);
  for (const phrase of whole) {
    const fresh = phrase.filter((word) => !used.has(word));
    // Words that belong together say more than the same words apart.
    for (const word of fresh) total += worth(word) * (1 + 0.25 * (phrase.length - 1));
    for (const word of fresh) used.add(word);
  }
  return total;
}

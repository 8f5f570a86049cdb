import type { Rulebook } from '../rulebook/index.ts';
import { placeChain, search } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import type { Choices, TopicNode } from './question.ts';
import { officeName } from './rule-view.ts';

/** What a form about rules offers: places, the topic tree, and the offices of the chosen place. */
export function choicesOf(book: Rulebook, place: string | undefined, language: Language): Choices {
  const chain = place === undefined ? undefined : placeChain(book.places, place);
  const rules = [...book.current.values()].filter((rule) => !chain || chain.includes(rule.place));
  return {
    places: book.places
      .filter(({ kind }) => kind !== 'region')
      .map(({ slug, name, kind }) => ({ slug, name, kind })),
    topics: treeOf(book, language, (id) => rules.filter((rule) => rule.topic === id).length),
    offices: book.offices
      .filter((office) => !chain || chain.includes(office.place))
      .map(({ slug }) => officeName(book, slug)),
  };
}

/** The tree in reading order: each topic followed by what is under it. */
function treeOf(book: Rulebook, language: Language, count: (id: string) => number): TopicNode[] {
  const below = (parent: string | undefined, depth: number): TopicNode[] =>
    book.topics
      .filter((topic) => topic.parent === parent)
      .flatMap(({ id, name }) => [
        { id, name: name[language], depth, recorded: count(id) },
        ...below(id, depth + 1),
      ]);
  return below(undefined, 0);
}

/** A place by its slug or its name as typed, small slips forgiven; undefined if it is none of ours. */
export function resolvePlace(book: Rulebook, typed: string): string | undefined {
  const plain = (text: string) => text.trim().toLowerCase();
  const exact = book.places.find(
    ({ slug, name }) => plain(slug) === plain(typed) || plain(name) === plain(typed),
  );
  return exact?.slug ?? search(book.index, typed, 1).places[0]?.what;
}

/** The day that it is there. */
export function localDay(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now);
}

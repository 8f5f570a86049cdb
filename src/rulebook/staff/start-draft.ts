import type { Rulebook } from '../read-rulebook.ts';
import { type Draft, draftOf } from './rule-draft.ts';

const wanted = ['place', 'topic', 'aspect'] as const;

/**
 * What the form of a rule opens with: empty; the rule to correct (`rule`, or `supersedes`); the one that follows another
 * (`follows`); and, with `case`, `answer` and `way` (how it came), an office's answer to the question that the rule left open.
 */
export function startDraft(book: Rulebook, query: URLSearchParams, today: string): Draft {
  const text = (name: string, most = 200) => (query.get(name) ?? '').slice(0, most);
  const corrected = book.current.get(text('rule') || text('supersedes'));
  const followed = book.current.get(text('follows'));
  const given = Object.fromEntries(wanted.flatMap((name) => (text(name) ? [[name, text(name)]] : [])));
  const number = text('case', 40) || text('from', 40);
  if (followed) {
    const draft = draftOf(followed);
    return {
      ...draft,
      id: `${followed.id}-${today.slice(0, 4)}`,
      validFrom: '',
      validTo: '',
      closes: followed.id,
    };
  }
  const draft: Draft = corrected
    ? { ...draftOf(corrected), corrects: corrected.recordedAt }
    : { ...given, ...(given.place && given.topic && given.aspect ? { id: freeName(book, given) } : {}) };
  if (number === '') return draft;
  return answered(book, draft, { number, answer: text('answer', 4000), way: text('way', 20) }, today);
}

/** elm.sensors.fine, or the next one that is free. */
function freeName(book: Rulebook, { place = '', topic, aspect }: Draft): string {
  const name = [place.toLowerCase(), topic, aspect].join('.');
  for (let n = 1; n < 100; n++) {
    const each = n === 1 ? name : `${name}-${n}`;
    if (!book.current.has(each)) return each;
  }
  return '';
}

/** How an answer comes that can be read; what was told and noted by somebody is another's account of it. */
const written = ['here', 'mail', 'paper'];

/** A gap that an office has answered becomes a rule that rests on the answer. */
function answered(
  book: Rulebook,
  draft: Draft,
  { number, answer, way }: { number: string; answer: string; way: string },
  today: string,
): Draft {
  const kept = Object.entries(draft).filter(([name]) => !/^(cite\.|ask\.|checkedAt|nearest)/.test(name));
  const asked = book.offices.find(({ slug }) => slug === draft['ask.0']);
  return {
    ...Object.fromEntries(kept),
    state: 'specified',
    'says.en': answer.slice(0, 1000) || (draft['says.en'] ?? ''),
    'cite.0.instrument': asked?.name ?? '',
    'cite.0.level': 'policy',
    'cite.0.locator': number,
    'cite.0.publisher': book.places.find(({ slug }) => slug === draft.place)?.name ?? '',
    'cite.0.readAt': today,
    'cite.0.how': written.includes(way) ? 'text' : 'secondary',
    case: number,
    answer,
  };
}

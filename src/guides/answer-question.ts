import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { type Rulebook, readRulebook } from '../rulebook/index.ts';
import {
  type Aspect,
  absentPlace,
  aspects,
  closestRule,
  day,
  type Found,
  findRules,
  type Hit,
  inForce,
  kinship,
  knownRules,
  outsideOf,
  placeChain,
  search,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { choicesOf, localDay, resolvePlace } from './choices.ts';
import { type Answered, type AnswerView, type AskedOf, longestQuestion, type Pair } from './question.ts';
import { topicName, viewRule } from './rule-view.ts';
import { frontDoor, viewAnswer, type Where } from './view-answer.ts';

/** How many readings of a question are offered. */
const readings = 6;
/** A reading that scores less, or of which the next has so large a part, is not taken without asking. */
const weak = 2.5;
const near = 0.9;

/**
 * Answers a question of a place: by topic and aspect, or in plain words. What is recorded is shown with its way, source
 * and doubts; what is not, with whom to ask. Errors: invalid, for a topic, aspect, office or day that does not exist.
 */
export async function answerQuestion(
  ctx: Ctx,
  input: Partial<AskedOf> & { language: Language },
): Promise<Answered> {
  const { language } = input;
  const book = await readRulebook(ctx);
  const asked: AskedOf = {
    q: input.q?.trim() ?? '',
    place: input.place?.trim() ?? '',
    topic: input.topic ?? '',
    aspect: input.aspect ?? '',
    custodian: input.custodian ?? '',
    day: input.day ?? '',
  };
  check(book, asked);

  const found = search(book.index, asked.q, Number.POSITIVE_INFINITY);
  const typed = asked.place ? resolvePlace(book, asked.place) : undefined;
  const named = found.places[0]?.what;
  const absent = named === undefined ? absentPlace(asked.q, book.index) : undefined;
  const slug = typed ?? (asked.place || absent ? undefined : (named ?? onlyPlace(book)));
  const choices = choicesOf(book, slug, language);
  const nothing = {
    asked,
    choices,
    others: [],
    notUnderstood: false,
    ...(absent ? { absentPlace: absent } : {}),
  };
  const place = book.places.find((each) => each.slug === slug);
  if (!place) {
    const understood = found.topics.length > 0;
    return {
      ...nothing,
      ...(asked.place ? { unknownPlace: asked.place.slice(0, 80) } : {}),
      notUnderstood: asked.q !== '' && !understood,
    };
  }
  const city = place.kind === 'neighborhood' && book.places.find((each) => each.slug === place.parent);
  const other =
    named !== undefined && named !== place.slug && book.places.find((each) => each.slug === named);
  const now = ctx.clock.now();
  const where: Where = {
    places: placeChain(book.places, place.slug),
    lawDay: asked.day || localDay(now, place.timeZone),
    knownAt: now.toISOString(),
    ...(asked.custodian ? { custodian: asked.custodian } : {}),
  };
  const here = {
    ...nothing,
    place: {
      slug: place.slug,
      name: place.name,
      timeZone: place.timeZone,
      ...(city ? { city: { slug: city.slug, name: city.name } } : {}),
    },
    ...(other && other.parent !== place.slug && other.slug !== place.parent
      ? { alsoNamed: { slug: other.slug, name: other.name } }
      : {}),
    lawDay: where.lawDay,
  };

  if (asked.topic && asked.aspect) {
    const aspect = asked.aspect as Aspect;
    const answer = viewAnswer(book, { ...where, topic: asked.topic, aspect }, language);
    const others = recordedOn(book, asked.topic, where, language).filter((pair) => pair.aspect !== aspect);
    return { ...here, answer, others };
  }
  if (asked.q) return { ...here, ...readWords(book, asked, found, where, language) };
  if (asked.topic) {
    const others = recordedOn(book, asked.topic, where, language);
    if (others.length > 0) return { ...here, others };
    return { ...here, answer: viewAnswer(book, { ...where, topic: asked.topic }, language) };
  }
  return here;
}

type Read = Pick<
  Answered,
  'answer' | 'others' | 'notUnderstood' | 'notExactly' | 'why' | 'close' | 'outside' | 'ask'
>;

/** What the words of a question ask for: an answer, readings that lie close together, or that nothing was understood. */
function readWords(book: Rulebook, asked: AskedOf, found: Found, where: Where, language: Language): Read {
  const chosen = asked.topic || asked.aspect;
  const hits = findRules(
    book,
    book.index,
    asked.q,
    where,
    chosen ? Number.POSITIVE_INFINITY : readings,
    found,
  )
    .filter(
      ({ topic, aspect }) =>
        (!asked.topic || topic === asked.topic) && (!asked.aspect || aspect === asked.aspect),
    )
    .slice(0, readings);
  const pairs = hits.map((hit) => pairOf(book, hit, language));
  const outside = chosen ? undefined : outsideOf(asked.q, book.index);
  if (outside)
    return { outside, others: pairs.slice(0, 3), notUnderstood: false, ask: frontDoor(book, where.places) };
  const meant = found.aspects[0];
  const bare = asked.topic || subjectWithoutRule(book, found, hits, where);
  const [first, second] = hits;
  // What the question is most about comes first, also where nothing is recorded on it: that is an answer too.
  if (bare && !hits.some(({ topic }) => topic === bare)) {
    const aspect = (asked.aspect || meant?.what || undefined) as Aspect | undefined;
    const answer = viewAnswer(book, { ...where, topic: bare, ...(aspect ? { aspect } : {}) }, language);
    return { answer, others: unlike(answer, pairs), notUnderstood: false };
  }
  const unsure =
    first !== undefined &&
    (first.score < weak ||
      (second !== undefined && second.score > first.score * near) ||
      (!meant && first.words.length < 2));
  // Without a word for a subject, only a question on file that is much like it tells what is meant.
  if (!first || (found.topics.length === 0 && (unsure || first.like === undefined))) {
    // What is asked was understood, not of what: all subjects on which it is recorded are offered.
    const others = meant ? recordedFor(book, meant.what, where, language) : [];
    return { others, notUnderstood: true, ask: frontDoor(book, where.places) };
  }
  const answer = viewAnswer(book, { ...where, topic: first.topic, aspect: first.aspect }, language);
  const missed =
    meant && first.like === undefined && kinship(meant.what, first.aspect) === 0 ? meant.what : undefined;
  return {
    answer,
    why: { words: first.words, ...(first.like ? { like: first.like } : {}) },
    ...(missed ? { notExactly: missed } : {}),
    ...(unsure && pairs.length > 1 && !chosen ? { close: pairs.slice(0, 3) } : {}),
    others: unlike(answer, pairs.slice(1)),
    notUnderstood: false,
  };
}

/** The subject that the words name far more plainly than any on which something is recorded here. */
function subjectWithoutRule(
  book: Rulebook,
  { topics }: Found,
  hits: readonly Hit[],
  where: Where,
): string | undefined {
  const [top] = topics;
  if (!top) return undefined;
  const here = new Set(knownHere(book, where).map(({ topic }) => topic));
  if (here.has(top.what)) return undefined;
  const next = topics.find(({ what }) => here.has(what));
  const plain = top.score > 1.3 * (next?.score ?? 0);
  return plain && !hits[0]?.like ? top.what : undefined;
}

/** Readings whose rule the answer does not show already. */
function unlike(answer: AnswerView, pairs: readonly Pair[]): Pair[] {
  const { rule, doubts, ofCustodians, nearest, cap, widerGap, analogies } = answer;
  const shown = [
    rule,
    ...doubts,
    ...ofCustodians,
    ...nearest,
    cap,
    widerGap,
    ...analogies.map((one) => one.rule),
  ];
  return pairs.filter((pair) => !shown.some((each) => each?.id === pair.rule));
}

function check(book: Rulebook, { q, topic, aspect, custodian, day: lawDay }: AskedOf): void {
  if (q.length > longestQuestion)
    throw new Problem(
      'invalid',
      `A question has at most ${longestQuestion} characters; this one has ${q.length}.`,
    );
  if (topic && !book.topics.some(({ id }) => id === topic))
    throw new Problem('invalid', `There is no topic “${topic.slice(0, 80)}”. Choose one from the list.`);
  if (aspect && !aspects.some((each) => each === aspect))
    throw new Problem(
      'invalid',
      `“${aspect.slice(0, 80)}” is nothing that can be asked of a topic. Choose from the list.`,
    );
  if (custodian && !book.offices.some(({ slug }) => slug === custodian))
    throw new Problem('invalid', `There is no office “${custodian.slice(0, 80)}”. Choose one from the list.`);
  if (lawDay && !day.safeParse(lawDay).success)
    throw new Problem('invalid', `“${lawDay.slice(0, 40)}” is no day. Write it as in 2026-11-26.`);
}

/** Where there is one city alone, every question is about it. */
function onlyPlace(book: Rulebook): string | undefined {
  const cities = book.places.filter(({ kind }) => kind === 'city');
  return cities.length === 1 ? cities[0]?.slug : undefined;
}

/** All that is recorded on a topic for these places, one entry an aspect, in the order of the aspects. */
function recordedOn(book: Rulebook, topic: string, where: Where, language: Language): Pair[] {
  const known = knownHere(book, where).filter((rule) => rule.topic === topic);
  return aspects
    .filter((aspect) => known.some((rule) => rule.aspect === aspect))
    .flatMap((aspect) => pairFor(book, { topic, aspect }, where, language));
}

/** All that is recorded on an aspect for these places, one entry a topic, in the order of the tree. */
function recordedFor(book: Rulebook, aspect: Aspect, where: Where, language: Language): Pair[] {
  const known = knownHere(book, where).filter((rule) => rule.aspect === aspect);
  return book.topics
    .filter(({ id }) => known.some(({ topic }) => topic === id))
    .flatMap(({ id }) => pairFor(book, { topic: id, aspect }, where, language));
}

const knownHere = (book: Rulebook, { knownAt, places, lawDay }: Where) =>
  knownRules(book.rules, knownAt).filter(
    (rule) => places.includes(rule.place) && inForce(rule.value, lawDay),
  );

function pairFor(
  book: Rulebook,
  pair: { topic: string; aspect: Aspect },
  where: Where,
  language: Language,
): Pair[] {
  const answer = closestRule(book, { ...where, ...pair });
  return answer.found === 'nothing' ? [] : [pairOf(book, { ...pair, answer }, language)];
}

function pairOf(
  book: Rulebook,
  { topic, aspect, answer }: Pick<Hit, 'topic' | 'aspect' | 'answer'>,
  language: Language,
): Pair {
  const { says, state, cite } = viewRule(book, answer.rule, language);
  return {
    rule: answer.rule.id,
    topic: { id: topic, name: topicName(book, topic, language) },
    aspect,
    found: answer.found,
    says,
    state,
    cite,
  };
}

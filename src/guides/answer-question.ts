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
  hasOwnSubject,
  inForce,
  kinship,
  knownRules,
  outsideOf,
  pairKey,
  placeChain,
  search,
  strangeWords,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { choicesOf, localDay, resolvePlace } from './choices.ts';
import { type Answered, type AnswerView, type AskedOf, longestQuestion, type Pair } from './question.ts';
import { officeName, topicName, viewRule } from './rule-view.ts';
import { officesFor, turnTo, viewAnswer, type Where } from './view-answer.ts';

/** How many readings of a question are looked at, and how many are offered side by side or as a short list. */
const readings = 6;
const most = { close: 3, listed: 5 };
/**
 * What it takes to be the answer: how much of what the question tells the rule speaks of, its score, the lead over the next,
 * and how well its aspect goes with what is asked, or how like a question on file it is.
 * Chosen by test/fixtures/questions.yaml and strangers-questions.yaml, and by no others; docs/rules.md tells what they give.
 */
const sure = { cover: 0.55, score: 3.75, lead: 0.1, fits: 0.5 };
/** A reading that speaks of less than this is not offered. */
const leastCover = 0.25;

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
    const where = { places: book.places.map((each) => each.slug), ...at(ctx, 'UTC', asked) };
    return {
      ...nothing,
      ...(asked.q ? outsideRead(book, asked.q, found, where) : {}),
      ...(asked.place ? { unknownPlace: asked.place.slice(0, 80) } : {}),
      notUnderstood: asked.q !== '' && !understood,
    };
  }
  const city = place.kind === 'neighborhood' && book.places.find((each) => each.slug === place.parent);
  const other =
    named !== undefined && named !== place.slug && book.places.find((each) => each.slug === named);
  const where: Where = { places: placeChain(book.places, place.slug), ...at(ctx, place.timeZone, asked) };
  const unsure = await recordsOffices(ctx, where.places);
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
    return { ...here, answer, others, ...turnTo(book, { answer, others }, where, unsure) };
  }
  if (asked.q) {
    const read = readWords(book, asked, found, where, language);
    const sorted = read.outside ? { others: [] } : read;
    return { ...here, ...read, ...turnTo(book, sorted, where, unsure) };
  }
  if (asked.topic) {
    const others = recordedOn(book, asked.topic, where, language);
    if (others.length > 0) return { ...here, others, ...turnTo(book, { others }, where, unsure) };
    const answer = viewAnswer(book, { ...where, topic: asked.topic }, language);
    return { ...here, answer, ...turnTo(book, { answer, others }, where, unsure) };
  }
  return here;
}

const at = (ctx: Ctx, timeZone: string, { day: lawDay, custodian }: AskedOf): Omit<Where, 'places'> => {
  const now = ctx.clock.now();
  return {
    lawDay: lawDay || localDay(now, timeZone),
    knownAt: now.toISOString(),
    ...(custodian ? { custodian } : {}),
  };
};

/** The offices that take requests for records, as the nearest place's data says: where to turn when one is not sure. */
async function recordsOffices(ctx: Ctx, places: readonly string[]): Promise<string[]> {
  const { rows } = await ctx.public.query<{ slug: string; place: string }>(
    `select slug, place from released.office where place = any($1) and 'records-requests' = any(shares) order by slug`,
    [places],
  );
  const nearest = places.find((place) => rows.some((row) => row.place === place));
  return rows.filter(({ place }) => place === nearest).map(({ slug }) => slug);
}

type Read = Pick<
  Answered,
  'answer' | 'others' | 'notUnderstood' | 'notExactly' | 'why' | 'close' | 'outside' | 'strange'
>;

/** Whether a question seems to be no matter of a city, by its words or because the rules know none that carry it. */
function outsideRead(
  book: Rulebook,
  q: string,
  found: Found,
  where: Where,
  hits: readonly Hit[] = findRules(book, book.index, q, where, readings, found),
): Pick<Answered, 'outside' | 'strange'> {
  const outside = outsideOf(q, book.index);
  if (outside) return { outside };
  const strange = strangeWords(book.index, found, Math.max(0, ...hits.map(({ cover }) => cover)));
  return strange.length > 0 ? { outside: 'strange', strange } : {};
}

/** What the words of a question ask for: an answer, readings that lie close together, or that nothing was understood. */
function readWords(book: Rulebook, asked: AskedOf, found: Found, where: Where, language: Language): Read {
  const chosen = asked.topic || asked.aspect;
  const find = (many: number, anySubject = false) =>
    findRules(book, book.index, asked.q, where, many, found, anySubject);
  const hits = find(chosen ? Number.POSITIVE_INFINITY : readings)
    .filter(
      ({ topic, aspect }) =>
        (!asked.topic || topic === asked.topic) && (!asked.aspect || aspect === asked.aspect),
    )
    .slice(0, readings);
  const view = (some: readonly Hit[]) => some.map((hit) => pairOf(book, hit, where, language));
  const pairs = view(hits);
  const outside = chosen ? {} : outsideRead(book, asked.q, found, where, hits);
  if (outside.outside)
    return { ...outside, others: view(hits.filter(speaksOfIt)).slice(0, 3), notUnderstood: false };
  const meant = found.aspects[0];
  const bare = asked.topic || subjectWithoutRule(book, found, hits, where);
  const [first, second] = hits;
  // What the question is most about comes first, also where nothing is recorded on it: that is an answer too.
  if (bare && !hits.some(({ topic }) => topic === bare)) {
    const aspect = (asked.aspect || meant?.what || undefined) as Aspect | undefined;
    const answer = viewAnswer(book, { ...where, topic: bare, ...(aspect ? { aspect } : {}) }, language);
    return { answer, others: unlike(answer, pairs), notUnderstood: false };
  }
  const headline =
    first !== undefined &&
    first.score >= sure.score &&
    first.cover >= sure.cover &&
    (second === undefined || second.score <= first.score * (1 - sure.lead)) &&
    ((meant !== undefined && first.fit >= sure.fits) || likenessOf(found, first) >= sure.fits);
  // What is asked is plain, but not of what: the rules on it over all subjects, the closest first.
  if (!chosen && !headline && meant && !hasOwnSubject(book.index, found)) {
    const listed = find(most.listed, true);
    if (listed.length > 0) return { others: view(listed), notUnderstood: true };
  }
  const offered = headline || chosen ? hits : hits.filter(speaksOfIt);
  if (!first || offered.length === 0) return { others: pairs.slice(0, most.close), notUnderstood: true };
  const best = offered[0] ?? first;
  const answer = viewAnswer(book, { ...where, topic: best.topic, aspect: best.aspect }, language);
  const missed =
    meant && best.like === undefined && kinship(meant.what, best.aspect) === 0 ? meant.what : undefined;
  const close = headline || chosen ? undefined : view(offered.slice(0, most.close));
  return {
    answer,
    why: { words: best.words, ...(best.like ? { like: best.like } : {}) },
    ...(missed ? { notExactly: missed } : {}),
    ...(close ? { close } : {}),
    others: unlike(answer, view(offered.slice(1))),
    notUnderstood: false,
  };
}

const likenessOf = ({ asked }: Found, { topic, aspect }: Hit) =>
  asked.get(pairKey(topic, aspect))?.score ?? 0;
const speaksOfIt = ({ cover, score }: Hit) => cover >= leastCover || score >= sure.score;

/** The subject that the words name far more plainly than any on which something is recorded here. */
function subjectWithoutRule(
  book: Rulebook,
  { topics, aspects, telling }: Found,
  hits: readonly Hit[],
  where: Where,
): string | undefined {
  const [top] = topics;
  if (!top) return undefined;
  const here = new Set(knownHere(book, where).map(({ topic }) => topic));
  if (here.has(top.what)) return undefined;
  const next = topics.find(({ what }) => here.has(what));
  const plain = top.score > 1.3 * (next?.score ?? 0);
  // "Nothing is recorded" does not stand above a rule that speaks of about half of it and of what is asked.
  const answered = hits.some(({ fit, cover }) => fit >= 0.6 && cover >= 0.45);
  const said = (words: readonly string[]) =>
    telling.reduce((sum, { typed, weight }) => sum + (words.includes(typed) ? weight : 0), 0);
  const about =
    said([...top.words, ...(aspects[0]?.words ?? [])]) >=
    sure.cover * said(telling.map(({ typed }) => typed));
  return plain && about && !answered && !hits[0]?.like ? top.what : undefined;
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
  return answer.found === 'nothing' ? [] : [pairOf(book, { ...pair, answer }, where, language)];
}

function pairOf(
  book: Rulebook,
  { topic, aspect, answer }: Pick<Hit, 'topic' | 'aspect' | 'answer'>,
  where: Where,
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
    offices: officesFor(book, answer.rule, where.places).map((slug) => officeName(book, slug)),
  };
}

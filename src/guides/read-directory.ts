import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { type Rulebook, type RulebookOffice, readRulebook } from '../rulebook/index.ts';
import { type Aspect, aspects, pagesOf, type Rule } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { cityOf, neighborhoodsOf } from './list-guides.ts';
import { type OfficeName, officeName, placeName, topicName } from './rule-view.ts';

export type OfficeEntry = RulebookOffice & {
  /** What rules name it for: each topic with what the office does about it. */
  topics: { id: string; name: string; aspects: Aspect[] }[];
};
/** One fact about a topic: who acts by it, or whom to ask because no text that was read says so, and the texts. */
export type Duty = {
  ruleId: string;
  aspect: Aspect;
  /** Only for what that office holds. */
  custodian?: OfficeName;
  offices: OfficeName[];
  /** Other than specified, the offices are only to be asked. */
  state: Rule['value']['state'];
  texts: string[];
};
/** A topic, with what is said of it in one place. */
export type Part = { topic: { id: string; name: string }; place: string; duties: Duty[] };
export type Directory = {
  place: { slug: string; name: string };
  city: { slug: string; name: string };
  neighborhoods: string[];
  state: { slug: string; name: string } | null;
  offices: OfficeEntry[];
  stateOffices: OfficeEntry[];
  parts: Part[];
};

/**
 * The offices of a place (a neighborhood has its city's; two letters are a state's) with the topics that rules name them
 * for, and who does what by which text. Throws not-found.
 */
export async function readDirectory(
  ctx: Ctx,
  input: { language: Language; place: string },
): Promise<Directory> {
  const book = await readRulebook(ctx);
  const slug = cityOf(book, input.place);
  const own = book.offices.filter((office) => office.place === slug);
  const place = book.places.find((each) => each.slug === slug);
  if (!place && own.length === 0) throw new Problem('not-found', 'There is no such place.');
  const state = place && place.state !== slug ? place.state : null;
  const [here, above] = [rulesAt(book, slug), state ? rulesAt(book, state) : []];
  const entry =
    (rules: readonly Rule[]) =>
    (office: RulebookOffice): OfficeEntry => ({
      ...office,
      topics: topicsOf(book, office.slug, rules, input.language),
    });
  return {
    place: { slug: input.place, name: placeName(book, input.place) },
    city: { slug, name: placeName(book, slug) },
    neighborhoods: neighborhoodsOf(book, slug),
    state: state ? { slug: state, name: placeName(book, state) } : null,
    offices: own.map(entry(here)),
    stateOffices: book.offices.filter((office) => office.place === state).map(entry(above)),
    parts: partsOf(book, [...here, ...above], input.language),
  };
}

const rulesAt = (book: Rulebook, place: string): Rule[] =>
  [...book.current.values()].filter((rule) => rule.place === place);

const askOf = ({ value }: Rule): string[] => (value.state === 'specified' ? [] : value.ask);

function topicsOf(
  book: Rulebook,
  office: string,
  rules: readonly Rule[],
  language: Language,
): OfficeEntry['topics'] {
  const topics = new Map<string, Set<Aspect>>();
  for (const rule of rules) {
    if (![...rule.offices, ...askOf(rule)].includes(office)) continue;
    topics.set(rule.topic, (topics.get(rule.topic) ?? new Set()).add(rule.aspect));
  }
  return [...topics]
    .map(([id, aspects]) => ({ id, name: topicName(book, id, language), aspects: [...aspects] }))
    .toSorted((a, b) => a.name.localeCompare(b.name, language));
}

/** Topic × aspect × office × text, in the order of the tree; state law apart from the city's. */
function partsOf(book: Rulebook, rules: readonly Rule[], language: Language): Part[] {
  const places = [...new Set(rules.map(({ place }) => place))];
  return places.flatMap((place) =>
    book.topics.flatMap(({ id }) => {
      const duties = rules
        .filter((rule) => rule.topic === id && rule.place === place)
        .map((rule) => dutyOf(book, rule))
        .filter(({ offices }) => offices.length > 0)
        .toSorted((a, b) => aspects.indexOf(a.aspect) - aspects.indexOf(b.aspect));
      return duties.length === 0
        ? []
        : [{ topic: { id, name: topicName(book, id, language) }, place, duties }];
    }),
  );
}

function dutyOf(book: Rulebook, rule: Rule): Duty {
  const { state } = rule.value;
  const offices = state !== 'specified' ? new Set([...askOf(rule), ...rule.offices]) : new Set(rule.offices);
  return {
    ruleId: rule.id,
    aspect: rule.aspect,
    ...(rule.custodian === undefined ? {} : { custodian: officeName(book, rule.custodian) }),
    offices: [...offices].map((slug) => officeName(book, slug)),
    state,
    texts: [...new Set(pagesOf(rule).map(({ instrument }) => instrument))],
  };
}

import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { readRulebook } from '../rulebook/index.ts';
import { inForce, placeChain, type Rule, topicsUp } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { choicesOf, localDay, resolvePlace } from './choices.ts';
import {
  type FoundOffice,
  type Matter,
  matterRules,
  matters,
  type Owner,
  owners,
  ownerTopics,
} from './finder.ts';
import { cityOf } from './list-guides.ts';
import type { Choices } from './question.ts';
import { placeName, viewRule } from './rule-view.ts';

export type OfficeFinding = {
  asked: { place: string; about: Matter | ''; whose: Owner };
  choices: Choices;
  place?: { slug: string; name: string; city?: string };
  unknownPlace?: string;
  /** Absent as long as nothing was asked. */
  found?: FoundOffice[];
  /** Nothing names an office for this owner; these handle the matter in general. */
  general?: boolean;
};
/** How many offices are named, and how many rules for each. */
const most = { offices: 4, rules: 3 };

/**
 * The office for a matter in a place, with the rules that say so: rules whose aspect tells most come first, then those of
 * the office itself, the nearest place, the widest subject. Errors: invalid, for a matter or owner that there is not.
 */
export async function findOffice(
  ctx: Ctx,
  input: { language: Language; place: string; about: string; whose: string },
): Promise<OfficeFinding> {
  const { language } = input;
  const about: Matter | '' = input.about === '' ? '' : oneOf(matters, input.about);
  const whose: Owner = input.whose === '' ? 'any' : oneOf(owners, input.whose);
  const book = await readRulebook(ctx);
  const slug = input.place ? resolvePlace(book, input.place) : undefined;
  const asked = { place: input.place, about, whose };
  const choices = choicesOf(book, slug, language);
  const place = book.places.find((each) => each.slug === slug);
  if (!place) return { asked, choices, ...(input.place ? { unknownPlace: input.place.slice(0, 80) } : {}) };
  const city = cityOf(book, place.slug);
  const here = {
    asked,
    choices,
    place: {
      slug: place.slug,
      name: place.name,
      ...(city === place.slug ? {} : { city: placeName(book, city) }),
    },
  };
  if (about === '') return here;

  const places = placeChain(book.places, place.slug);
  const today = localDay(ctx.clock.now(), place.timeZone);
  const matter = matterRules[about];
  const ups = new Map(book.topics.map(({ id }) => [id, topicsUp(book.topics, id).map((topic) => topic.id)]));
  const depth = (rule: Rule) => ups.get(rule.topic)?.length ?? 0;
  const within = (rule: Rule, topics: readonly string[] | undefined) =>
    !topics || ups.get(rule.topic)?.some((id) => topics.includes(id));
  const rank = (rule: Rule): number[] => [
    matter.aspects.indexOf(rule.aspect),
    rule.value.state === 'specified' ? 0 : 1,
    places.indexOf(rule.place),
    depth(rule),
  ];
  const rules = [...book.current.values()]
    .filter(
      (rule) =>
        places.includes(rule.place) &&
        matter.aspects.includes(rule.aspect) &&
        (rule.aspect !== 'how-to' || within(rule, matter.howTo)) &&
        namedBy(rule).length > 0 &&
        inForce(rule.value, today),
    )
    .toSorted((a, b) => compare(rank(a), rank(b)));
  const on = (topics: readonly string[] | undefined) => rules.filter((rule) => within(rule, topics));
  const exact = on(whose === 'any' ? matter.topics : ownerTopics[whose]);
  const telling = [exact, on(matter.topics), rules].find((each) => each.length > 0) ?? [];
  const because = new Map<string, Rule[]>();
  for (const rule of telling)
    for (const office of namedBy(rule)) because.set(office, [...(because.get(office) ?? []), rule]);
  const found = [...because].flatMap(([officeSlug, why]) => {
    const office = book.offices.find((each) => each.slug === officeSlug);
    if (!office) return [];
    return [
      {
        ...office,
        topics: [],
        because: why.slice(0, most.rules).map((rule) => viewRule(book, rule, language)),
      },
    ];
  });
  return { ...here, found: found.slice(0, most.offices), ...(telling === exact ? {} : { general: true }) };
}

/** Who acts by the rule; where it is a gap, whom to ask. */
const namedBy = ({ offices, value }: Rule): string[] => (value.state === 'specified' ? offices : value.ask);

function oneOf<T extends string>(list: readonly T[], text: string): T {
  const one = list.find((each) => each === text);
  if (!one)
    throw new Problem('invalid', `“${text.slice(0, 40)}” is none of the choices: ${list.join(', ')}.`);
  return one;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0);
  return 0;
}

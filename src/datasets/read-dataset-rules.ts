import type { Ctx } from '../kit/context.ts';
import { readRulebook } from '../rulebook/index.ts';
import { type Aspect, inForce, placeChain, type Rule } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import type { Topic } from './topics.ts';

/** A rule in one line: what it says, whether a source says so, and which. */
export type RuleLine = {
  id: string;
  says: string;
  state: Rule['value']['state'];
  cite: string | null;
};
export type DatasetRules = {
  /** How long it is kept, as the steward chose; null where none was chosen, or the rule is gone. */
  retention: RuleLine | null;
  rules: RuleLine[];
  /** What a letter about the license begins from. */
  licenseRule: string | null;
};

// Topics and aspects of the rulebook that tell what data may be used for. One that an installation lacks finds nothing.
const topicsOf: Record<Topic, string[]> = {
  traffic: ['traffic-sensors'],
  parking: ['parking-sensors'],
  environment: ['environmental-sensors'],
  infrastructure: [],
  'public-safety': ['cameras', 'traffic-enforcement-cameras'],
  other: [],
};
const always = ['sensor-data', 'data-license', 'data-release', 'api-misuse'];
const telling: Aspect[] = ['license', 'access', 'request', 'agreement', 'format', 'fine', 'sanction'];
const most = 6;

/** The rules that apply to a dataset's data: by its topic, for its place, in force today; the most telling first. */
export async function readDatasetRules(
  ctx: Ctx,
  input: { place: string | null; topic: string; retentionRule: string | null; language: Language },
): Promise<DatasetRules> {
  const book = await readRulebook(ctx);
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const places = input.place ? placeChain(book.places, input.place) : [];
  const topics = [...(topicsOf[input.topic as Topic] ?? []), ...always];
  const rank = (rule: Rule): number[] => [
    telling.indexOf(rule.aspect),
    topics.indexOf(rule.topic),
    places.indexOf(rule.place),
  ];
  const found = [...book.current.values()]
    .filter(
      (rule) =>
        topics.includes(rule.topic) &&
        telling.includes(rule.aspect) &&
        places.includes(rule.place) &&
        inForce(rule.value, today),
    )
    .sort((a, b) => compare(rank(a), rank(b)));
  const chosen = input.retentionRule ? book.current.get(input.retentionRule) : undefined;
  const line = ({ id, says, value }: Rule): RuleLine => {
    const [source] =
      value.state === 'not-specified' ? value.pagesRead : value.state === 'conflict' ? [] : value.cite;
    return {
      id,
      says: says[input.language],
      state: value.state,
      cite: source ? [source.instrument, source.locator].filter(Boolean).join(', ') : null,
    };
  };
  return {
    retention: chosen ? line(chosen) : null,
    rules: found
      .filter(({ id }) => id !== chosen?.id)
      .slice(0, most)
      .map(line),
    licenseRule: found.find(({ aspect }) => aspect === 'license')?.id ?? null,
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0);
  return 0;
}

import type { Ctx } from '../../kit/context.ts';
import { checkPermission, isPermitted } from '../../people/index.ts';
import { type Aspect, type Rule, topicsUp } from '../../rules/index.ts';
import { type Rulebook, readRulebook } from '../read-rulebook.ts';
import { type LastLook, lastLook, recheckMonths } from './last-look.ts';
import { isAging, readChecks } from './read-checks.ts';
import { responsiblePlace } from './rule-change.ts';

export type ListedRule = Pick<Rule, 'id' | 'topic' | 'aspect' | 'place' | 'says'> & {
  custodian: string | null;
  state: Rule['value']['state'];
  look: LastLook;
  /** Its text has not been looked at for longer than the number of months. */
  aging: boolean;
  waiting: boolean;
};
export const works = ['unverified', 'conflict', 'differs', 'aging'] as const;
export type Work = (typeof works)[number];
export type RuleFilter = {
  place?: string;
  topic?: string;
  aspect?: string;
  state?: string;
  q?: string;
  /** What waits for somebody: unverified, in conflict, a text that differs or is gone, one that ages. */
  work?: string;
  months?: number;
};

/** The rules in force by what is known now, with the last look at their texts. Errors: signed-out, not-allowed. */
export async function listRules(
  ctx: Ctx,
  filter: RuleFilter,
): Promise<{ rules: ListedRule[]; counts: Record<Work, number>; total: number }> {
  checkPermission(ctx, 'see-rules');
  const book = await readRulebook(ctx);
  const months = filter.months ?? recheckMonths;
  const checkOf = await readChecks(ctx.app);
  const { rows: open } = await ctx.app.query<{ subject: string }>(
    `select subject from private.proposal where kind = 'rule-change' and decision is null`,
  );
  const waiting = new Set(open.map(({ subject }) => subject.replace(/^rule:/, '')));
  // The rules are public; who compares and proposes is for the staff of the place.
  const seen = new Map<string, boolean>();
  const seesWork = (place: string): boolean => {
    const known =
      seen.get(place) ?? isPermitted(ctx, 'see-rules', { place: responsiblePlace(book.places, place) });
    seen.set(place, known);
    return known;
  };
  const all = [...book.current.values()].map((rule) => {
    const near = seesWork(rule.place);
    const look = lastLook(rule, near ? checkOf(rule) : undefined);
    return {
      rule,
      listed: {
        id: rule.id,
        topic: rule.topic,
        aspect: rule.aspect,
        place: rule.place,
        says: rule.says,
        custodian: rule.custodian ?? null,
        state: rule.value.state,
        look,
        aging: isAging(look, ctx.clock.now(), months),
        waiting: near && waiting.has(rule.id),
      } satisfies ListedRule,
    };
  });
  const asked = all.filter(({ rule }) => matches(book, rule, filter));
  const counted = (work: Work) => asked.filter(({ listed }) => isWork(listed, work)).length;
  const rules = asked
    .map(({ listed }) => listed)
    .filter((listed) => !filter.work || isWork(listed, filter.work as Work))
    .toSorted((a, b) => (filter.work === 'aging' ? (a.look.day ?? '').localeCompare(b.look.day ?? '') : 0));
  const counts = Object.fromEntries(works.map((work) => [work, counted(work)])) as Record<Work, number>;
  return { rules, counts, total: asked.length };
}

function isWork({ state, look, aging }: ListedRule, work: Work): boolean {
  if (work === 'aging') return aging;
  if (work === 'differs') return look.result === 'differs' || look.result === 'gone';
  return state === work;
}

function matches(book: Rulebook, rule: Rule, { place, topic, aspect, state, q }: RuleFilter): boolean {
  const text = () =>
    fold(JSON.stringify([rule.id, rule.says, rule.value, rule.offices, rule.custodian ?? '']));
  return (
    (!place || rule.place === place) &&
    (!topic || topicsUp(book.topics, rule.topic).some(({ id }) => id === topic)) &&
    (!aspect || rule.aspect === (aspect as Aspect)) &&
    (!state || rule.value.state === state) &&
    fold(q ?? '')
      .split(/\s+/)
      .every((word) => text().includes(word))
  );
}

/** Without case and accents. */
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { type Guide, readRulebook } from '../rulebook/index.ts';
import { day, inForce, knownRules, type Rule } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { localDay } from './choices.ts';
import { type RuleView, viewRule } from './rule-view.ts';

/** One record of a rule: law from and until (in the view), known from and until (the moments of its records). */
export type RuleRecord = {
  number: number;
  rule: RuleView;
  knownFrom: string;
  knownTo?: string;
};
export type RuleFile = {
  id: string;
  timeZone: string;
  /** When the text of the record that stands was compared with it, the newest first; who did it is not told in public. */
  checks: { at: string; result: 'agrees' | 'differs' | 'gone' }[];
  /** The newest record first. */
  records: RuleRecord[];
  current?: RuleView;
  /** Other rules that it replaced, or that replaced it. */
  related: RuleView[];
  guides: { place: string; slug: string; title: string }[];
  replay?: { lawDay: string; knownDay: string; number: number | null };
  asked: { lawDay: string; knownDay: string };
};

/**
 * A rule with every record of it, in both times; with `lawDay` or `knownDay`, also which record counted then (known by the
 * end of that day). Errors: not-found; invalid, for a day that is none.
 */
export async function readRuleFile(
  ctx: Ctx,
  input: { language: Language; id: string; lawDay: string; knownDay: string },
): Promise<RuleFile> {
  const { language, id, lawDay, knownDay } = input;
  for (const text of [lawDay, knownDay])
    if (text && !day.safeParse(text).success)
      throw new Problem('invalid', `“${text.slice(0, 40)}” is no day. Write it as in 2026-11-26.`);
  const book = await readRulebook(ctx);
  const own = book.rules
    .filter((rule) => rule.id === id)
    .toSorted((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt));
  const [first] = own;
  if (!first) throw new Problem('not-found', 'There is no such rule.');
  const replacedBy = (rule: Rule) =>
    book.rules.find(
      ({ supersedes }) =>
        supersedes?.id === rule.id && Date.parse(supersedes.recordedAt) === Date.parse(rule.recordedAt),
    );
  const records = own.map((rule, index) => {
    const next = replacedBy(rule);
    return {
      number: index + 1,
      rule: viewRule(book, rule, language),
      knownFrom: rule.recordedAt,
      ...(next ? { knownTo: next.recordedAt } : {}),
    };
  });
  const related = new Set(
    own
      .flatMap((rule) => {
        const next = replacedBy(rule);
        const before = rule.supersedes;
        return [...(next && next.id !== id ? [next] : []), ...(before && before.id !== id ? [before] : [])];
      })
      .map((each) => each.id),
  );
  const { rows: guides } = await ctx.public.query<{ place: string; slug: string; title: Guide['title'] }>(
    `select place, slug, body -> 'title' as title from released.guide
     where jsonb_path_exists(body, '$.sections[*].items[*] ? (@.rule == $id || @.rules[*] == $id)', jsonb_build_object('id', $1::text))
     order by place, slug`,
    [id],
  );
  const current = book.current.get(id);
  const { rows: checks } = await ctx.public.query<{ at: Date; result: RuleFile['checks'][number]['result'] }>(
    `select checked_at as at, result from released.rule_check where rule_id = $1 and recorded_at = $2
     order by checked_at desc, id desc`,
    [id, current?.recordedAt ?? null],
  );
  const zone =
    book.places.find(({ slug, state }) => slug === first.place || state === first.place)?.timeZone ?? 'UTC';
  const asked = lawDay || knownDay;
  const today = localDay(ctx.clock.now(), zone);
  return {
    id,
    timeZone: zone,
    checks: checks.map(({ at, result }) => ({ at: new Date(at).toISOString(), result })),
    records: records.toReversed(),
    ...(current ? { current: viewRule(book, current, language) } : {}),
    related: [...related].flatMap((each) => {
      const rule = book.current.get(each);
      return rule ? [viewRule(book, rule, language)] : [];
    }),
    guides: guides.map(({ place, slug, title }) => ({ place, slug, title: title[language] })),
    ...(asked
      ? { replay: replay(own, book.rules, zone, { lawDay: lawDay || today, knownDay: knownDay || today }) }
      : {}),
    asked: { lawDay, knownDay },
  };
}

/** The record that counted: recorded by the end of that day there, not yet superseded, and law on the day. */
function replay(
  own: readonly Rule[],
  all: readonly Rule[],
  zone: string,
  { lawDay, knownDay }: { lawDay: string; knownDay: string },
): NonNullable<RuleFile['replay']> {
  const recorded = all.filter(({ recordedAt }) => localDay(new Date(recordedAt), zone) <= knownDay);
  const counted = knownRules(recorded, '9999-12-31T00:00:00Z').find(
    (rule) => own.includes(rule) && inForce(rule.value, lawDay),
  );
  return { lawDay, knownDay, number: counted ? own.indexOf(counted) + 1 : null };
}

import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { type Guide, type GuideItem, readRulebook } from '../rulebook/index.ts';
import { type Citation, inForce, type Rule } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { localDay } from './choices.ts';
import { glossary } from './glossary.ts';
import { type Fact, type GuideItemView, type GuideView, noteKey } from './guide-view.ts';
import { cityOf, neighborhoodsOf } from './list-guides.ts';
import { placeName, viewRule } from './rule-view.ts';

/** A guide with its facts as the rules stand now, each with its footnotes. Throws not-found. */
export async function readGuide(
  ctx: Ctx,
  input: { language: Language; place: string; slug: string },
): Promise<GuideView> {
  const { language, slug } = input;
  const book = await readRulebook(ctx);
  const place = cityOf(book, input.place);
  const { rows } = await ctx.public.query<{ body: Guide }>(
    'select body from released.guide where place = $1 and slug = $2',
    [place, slug],
  );
  const guide = rows[0]?.body;
  if (!guide) throw new Problem('not-found', 'There is no such guide.');

  const zone = book.places.find((each) => each.slug === place)?.timeZone ?? 'UTC';
  const today = localDay(ctx.clock.now(), zone);
  const notes = new Map<string, { number: number; cite: Citation; uses: string[] }>();
  let facts = 0;
  let gaps = 0;
  const noteOf = (cite: Citation, anchor: string): number => {
    const key = noteKey(cite);
    const note = notes.get(key) ?? { number: notes.size + 1, cite, uses: [] };
    notes.set(key, note);
    note.uses.push(anchor);
    return note.number;
  };
  const factOf = (id: string): Fact => {
    facts += 1;
    const anchor = `fact-${facts}`;
    const record: Rule | undefined = book.current.get(id);
    if (!record) return { anchor, notes: [], notNow: false };
    const rule = viewRule(book, record, language);
    if (rule.state !== 'specified') gaps += 1;
    const cites = [...rule.cite, ...rule.candidates.flatMap(({ cite }) => cite)];
    const numbers = cites.map((cite) => noteOf(cite, anchor));
    return { anchor, rule, notes: numbers, notNow: !inForce(record.value, today) };
  };
  const itemOf = (item: GuideItem): GuideItemView => {
    if ('text' in item) return { kind: 'text', text: item.text[language] };
    if ('rule' in item) return { kind: 'rule', fact: factOf(item.rule) };
    const rules = item.rules.map(factOf);
    return 'question' in item
      ? { kind: 'question', text: item.question[language], facts: rules }
      : { kind: 'step', text: item.step[language], facts: rules };
  };
  const sections = guide.sections.map(({ id, title, items }) => ({
    id,
    title: title[language],
    items: items.map(itemOf),
  }));
  return {
    slug,
    place: { slug: place, name: placeName(book, place) },
    neighborhoods: neighborhoodsOf(book, place),
    title: guide.title[language],
    lead: guide.lead[language],
    sections,
    notes: [...notes.values()],
    words: glossary(textOf(sections), language),
    gaps,
    facts,
  };
}

/** Everything that is read in it, to find the words that want explaining. */
function textOf(sections: GuideView['sections']): string {
  const said = (fact: Fact) => fact.rule?.says ?? '';
  return sections
    .flatMap(({ title, items }) => [
      title,
      ...items.flatMap((item) => {
        if (item.kind === 'text') return [item.text];
        if (item.kind === 'rule') return [said(item.fact)];
        return [item.text, ...item.facts.map(said)];
      }),
    ])
    .join('\n');
}

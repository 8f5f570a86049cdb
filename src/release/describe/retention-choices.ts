import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { inForce, knownRules, placeChain, type Rule, type RulePlace } from '../../rules/index.ts';

/**
 * The rules on `aspect` that hold for a place today, its own before its state's: what a steward chooses a retention rule from,
 * and where a letter about a license begins. Read here, below the rulebook, which the release gate may not import.
 */
export async function retentionChoices(
  db: Queryable,
  ctx: Ctx,
  place: string | null,
  aspect: 'retention' | 'license' | 'access' = 'retention',
): Promise<Rule[]> {
  if (place === null) return [];
  const { rows: places } = await db.query<RulePlace>('select slug, parent, state from released.place');
  const chain = placeChain(places, place);
  const { rows } = await db.query<{ body: Rule }>(
    `select body from released.rule where body ->> 'aspect' = $1 and body ->> 'place' = any($2)`,
    [aspect, chain],
  );
  const now = ctx.clock.now().toISOString();
  return knownRules(
    rows.map(({ body }) => body),
    now,
  )
    .filter(({ value }) => inForce(value, now.slice(0, 10)))
    .sort((a, b) => chain.indexOf(a.place) - chain.indexOf(b.place) || a.id.localeCompare(b.id));
}

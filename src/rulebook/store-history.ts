import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { readRuleBase } from './read-rule-base.ts';
import { loadRulebook } from './read-rulebook.ts';
import { storeRule } from './store-rule.ts';

/**
 * Takes the records of files as they were known, each with its time: into a rulebook that holds no rule, and only there.
 * Among rules that stand, a time of a file could lie before theirs and change what was known. Gives how many were taken.
 * Errors: invalid (with file and line; a record without a time, or of a time to come).
 */
export async function storeHistory(
  tx: Tx,
  ctx: Ctx,
  texts: readonly { name: string; text: string }[],
): Promise<number> {
  const { rules: standing, topics, places, offices } = await loadRulebook(tx);
  if (texts.length === 0 || standing.length > 0) return 0;
  const now = ctx.clock.now();
  const none = '9999-12-31T23:59:59Z';
  const records = readRuleBase(texts, {
    ...{ recordedAt: none, topics, places, offices },
    amend: (rule, at) => {
      if (rule.recordedAt === none) throw new Problem('invalid', `${at}: recordedAt: is needed`);
      if (Date.parse(rule.recordedAt) > now.getTime())
        throw new Problem('invalid', `${at}: recordedAt: ${rule.recordedAt} is still to come`);
      return rule;
    },
  });
  const inOrder = records.toSorted((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt));
  for (const record of inOrder) await storeRule(tx, ctx, record);
  return records.length;
}

import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, decideProposal, lockProposal, recordAudit } from '../../people/index.ts';
import { bumpRulebook } from '../read-rulebook.ts';
import { storeRule } from '../store-rule.ts';
import { checkNote } from './check-note.ts';
import {
  type Change,
  endsAnother,
  faultsOfBase,
  lockRulebook,
  plain,
  recordsOf,
  ruleChange,
  sameQuestion,
  standingBefore,
} from './rule-change.ts';

/**
 * Decides a change of the rules that somebody else proposed; `version` is the one that was read. At an approval the whole
 * base is judged again, and the record is in force from the commit on. Errors: signed-out, not-allowed, not-found, too-late
 * (decided already), conflict (another version; the rule has changed since; it no longer fits the others), invalid
 * (declined without a reason).
 */
export async function decideRule(
  ctx: Ctx,
  input: { proposal: string; version: string; decision: 'approved' | 'declined'; reason: string },
): Promise<void> {
  checkPermission(ctx, 'decide-rule');
  const reason = checkNote('reason', input.reason);
  await withTransaction(ctx.app, async (tx) => {
    const book = await lockRulebook(tx);
    const proposal = await lockProposal(tx, ruleChange, input.proposal);
    checkPermission(ctx, 'decide-rule', proposal);
    const change = proposal.content.after as unknown as Change;
    await decideProposal(tx, ctx, proposal, {
      decision: input.decision,
      version: input.version,
      before: standingBefore(book, change),
      reason,
    });
    if (input.decision === 'declined') return;
    const records = recordsOf(ctx, book, change);
    const faults = faultsOfBase(book, records);
    const closed = change.closes && book.current.get(change.closes.id);
    if (closed && !sameQuestion(closed, change.rule)) faults.push(endsAnother(closed.id));
    if (faults.length > 0) {
      const why = faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
      throw new Problem('conflict', `It no longer fits the other rules. ${why}`, { details: { faults } });
    }
    for (const record of records) await storeRule(tx, ctx, record);
    await bumpRulebook(tx);
    for (const { id, recordedAt, supersedes, value } of records)
      await recordAudit(tx, ctx, {
        kind: 'rule-recorded',
        subject: `rule:${id}`,
        content: plain({ recordedAt, supersedes, state: value.state, proposal: proposal.id }) as JsonObject,
      });
  });
}

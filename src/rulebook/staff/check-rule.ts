import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../../people/index.ts';
import { loadRulebook } from '../read-rulebook.ts';
import { checkNote } from './check-note.ts';
import { responsiblePlace } from './rule-change.ts';

export const checkResults = ['agrees', 'differs', 'gone'] as const;
export type CheckResult = (typeof checkResults)[number];

/**
 * Records that somebody compared a record of a rule with its text: it agrees, it differs, or the text is gone. The rule
 * stays as it is; what differs is then proposed as a correction. The day and the result are public; who and the note are not. Errors: signed-out, not-allowed, not-found, invalid
 * (`details.field`), conflict (the rule has been corrected since).
 */
export async function checkRule(
  ctx: Ctx,
  input: { rule: string; recordedAt: string; result: string; note: string },
): Promise<void> {
  checkPermission(ctx, 'check-rule');
  const note = checkNote('note', input.note);
  if (!(checkResults as readonly string[]).includes(input.result))
    throw new Problem('invalid', 'Say whether it agrees, differs or is gone.', {
      details: { field: 'result' },
    });
  if (note.length > 1000 || (input.result !== 'agrees' && note === ''))
    throw new Problem('invalid', 'Say in 1 to 1000 characters what differs, or where the text stood.', {
      details: { field: 'note' },
    });
  await withTransaction(ctx.app, async (tx) => {
    // A correction that is on its way waits, or has won.
    await tx.query('select version from released.rulebook for share');
    const { current, places } = await loadRulebook(tx);
    const rule = current.get(input.rule);
    if (!rule) throw new Problem('not-found', `There is no rule “${input.rule}”.`);
    checkPermission(ctx, 'check-rule', { place: responsiblePlace(places, rule.place) });
    if (rule.recordedAt !== input.recordedAt)
      throw new Problem('conflict', 'The rule has been corrected since you opened it. Read it again.');
    await tx.query(
      `with own as (insert into private.rule_check (rule_id, recorded_at, result, note, checked_by, checked_at)
         values ($1, $2, $3, $4, $5, $6) returning id, rule_id, recorded_at, result, checked_at)
       insert into released.rule_check (id, rule_id, recorded_at, result, checked_at) select * from own`,
      [rule.id, rule.recordedAt, input.result, note, nameOf(ctx.actor), ctx.clock.now()],
    );
    await recordAudit(tx, ctx, {
      kind: 'rule-checked',
      subject: `rule:${rule.id}`,
      content: { recordedAt: rule.recordedAt, result: input.result, note },
    });
  });
}

import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf } from '../people/index.ts';
import { appendEvent, lockForWork } from './events.ts';

/** Writes a note for colleagues; no letter and no private link ever shows it. Errors: signed-out, not-allowed, not-found, invalid. */
export async function addNote(ctx: Ctx, input: { number: string; body: string }): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  const body = input.body.trim();
  if (body.length === 0 || body.length > 5000 || body.includes('\0'))
    throw new Problem('invalid', 'Write a note of 1 to 5000 characters.', { details: { field: 'body' } });
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.case_note (case_id, body, written_by, written_at) values ($1, $2, $3, $4) returning id::text`,
      [on.id, body, nameOf(ctx.actor), ctx.clock.now()],
    );
    await appendEvent(tx, ctx, on, {
      kind: 'note-written',
      audience: 'office',
      content: { note: rows[0]?.id ?? '' },
    });
  });
}

import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { checkManages } from './check-role.ts';

/**
 * Ends all sessions of somebody else and what of signing in he has begun; he keeps what he signs in with. Only for whoever
 * may manage every role that this person has; whom no role reaches, an operator ends. Returns how many sessions ended.
 * Errors: signed-out, not-allowed, not-found.
 */
export async function endSessions(
  ctx: Ctx,
  input: { personId: string } | { email: string },
): Promise<number> {
  checkPermission(ctx, 'manage-staff');
  const [id, email] = 'email' in input ? [null, input.email.trim().toLowerCase()] : [input.personId, null];
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{
      id: string;
      place: string | null;
      office: string | null;
      role: string | null;
    }>(
      `select p.id::text, g.place, g.office, g.role
       from private.person p left join private.role_grant g on g.person_id = p.id
         and g.revoked_at is null and (g.ends_at is null or g.ends_at > $3)
       where p.id::text = $1 or p.email = $2`,
      [id, email, ctx.clock.now()],
    );
    const person = rows[0];
    if (!person) throw new Problem('not-found', 'There is nobody with this account.');
    const subject = `person:${person.id}`;
    for (const role of rows) checkManages(ctx, role, subject);
    await tx.query('delete from private.pending_sign_in where person_id = $1', [person.id]);
    const { rows: ended } = await tx.query<{ id: string }>(
      'delete from private.session where person_id = $1 returning id::text',
      [person.id],
    );
    const sessions = ended.map((session) => session.id);
    if (sessions.length > 0)
      await recordAudit(tx, ctx, { kind: 'sessions-ended', subject, content: { sessions } });
    return sessions.length;
  });
}

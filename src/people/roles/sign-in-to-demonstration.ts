import { type Config, servesThisMachineAlone } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { type OpenedSession, openSession } from '../sign-in/open-session.ts';

/** Errors: not-found, unless nothing but this machine can ask. */
export function checkDemonstration(config: Config): void {
  if (!servesThisMachineAlone(config)) throw new Problem('not-found', 'There is no such page.');
}

/**
 * Signs in as an invented person of the demonstration, without any secret: only where nothing but this machine can ask,
 * and only as one who was made with the demonstration region. The session ends with that: read-session refuses it once
 * the installation is reached from elsewhere. Errors: not-found.
 */
export async function signInToDemonstration(
  ctx: Ctx,
  input: { personId: string; browser: string },
): Promise<OpenedSession> {
  checkDemonstration(ctx.config);
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `select id::text from private.person where id::text = $1 and demonstration
         and exists (select from released.place where demonstration)`,
      [input.personId],
    );
    const personId = rows[0]?.id;
    if (!personId) throw new Problem('not-found', 'There is no such person in the demonstration.');
    return openSession(tx, ctx, { personId, method: 'demonstration', browser: input.browser });
  });
}

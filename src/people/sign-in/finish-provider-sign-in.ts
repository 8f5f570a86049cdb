import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { hashSecret } from '../person.ts';
import { recordUsed } from '../staff/finish-enrollment.ts';
import { tellPerson } from '../staff/tell-person.ts';
import { recordRefused } from '../staff/throttle.ts';
import { findPerson } from './identity.ts';
import { type OpenedSession, openSession } from './open-session.ts';
import { redeem, type Vouched } from './provider.ts';
import { reasonOf, refusal } from './provider-refusal.ts';

type Begun = { nonce: string; codeVerifier: string; language: string; path: string; from: string };

/**
 * Ends a sign-in that beginProviderSignIn began, with the parameters that the provider sent the browser back with, and
 * opens a session. Errors: a refusal, every one but `over` with the language in its details.
 */
export async function finishProviderSignIn(
  ctx: Ctx,
  input: { secret: string | undefined; answer: URLSearchParams; browser: string },
): Promise<OpenedSession & { language: string; path: string }> {
  checkPermission(ctx, 'sign-in');
  const state = input.answer.get('state') ?? '';
  const begun = input.secret ? await use(ctx, input.secret, state) : undefined;
  if (!begun) throw refusal('over');
  const { language, path } = begun;
  try {
    const account = await redeem(ctx, input.answer, { ...begun, state });
    return { ...(await open(ctx, account, begun, input.browser)), language, path };
  } catch (error) {
    const reason = reasonOf(error);
    if (!reason) throw error;
    // A provider that is down refuses nobody.
    if (reason !== 'unavailable') await recordRefused(ctx, { ...refusedAt(ctx, begun), reason });
    throw refusal(reason, { language });
  }
}

/** Of one place, a few of a kind are written down: anybody may begin a sign-in. */
function refusedAt(ctx: Ctx, { from }: Begun) {
  const { host } = new URL(ctx.config.OIDC_ISSUER ?? '');
  return { account: `provider ${from}`, personId: undefined, subject: `provider:${host}` };
}

/** Uses up the row, whatever comes of it. With another state it stays: a page of another site cannot end a sign-in. */
async function use(ctx: Ctx, secret: string, state: string): Promise<Begun | undefined> {
  const { rows } = await ctx.app.query<Begun>(
    `update private.provider_sign_in set used_at = $3
     where secret_hash = $1 and state_hash = $2 and used_at is null and expires_at > $3
     returning nonce, code_verifier as "codeVerifier", language, path, asked_from as "from"`,
    [hashSecret(secret), hashSecret(state), ctx.clock.now()],
  );
  return rows[0];
}

async function open(ctx: Ctx, account: Vouched, begun: Begun, browser: string): Promise<OpenedSession> {
  return withTransaction(ctx.app, async (tx) => {
    const { personId, linked, replaced, invitations } = await findPerson(tx, ctx, account, begun.language);
    if (linked) await tellPerson(tx, ctx, personId, 'identityLinked');
    for (const id of invitations) await recordUsed(tx, ctx, personId, { id }, 'provider');
    if (linked)
      await recordAudit(tx, ctx, {
        kind: 'identity-linked',
        subject: `person:${personId}`,
        content: { issuer: account.issuer, replaced },
      });
    return openSession(tx, ctx, { personId, method: 'provider', browser });
  });
}

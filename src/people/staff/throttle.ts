import { createHash } from 'node:crypto';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { secondsToOpen } from '../limits/allowance.ts';
import { limitedAddress } from '../limits/limited-address.ts';
import { takeLease } from '../limits/limits.ts';
import type { Refusal } from '../sign-in/provider-refusal.ts';

/**
 * How often somebody may try to sign in as staff, over all processes: defaults of the software; no law sets them. A browser
 * in which a person has signed in before has an allowance of its own, so that strangers can use up theirs and lock
 * nobody out. Counted before anything is hashed.
 */
export const tryLimits = {
  'known-browser': { requests: 10, seconds: 900 },
  /** One account from one address; one address; one account from all addresses that are not known. */
  'account-address': { requests: 10, seconds: 900 },
  address: { requests: 60, seconds: 900 },
  account: { requests: 50, seconds: 3600 },
  /** Second factors for one person, counted apart for known browsers and all others. */
  'second-factor': { requests: 20, seconds: 3600 },
  'passkey-address': { requests: 60, seconds: 900 },
} as const;

/** What is written of refusals, so that a flood of them fills no log: of one account, and of all. */
const refusalsKept = { account: { requests: 5, seconds: 3600 }, all: { requests: 79, seconds: 900 } };

/** No mail address is kept here, neither of staff nor of whoever mistypes his own. */
const fingerprint = (account: string): string => createHash('sha256').update(account).digest('base64url');

/** Counts a try of `asker`. Returns the seconds until more are free when it was one too many. */
async function secondsOver(
  ctx: Ctx,
  name: string,
  limit: { requests: number; seconds: number },
  asker: string,
): Promise<number | undefined> {
  const at = ctx.clock.now().getTime();
  const lease = await takeLease(ctx.app, `${name}/${limit.seconds}/${asker}`, limit, at);
  return lease.left > 0 ? undefined : secondsToOpen(lease, at);
}

/** Counts a try under each of these limits, up to the first that is reached. Errors: too-many. */
export async function countTry(
  ctx: Ctx,
  tries: readonly { limit: keyof typeof tryLimits; of: readonly string[] }[],
  refused: { account: string; personId: string | undefined },
): Promise<void> {
  for (const { limit, of } of tries) {
    const seconds = await secondsOver(ctx, `sign-in-${limit}`, tryLimits[limit], fingerprint(of.join('\n')));
    if (seconds === undefined) continue;
    await recordRefused(ctx, { ...refused, reason: 'too-many' });
    throw new Problem('too-many', `Too many tries. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
      details: { retryAfter: seconds },
    });
  }
}

/** What is counted of a try with a mail address: a known browser by itself, everybody else by where they ask from. */
export function triesOf(
  account: string,
  from: string,
  browser: string | undefined,
): Parameters<typeof countTry>[1] {
  if (browser) return [{ limit: 'known-browser', of: [account, browser] }];
  const address = limitedAddress(from);
  return [
    { limit: 'account-address', of: [account, address] },
    { limit: 'address', of: [address] },
    { limit: 'account', of: [account] },
  ];
}

/**
 * Writes down that somebody was refused, as long as not too much of that was written. The same statements whether there
 * is such an account or not, so that time tells nothing.
 */
export async function recordRefused(
  ctx: Ctx,
  refused: {
    account: string;
    personId: string | undefined;
    /** What was refused, where it is no person. */
    subject?: string;
    reason: 'password' | 'second-factor' | 'passkey' | 'too-many' | Refusal;
  },
): Promise<void> {
  const { account, all } = refusalsKept;
  // One each of one account: the limits are told by their first row alone.
  const of = fingerprint(`${refused.reason}\n${refused.account}`);
  if (await secondsOver(ctx, 'sign-in-refused', account, of)) return;
  if (await secondsOver(ctx, 'sign-in-refused-all', all, '')) return;
  await withTransaction(ctx.app, (tx) =>
    recordAudit(tx, ctx, {
      kind: 'sign-in-refused',
      subject: refused.subject ?? `person:${refused.personId ?? 'unknown'}`,
      content: { reason: refused.reason },
    }),
  );
}

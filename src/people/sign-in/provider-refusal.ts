import { Problem } from '../../kit/problem.ts';

/** Why a sign-in through the identity provider came to nothing, each with its kind of Problem. Safe for the browser. */
export const refusals = {
  /** Used, older than ten minutes, or begun in another browser. */
  over: 'too-late',
  /** The provider, or whoever was asked there, said no. */
  denied: 'not-allowed',
  /** The provider does not answer. */
  unavailable: 'busy',
  /** Its answer does not stand up: wrong signature, issuer, audience, nonce, time, or a code it does not know. */
  answer: 'not-allowed',
  /** Not the kind of sign-in that OIDC_ACR asks for. */
  factor: 'not-allowed',
  /** An account that was not seen before, without a mail address that the provider vouches for. */
  mail: 'not-allowed',
  /** The mail address belongs to a person who signs in with another account of the provider. */
  taken: 'conflict',
  'too-many': 'too-many',
} as const;
export type Refusal = keyof typeof refusals;

export function isRefusal(reason: unknown): reason is Refusal {
  return typeof reason === 'string' && Object.hasOwn(refusals, reason);
}

/** Its cause is never carried along: the provider's answers hold codes and tokens. */
export function refusal(reason: Refusal, details: Record<string, unknown> = {}): Problem {
  return new Problem(refusals[reason], `Signing in through the identity provider was refused: ${reason}.`, {
    details: { ...details, reason },
  });
}

/** The reason that a Problem made by refusal carries. */
export function reasonOf(error: unknown): Refusal | undefined {
  const reason = (error as { details?: { reason?: unknown } } | null)?.details?.reason;
  return isRefusal(reason) ? reason : undefined;
}

import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Actor, Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';

/**
 * A person who signs in by a link sent by mail; the account is made when the first link is used, so asking for one tells
 * nobody who has an account. A link opens once and for half an hour. A session lasts thirty days, or until it is ended.
 * These times are defaults of the software; no law sets them.
 */
export const emailAddress = z
  .string()
  .trim()
  .max(254)
  .transform((text) => text.toLowerCase())
  .pipe(z.email());

/** How many links may be asked for in an hour: for one mail address from one place, from one place, for one address. */
export const mostLinks = { forOneAddress: 5, fromOnePlace: 20, fromAllPlaces: 15 };

export type Session = {
  id: string;
  browser: string;
  method: string;
  createdAt: string;
  seenAt: string;
  current: boolean;
};

/** 256 random bits, for a link or a session, and what is kept of them. */
export function makeSecret(): { secret: string; hash: Buffer } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The person who is asking. Errors: signed-out. */
export function signedIn(ctx: Ctx): Extract<Actor, { kind: 'person' }> {
  if (ctx.actor.kind === 'person') return ctx.actor;
  throw new Problem('signed-out', 'Sign in first.');
}

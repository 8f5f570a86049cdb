import { hash, verify } from '@node-rs/argon2';
import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { passwordLength } from '../person-defaults.ts';
import { isLeaked } from './leaked-passwords.ts';

/**
 * A password of staff: 12 to 200 characters, whatever they are, but not what stands to reason (the mail address, the
 * site's name, what everybody takes) nor what leaked elsewhere. It counts only together with a second factor. Kept as
 * argon2id with the parameters that OWASP recommends; docs/decisions/008-staff-sign-in.md.
 */
export const argon2id = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Compared where there is no password, so that time does not tell: of 256 random bits that nobody knows. */
export const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$wtk+5l5jrcdF6+4zgteitA$pYFVR7Odksv+mALQJ+AMf/XRB6HjbzZv4e9PFjz0GXs';

/** What people take when they must take something; what remains of a password without it must still be one. */
const commonest =
  /passwords?|passwort|contrasena|qwert[yz]?(uiop)?|asdf(gh(jkl)?)?|zxcv(bnm)?|1q2w3e(4r(5t)?)?|q1w2e3(r4)?|welcome|bienvenid[oa]|admin(istrator|istrador)?|letmein|changeme|secret|iloveyou|princess|monkey|dragon|sunshine|football|baseball|superman|batman|summer|winter|spring|autumn|trustno1|abc123|charter[ -]?oak|city[ -]?hall|(19|20)\d\d/g;
const rows = ['01234567890123456789', '09876543210987654321', 'abcdefghijklmnopqrstuvwxyz'];

/** For comparing alone: without case and accents, as guessers would. */
const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The same text however a keyboard composed its letters [NIST SP 800-63B §3.1.1.2]. */
const normal = (password: string): string => password.normalize('NFKC');

/**
 * Checks a new password. `words`: what stands to reason here, such as the mail address and the site's name.
 * Errors: invalid, details.reason `short`, `long` or `common`.
 */
export function checkPassword(password: string, words: readonly string[]): void {
  const refuse = (reason: 'short' | 'long' | 'common', message: string) => {
    throw new Problem('invalid', message, { details: { field: 'password', reason } });
  };
  const { least, most } = passwordLength;
  const length = [...normal(password)].length;
  if (length < least) refuse('short', `This password is too short: take at least ${least} characters.`);
  if (length > most) refuse('long', `This password is too long: take at most ${most} characters.`);
  if (remainder(plain(password), words) < 6 || isLeaked(plain(password)))
    refuse(
      'common',
      'This password is easily guessed. Take one that has nothing to do with you or this site.',
    );
}

/** How many different pieces are left when everything that stands to reason is taken out. */
function remainder(password: string, words: readonly string[]): number {
  let left = password;
  const parts = words.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]);
  for (const part of parts.map(plain).sort((a, b) => b.length - a.length))
    if (part.length >= 3) left = left.replaceAll(part, ' ');
  left = left.replace(commonest, ' ').replace(/(.+?)\1{2,}/gu, '$1');
  // Runs along the keyboard's or the alphabet's rows count as one character.
  for (const row of rows)
    for (let length = row.length; length >= 4; length--)
      for (let start = 0; start + length <= row.length; start++)
        left = left.replaceAll(row.slice(start, start + length), row[start] ?? '');
  return new Set(left.replace(/\s/g, '')).size;
}

/** What whoever guesses passwords here would begin with: the site's names. */
export async function wordsOfSite(ctx: Ctx): Promise<string[]> {
  const { rows } = await ctx.app.query<{ name: string }>(
    'select name from released.place where parent is null limit 10',
  );
  return [new URL(publicUrl(ctx.config)).hostname, ...rows.map(({ name }) => name)];
}

type Lane = { running: boolean; waiting: (() => void)[] };
const longestQueue = 20;
// The server and the page bundle each load this file: pinned, so that both stand in the same queue.
const key = Symbol.for('charter-oak.hashing');
const pinned = globalThis as { [key]?: Record<'known' | 'stranger', Lane> };
pinned[key] ??= { known: { running: false, waiting: [] }, stranger: { running: false, waiting: [] } };

/**
 * Hashing takes some 30 ms of a processor and 19 MiB on purpose. One at a time for strangers and one for browsers that
 * are known, so that a flood of strangers neither takes the machine nor keeps the known ones waiting. Errors: busy.
 */
async function inLane<T>(name: 'known' | 'stranger', work: () => Promise<T>): Promise<T> {
  const lane = (pinned[key] as Record<string, Lane>)[name] as Lane;
  if (lane.running) {
    refuseWhenFull(name);
    await new Promise<void>((turn) => lane.waiting.push(turn));
  }
  lane.running = true;
  try {
    return await work();
  } finally {
    const next = lane.waiting.shift();
    if (next) next();
    else lane.running = false;
  }
}

/** Errors: busy, when so many wait that one more would be refused: asked first, it costs the database nothing. */
export function refuseWhenFull(name: 'known' | 'stranger'): void {
  const lane = (pinned[key] as Record<string, Lane>)[name] as Lane;
  if (lane.waiting.length >= longestQueue)
    throw new Problem('busy', 'Many people are signing in right now. Try again in a moment.');
}

/** What is kept of a password. Errors: busy. */
export function hashPassword(password: string): Promise<string> {
  return inLane('known', () => hash(normal(password), argon2id));
}

/** Whether it is the password that was kept; the same work where none was. Errors: busy. */
export async function isPassword(
  kept: string | undefined,
  password: string,
  lane: 'known' | 'stranger',
): Promise<boolean> {
  // What is longer was never taken as a password; it is cut, so that the work stays the same.
  const given = normal(password.slice(0, 4 * passwordLength.most));
  const same = await inLane(lane, () => verify(kept ?? nobodysHash, given));
  return same && kept !== undefined;
}

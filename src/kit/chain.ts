import { createHash, randomBytes } from 'node:crypto';
import { Problem } from './problem.ts';

/**
 * A chain of envelopes shows whether anything in it was changed, taken out, put in or moved since it was written. An
 * envelope says who did what to whom and when, and holds a salted commitment to the content, not the content: that may
 * be erased and the chain still verifies. Nothing here is secret: who can write every row can also compute a new chain,
 * so a head must be remembered elsewhere (docs/decisions/006-audit-chain.md).
 */
export type Envelope = {
  /** From 1, without gaps. */
  number: bigint;
  /** ISO 8601 in UTC, to the millisecond. The chain takes it as text. */
  at: string;
  actor: string;
  kind: string;
  subject: string;
  commitment: Buffer;
};
export type Sealed = Envelope & { hash: Buffer };

/** What a chain has come to: the number and hash of its last envelope. */
export type Head = Pick<Sealed, 'number' | 'hash'>;

/** The head of a chain without envelopes. */
export const emptyHead: Head = { number: 0n, hash: Buffer.alloc(32) };

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Puts the next envelope on the chain. Errors: invalid, if its text cannot be stored. */
export function seal(head: Head, next: Omit<Envelope, 'number'>): Sealed {
  const envelope = { ...next, number: head.number + 1n };
  for (const text of [next.at, next.actor, next.kind, next.subject]) refuseUnstorable(text);
  return { ...envelope, hash: hashOf(head.hash, envelope) };
}

/**
 * A time as it was sealed (2026-11-20T15:00:00.120Z), from the text of a timestamptz in UTC. What is never sealed
 * (microseconds, a year before Christ) stays as it is, and the chain then finds it changed.
 */
export function sealedTime(text: string): string {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00(?::00)?$/.exec(text) ?? [];
  return day ? `${day}T${time}.${fraction.padEnd(3, '0')}Z` : text;
}

/** What is wrong with an envelope as the successor of `head`; undefined when it follows. */
export function check(head: Head, next: Sealed): 'missing' | 'out-of-order' | 'changed' | undefined {
  if (next.number > head.number + 1n) return 'missing';
  if (next.number <= head.number) return 'out-of-order';
  return hashOf(head.hash, next).equals(next.hash) ? undefined : 'changed';
}

/**
 * Commits to content: `text` is what to store, `salt` goes beside it, `commitment` into the envelope. Without the salt
 * nobody could tell from the commitment what was said, once it is erased, by trying likely contents. Errors: invalid.
 */
export function commit(content: Json): { text: string; salt: Buffer; commitment: Buffer } {
  const text = canonicalJson(content);
  const salt = randomBytes(32);
  return { text, salt, commitment: commitmentTo(salt, text) };
}

/** Whether stored content, as the JSON text that PostgreSQL gives for a jsonb, is what was committed to. */
export function isCommitted(stored: { text: string; salt: Buffer }, commitment: Buffer): boolean {
  let exact = true;
  // A changed number may round to the same JavaScript number: its digits must be the ones that were written.
  const content = JSON.parse(stored.text, (_key, value: Json, context?: { source?: string }) => {
    if (typeof value === 'number') exact &&= context?.source === String(value);
    return value;
  });
  if (!exact || stored.salt.length !== 32) return false;
  return commitmentTo(stored.salt, canonicalJson(content)).equals(commitment);
}

/**
 * The one text for a JSON value, however its keys were ordered: keys by code unit, no spaces. It survives a jsonb column,
 * so it refuses what that cannot keep, and numbers that jsonb would write otherwise. Errors: invalid.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${canonicalJson(key)}:${canonicalJson(value[key] as Json)}`).join(',')}}`;
  }
  if (typeof value === 'string') refuseUnstorable(value);
  if (typeof value === 'number' && !/^-?\d+(\.\d+)?$/.test(String(value))) {
    throw new Problem('invalid', `The number ${value} cannot be recorded exactly; write it as text.`);
  }
  return JSON.stringify(value);
}

// A JSON array, because it cannot be read in two ways, whatever the fields contain.
function hashOf(previous: Buffer, { number, at, actor, kind, subject, commitment }: Envelope): Buffer {
  const encoding = JSON.stringify([String(number), at, actor, kind, subject, commitment.toString('hex')]);
  return createHash('sha256').update(previous).update(encoding).digest();
}

function commitmentTo(salt: Buffer, text: string): Buffer {
  return createHash('sha256').update(salt).update(text).digest();
}

function refuseUnstorable(text: string): void {
  if (!text.includes('\0') && text.isWellFormed()) return;
  throw new Problem(
    'invalid',
    'The text to be recorded has a character that cannot be stored (U+0000, or half of a pair). Remove it.',
  );
}

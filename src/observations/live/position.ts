import { Problem } from '../../kit/problem.ts';

/**
 * A place in the stream of what arrived: after the reading `id` of transaction `tx`. Readings are ordered by
 * (tx, id) and become visible to the feeds only when every earlier transaction has ended, so a position never has
 * anything new behind it. Written `tx-id` in `Last-Event-ID`.
 */
export type Position = { tx: bigint; id: bigint };

/** Comes after every reading of its transaction (ids end at 2^63-1). */
export const endOfTransaction = 9_223_372_036_854_775_807n;
const largestTransaction = 18_446_744_073_709_551_615n;

export function isAfter(a: Position, b: Position): boolean {
  return a.tx === b.tx ? a.id > b.id : a.tx > b.tx;
}

export function formatPosition(position: Position): string {
  return `${position.tx}-${position.id}`;
}

/** Errors: invalid. */
export function parsePosition(text: string): Position {
  const match = /^(\d{1,20})-(\d{1,19})$/.exec(text.trim());
  const position = match && { tx: BigInt(match[1] as string), id: BigInt(match[2] as string) };
  if (!position || position.tx > largestTransaction || position.id > endOfTransaction) {
    throw new Problem(
      'invalid',
      'Last-Event-ID is not one that this feed has sent. Send back the id of the last event you received, or none to start with what comes next.',
      { details: { header: 'Last-Event-ID' } },
    );
  }
  return position;
}

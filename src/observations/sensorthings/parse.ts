import { Problem } from '../../kit/problem.ts';
import { noOptions, parseOptions } from './parse-options.ts';
import type { Query, Segment } from './tree.ts';

export const largestId = 9_223_372_036_854_775_807n;

/**
 * Reads an address below the service root (path and query as they came, still encoded) into a tree.
 * Throws Problem `invalid` (malformed id, option or expression, with the position) or `not-found` (no such path).
 */
export function parse(address: string): Query {
  const mark = address.indexOf('?');
  const { path, tail } = parsePath(mark < 0 ? address : address.slice(0, mark));
  return { path, tail, options: mark < 0 ? noOptions() : parseOptions(address.slice(mark + 1)) };
}

/** The path alone, for the doors that write. */
export function parsePath(text: string): { path: Segment[]; tail?: '$value' | '$ref' } {
  const parts = text.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeSegment);
  const last = parts.at(-1);
  const tail = last === '$value' || last === '$ref' ? last : undefined;
  if (tail) parts.pop();
  if (parts.length > 40) throw new Problem('invalid', 'The path is too long: 40 segments at most.');
  return { path: parts.map(parseSegment), tail };
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem('invalid', `The path is not percent-encoded UTF-8, at “${part.slice(0, 60)}”.`);
  }
}

function parseSegment(part: string): Segment {
  const match = /^([^()]+)(?:\(([^()]*)\))?$/.exec(part);
  if (!match) throw noSuchPath(part);
  const [, name, key] = match as string[] as [string, string, string?];
  if (key === undefined) return { name };
  if (!/^-?\d+$/.test(key)) {
    throw new Problem(
      'invalid',
      `“${key}” is not an id. Ids are whole numbers without quotation marks: ${name}(1).`,
      {
        details: { segment: part },
      },
    );
  }
  const id = BigInt(key);
  if (id > largestId || id < -largestId) throw new Problem('not-found', `There is no ${name}(${key}).`);
  return { name, key: id.toString() };
}

export function noSuchPath(part: string): Problem {
  return new Problem('not-found', `There is nothing at “${part.slice(0, 80)}” here.`, {
    details: { segment: part },
  });
}

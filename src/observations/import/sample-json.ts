import { isProblem } from '../../kit/problem.ts';
import type { FileShape } from './mapping.ts';
import { decodePayload, textOf } from './read-rows.ts';

type Payload = FileShape['payloads'][number];

const deepest = 4;
const mostPaths = 300;

/** The dotted paths to every value in these records, those of their payloads too, in the order in which they occur. */
export function flatten(records: readonly unknown[], payloads: readonly Payload[]): string[] {
  const paths = new Set<string>();
  const walk = (value: unknown, path: string, depth: number) => {
    if (paths.size >= mostPaths || depth > deepest) return;
    if (typeof value !== 'object' || value === null) {
      if (path !== '') paths.add(path);
      return;
    }
    const members = Array.isArray(value) ? value.slice(0, 8) : value;
    for (const [name, member] of Object.entries(members)) {
      // A dot in a name would be taken for a step.
      if (!name.includes('.')) walk(member, path === '' ? name : `${path}.${name}`, depth + 1);
    }
  };
  for (const record of records.slice(0, 200)) {
    walk(record, '', 0);
    for (const payload of payloads) {
      const sent = tryDecode(member(record, payload.column), payload);
      if (sent !== undefined) walk(sent, payload.into, 1);
    }
  }
  return [...paths];
}

/** A member that holds an object in disguise, as network servers of LoRaWAN pass it on. */
export function payloadIn(records: readonly unknown[]): Payload[] {
  const [first] = records;
  if (typeof first !== 'object' || first === null) return [];
  for (const column of Object.keys(first)) {
    for (const encoding of ['hex', 'base64', 'text'] as const)
      for (const as of ['json', 'relaxed-object'] as const) {
        const payload: Payload = { column, encoding, as, into: 'sent' };
        const held = records
          .slice(0, 50)
          .map((record) => member(record, column))
          .filter((text) => text !== '');
        if (held.length > 0 && held.every((text) => isObject(tryDecode(text, payload)))) return [payload];
      }
  }
  return [];
}

function member(record: unknown, column: string): string {
  const held = (record as Record<string, unknown> | null)?.[column];
  return typeof held === 'object' ? '' : textOf(held);
}

function tryDecode(held: string, payload: Payload): unknown {
  if (held.length < 4) return undefined;
  try {
    return decodePayload(held, payload);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

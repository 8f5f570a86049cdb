import { wrong } from './body.ts';

type Json = Record<string, unknown>;

/**
 * Applies a JSON Patch [RFC 6902] to an entity as it reads, and returns the properties that differ after it, for an
 * ordinary change; one that was removed is null. Throws Problem `invalid` naming the operation.
 */
export function applyJsonPatch(entity: unknown, patch: unknown): Json {
  if (!Array.isArray(patch)) throw wrong('', 'expected an array of operations');
  const before = entity as Json;
  const after: Holder = { root: structuredCopy(before), copied: 0 };
  for (const [index, operation] of patch.entries()) apply(after, operation, `[${index}]`);
  const result = after.root as Json;
  if (typeof result !== 'object' || result === null || Array.isArray(result))
    throw wrong('', 'the entity would be no object');
  const changes: Json = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(result)])) {
    if (JSON.stringify(before[name]) !== JSON.stringify(result[name])) changes[name] = result[name] ?? null;
  }
  return changes;
}

/** Numbers that are kept as written are shared, not copied: they are frozen. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, structuredCopy(inner)]));
}

type Holder = { root: unknown; copied: number };

/** Characters of JSON that all copies of one patch may make: each could double the entity. A default of the software. */
const mostCopied = 1_048_576;

function copyOf(holder: Holder, value: unknown, at: string): unknown {
  holder.copied += JSON.stringify(value).length;
  if (holder.copied > mostCopied) throw wrong(at, `copies more than ${mostCopied} characters in all`);
  return structuredCopy(value);
}

function apply(holder: Holder, operation: unknown, at: string): void {
  const { op, path, from, value } = (
    typeof operation === 'object' && operation !== null ? operation : {}
  ) as Json;
  if (typeof path !== 'string' || !/^(\/.*)?$/s.test(path))
    throw wrong(`${at}.path`, 'expected a JSON pointer such as /properties/color');
  const needsValue = op === 'add' || op === 'replace' || op === 'test';
  if (needsValue && !('value' in (operation as Json))) throw wrong(`${at}.value`, 'is missing');
  const source = () => {
    if (typeof from !== 'string') throw wrong(`${at}.from`, 'expected a JSON pointer');
    return get(holder, from, `${at}.from`);
  };
  switch (op) {
    case 'add':
      put(holder, path, value, at, true);
      return;
    case 'replace':
      get(holder, path, `${at}.path`);
      put(holder, path, value, at, false);
      return;
    case 'remove':
      remove(holder, path, at);
      return;
    case 'copy':
      put(holder, path, copyOf(holder, source(), at), at, true);
      return;
    case 'move': {
      const moved = source();
      if (path.startsWith(`${from}/`)) throw wrong(`${at}.path`, 'lies inside what would be moved');
      remove(holder, from as string, at);
      put(holder, path, moved, at, true);
      return;
    }
    case 'test':
      if (canonical(get(holder, path, `${at}.path`)) !== canonical(value))
        throw wrong(at, 'the test fails; nothing was changed');
      return;
    default:
      throw wrong(`${at}.op`, 'expected add, remove, replace, move, copy or test');
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !JSON.isRawJSON(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const tokens = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

function get(holder: Holder, pointer: string, at: string): unknown {
  let value = holder.root;
  for (const token of tokens(pointer)) {
    const has = Array.isArray(value)
      ? /^(0|[1-9]\d*)$/.test(token) && Number(token) < value.length
      : typeof value === 'object' && value !== null && Object.hasOwn(value, token);
    if (!has) throw wrong(at, `there is nothing at ${pointer}`);
    value = (value as Json)[token];
  }
  return value;
}

function parentOf(holder: Holder, pointer: string, at: string): { parent: unknown; last: string } {
  const last = tokens(pointer).at(-1) ?? '';
  return { parent: get(holder, pointer.slice(0, pointer.lastIndexOf('/')), at), last };
}

function put(holder: Holder, pointer: string, value: unknown, at: string, insert: boolean): void {
  if (pointer === '') {
    holder.root = value;
    return;
  }
  const { parent, last } = parentOf(holder, pointer, `${at}.path`);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : /^(0|[1-9]\d*)$/.test(last) ? Number(last) : -1;
    if (index < 0 || index > parent.length) throw wrong(`${at}.path`, 'names no place in the array');
    parent.splice(index, insert ? 0 : 1, value);
  } else if (typeof parent === 'object' && parent !== null && !JSON.isRawJSON(parent)) {
    Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  } else throw wrong(`${at}.path`, 'lies inside something that is neither object nor array');
}

function remove(holder: Holder, pointer: string, at: string): void {
  get(holder, pointer, `${at}.path`);
  if (pointer === '') throw wrong(`${at}.path`, 'the whole entity cannot be removed so');
  const { parent, last } = parentOf(holder, pointer, `${at}.path`);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Json)[last];
}

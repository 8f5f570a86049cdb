import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Problem } from './problem.ts';

const mostProblemsShown = 20;

/** The line of a path (`['datasets', 0, 'title']`) in the file it was read from. */
export type LineOf = (path: readonly PropertyKey[]) => number;

/**
 * Reads a YAML file whose members a schema describes. `schemaFor` chooses the schema by what the file holds; `see` names
 * the page that describes the file. Errors: Problem `invalid` that lists every fault with file, line and path.
 */
export function readYamlFile<T>(
  source: string,
  name: string,
  options: { schemaFor(raw: Record<string, unknown>): z.ZodType<T>; expected: string; see: string },
): { value: T; lineOf: LineOf } {
  const lines = new LineCounter();
  // `<<` lets entries that differ in little share the rest.
  const document = parseDocument(source, { lineCounter: lines, merge: true, prettyErrors: false });
  const lineOf: LineOf = (path) => lines.linePos(offsetOf(document, path)).line;

  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new Problem('invalid', `${name}:${line}:${col}: not well-formed YAML: ${broken.message}`, {
      details: { file: name, line, column: col },
    });
  }
  if (!isMap(document.contents)) throw new Problem('invalid', `${name}:1: ${options.expected}`);

  const raw = plainValue(document, name);
  const result = options.schemaFor(raw).safeParse(raw);
  if (result.success) return { value: result.data, lineOf };
  const faults = result.error.issues
    .flatMap((issue) => describe(issue, raw, options.see))
    .map(({ path, message }) => ({ line: lineOf(path), path: path.map(String).join('.'), message }));
  throw faultsIn(name, faults);
}

/** Every fault of a file in one Problem, by line. */
export function faultsIn(
  name: string,
  faults: readonly { line: number; path: string; message: string }[],
): Problem {
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  const shown = sorted
    .slice(0, mostProblemsShown)
    .map((f) => `${name}:${f.line}: ${f.path ? `${f.path}: ` : ''}${f.message}`);
  if (sorted.length > shown.length) shown.push(`… and ${sorted.length - shown.length} more`);
  return new Problem('invalid', shown.join('\n'), { details: { file: name, faults: sorted } });
}

/** The document's values, aliases followed; a few that multiply could fill the memory, so their number is limited. */
function plainValue(document: Document.Parsed, name: string): Record<string, unknown> {
  try {
    return document.toJS({ maxAliasCount: 200 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new Problem('invalid', `${name}: its aliases (*name) cannot be followed: ${why}`, { cause });
  }
}

type Fault = { path: readonly PropertyKey[]; message: string };

function describe(issue: z.core.$ZodIssue, raw: unknown, see: string): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: `unknown name; see ${see}` }));
  }
  if (issue.code === 'invalid_type' && at(raw, issue.path) === undefined) {
    return [{ path: issue.path, message: `is needed (${issue.expected})` }];
  }
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return [{ path: issue.path, message: `must be one of ${issue.values.map(String).join(', ')}` }];
  }
  return [{ path: issue.path, message: issue.message }];
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here: unknown = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Reflect.get(here, step);
  }
  return here;
}

/** Offset of a path's node; where the file does not write it (absent, or merged in by `<<`), of the nearest parent. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { isProblem, Problem } from '../../kit/problem.ts';
import {
  type LoadedMapping,
  type Mapping,
  readingsMappingSchema,
  sensorsRegisterSchema,
  thingsRegisterSchema,
} from './mapping.ts';
import { compileTime } from './time-column.ts';

const mostProblemsShown = 20;

/**
 * Reads a mapping from the text of its YAML file.
 * @throws Problem `invalid` that lists every fault with the mapping file's name, line and path.
 */
export function readMapping(source: string, name: string): LoadedMapping {
  const lines = new LineCounter();
  // `<<` lets columns that differ in little share the rest.
  const document = parseDocument(source, { lineCounter: lines, merge: true, prettyErrors: false });
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document, path)).line;

  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new Problem('invalid', `${name}:${line}:${col}: not well-formed YAML: ${broken.message}`, {
      details: { file: name, line, column: col },
    });
  }
  if (!isMap(document.contents)) {
    throw new Problem(
      'invalid',
      `${name}:1: a mapping file holds named members such as dataset, time and datastreams`,
    );
  }

  const raw = plainValue(document, name);
  const register = document.get('register');
  const schema: z.ZodType<Mapping> =
    register === undefined
      ? readingsMappingSchema
      : register === 'sensors'
        ? sensorsRegisterSchema
        : thingsRegisterSchema;
  const result = schema.safeParse(raw);
  if (result.success) {
    checkTime(result.data, lineOf, name);
    return { mapping: result.data, lineOf, name };
  }

  const faults = result.error.issues
    .flatMap((issue) => describe(issue, raw))
    .map(({ path, message }) => ({
      line: lineOf(path),
      path: path.map(String).join('.'),
      message,
    }));
  faults.sort((a, b) => a.line - b.line);
  const shown = faults
    .slice(0, mostProblemsShown)
    .map((f) => `${name}:${f.line}: ${f.path ? `${f.path}: ` : ''}${f.message}`);
  if (faults.length > shown.length) shown.push(`… and ${faults.length - shown.length} more`);
  throw new Problem('invalid', shown.join('\n'), { details: { file: name, faults } });
}

/** The document's values, aliases followed; a few that multiply could fill the memory, so their number is limited. */
function plainValue(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 200 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new Problem('invalid', `${name}: its aliases (*name) cannot be followed: ${why}`, { cause });
  }
}

/** A time format or zone that cannot be used is a fault of the mapping, found before any file is opened. */
function checkTime(mapping: Mapping, lineOf: LoadedMapping['lineOf'], name: string): void {
  if (!('time' in mapping)) return;
  try {
    compileTime(mapping.time, () => 0);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const line = lineOf(['time', error.message.includes('zone "') ? 'zone' : 'format']);
    throw new Problem('invalid', `${name}:${line}: time: ${error.message}`, {
      details: { file: name, line },
      cause: error,
    });
  }
}

type Fault = { path: readonly PropertyKey[]; message: string };

function describe(issue: z.core.$ZodIssue, raw: unknown): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: 'unknown name; see docs/importing.md',
    }));
  }
  if (issue.code === 'invalid_type' && at(raw, issue.path) === undefined) {
    return [{ path: issue.path, message: `is needed (${issue.expected})` }];
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

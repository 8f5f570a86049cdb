import { createHash } from 'node:crypto';
import type { QueryArrayConfig, QueryArrayResult } from 'pg';
import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { queryBound, readGranted } from '../../release/index.ts';
import { type Compiled, compile } from './compile.ts';
import { expand } from './expand.ts';
import { v11 } from './names.ts';
import { parse } from './parse.ts';
import { asQueryProblem } from './problem.ts';
import type { Schema } from './sql.ts';
import type { Query } from './tree.ts';

/** `body` undefined: the property is there and has no value. */
export type Answer = { body?: Buffer; type: 'json' | 'text' };

/**
 * Answers a read: the address below the service root, encoded as it came. Reads what is public, and what the asker's key
 * opens besides. Errors: invalid (the option and position), not-found, busy.
 */
export async function readEntities(ctx: Ctx, address: string): Promise<Answer> {
  const query = parse(address);
  const granted = ctx.actor.kind === 'reading-key' ? await readGranted(ctx) : [];
  if (granted.length === 0) return answer(ctx, from(ctx.public), compile(query, settings(ctx)));
  const compiled = compile(query, { ...settings(ctx), schema: 'visible' });
  const ids = granted.map(({ id }) => id);
  return answer(ctx, (asked) => queryBound(ctx, ids, asked, { alike: isOfOne(query) }), compiled);
}

/** One entity, or what lies in the order of its key within one Datastream. */
function isOfOne({ path: [first, second, third], options }: Query): boolean {
  if (first?.key === undefined || options.filter || options.expand) return false;
  return second === undefined || (first.name === 'Datastreams' && second.name === 'Observations' && !third);
}

/** The same for a writer: what he has just written lies in the first of these schemas that has it. */
export async function readBack(
  ctx: Ctx,
  db: Queryable,
  query: Query,
  schemas: readonly Schema[] = ['released', 'granted', 'private'],
): Promise<Answer> {
  const [schema, ...others] = schemas;
  try {
    return await answer(ctx, from(db), compile(query, { ...settings(ctx), schema: schema as Schema }));
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'not-found' || others.length === 0) throw error;
    return readBack(ctx, db, query, others);
  }
}

function settings(ctx: Ctx) {
  return { dialect: v11, base: `${publicUrl(ctx.config)}${v11.root}`, now: ctx.clock.now().toISOString() };
}

type Row = [body: string | null, missing?: boolean];
type Ask = (query: QueryArrayConfig) => Promise<QueryArrayResult<Row>>;
const from =
  (db: Queryable): Ask =>
  (query) =>
    db.query<Row>(query);

async function answer(ctx: Ctx, ask: Ask, compiled: Compiled): Promise<Answer> {
  const { text, values, sends, templates } = compiled;
  const { rows } = await ask({ text, values, name: preparedName(text), rowMode: 'array' }).catch(
    (error: unknown) => {
      throw asQueryProblem(error, ctx);
    },
  );
  const [row] = rows;
  if (!row)
    throw new Problem('not-found', 'There is no such entity, or it does not belong to the one before it.');
  const [body, missing] = row;
  if (body === null && missing) throw new Problem('not-found', 'There is no such property.');
  return { body: body === null ? undefined : expand(body, templates), type: sends };
}

// A statement that comes again is prepared under a name, which spares the planning. Clients choose the shapes, so their
// number is bounded: each costs memory in every connection.
const mostNames = 200;
const names = new Map<string, string>();
let once = new Set<string>();

function preparedName(text: string): string | undefined {
  const known = names.get(text);
  if (known) return known;
  if (names.size >= mostNames) return undefined;
  if (!once.has(text)) {
    if (once.size >= mostNames) once = new Set();
    once.add(text);
    return undefined;
  }
  const name = `sta_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  once.delete(text);
  return name;
}

import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkMayKnow } from '../may-know.ts';
import { inverseOf } from './body.ts';
import type { Kind } from './model.ts';
import { findLink, findSet, v11 } from './names.ts';
import { noSuchPath, parsePath } from './parse.ts';
import { noOptions } from './parse-options.ts';
import { readBack } from './read-entities.ts';
import type { Segment } from './tree.ts';

/** The entity that an address leads to. Errors: not-found, invalid. */
export async function findEntity(ctx: Ctx, address: string): Promise<{ kind: Kind; id: string }> {
  const path = pathOf(address);
  const kind = kindAt(path);
  const last = path.at(-1) as Segment;
  const isOne = last.key !== undefined || (path.length > 1 && !isCollection(path));
  if (!isOne) throw new Problem('invalid', 'Name one entity, as in /Things(1).');
  return { kind, id: await idAt(ctx, path) };
}

/** The collection that an address leads to, and the entity whose collection it is. Errors: not-found, invalid. */
export async function findCollection(
  ctx: Ctx,
  address: string,
): Promise<{ kind: Kind; parent?: { link: string; id: string } }> {
  const path = pathOf(address);
  const kind = kindAt(path);
  if (path.at(-1)?.key !== undefined || (path.length > 1 && !isCollection(path))) {
    throw new Problem('invalid', 'New entities are posted to a collection, as in /Things.');
  }
  if (path.length === 1) return { kind };
  const above = path.slice(0, -1);
  const link = inverseOf(kindAt(above), kind);
  if (!link) throw noSuchPath(path.at(-1)?.name ?? '');
  return { kind, parent: { link, id: await idAt(ctx, above) } };
}

function pathOf(address: string): Segment[] {
  const { path, tail } = parsePath(address.split('?', 1)[0] ?? '');
  if (tail) throw new Problem('invalid', `${tail} can be read, not written.`);
  return path;
}

function kindAt(path: readonly Segment[]): Kind {
  const [first, ...others] = path;
  let kind = first && findSet(v11, first.name);
  if (!kind) throw noSuchPath(first?.name ?? '');
  for (const segment of others) {
    const found = findLink(v11, kind, segment.name);
    if (!found) throw noSuchPath(segment.name);
    kind = found.link.to;
  }
  return kind;
}

function isCollection(path: readonly Segment[]): boolean {
  const link = findLink(v11, kindAt(path.slice(0, -1)), path.at(-1)?.name ?? '');
  return link?.link.many === true && path.at(-1)?.key === undefined;
}

/** Master rows are asked as well as public ones: a writer works on what is not public, if it is his to know. */
async function idAt(ctx: Ctx, path: Segment[]): Promise<string> {
  const query = { path: [...path, { name: v11.id }], tail: '$value' as const, options: noOptions() };
  const { body } = await readBack(ctx, ctx.app, query);
  const id = body?.toString() ?? '';
  await checkMayKnow(ctx, kindAt(path), id);
  return id;
}

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Permission, permissions } from '../src/people/permissions.ts';

/**
 * Holds the permission table against the code. An action is an exported function of the name of its file whose first
 * parameter is the context. Each stands in one row; where a row is not open to everybody, its action asks the table.
 */
const src = new URL('../src/', import.meta.url).pathname;
const files = (await readdir(src, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const problems: string[] = [];

const rowsOf = new Map<string, Permission[]>();
for (const [permission, { actions }] of Object.entries(permissions))
  for (const action of actions) rowsOf.set(action, [...(rowsOf.get(action) ?? []), permission as Permission]);

const found = new Set<string>();
for (const file of files) {
  const name = basename(file, '.ts');
  const text = await readFile(join(src, file), 'utf8');
  const signature = new RegExp(`export (async )?function\\*? ${camel(name)}(<[^>]*>)?\\(\\s*ctx: Ctx\\b`);
  if (!signature.test(text)) continue;
  found.add(name);
  const [permission, ...more] = rowsOf.get(name) ?? [];
  if (!permission || more.length > 0) {
    problems.push(
      `${file}: “${name}” stands in ${permission ? 'several rows' : 'no row'} of the permission table`,
    );
  } else if (
    !('anonymous' in permissions[permission].may) &&
    !text.includes(`checkPermission(ctx, '${permission}'`)
  ) {
    problems.push(`${file}: never asks checkPermission(ctx, '${permission}')`);
  }
}
for (const name of rowsOf.keys())
  if (!found.has(name)) problems.push(`the permission table names “${name}”, which is no action`);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`${found.size} actions stand in the permission table and ask it.`);

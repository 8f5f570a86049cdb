import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';

/**
 * Holds the import rule of docs/architecture.md: layers, front doors, nobody imports a door, no cycles, and no file
 * over 400 lines. Prints every breach with its file and fails.
 */
const layers: string[][] = [
  ['kit', 'rules', 'ui'],
  ['places'],
  ['people'],
  ['release'],
  ['rulebook'],
  ['cases'],
  ['observations', 'datasets', 'demonstration', 'guides', 'questions', 'reports', 'access', 'registers'],
];
const layerOf = new Map(
  layers.flatMap((folders, layer) => folders.map((folder) => [folder, layer] as const)),
);
// A door parses and formats; only what mounts it may import it.
const isDoor = (file: string) => /(^|\/)(http|cli|pages\/[^/]+|explore)\.tsx?$/.test(file);
// These see every feature: the process, its commands and the site map.
const isTop = (file: string) => !file.includes('/') || file.startsWith('commands/');
const longest = 400;

const src = new URL('../src/', import.meta.url).pathname;
const files = (await readdir(src, { recursive: true })).filter(
  (name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && !/\.test\.tsx?$/.test(name),
);
const problems: string[] = [];
const imports = new Map<string, string[]>();

for (const file of files) {
  const text = await readFile(join(src, file), 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > longest)
    problems.push(`${file}: ${lines} lines; ${longest} is the most. It is a room that wants a wall.`);
  const targets: string[] = [];
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
    if (!path || !/\.tsx?$/.test(path)) continue;
    const target = normalize(join(dirname(file), path));
    if (target.startsWith('..')) continue;
    targets.push(target);
    judge(file, target);
  }
  imports.set(file, targets);
}

function judge(file: string, target: string): void {
  if (isTop(file)) return;
  const [from, to] = [file.split('/')[0] as string, target.split('/')[0] as string];
  if (isTop(target)) {
    // Generated route types and the page context are shared by all pages.
    if (!target.startsWith('+types') && target !== 'page-context.ts') {
      problems.push(`${file} imports ${target}: nothing in a folder imports what stands above it`);
    }
    return;
  }
  if (isDoor(target) && !isDoor(file)) problems.push(`${file} imports the door ${target}`);
  if (from === to) {
    if (target === `${to}/index.ts`) problems.push(`${file} imports its own folder's index.ts`);
    return;
  }
  const [own, other] = [layerOf.get(from), layerOf.get(to)];
  if (own === undefined)
    problems.push(`${file}: the folder ${from} has no layer in scripts/check-boundaries.ts`);
  else if (other === undefined) problems.push(`${file} imports ${target}, whose folder has no layer`);
  else if (to === 'kit' && from === 'ui') problems.push(`${file}: ui imports nothing of ours`);
  else if (other > own || (other === own && own > 0 && to !== from)) {
    problems.push(`${file} imports ${target}: ${from} may import only the layers before it`);
  } else if (own === 0 && from !== to)
    problems.push(`${file} imports ${target}: ${from} imports nothing of ours`);
  // kit and ui are boxes of parts; every other folder has a front door.
  else if (
    !['kit', 'ui'].includes(to) &&
    ![`${to}/index.ts`, `${to}/view.ts`, `${to}/view.tsx`].includes(target)
  ) {
    problems.push(
      `${file} imports ${target}: from outside, only ${to}/index.ts, or ${to}/view.ts(x) for pages`,
    );
  }
}

/** Depth-first; a file met again on the way down closes a cycle. */
function findCycles(): void {
  const done = new Set<string>();
  const visit = (file: string, way: string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) {
      problems.push(`a cycle: ${[...way.slice(at), file].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
}
findCycles();

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`\n${problems.length} breaches of the import rule (docs/architecture.md, Layers).`);
  process.exitCode = 1;
} else {
  console.log(`${relative(process.cwd(), src) || 'src'}: ${files.length} files keep the import rule.`);
}

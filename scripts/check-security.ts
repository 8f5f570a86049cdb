import { readdir, readFile } from 'node:fs/promises';

/**
 * Holds docs/security/ to its word: each requirement of OWASP ASVS 5.0.0, levels 1 and 2, stands in it exactly once, as
 * met, n/a or open with words beside it, and every file that it names exists.
 */
const root = new URL('../', import.meta.url);

/** Section → requirements of levels 1 and 2; those of level 3 are left out. */
const levels12: Record<string, string> = {
  ...{ '1.1': '1-2', '1.2': '1-9', '1.3': '1-11', '1.4': '1-3', '1.5': '1-2' },
  ...{ '2.1': '1-3', '2.2': '1-3', '2.3': '1-4', '2.4': '1' },
  ...{ '3.2': '1-2', '3.3': '1-4', '3.4': '1-6', '3.5': '1-5', '3.7': '1-2' },
  ...{ '4.1': '1-3', '4.2': '1', '4.3': '1-2', '4.4': '1-4' },
  ...{ '5.1': '1', '5.2': '1-3', '5.3': '1-2', '5.4': '1-3' },
  ...{ '6.1': '1-3', '6.2': '1-12', '6.3': '1-4', '6.4': '1-4', '6.5': '1-5', '6.6': '1-3', '6.8': '1-4' },
  ...{ '7.1': '1-3', '7.2': '1-4', '7.3': '1-2', '7.4': '1-5', '7.5': '1-2', '7.6': '1-2' },
  ...{ '8.1': '1-2', '8.2': '1-3', '8.3': '1', '8.4': '1' },
  ...{ '9.1': '1-3', '9.2': '1-4' },
  ...{
    '10.1': '1-2',
    '10.2': '1-2',
    '10.3': '1-4',
    '10.4': '1-11',
    '10.5': '1-5',
    '10.6': '1-2',
    '10.7': '1-3',
  },
  ...{ '11.1': '1-2', '11.2': '1-3', '11.3': '1-3', '11.4': '1-4', '11.5': '1', '11.6': '1' },
  ...{ '12.1': '1-3', '12.2': '1-2', '12.3': '1-4' },
  ...{ '13.1': '1', '13.2': '1-5', '13.3': '1-2', '13.4': '1-5' },
  ...{ '14.1': '1-2', '14.2': '1-4', '14.3': '1-3' },
  ...{ '15.1': '1-3', '15.2': '1-3', '15.3': '1-7' },
  ...{ '16.1': '1', '16.2': '1-5', '16.3': '1-4', '16.4': '1-3', '16.5': '1-3' },
  ...{ '17.1': '1', '17.2': '1-4', '17.3': '1-2' },
};
const wanted = Object.entries(levels12).flatMap(([section, range]) => {
  const [first = 1, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => `${section}.${first + index}`);
});

const problems: string[] = [];
const found = new Map<string, string>();
const names = new Set<string>();
for (const folder of ['src', 'test', 'scripts', 'docs', 'db'])
  for (const name of await readdir(new URL(folder, root), { recursive: true }))
    names.add(name.split('/').at(-1) as string);
for (const name of await readdir(root)) names.add(name);

const pages = (await readdir(new URL('docs/security/', root))).map((name) => `docs/security/${name}`);
for (const page of ['docs/security.md', ...pages]) {
  const text = await readFile(new URL(page, root), 'utf8');
  for (const [, number = '', status = '', words = ''] of text.matchAll(
    /^\| (\d+\.\d+\.\d+) \| ([^|]*) \| (.*) \|$/gm,
  )) {
    if (found.has(number)) problems.push(`${page}: ${number} stands there twice`);
    if (!wanted.includes(number)) problems.push(`${page}: ${number} is no requirement of level 1 or 2`);
    if (!['met', 'n/a', 'open'].includes(status)) problems.push(`${page}: ${number} is “${status}”`);
    if (words.trim().length < 5) problems.push(`${page}: ${number} says nothing`);
    found.set(number, status);
  }
  for (const [, name = ''] of text.matchAll(/`([\w./-]+\.(?:tsx?|mjs|md|yaml|sql|json))`/g))
    if (!names.has(name.split('/').at(-1) as string)) problems.push(`${page}: there is no file ${name}`);
}
for (const number of wanted) if (!found.has(number)) problems.push(`docs/security: ${number} is missing`);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
const count = (status: string) => [...found.values()].filter((each) => each === status).length;
console.log(
  `ASVS 5.0, levels 1 and 2: ${count('met')} met, ${count('n/a')} not applicable, ${count('open')} open.`,
);

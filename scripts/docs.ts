import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { settings } from '../src/kit/config.ts';

/** Writes the table of settings into docs/configuration.md; with --check it fails when the table is out of date. */
const target = new URL('../docs/configuration.md', import.meta.url);
const begin = '<!-- settings: made by `npm run docs` from src/kit/config.ts -->';
const end = '<!-- end of settings -->';

const rows = Object.entries(settings).map(([name, { schema, about }]) => {
  // As it is written, not as it is parsed.
  const { default: fallback } = z.toJSONSchema(schema, { io: 'input' });
  return `| \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${about} |`;
});
const table = [begin, '| variable | default | what it does |', '| --- | --- | --- |', ...rows, end].join(
  '\n',
);
const before = await readFile(target, 'utf8');
const [head, rest] = before.split(begin) as [string, string | undefined];
const tail = rest?.split(end)[1];
if (tail === undefined) throw new Error(`docs/configuration.md has lost its markers ${begin} … ${end}`);
const after = `${head}${table}${tail}`;
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('docs/configuration.md is out of date: run `npm run docs` and commit it.');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, after);
}

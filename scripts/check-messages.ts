import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Looks at what the types cannot see in the message catalogs (files that end in messages.ts): a text that is empty, or
 * Spanish that is still the English. Prints every breach and fails.
 */
// Names, codes and words that are the same in both languages.
const sameInBoth = new Set([
  'API',
  'CKAN',
  'Socrata',
  'CSV',
  'E-mail',
  'Error',
  'GeoJSON',
  'JSON',
  'No',
  'no',
  'Sensor',
  'SensorThings',
  'Total',
  'UTC',
]);

type Message = string | ((...values: unknown[]) => string);

const src = new URL('../src/', import.meta.url).pathname;
const files = (await readdir(src, { recursive: true })).filter((name) => /(^|[/-])messages\.ts$/.test(name));
const problems: string[] = [];
let count = 0;

for (const file of files) {
  const module = (await import(pathToFileURL(join(src, file)).href)) as Record<string, unknown>;
  for (const [name, catalog] of Object.entries(module))
    if (isCatalog(catalog)) check(`${file} ${name}`, catalog);
}

function isCatalog(value: unknown): value is Record<'en' | 'es', Record<string, Message>> {
  return typeof value === 'object' && value !== null && 'en' in value && 'es' in value;
}

function check(where: string, { en, es }: Record<'en' | 'es', Record<string, Message>>): void {
  for (const key of new Set([...Object.keys(en), ...Object.keys(es)])) {
    count++;
    const [english, spanish] = [text(en[key]), text(es[key])];
    if (!english || !spanish) problems.push(`${where}.${key}: ${english ? 'es' : 'en'} has no text`);
    else if (english === spanish && /\p{L}{2}/u.test(english) && !sameInBoth.has(english)) {
      problems.push(`${where}.${key}: es says the same as en (${JSON.stringify(english)})`);
    }
  }
}

/** What a message says; one that depends on values is asked with stand-ins. */
function text(message: Message | undefined): string {
  if (typeof message !== 'function') return message?.trim() ?? '';
  return message(...Array.from({ length: message.length }, (_, index) => `{${index}}`)).trim();
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`\n${problems.length} messages need words. What is rightly the same goes into sameInBoth.`);
  process.exitCode = 1;
} else if (files.length === 0) {
  console.error('No message catalog was found.');
  process.exitCode = 1;
} else {
  console.log(`${files.length} catalogs, ${count} messages in both languages.`);
}

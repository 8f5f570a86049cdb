import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { languages } from '../ui/language.ts';
import { letterMessages } from './letter-messages.ts';

const cities = new URL('../../cities/', import.meta.url).pathname;
/** The offices of every city and state that ships. */
const offices: string[] = readdirSync(cities, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const file = readdirSync(`${cities}${name}`).find((each) => ['city.yaml', 'offices.yaml'].includes(each));
    const { offices } = parse(readFileSync(`${cities}${name}/${file}`, 'utf8')) as {
      offices: { name: string }[];
    };
    return offices.map((office) => office.name);
  });

test('the name of each office stands in letters so that no article, gender or number can be wrong', () => {
  assert.ok(offices.length > 20 && offices.includes('Code Enforcement'));
  for (const language of languages) {
    const words = letterMessages[language];
    for (const office of [...offices, words.noOffice]) {
      const at = { number: 'STA-ASK-2026-00001', office, city: 'Stamford', link: 'l', question: 'q' };
      const texts = [
        words.receiptText(at),
        words.answerText({ ...at, answer: 'a' }),
        words.closedText({ ...at, reason: 'r' }),
        words.routedText({ ...at, before: 'Finance / Treasurer’s Office' }),
      ];
      for (const text of texts) {
        // A name after a colon or in parentheses needs no word before it.
        const [before = '', after = ''] = [text.split(office)[0], text.split(office)[1]];
        assert.match(before, /(: |\()$/, `${language}: ${text}`);
        assert.match(after, /^(, Stamford\.|\)|\n)/, `${language}: ${text}`);
        assert.equal(text.split(office).length, 2, `${language}: ${text}`);
      }
    }
  }
});

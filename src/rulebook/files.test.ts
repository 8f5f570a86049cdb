import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { offices, places, topics } from '../../test/support/rules.ts';
import { readHolidaysFile } from './read-holidays-file.ts';
import { readRuleBase } from './read-rule-base.ts';
import { readRulesFile } from './read-rules-file.ts';
import { readTopicsFile } from './read-topics-file.ts';

const sources = `sources:
  code: { instrument: Code of Elm, level: city, publisher: City of Elm, readAt: 2026-11-20, how: text }
  heard: { instrument: Act, level: state, publisher: State, readAt: 2026-11-20, how: memory }
`;
const says = 'says: { en: It is so., es: Así es. }';
/** A rules file of these rules, each given as lines after `topic`, `aspect`, `place` and `says`. */
const rulesFile = (...rules: string[]) =>
  `${sources}rules:\n${rules.map((rule, n) => `  - { id: elm.rule-${n}, topic: mining, aspect: fine, place: elm, ${says}, ${rule} }\n`).join('')}`;
const fine = 'state: specified, value: { kind: money, max: 100 }, cite: [{ source: code, locator: §1 }]';
const recordedAt = '2026-11-21T12:00:00Z';
const read = (text: string) => readRulesFile(text, 'rules.yaml', { recordedAt }).rules;
const together = (...texts: string[]) =>
  readRuleBase(
    texts.map((text, n) => ({ name: `rules-${n}.yaml`, text })),
    { recordedAt, topics, places, offices },
  );

test('a rule, a gap record, a doubt and a conflict are read', () => {
  const cite = 'cite: [{ source: code, locator: §2 }]';
  const rules = read(
    rulesFile(
      fine,
      `state: not-specified, ${cite}, checkedAt: 2026-11-20, ask: [elm-clerk], nearest: [elm.rule-0], bullets: [S0.1]`,
      'state: unverified, value: { kind: money, max: 5 }, cite: [{ source: heard, locator: §3 }], ask: [elm-clerk]',
      `state: conflict, ask: [elm-clerk], candidates: [{ ${fine} }, { state: not-specified, ${cite}, checkedAt: 2026-11-20, ask: [elm-clerk] }]`,
    ),
  );
  assert.deepEqual(
    rules.map(({ value }) => value.state),
    ['specified', 'not-specified', 'unverified', 'conflict'],
  );
  const [first] = rules;
  assert.ok(first?.value.state === 'specified');
  assert.deepEqual(first.value.cite, [
    {
      instrument: 'Code of Elm',
      level: 'city',
      publisher: 'City of Elm',
      readAt: '2026-11-20',
      how: 'text',
      locator: '§1',
    },
  ]);
  assert.equal(first.recordedAt, recordedAt);
});

describe('a rules file is refused, with file, line and reason, for', () => {
  const cases: [string, string, RegExp][] = [
    [
      'a rule without citation or gap record',
      'state: specified',
      /^rules\.yaml:5: .*cite: is needed: a rule has a citation/,
    ],
    ['a rule without a state', 'bullets: []', /^rules\.yaml:5: .*state: is needed/],
    [
      'a gap record without the pages',
      'state: not-specified, checkedAt: 2026-11-20, ask: [elm-clerk]',
      /cite: is needed: a gap record/,
    ],
    [
      'a gap record without the day',
      'state: not-specified, cite: [{ source: code, locator: §1 }], ask: [elm-clerk]',
      /checkedAt: is needed/,
    ],
    [
      'a gap record without an office',
      'state: not-specified, cite: [{ source: code, locator: §1 }], checkedAt: 2026-11-20',
      /ask: is needed/,
    ],
    [
      'a gap with a value',
      'state: not-specified, value: { kind: money, max: 1 }, cite: [{ source: code, locator: §1 }], checkedAt: 2026-11-20, ask: [elm-clerk]',
      /value: does not go with not-specified/,
    ],
    [
      'memory given as specified',
      'state: specified, cite: [{ source: heard, locator: §1 }]',
      /^rules\.yaml:5: .*cite: what is only remembered/,
    ],
    [
      'an unknown source',
      'state: specified, cite: [{ source: elsewhere, locator: §1 }]',
      /there is no source elsewhere/,
    ],
    [
      'a source by the name of a built-in',
      'state: specified, cite: [{ source: constructor, locator: §1 }]',
      /there is no source constructor/,
    ],
    ['an unknown key', `${fine}, penalty: 5`, /^rules\.yaml:5: rules\.0\.penalty: unknown name/],
    [
      'a conflict of one',
      `state: conflict, ask: [elm-clerk], candidates: [{ ${fine} }]`,
      /candidates: a conflict needs two/,
    ],
    [
      'a text turned around',
      'state: specified, cite: [{ source: code, locator: "§\u202e1" }]',
      /cite.*turn the text around/,
    ],
    ['a day that does not exist', `${fine}, validFrom: 2026-02-30`, /validFrom: must be a day/],
    [
      'a sum that is no cents',
      'state: specified, value: { kind: money, max: 1.5 }, cite: [{ source: code, locator: §1 }]',
      /^rules\.yaml:5: rules\.0\.value\.max/,
    ],
  ];
  for (const [what, rule, reason] of cases)
    test(what, () => assert.throws(() => read(rulesFile(rule)), { kind: 'invalid', message: reason }));

  test('a source without the day it was read', () => {
    const text = rulesFile(fine).replace('readAt: 2026-11-20, how: text', 'how: text');
    assert.throws(() => read(text), { message: /^rules\.yaml:2: sources\.code\.readAt: is needed/ });
  });
  test('words without Spanish', () => {
    const text = rulesFile(fine).replace(', es: Así es.', '');
    assert.throws(() => read(text), { message: /^rules\.yaml:5: rules\.0\.says\.es: is needed/ });
  });
});

describe('files that are read together are refused for', () => {
  const cap = rulesFile(fine)
    .replaceAll('elm.rule-0', 'zz.cap')
    .replace('aspect: fine', 'aspect: cap')
    .replace('place: elm', 'place: ZZ');
  test('nothing, when all is well', () => assert.equal(together(cap, rulesFile(fine)).length, 2));
  test('a sum of the city above the limit of the state', () => {
    const above = rulesFile(fine.replace('max: 100', 'max: 101'));
    assert.throws(() => together(cap, above), {
      message: /^rules-1\.yaml:5: rules\.0\.value: 101 cents is more than the 100 that zz\.cap/,
    });
  });
  test('overlapping validity', () => {
    assert.throws(
      () => together(rulesFile(`${fine}, validTo: 2026-06-01`, `${fine}, validFrom: 2026-06-01`)),
      {
        message: /^rules-0\.yaml:6: rules\.1\.validFrom: is in force at the same time as elm\.rule-0/,
      },
    );
  });
  test('unknown topic, place, custodian, office and nearest rule, in both files', () => {
    const lost = rulesFile(fine).replace('topic: mining', 'topic: moon').replace('elm.rule-0', 'elm.lost');
    const far = rulesFile(`${fine}, custodian: nobody, offices: [none]`).replace('place: elm', 'place: oak');
    assert.throws(() => together(lost, far), {
      message:
        /rules-0\.yaml:5: rules\.0\.topic: there is no topic moon\nrules-1\.yaml:5: .*\n?.*there is no place oak[\s\S]*no office nobody[\s\S]*no office none/,
    });
  });
  test('the same id twice', () => {
    assert.throws(() => together(rulesFile(fine), rulesFile(fine)), {
      message: /^rules-1\.yaml:5: rules\.0\.id: stands twice/,
    });
  });
});

test('holidays are read; one twice, outside the years, without source and an unknown key are refused', () => {
  const source =
    'code: { instrument: Act, level: state, locator: §4, publisher: State, readAt: 2026-11-20, how: text }';
  const row = (day: string, rest = '') =>
    `  - { day: ${day}, name: { en: Thanksgiving, es: Acción de Gracias }, kind: proclaimed, source: code${rest} }\n`;
  const text = (...rows: string[]) =>
    `from: 2026-01-01\nto: 2026-12-31\nsources:\n  ${source}\nholidays:\n${rows.join('')}`;
  const { holidays, calendar } = readHolidaysFile(text(row('2026-11-26')), 'holidays.yaml');
  assert.deepEqual([holidays.length, calendar.holidays.has('2026-11-26')], [1, true]);
  const refused = (source: string, message: RegExp) =>
    assert.throws(() => readHolidaysFile(source, 'holidays.yaml'), { kind: 'invalid', message });
  refused(
    text(row('2026-11-26'), row('2026-12-25'), row('2026-11-26')),
    /^holidays\.yaml:8: holidays\.2\.day: stands twice: 2026-11-26 is on line 6 already$/,
  );
  refused(text(row('2027-11-25')), /^holidays\.yaml:6: holidays\.0\.day: 2027-11-25 lies outside/);
  refused(text(row('2026-11-26').replace('source: code', 'source: other')), /there is no source other/);
  refused(
    text(row('2026-11-26').replace(/kind: \w+/, 'kind: local')),
    /holidays\.0\.kind: must be one of legal, proclaimed, closure$/,
  );
  refused(text(row('2026-11-26', ', moved: true')), /^holidays\.yaml:6: holidays\.0\.moved: unknown name/);
  refused(
    text(row('2026-11-26')).replace(' readAt: 2026-11-20,', ''),
    /^holidays\.yaml:4: sources\.code\.readAt: is needed/,
  );
});

test("Connecticut's holidays are read", async () => {
  const file = new URL('../../cities/connecticut/holidays.yaml', import.meta.url);
  assert.ok(readHolidaysFile(await readFile(file, 'utf8'), 'holidays.yaml').calendar.holidays.size > 500);
});

test('topics are read; a topic twice and a parent that is not there are refused', () => {
  const topic = (rest: string) => `  - { ${rest}, name: { en: A, es: A } }\n`;
  const text = (...rows: string[]) => `topics:\n${rows.map(topic).join('')}`;
  assert.equal(readTopicsFile(text('id: a', 'id: b, parent: a'), 'topics.yaml').length, 2);
  const refused = (source: string, message: RegExp) =>
    assert.throws(() => readTopicsFile(source, 'topics.yaml'), { kind: 'invalid', message });
  refused(text('id: a', 'id: a'), /^topics\.yaml:3: topics\.1\.id: stands twice: a/);
  refused(
    text('id: a, parent: b', 'id: b'),
    /^topics\.yaml:2: topics\.0\.parent: there is no topic b before/,
  );
  refused(text('id: a, color: red'), /unknown name/);
  refused(text('id: a').replace(', es: A', ''), /name\.es: is needed/);
});

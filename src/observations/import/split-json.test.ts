import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';
import { parseRelaxedObject } from './relaxed-object.ts';
import { JsonSplitter } from './split-json.ts';

function split(chunks: readonly string[], list?: string): { line: number; value: unknown }[] {
  const splitter = new JsonSplitter(list, 10_000);
  const records = chunks.flatMap((chunk) => splitter.push(chunk));
  splitter.end();
  return records;
}

describe('splitting JSON', () => {
  it('gives back the records of the list, however the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (records, other, pretty, size) => {
          const text = JSON.stringify(
            { before: other, page: { x: [1, { list: [2] }], list: records }, list: [0] },
            null,
            pretty ? 1 : 0,
          );
          const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
            text.slice(index * size, (index + 1) * size),
          );
          assert.deepEqual(
            split(chunks, 'page.list').map(({ value }) => value),
            parseJson(JSON.stringify(records)),
          );
        },
      ),
    );
  });

  it('reads a file that is the list itself, with the line of each record', () => {
    assert.deepEqual(split(['[\n {"a": "]"},\n 5\n]\n']), [
      { line: 2, value: { a: ']' } },
      { line: 3, value: 5 },
    ]);
  });

  it('keeps the digits of an integer that is too long for a number, as text', () => {
    assert.deepEqual(
      split([
        '[{"id": 9007199254740993, "n": [12345678901234567890, 9007199254740991, 1e22, 0.1234567890123456]}]',
      ]),
      [
        {
          line: 1,
          value: {
            id: '9007199254740993',
            n: ['12345678901234567890', 9007199254740991, 1e22, 0.1234567890123456],
          },
        },
      ],
    );
    assert.deepEqual(parseRelaxedObject('{id:-9007199254740993,n:5}'), { id: '-9007199254740993', n: 5 });
  });

  const faults: [name: string, text: string, list: string | undefined, message: RegExp][] = [
    ['a file without the list', '{"a": [1]}', 'b', /holds no array at file.list: b/],
    ['a file that ends early', '{"a": [1,\n 2', 'a', /Line 2: the file ends in the middle/],
    ['a record that is not JSON', '[\n{"a": }]', undefined, /Line 2: not JSON/],
    ['brackets that do not match', '[1}', undefined, /Line 1: "}" without its beginning/],
    ['an endless record', `["${'x'.repeat(20_000)}`, undefined, /more than 10000 characters/],
  ];
  for (const [name, text, list, message] of faults)
    it(`complains about ${name}`, () => assert.throws(() => split([text], list), message));
});

describe('relaxed objects', () => {
  it('reads names without quotes', () => {
    assert.deepEqual(parseRelaxedObject('{wid:"6d31",T:[23.3,-0.5e1],cso:0, ok : true,n:null,"q r":{}}'), {
      wid: '6d31',
      T: [23.3, -5],
      cso: 0,
      ok: true,
      n: null,
      'q r': {},
    });
  });
  it('reads all JSON as JSON does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) =>
        assert.deepEqual(parseRelaxedObject(text), parseJson(text)),
      ),
    );
  });
  for (const text of [
    '',
    '{',
    '{a}',
    '{a:1,}',
    '{a:01}',
    '{a:1}x',
    '{a:b}',
    '{a:(1)}',
    '{a:"x}',
    '{a:1,a:2}',
    '['.repeat(40),
  ]) {
    it(`refuses ${text.slice(0, 12) || 'nothing'}`, () =>
      assert.throws(() => parseRelaxedObject(text), /at character|occurs twice|at character/));
  }
});

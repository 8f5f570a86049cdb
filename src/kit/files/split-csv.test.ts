import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvSplitter, type SourceRow } from './split-csv.ts';

const shape = { delimiter: ',', quote: '"', maxRecord: 1000 };

function split(
  chunks: readonly string[],
  over: Partial<typeof shape> & { quote?: string | undefined } = {},
): SourceRow[] {
  const splitter = new CsvSplitter({ ...shape, ...over });
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const field = fc.string({ unit: fc.constantFrom('a', 'ü', ',', '"', '\n', '\r\n', ' ', '0', '') });
const record = fc.array(field, { minLength: 1, maxLength: 5 });

function write(fields: readonly string[]): string {
  return fields.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
}

describe('splitting CSV', () => {
  it('gives back what was written, however it is cut, with the line of each record', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(60), { maxLength: 20 }),
        (records, newline, endsWithNewline, cuts) => {
          const texts = records.map(write);
          const whole = texts.join(newline) + (endsWithNewline && texts.length > 0 ? newline : '');
          const chunks: string[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(whole.slice(at, at + cut));
            at += cut;
          }
          chunks.push(whole.slice(at));
          const rows = split(chunks);
          // A last record of one empty field without a newline is no text at all.
          const expected = !endsWithNewline && texts.at(-1) === '' ? records.slice(0, -1) : records;
          assert.deepEqual(
            rows.map((row) => row.fields),
            expected,
          );
          let line = 1;
          for (const [index, row] of rows.entries()) {
            assert.equal(row.line, line);
            line += texts[index]?.split('\n').length ?? 1;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never does anything but split or complain, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') })), (chunks) => {
        try {
          split(chunks);
        } catch (error) {
          assert.match(String(error), /Line \d+/);
        }
      }),
    );
  });

  it('reads any text as csv-parse does, and refuses what it refuses', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', ',', '"', '""', '"a"', '\n', '\r\n', ' ') });
    fc.assert(
      fc.property(text, fc.nat(40), (whole, cut) => {
        let expected: string[][] | undefined;
        try {
          expected = parse(whole, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] });
        } catch {
          assert.throws(() => split([whole.slice(0, cut), whole.slice(cut)]), /Line \d+, field \d+/);
          return;
        }
        assert.deepEqual(
          split([whole.slice(0, cut), whole.slice(cut)]).map((row) => row.fields),
          expected,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('takes quotes as text when there is no quote sign', () => {
    assert.deepEqual(split(['5" pipe,"a\n'], { quote: undefined })[0]?.fields, ['5" pipe', '"a']);
  });

  const faults: [name: string, text: string, message: RegExp][] = [
    ['a quote in a field', 'a,b\n1,x"y\n', /Line 2, field 2: a quote in the middle/],
    ['text after a quote', 'a,b\n1,"x\ny"z\n', /Line 3, field 2: "z" after a closing quote/],
    ['a quote never closed', 'a,b\n1,2\n3,"x\n4,5\n', /Line 3, field 2: a quoted field that is never closed/],
    ['an endless line', `a,b\n1,${'x'.repeat(2000)}`, /Line 2: a record of more than 1000 characters/],
    [
      'an endless quoted field',
      `a,b\n1,"${'x\n'.repeat(2000)}`,
      /Line 2: a record of more than 1000 characters/,
    ],
  ];
  for (const [name, text, message] of faults)
    it(`names the line of ${name}`, () => assert.throws(() => split([text]), message));
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/context.ts';
import { makeTable } from '../../../test/support/table.ts';
import { compileCells } from './cells.ts';
import { guessType } from './guess-types.ts';
import { readTableRows } from './read-table-rows.ts';
import type { ColumnType } from './table.ts';

describe('cells', () => {
  it('say what they are, or why they are not', () => {
    const read = (type: ColumnType, format: string | null, text: string) => {
      const value = compileCells(type, format, 'America/New_York')(text);
      return typeof value === 'object' && value !== null ? `! ${value.reason}` : value;
    };
    assert.deepEqual(
      [
        read('integer', null, ' 42 '),
        read('integer', null, '4.0'),
        read('integer', null, '9223372036854775808'),
        read('integer', 'thousands', '1,234'),
        read('number', ',', '1.234,5'),
        read('number', ',', '1.5'),
        read('number', null, '1e400'),
        read('number', null, 'NaN'),
        read('number', null, '0x10'),
        read('date', 'M/D/YYYY', '2/29/2024'),
        read('date', 'M/D/YYYY', '2/31/2024'),
        read('date', null, '2026-11-20T01:00'),
        read('time', null, '2026-07-01 12:00'),
        read('time', null, '2026-03-08 02:30'),
        read('time', null, '2026-11-01 01:30'),
        read('time', null, '2026-11-01T01:30-04'),
        read('place', 'lat-lon', '(41.39, -73.45)'),
        read('place', 'lat-lon', '(-93.45, 141.39)'),
        read('place', 'wkt', 'POINT (-73.45 41.39)'),
        read('boolean', null, 'Yes'),
        read('boolean', null, 'maybe'),
        read('text', null, '  '),
        read('text', null, '=cmd|x'),
      ],
      [
        '42',
        '4',
        '! a number too large to store',
        '1234',
        '1234.5',
        '! not a number',
        '! a number too large to store',
        null,
        '! not a number',
        '2024-02-29',
        '! not a day in the form M/D/YYYY',
        '! a time of day, where a day was expected',
        '2026-07-01T16:00:00.000Z',
        '! this local time does not exist in America/New_York (summer time began)',
        '! this local time occurs twice in America/New_York (summer time ended)',
        '2026-11-01T05:30:00.000Z',
        '(-73.45,41.39)',
        '! longitude goes to 180 and latitude to 90 degrees',
        '(-73.45,41.39)',
        't',
        '! neither true nor false',
        null,
        '=cmd|x',
      ],
    );
  });

  it('have the narrowest type that all of them are of', () => {
    const types: [string[], ColumnType, string | null][] = [
      [['1', '2'], 'integer', null],
      [['06810', '12345'], 'text', null],
      [['1', '2.5', 'NA'], 'number', null],
      [['1,5', '2'], 'number', ','],
      [['1,234', '5'], 'integer', 'thousands'],
      [['yes', 'No'], 'boolean', null],
      [['0', '1'], 'integer', null],
      [['2026-01-31'], 'date', null],
      [['2026-01-31 10:00'], 'time', null],
      [['31/12/2026'], 'date', 'D/M/YYYY'],
      [['12/31/2026 1:05:09 PM'], 'time', 'M/D/YYYY h:mm:ss A'],
      [['(41.39, -73.45)'], 'place', 'lat-lon'],
      [['POINT (-73 41)'], 'place', 'wkt'],
      [['1', 'x'], 'text', null],
      [['', ' '], 'text', null],
    ];
    for (const [values, type, format] of types) {
      const found = guessType(values);
      assert.deepEqual([found.type, found.format], [type, format], JSON.stringify(values));
    }
    assert.equal(guessType(['1/2/2026']).note, 'ambiguous-day');
  });
});

describe('values', () => {
  const test = testDatabase();

  it('come out as they went in, whatever they are', async () => {
    const time = fc.date({
      min: new Date('1685-01-01T00:00:00Z'),
      max: new Date('2255-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    const row = fc.record({
      text: fc
        .string({ unit: 'grapheme', maxLength: 40 })
        .filter((text) => text.trim() !== '' && !text.includes('\0')),
      integer: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      number: fc.double({ noNaN: true, noDefaultInfinity: true }),
      boolean: fc.boolean(),
      date: time.map((at) => at.toISOString().slice(0, 10)),
      time: time.map((at) => at.toISOString()),
    });
    const types = ['text', 'integer', 'number', 'boolean', 'date', 'time'] as const;
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const slug = `round-${++made}`;
        const cells = rows.map((each) =>
          types.map((type) => compileCells(type, null, 'UTC')(String(each[type]))),
        );
        for (const cell of cells.flat()) assert.equal(typeof cell, 'string');
        await makeTable(test.ctx, {
          slug,
          columns: types.map((type) => `${type}:${type}`),
          rows: cells as string[][],
        });
        const { body } = await readTableRows(test.ctx, { of: { dataset: slug }, form: 'texts' });
        const found = JSON.parse(`[${body}]`) as string[][];
        for (const [index, each] of rows.entries()) {
          const [, text, integer, number, boolean, date, at] = found[index] as string[];
          assert.equal(text, each.text);
          assert.equal(integer, String(each.integer));
          assert.equal(Number(number), each.number === 0 ? 0 : each.number);
          assert.equal(boolean, String(each.boolean));
          assert.equal(date, each.date);
          assert.equal(new Date(at as string).toISOString(), each.time);
        }
        // What was stored is found by its own value.
        const first = rows[0] as (typeof rows)[0];
        for (const type of ['text', 'integer', 'boolean', 'date'] as const) {
          const { total } = await readTableRows(test.ctx, {
            of: { dataset: slug },
            form: 'arrays',
            filters: [{ column: type, kind: 'is', values: [String(first[type])] }],
          }).catch((error: unknown) => {
            // A filter's number has 18 digits at most.
            if (type === 'integer' && String(first.integer).replace('-', '').length > 18) return { total: 1 };
            throw error;
          });
          assert.ok((total ?? 0) >= 1, `${type} ${first[type]}`);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('of 500 columns are stored, read and searched', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `c "${index}" ñ`);
    await makeTable(test.ctx, {
      slug: 'wide',
      columns: names.map((name, index) => `${name}:${index % 2 ? 'text' : 'number'}`),
      rows: [names.map((_, index) => String(index)), names.map(() => null)],
    });
    const { body, total } = await readTableRows(test.ctx, {
      of: { dataset: 'wide' },
      form: 'objects',
      q: '499',
      sort: [{ column: 'c "498" ñ' }],
    });
    assert.equal(total, 1);
    assert.equal(JSON.parse(body)['c "499" ñ'], '499');
  });
});

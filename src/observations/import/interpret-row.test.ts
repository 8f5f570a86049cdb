import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatInstant } from '../../kit/files/local-time.ts';
import { makeInterpreter, type RowCounts } from './interpret-row.ts';
import { readMapping } from './read-mapping.ts';

const header = ['time', 'sensor', 'order', 'a', 'b'];

function mappingText(
  over: { time?: string; file?: string; a?: string; thing?: string; rows?: string } = {},
): string {
  return `
dataset: { slug: x, title: X, description: X, topic: other, license: not-stated, source: invented }
file: { ${over.file ?? ''} }
rows: { ${over.rows ?? ''} }
time: { column: time, format: "YYYY-MM-DD HH:mm", zone: America/New_York, ${over.time ?? ''} }
thing: { key: "{sensor}", name: "Sensor {sensor}", ${over.thing ?? ''} }
datastreams:
  - { column: a, name: A, unit: &u { name: u, symbol: u, definition: "x:u" }, observed_property: &p { name: P, definition: "x:p" }, ${over.a ?? ''} }
  - { column: b, name: B, unit: *u, observed_property: *p }
`;
}

function interpret(rows: readonly (readonly string[])[], over: Parameters<typeof mappingText>[0] = {}) {
  const loaded = readMapping(mappingText(over), 'x.yaml');
  assert.ok('datastreams' in loaded.mapping);
  const interpreter = makeInterpreter(loaded, loaded.mapping, header);
  for (const [index, fields] of rows.entries()) interpreter.read({ line: index + 2, fields });
  interpreter.finish();
  return { ...interpreter.take(), counts: interpreter.counts, series: interpreter.series };
}

function accounted(counts: RowCounts): number {
  return (
    counts.readings + counts.missing.empty + counts.missing.code + counts.missing.absent + counts.rejected
  );
}

describe('interpreting rows', () => {
  it('puts every cell of whatever rows into exactly one count', () => {
    const cell = fc.constantFrom('', ' ', '1', '-200', '2,5', 'x', '1e3', 'NA', '0x10', '-0.5', '1e999');
    const time = fc.constantFrom(
      '2026-07-01 10:00',
      '2026-03-08 02:30',
      '2026-11-01 01:30',
      'soon',
      '',
      '2026-02-30 00:00',
    );
    const row = fc.oneof(
      fc.tuple(time, fc.constantFrom('s1', 's2', ''), fc.constantFrom('1', '2', ''), cell, cell),
      fc.array(cell, { maxLength: 8 }),
    );
    const rule = fc.constantFrom('earlier', 'later', 'reject', 'by-order');
    const ragged = fc.constantFrom('reject', 'tolerate');
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), rule, ragged, (rows, repeated, raggedRule) => {
        const { counts, readings, rejects } = interpret(rows, {
          file: `ragged: ${raggedRule}, missing: [-200, NA]`,
          time: `repeated_hour: ${repeated}`,
        });
        assert.equal(counts.rows + counts.emptyRows, rows.length);
        assert.equal(counts.cells, counts.rows * 2);
        assert.equal(accounted(counts), counts.cells);
        assert.equal(readings.length, counts.readings);
        assert.equal(
          rejects.reduce((sum, { cells }) => sum + cells, 0),
          counts.rejected,
        );
        assert.equal(
          [...counts.rejectedBy.values()].reduce((sum, cells) => sum + cells, 0),
          counts.rejected,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('takes codes for missing from the file and the column, as number and as text', () => {
    const { counts, readings } = interpret(
      [
        ['2026-07-01 10:00', 's', '', '-200.0', '-200'],
        ['2026-07-01 11:00', 's', '', 'NA', '-1'],
        ['2026-07-01 12:00', 's', '', '-1', '0'],
      ],
      { file: 'missing: [-200, NA]', a: 'missing: [-1]' },
    );
    assert.deepEqual(counts.missing, { empty: 0, code: 4, absent: 0 });
    assert.deepEqual(
      readings.map(({ series, result }) => [series.key, result]),
      [
        ['b', -1],
        ['b', 0],
      ],
    );
  });

  it('does not ask for the time of a row whose cells are all missing', () => {
    assert.equal(interpret([['2026-03-08 02:30', 's', '', '', '']]).counts.rejected, 0);
  });

  it('reads decimal commas, and refuses a point where commas are the rule', () => {
    const { readings, rejects } = interpret([['2026-07-01 10:00', 's', '', '1.234,5', '12.5']], {
      file: "decimal: ',', thousands: '.'",
    });
    assert.deepEqual(
      readings.map(({ result }) => result),
      [1234.5],
    );
    assert.deepEqual(
      rejects.map(({ column, value, reason }) => [column, value, reason]),
      [['b', '12.5', 'not a number']],
    );
  });

  it('rejects a number that cannot be stored, with its place, and takes the others', () => {
    const { readings, rejects } = interpret([['2026-07-01 10:00', 's', '', '1e39', '-1e400']]);
    assert.equal(readings.length, 0);
    assert.deepEqual(
      rejects.map(({ column, value, reason }) => [column, value, reason]),
      [
        ['a', '1e39', 'a number too large to store'],
        ['b', '-1e400', 'a number too large to store'],
      ],
    );
  });

  const fold = (rows: [string, string, string][]) =>
    rows.map(([time, sensor, order]) => [`2026-11-01 ${time}`, sensor, order, '1', '']);
  const starts = (rows: [string, string, string][], time: string) =>
    interpret(fold(rows), { time }).readings.map(({ line, start }) => [
      line,
      formatInstant(start).slice(11, 16),
    ]);

  it('tells the repeated hour by the order of the file, for each sensor', () => {
    const rows: [string, string, string][] = [
      ['00:30', 's', ''],
      ['01:00', 's', ''],
      ['01:30', 's', ''],
      ['01:00', 't', ''],
      ['01:00', 's', ''],
      ['01:30', 's', ''],
      ['01:30', 't', ''],
      ['02:00', 's', ''],
    ];
    assert.deepEqual(starts(rows, 'repeated_hour: by-order'), [
      [2, '04:30'],
      [9, '07:00'],
      [3, '05:00'],
      [4, '05:30'],
      [6, '06:00'],
      [7, '06:30'],
      [5, '05:00'],
      [8, '05:30'],
    ]);
  });

  it('tells the repeated hour by a column when the file is sorted by local time', () => {
    const rows: [string, string, string][] = [
      ['01:00', 's', '9'],
      ['01:00', 's', '11'],
      ['01:30', 's', '10'],
      ['01:30', 's', '12'],
    ];
    assert.deepEqual(starts(rows, 'repeated_hour: by-order, order_by: order'), [
      [2, '05:00'],
      [4, '05:30'],
      [3, '06:00'],
      [5, '06:30'],
    ]);
  });

  it('takes the earlier, the later or neither as it is told', () => {
    const rows: [string, string, string][] = [['01:00', 's', '']];
    assert.deepEqual(starts(rows, 'repeated_hour: earlier'), [[2, '05:00']]);
    assert.deepEqual(starts(rows, 'repeated_hour: later'), [[2, '06:00']]);
    assert.match(interpret(fold(rows)).rejects[0]?.reason ?? '', /occurs twice in America\/New_York/);
  });

  it('gives a day its 23, 24 or 25 hours', () => {
    const rows = ['2026-03-08', '2026-07-01', '2026-11-01'].map((day) => [`${day} 00:00`, 's', '', '1', '']);
    const hours = interpret(rows, { time: 'covers: P1D' }).readings.map(
      ({ start, end }) => ((end ?? 0) - start) / 3.6e9,
    );
    assert.deepEqual(hours, [23, 24, 25]);
    const [reading] = interpret([['2026-11-02 00:00', 's', '', '1', '']], {
      time: 'covers: P1D, stamp: end',
    }).readings;
    assert.equal(formatInstant(reading?.start ?? 0), '2026-11-01T04:00:00.000Z');
  });

  it('reads only the rows that the mapping asks for', () => {
    const rows = [
      ['2026-07-01 10:00', 's', '1', '1', ''],
      ['2026-07-01 10:00', 't', '1', '1', ''],
      ['2026-07-01 10:00', 's', '2', '1', ''],
    ];
    const { counts, readings } = interpret(rows, {
      rows: 'only: [{ column: sensor, in: [s] }], skip: [{ column: order, in: [2] }]',
    });
    assert.deepEqual([counts.rows, counts.leftOutRows, readings.length], [1, 2, 1]);
  });

  it('describes each sensor from its first row', () => {
    const { series } = interpret(
      [
        ['2026-07-01 10:00', 'AB-1', '7', '1', '2'],
        ['2026-07-01 11:00', 'AB-1', '8', '1', '2'],
      ],
      {
        thing:
          'properties: { n: { column: order, type: number }, letters: { column: sensor, match: "^[A-Z]+" }, fixed: true }',
      },
    );
    assert.equal(series.length, 2);
    assert.deepEqual(series[0]?.thing, {
      key: 'AB-1',
      name: 'Sensor AB-1',
      description: 'Sensor AB-1',
      properties: { n: 7, letters: 'AB', fixed: true },
      location: undefined,
    });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileTimeFormat, tellsOffset } from './time-format.ts';

const utc = (...parts: [number, number, number, number?, number?, number?, number?]) =>
  Date.UTC(...parts) * 1000;

describe('time format', () => {
  const cases: [format: string, text: string, local: number | undefined, offset?: number][] = [
    ['MM/DD/YYYY hh:mm:ss A', '10/02/2012 01:00:00 PM', utc(2012, 9, 2, 13)],
    ['MM/DD/YYYY hh:mm:ss A', '10/02/2012 12:00:00 AM', utc(2012, 9, 2, 0)],
    ['MM/DD/YYYY hh:mm:ss A', '10/02/2012 12:00:00 PM', utc(2012, 9, 2, 12)],
    ['MM/DD/YYYY hh:mm:ss A', '10/02/2012 13:00:00 PM', undefined],
    ['DD/MM/YYYY HH.mm.ss', '10/03/2004 18.00.00', utc(2004, 2, 10, 18)],
    ['YYYY-MM-DD HH:mm:ss.SSS', '2014-05-22 09:09:04.145', utc(2014, 4, 22, 9, 9, 4, 145)],
    ['YYYY-MM-DD HH:mm:ss', '2014-02-29 00:00:00', undefined],
    ['YYYY-MM-DD HH:mm:ss', '2014-02-28 00:00:00 ', undefined],
    ['YYYY-MM-DD HH:mm', '2016-02-29 24:00', utc(2016, 2, 1)],
    ['D MMM YY', '3 Aug 69', utc(1969, 7, 3)],
    ['M/D/YYYY h:mm A Z', '5/5/2020 5:23 PM +0000', utc(2020, 4, 5, 17, 23), 0],
    ['YYYYMMDD[T]HHmmZ', '20200505T1723-0530', utc(2020, 4, 5, 17, 23), -19_800_000_000],
    ['iso', '2021-01-15T10:25:28.638659', utc(2021, 0, 15, 10, 25, 28, 638) + 659],
    ['iso', '2021-01-15T10:25:28+02:00', utc(2021, 0, 15, 10, 25, 28), 7_200_000_000],
    ['iso', '2021-01-15', utc(2021, 0, 15)],
    ['iso', '2021-13-15', undefined],
    ['epoch-ms', '1580394601150', 1_580_394_601_150_000, 0],
    ['epoch-seconds', '1580394601.5', 1_580_394_601_500_000, 0],
    ['epoch-seconds', '1580394601150000', undefined],
    ['epoch-ms', 'soon', undefined],
  ];
  for (const [format, text, local, offset] of cases) {
    it(`reads ${text} by ${format}`, () => {
      assert.deepEqual(compileTimeFormat(format)(text), local === undefined ? undefined : { local, offset });
    });
  }

  it('reads every second of four centuries as Date does', () => {
    const read = compileTimeFormat('YYYY-MM-DD HH:mm:ss');
    const seconds = fc.integer({ min: Date.UTC(1800, 0, 1) / 1000, max: Date.UTC(2200, 0, 1) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const text = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
        assert.deepEqual(read(text), { local: second * 1_000_000, offset: undefined });
      }),
    );
  });

  it('never throws on text that is no time', () => {
    const readers = ['iso', 'epoch-ms', 'DD/MM/YYYY HH.mm.ss', 'h A, MMM D YYYY Z'].map(compileTimeFormat);
    fc.assert(
      fc.property(fc.string(), (text) =>
        readers.every((read) => {
          read(text);
          return true;
        }),
      ),
    );
  });

  it('says which formats carry their offset', () => {
    assert.equal(tellsOffset('epoch-ms'), true);
    assert.equal(tellsOffset('YYYY-MM-DD HH:mm Z'), true);
    assert.equal(tellsOffset('YYYY-MM-DD HH:mm'), false);
    assert.equal(tellsOffset('iso'), false);
  });

  it('refuses a format that cannot tell a time', () => {
    assert.throws(() => compileTimeFormat('HH:mm'), /no full date/);
    assert.throws(() => compileTimeFormat('YYYY-MM-DD hh:mm'), /12-hour clock/);
  });
});

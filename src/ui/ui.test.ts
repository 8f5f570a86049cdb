import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  formatAgo,
  formatDate,
  formatDuration,
  formatNumber,
  formatSeconds,
  formatTime,
  zoneName,
} from './format.ts';
import { inLanguage, preferredLanguage } from './language.ts';
import { pageNumbers } from './page-numbers.ts';

describe('language', () => {
  test('the best of ours for an Accept-Language header', () => {
    assert.equal(preferredLanguage(undefined), 'en');
    assert.equal(preferredLanguage('es-MX,es;q=0.9,en;q=0.8'), 'es');
    assert.equal(preferredLanguage('fr, es;q=0.2, en;q=0.4'), 'en');
    assert.equal(preferredLanguage('de, es;q=0'), 'en');
    assert.equal(preferredLanguage(';;,q=,=,*'), 'en');
    assert.equal(preferredLanguage('ES'), 'es');
  });

  test('the same page in the other language', () => {
    assert.equal(inLanguage('/en/catalog', 'es'), '/es/catalog');
    assert.equal(inLanguage('/en', 'es'), '/es');
    assert.equal(inLanguage('/es/datasets/en', 'en'), '/en/datasets/en');
  });
});

describe('format', () => {
  const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

  test('a moment is told in the zone, which is named', () => {
    assert.equal(
      plain(formatTime('2026-11-21T08:09:00Z', 'en', 'America/New_York')),
      'Nov 21, 2026, 3:09 AM EST',
    );
    assert.equal(
      plain(formatTime('2026-07-01T03:30:00Z', 'en', 'America/New_York')),
      'Jun 30, 2026, 11:30 PM EDT',
    );
    assert.match(
      plain(formatTime('2026-11-21T08:09:00Z', 'es', 'America/New_York')),
      /^21 nov 2026, 3:09 a\.m\. /,
    );
  });

  test('a calendar date does not move with the zone', () => {
    assert.equal(formatDate('2017-10-12', 'en'), 'October 12, 2017');
    assert.equal(formatDate('2017-10-12', 'es'), '12 de octubre de 2017');
    assert.equal(formatDate('spring 2017', 'en'), 'spring 2017');
  });

  test('a number is neither rounded to nothing nor a row of zeros', () => {
    assert.deepEqual(
      [1e-100, 0.0004, 0.001, 0, 1234.5678, 1e14, 1e28].map((value) => formatNumber(value, 'en')),
      ['1E-100', '4E-4', '0.001', '0', '1,234.568', '100,000,000,000,000', '1E28'],
    );
  });

  test('durations in words', () => {
    assert.equal(formatDuration('PT15M', 'en'), '15 minutes');
    assert.equal(formatDuration('PT1H30M', 'es'), '1 hora 30 minutos');
    assert.equal(formatDuration('P1M', 'en'), '1 month');
    assert.equal(formatDuration('P1DT12H', 'en'), '1 day 12 hours');
    assert.equal(formatDuration('soon', 'en'), 'soon');
    assert.equal(formatSeconds(3620.9, 'en'), '1 hour');
    assert.equal(formatSeconds(59.9, 'en'), '1 minute');
    assert.equal(formatSeconds(3564, 'en'), '1 hour');
    assert.equal(formatSeconds(0.4, 'en'), '0.4 seconds');
    assert.equal(formatSeconds(270, 'es'), '4.5 minutos');
  });

  test('numbers are grouped as in the United States, in both languages', () => {
    assert.equal(formatNumber(1569731, 'en'), '1,569,731');
    assert.equal(formatNumber(1234.5, 'es'), '1,234.5');
  });

  test('how long ago', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    assert.equal(formatAgo('2026-11-21T11:58:00Z', now, 'en'), '2 minutes ago');
    assert.equal(formatAgo('2026-11-19T12:00:00Z', now, 'es'), 'anteayer');
  });

  test('a zone by its name', () => {
    assert.equal(zoneName('en', 'America/New_York'), 'Eastern Time');
  });
});

describe('pageNumbers', () => {
  test('first, last, neighbors; 0 for a gap', () => {
    assert.deepEqual(pageNumbers(1, 1), [1]);
    assert.deepEqual(pageNumbers(5, 9), [1, 0, 4, 5, 6, 0, 9]);
    assert.deepEqual(pageNumbers(3, 5), [1, 2, 3, 4, 5]);
    assert.deepEqual(pageNumbers(1, 9), [1, 2, 0, 9]);
  });

  test('a gap always stands for two pages or more, and nothing repeats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (a, b) => {
        const [page, pages] = [Math.min(a, b), Math.max(a, b)];
        const numbers = pageNumbers(page, pages);
        assert.ok(numbers.includes(page) && numbers[0] === 1 && numbers.at(-1) === pages);
        numbers.forEach((number, index) => {
          const before = numbers[index - 1];
          if (before === undefined) return;
          if (number === 0) assert.ok((numbers[index + 1] as number) - before > 2);
          else if (before !== 0) assert.equal(number, before + 1);
        });
      }),
    );
  });
});

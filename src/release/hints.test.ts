import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHints } from './hints.ts';

const cases: [text: string, near: string, ...string[]][] = [
  ['write to jane.doe+x@mail.example.org today', '', 'email'],
  ['José@correo.españa.es', '', 'email'],
  ['no mail @ here', ''],
  ['call (203) 555-0142', '', 'phone'],
  ['+1 203-555-0142', '', 'phone'],
  ['203.555.0142', '', 'phone'],
  ['+49 89 1234 5678', '', 'phone'],
  ['2035550142', ''],
  ['id 20355501429', ''],
  ['2026-11-20', ''],
  ['41.3948 -73.4540', ''],
  ['AB-12345', '', 'plate'],
  ['7ABC123', '', 'plate'],
  ['ABC 1234', '', 'plate'],
  ['ABC1234', 'result:plate', 'plate'],
  ['Route US 7 closed', ''],
  ['vehicle ABC-1234 seen', '', 'plate'],
  ['PM2.5', ''],
  ['NO2', ''],
  ['owner: Jane Doe', '', 'name'],
  ['Driver is Jane Doe', '', 'name'],
  ['propietaria: María Núñez', '', 'name'],
  ['Jane Doe', 'parameters/driver', 'name'],
  ['Main Street', 'Location name'],
  ['owner: the city', ''],
  ['', ''],
];

test('hints of personal data are found where they are, and not everywhere', () => {
  for (const [text, near, ...kinds] of cases)
    assert.deepEqual(findHints(text, near), kinds, `${text} | ${near}`);
});

test('no text takes long', () => {
  for (const text of [
    'a'.repeat(100_000),
    '1-'.repeat(50_000),
    'A B '.repeat(30_000),
    `${'x.'.repeat(40_000)}@`,
    '@'.repeat(50_000),
  ]) {
    const started = performance.now();
    findHints(text.slice(0, 2000), 'owner');
    assert.ok(performance.now() - started < 200, text.slice(0, 10));
  }
});

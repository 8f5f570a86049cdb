import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShortCode, shortCode } from './short-code.ts';

test('every id comes back from its code, however it is written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (number) => {
      const id = number.toString();
      const code = shortCode(id);
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]+$/);
      const spoken = code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
      for (const written of [code, spoken, `0${code}`, [...code].join('-')]) {
        assert.deepEqual(parseShortCode(written), { id, code });
      }
    }),
  );
});

test('what is no code is refused', () => {
  for (const text of ['', '-', 'U', 'a b', '../x', 'é', 'ZZZZZZZZZZZZZZ', '8000000000000', '0'.repeat(21)]) {
    assert.equal(parseShortCode(text), undefined, text);
  }
  assert.deepEqual(parseShortCode('7ZZZZZZZZZZZZ'), { id: '9223372036854775807', code: '7ZZZZZZZZZZZZ' });
});

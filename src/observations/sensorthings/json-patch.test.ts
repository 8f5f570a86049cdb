import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyJsonPatch } from './json-patch.ts';

test('a patch that doubles the entity again and again is refused before it fills the memory', () => {
  const double = (from: string) =>
    Array.from({ length: 40 }, (_, n) => ({ op: 'copy', from, path: `${from}/k${n}` }));
  const entity = { name: 'a', properties: { note: 'x'.repeat(100) } };
  for (const from of ['/properties', '']) {
    const start = performance.now();
    assert.throws(() => applyJsonPatch(entity, double(from)), { kind: 'invalid' });
    assert.ok(performance.now() - start < 2000);
  }
  const changed = applyJsonPatch(entity, [{ op: 'copy', from: '/properties', path: '/properties/before' }]);
  assert.deepEqual(changed, { properties: { ...entity.properties, before: entity.properties } });
});

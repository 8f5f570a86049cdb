import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isProblem } from '../kit/problem.ts';
import { prettyAnswer, trialPath } from './trial-query.ts';

test('a query is sent below /v1.1/', () => {
  assert.equal(trialPath('Things?$top=2'), '/v1.1/Things?$top=2');
  assert.equal(trialPath('/v1.1/Things(1)'), '/v1.1/Things(1)');
  assert.equal(trialPath("Things?$filter=name eq 'a b'"), '/v1.1/Things?$filter=name%20eq%20%27a%20b%27');
  assert.equal(trialPath(''), '/v1.1/');
});

test('whatever is typed, no other address is asked', () => {
  for (const text of [
    '../healthz',
    'a/../../openapi.json',
    '..%2f..%2f',
    '%2e%2e/%2e%2e/x',
    'x'.repeat(1001),
  ]) {
    try {
      assert.match(trialPath(text), /^\/v1\.1\//);
    } catch (error) {
      assert.ok(isProblem(error), text);
    }
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      try {
        assert.ok(trialPath(text).startsWith('/v1.1/'));
      } catch (error) {
        assert.ok(isProblem(error));
      }
    }),
  );
});

test('an answer is indented when it is JSON', () => {
  assert.equal(prettyAnswer('{"a":1}', 'application/json'), '{\n  "a": 1\n}');
  assert.equal(prettyAnswer('{"a":', 'application/json'), '{"a":');
  assert.equal(prettyAnswer('a;b', 'text/csv'), 'a;b');
});

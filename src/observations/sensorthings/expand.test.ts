import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expand } from './expand.ts';
import { Statement } from './sql.ts';

test('what was said in short is written out, whatever stands around it', () => {
  const text = fc.string({ unit: 'grapheme' }).map((around) => JSON.stringify(around));
  const template = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 40 }).filter((part) => !part.includes('\0')),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(
      fc.array(template, { minLength: 1, maxLength: 12 }),
      fc.array(
        fc.record({
          around: text,
          id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          which: fc.nat(11),
        }),
      ),
      (templates, places) => {
        const statement = new Statement('released');
        let short = '';
        let long = '';
        for (const { around, id, which } of places) {
          const chosen = templates[which % templates.length] as string[];
          const pieces = statement.shorthand(chosen, String(id));
          short += around + pieces.map((piece) => (typeof piece === 'string' ? piece : piece.sql)).join('');
          long += around + chosen.join(String(id));
        }
        assert.equal(expand(short, statement.templates).toString(), long);
      },
    ),
    { numRuns: 500 },
  );
});

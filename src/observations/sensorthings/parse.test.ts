import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isProblem } from '../../kit/problem.ts';
import { parse } from './parse.ts';
import type { Expression } from './tree.ts';

const filter = (text: string) =>
  parse(`/Things?$filter=${encodeURIComponent(text)}`).options.filter as Expression;

/** Writes a tree with every parenthesis, to see how it was read. */
function show(e: Expression): string {
  switch (e.kind) {
    case 'literal':
      return e.type === 'string'
        ? `'${e.text.replaceAll("'", "''")}'`
        : e.type === 'duration'
          ? `duration'${e.text}'`
          : e.text;
    case 'interval':
      return `${e.from}/${e.to}`;
    case 'path':
      return e.names.join('/');
    case 'call':
      return `${e.name}(${e.args.map(show).join(',')})`;
    case 'in':
      return `(${show(e.left)} in ${Array.isArray(e.list) ? `(${e.list.map(show).join(',')})` : show(e.list)})`;
    case 'not':
      return `(not ${show(e.operand)})`;
    case 'negative':
      return `(-${show(e.operand)})`;
    case 'any':
    case 'all':
      return `${show(e.path)}/${e.kind}(${e.variable}:${show(e.condition)})`;
    default:
      return `(${show(e.left)} ${e.op} ${show(e.right)})`;
  }
}

describe('parse', () => {
  test('paths, ids and tails', () => {
    assert.deepEqual(parse('/Things(1)/Datastreams(2)/Observations').path, [
      { name: 'Things', key: '1' },
      { name: 'Datastreams', key: '2' },
      { name: 'Observations' },
    ]);
    assert.deepEqual(parse('/Things(9223372036854775807)').path, [
      { name: 'Things', key: '9223372036854775807' },
    ]);
    assert.equal(parse('/Things(1)/name/$value').tail, '$value');
    assert.deepEqual(parse('/Things%281%29/').path, [{ name: 'Things', key: '1' }]);
  });

  test('precedence: unary, mul, add, relations, equality, and, or', () => {
    for (const [text, read] of [
      ['a or b and c', '(a or (b and c))'],
      ['a add b mul c sub d', '((a add (b mul c)) sub d)'],
      ['a gt 1 eq b lt 2', '((a gt 1) eq (b lt 2))'],
      ['not a eq 1 and b', '((not (a eq 1)) and b)'],
      ['not (a or b)', '(not (a or b))'],
      ['-a add -1', '((-a) add (-1))'],
      ['a in (1,2) and b in c/d', '((a in (1,2)) and (b in c/d))'],
      ["x/any(d : d/name eq 'it''s') or y", "(x/any(d:(d/name eq 'it''s')) or y)"],
      ['now() gt a', '(now() gt a)'],
      ['( a  eq  1 )', '(a eq 1)'],
      ['orange eq android', '(orange eq android)'],
      ['t gt 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z', '(t gt 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z)'],
      ['t gt 2026-01-01T00:00:00 02:00 and b', '((t gt 2026-01-01T00:00:00+02:00) and b)'],
      ['t eq 2026-01-01', '(t eq 2026-01-01)'],
    ] as const)
      assert.equal(show(filter(text)), read, text);
  });

  test('nested options of $expand, and what was written, for the next link', () => {
    const { options } = parse(
      "/Things?$expand=Datastreams($filter=name eq 'a;b),(';$expand=Observations($top=1;$orderby=phenomenonTime desc),Sensor;$count=true),Locations",
    );
    const [streams, locations] = options.expand ?? [];
    assert.equal(streams?.options.count, true);
    assert.equal(streams?.options.source.get('$filter'), "name eq 'a;b),('");
    assert.deepEqual(
      streams?.options.expand?.map(({ path }) => path[0]?.name),
      ['Observations', 'Sensor'],
    );
    assert.equal(streams?.options.expand?.[0]?.options.orderby?.[0]?.descending, true);
    assert.equal(locations?.path[0]?.name, 'Locations');
  });

  test('a complaint names the option and the place', () => {
    assert.throws(() => parse('/Things?$filter=name%20eq%20%27x'), /\$filter, character 9 .*does not end/);
    assert.throws(() => parse('/Things?$expand=Datastreams($top=x)'), /\$expand, character 18/);
    assert.throws(() => parse('/Things?$fliter=1'), /no query option \$fliter/);
  });

  test('what is written out is read as the same tree', () => {
    const leaf: fc.Arbitrary<Expression> = fc.oneof(
      fc.nat().map((n): Expression => ({ kind: 'literal', type: 'number', text: String(n), at: 0 })),
      fc
        .string({ unit: 'grapheme' })
        .map((text): Expression => ({ kind: 'literal', type: 'string', text, at: 0 })),
      fc
        .constantFrom('name', 'a/b', '@iot.id', 'properties/x[1]')
        .map((name): Expression => ({ kind: 'path', names: name.split('/'), at: 0 })),
    );
    const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5, depthSize: 'small' },
        leaf,
        fc.record({
          kind: fc.constant('compare' as const),
          op: fc.constantFrom('eq' as const, 'lt' as const),
          left: tie('tree'),
          right: tie('tree'),
          at: fc.constant(0),
        }),
        fc.record({
          kind: fc.constant('logic' as const),
          op: fc.constantFrom('and' as const, 'or' as const),
          left: tie('tree'),
          right: tie('tree'),
          at: fc.constant(0),
        }),
        fc.record({
          kind: fc.constant('calculate' as const),
          op: fc.constantFrom('add' as const, 'mod' as const),
          left: tie('tree'),
          right: tie('tree'),
          at: fc.constant(0),
        }),
        fc.record({ kind: fc.constant('not' as const), operand: tie('tree'), at: fc.constant(0) }),
        fc.record({
          kind: fc.constant('call' as const),
          name: fc.constant('concat'),
          args: fc.array(tie('tree'), { maxLength: 3 }),
          at: fc.constant(0),
        }),
      ),
    }));
    fc.assert(
      fc.property(tree, (expression) => assert.equal(show(filter(show(expression))), show(expression))),
      { numRuns: 500 },
    );
  });

  test('any text is read or refused, never worse', () => {
    const piece = fc.constantFrom(
      '$filter=',
      '$expand=',
      '$orderby=',
      '$select=',
      '$top=',
      '(',
      ')',
      "'",
      ';',
      ',',
      '/',
      ' ',
      '%20',
      '+',
      '&',
      '=',
      '$',
      'name',
      ' eq ',
      'not ',
      '1',
      '%',
      '%27',
      'Datastreams',
      '[',
      ']',
      '-',
      ':',
      '@',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
        ),
        fc.boolean(),
        (text, asQuery) => {
          try {
            parse(asQuery ? `/Things?${text}` : text);
          } catch (error) {
            assert.ok(isProblem(error), String(error));
            assert.ok(error.kind === 'invalid' || error.kind === 'not-found');
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

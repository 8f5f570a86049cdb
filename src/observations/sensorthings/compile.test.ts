import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isProblem } from '../../kit/problem.ts';
import { compile } from './compile.ts';
import { v11 } from './names.ts';
import { parse } from './parse.ts';

const settings = { dialect: v11, base: 'http://x/v1.1', now: '2026-11-20T00:00:00Z' };
const compiled = (address: string) => compile(parse(address), settings);
const query = (options: Record<string, string>) =>
  `?${Object.entries(options)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

describe('compile', () => {
  test('text of a request never becomes text of the statement', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (text, number) => {
        const mark = `<${text}>`;
        const quoted = `'${mark.replaceAll("'", "''")}'`;
        const a = compiled(
          `/Things(${number})/Datastreams${query({ $filter: `name eq ${quoted} or substringof(${quoted},description)`, $top: '7' })}`,
        );
        assert.ok(!a.text.includes(mark));
        assert.ok(a.values.includes(mark));
        assert.ok(a.values.includes(String(number)));
      }),
    );
  });

  test('the same question with other values is the same statement, so it is planned once', () => {
    const one = compiled(
      `/Datastreams(1)/Observations${query({ $filter: 'result gt 5', $top: '10', $orderby: 'phenomenonTime desc' })}`,
    );
    const two = compiled(
      `/Datastreams(42)/Observations${query({ $filter: 'result gt 77', $top: '20', $orderby: 'phenomenonTime desc' })}`,
    );
    assert.equal(one.text, two.text);
    assert.notDeepEqual(one.values, two.values);
  });

  test('every parameter is used, and in order of its first use', () => {
    for (const address of [
      '/Things',
      '/Things(1)/name/$value',
      '/Things(1)/properties/a/b',
      `/Things${query({ $filter: "id eq 1 and properties/a in (1,'b')", $expand: 'Datastreams($expand=Observations($top=1;$count=true))', $count: 'true' })}`,
      '/Observations?$resultFormat=dataArray',
    ]) {
      const { text, values } = compiled(address);
      const used = [...new Set([...text.matchAll(/\$(\d+)::/g)].map(([, number]) => Number(number)))];
      assert.deepEqual(
        used,
        values.map((_, index) => index + 1),
        address,
      );
    }
  });

  test('a public door names the released schema alone', () => {
    for (const kind of Object.values(v11.sets)) {
      const { text } = compiled(`/${kind}`);
      assert.match(text, /released\./);
      assert.doesNotMatch(text, /private\./);
    }
  });

  test('readings are tied to a released Datastream on every way to them', () => {
    for (const address of [
      '/Observations',
      '/Observations(1)',
      '/FeaturesOfInterest(1)/Observations',
      '/FeaturesOfInterest?$expand=Observations',
      `/FeaturesOfInterest${query({ $filter: 'Observations/result gt 1' })}`,
      '/Datastreams(1)/Observations(2)',
      '/Observations?$count=true',
    ]) {
      assert.match(compiled(address).text, /released\.datastream/, address);
    }
  });

  test('the order by phenomenonTime is that of the primary key, and its next page starts by it', () => {
    const token = Buffer.from(JSON.stringify(['2026-01-01 00:00:00+00', '5'])).toString('base64url');
    const { text } = compiled(
      `/Datastreams(1)/Observations${query({ $orderby: 'phenomenonTime desc', $skiptoken: token })}`,
    );
    assert.match(text, /order by (t\d+)\.phenomenon_start desc, \1\.id desc limit/);
    assert.match(text, /\((t\d+)\.phenomenon_start, \1\.id\) < \(\$\d+::timestamptz, \$\d+::bigint\)/);
  });

  test('whatever can be parsed compiles or is refused', () => {
    const word = fc.constantFrom(
      'name',
      'Datastreams/name',
      'phenomenonTime',
      'result',
      'eq',
      'lt',
      'and',
      'not',
      'add',
      'in',
      '(',
      ')',
      ',',
      '5',
      "'x'",
      'null',
      '2026-01-01T00:00:00Z',
      'length(',
      'now()',
      'Datastreams/any(d:',
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 10 }),
        fc.constantFrom(...Object.values(v11.sets)),
        (words, set) => {
          try {
            compiled(`/${set}${query({ $filter: words.join(' ') })}`);
          } catch (error) {
            assert.ok(isProblem(error), String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

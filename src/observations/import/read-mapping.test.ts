import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { findColumns } from './columns.ts';
import { readMapping } from './read-mapping.ts';

const sound = `dataset:
  slug: pumps
  title: Pumps
  description: Pumps
  topic: other
  license: not-stated
  source: invented
time:
  column: at
  format: iso
  zone: UTC
thing: { key: "{pump}", name: "Pump {pump}" }
datastreams:
  - column: flow
    name: Flow
    unit: { name: liter, symbol: l, definition: "x:l" }
    observed_property: { name: Flow, definition: "x:flow" }
`;

describe('reading a mapping', () => {
  it('reads a sound one and fills in what it leaves out', () => {
    const { mapping } = readMapping(sound, 'pumps.yaml');
    assert.ok('datastreams' in mapping);
    assert.equal(mapping.conflict, 'reject');
    assert.equal(mapping.dataset.access, 'restricted');
    assert.equal(mapping.time.repeated_hour, 'reject');
    assert.equal(mapping.file.encoding, 'utf-8');
  });

  const faults: [name: string, change: [string, string], message: RegExp][] = [
    [
      'an unknown name',
      ['    name: Flow\n', '    name: Flow\n    colour: red\n'],
      /Problem: m.yaml:16: datastreams.0.colour: unknown name/,
    ],
    ['a member that is missing', ['  title: Pumps\n', ''], /Problem: m.yaml:1: dataset.title: is needed/],
    ['a wrong kind', ['  column: at', '  column: [at]'], /Problem: m.yaml:9: time.column:/],
    [
      'an unknown zone',
      ['zone: UTC', 'zone: Mars/Phobos'],
      /Problem: m.yaml:11: time: There is no time zone "Mars\/Phobos"/,
    ],
    ['a format without a date', ['format: iso', 'format: HH:mm'], /Problem: m.yaml:10: time: .*no full date/],
    [
      'local time without a zone',
      ['  format: iso\n  zone: UTC\n', '  format: YYYY-MM-DD\n'],
      /name the time zone/,
    ],
    [
      'no thing',
      ['thing: { key: "{pump}", name: "Pump {pump}" }\n', ''],
      /Problem: m.yaml:13: datastreams.0: no `thing` here/,
    ],
    [
      'a number without a unit',
      ['    unit: { name: liter, symbol: l, definition: "x:l" }\n', ''],
      /a number needs its unit/,
    ],
    [
      'YAML that is not well-formed',
      ['topic: other', 'topic: "other'],
      /Problem: m.yaml:\d+:\d+: not well-formed YAML/,
    ],
    [
      'a place told in two ways',
      ['name: "Pump {pump}" }', 'name: P, location: { longitude: 1, latitude_column: b } }'],
      /Problem: m.yaml:12: thing.location: say where it stands/,
    ],
    [
      'a latitude that is none',
      ['name: "Pump {pump}" }', 'name: P, location: { longitude: 1, latitude: 91 } }'],
      /Problem: m.yaml:12: thing.location/,
    ],
  ];
  for (const [name, [from, to], message] of faults) {
    it(`names the line of ${name}`, () => {
      assert.ok(sound.includes(from));
      assert.throws(() => readMapping(sound.replace(from, to), 'm.yaml'), message);
    });
  }

  it('tells all faults at once, in the order of the lines', () => {
    const twice = sound.replace('slug: pumps', 'slug: PUMPS').replace('column: flow', 'colunm: flow');
    assert.throws(() => readMapping(twice, 'm.yaml'), /m.yaml:2: dataset.slug.*\n.*m.yaml:14: /);
  });

  it('names the mapping’s line, and what there is, when the file has no such column', () => {
    const loaded = readMapping(sound, 'm.yaml');
    assert.throws(
      () => findColumns(loaded, ['at', 'pump', 'fl0w', '']),
      /m.yaml:14: datastreams.0.column: the file has no column "flow"\nThe file has 4 columns: at \| pump \| fl0w \| #4/,
    );
    assert.throws(() => findColumns(loaded, ['at', 'pump', 'flow', 'flow']), /several columns "flow".*#3/);
  });

  it('finds every shipped example sound', async () => {
    const folder = new URL('../../../examples/mappings/', import.meta.url);
    const names = await readdir(folder);
    assert.ok(names.length >= 9);
    for (const name of names) readMapping(await readFile(new URL(name, folder), 'utf8'), name);
  });

  it('finds the example in the documentation sound', async () => {
    const text = await readFile(new URL('../../../docs/importing.md', import.meta.url), 'utf8');
    const example = /```yaml\n([\s\S]+?)```/.exec(text)?.[1];
    assert.ok(example);
    readMapping(example, 'importing.md');
  });
});

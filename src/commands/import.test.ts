import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../test/fixtures/import/${name}`, import.meta.url));

// A dry run needs no database, so these run the command itself.
function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'import', ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('charter-oak import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-command-'));
  const inFolder = (name: string) => join(folder, name);
  const [big, multiplying, returns] = [inFolder('big.csv'), inFolder('multiplying.yaml'), inFolder('cr.csv')];
  const [pipe, loop] = [inFolder('pipe.csv'), inFolder('loop.csv')];
  before(async () => {
    await writeFile(big, 'a,b,c,d,e,f\n'.repeat(100_000).slice(0, 1_100_000));
    const tens = ['a: &l0 [x]', ...[0, 1, 2, 3].map((n) => `l${n}: &l${n + 1} [${`*l${n}, `.repeat(10)}]`)];
    await writeFile(multiplying, tens.join('\n'));
    await writeFile(returns, (await readFile(fixture('bridge.csv'), 'utf8')).replaceAll('\n', '\r'));
    await promisify(execFile)('mkfifo', [pipe]);
    await symlink('loop.csv', loop);
  });
  after(() => rm(folder, { recursive: true }));

  const bridge = [fixture('bridge.csv'), '--map', fixture('bridge.yaml')];

  it('shows in a dry run the first readings, and counts every cell', async () => {
    const { code, out } = await run(...bridge, '--dry-run', '--show', '1');
    assert.equal(code, 0);
    assert.match(
      out,
      /line 2 +Bridge counter +Bicycles, total +2026-11-01T03:00:00.000Z\/2026-11-01T04:00:00.000Z +10 bicycles\n/,
    );
    assert.match(out, /readings +18 /);
    assert.match(out, /missing +4 +3 empty, 1 a code for missing/);
    assert.match(out, /rejected +8 /);
    assert.match(out, /= cells in the file +30/);
  });

  it('writes each reject with its line, column, value and reason', async () => {
    const rejects = join(folder, 'rejects.csv');
    const { code, err } = await run(...bridge, '--dry-run', '--rejects', rejects, '--max-rejects', '7');
    assert.equal(code, 1);
    assert.match(err, /8 cells were rejected, more than --max-rejects 7/);
    const lines = (await readFile(rejects, 'utf8')).split('\n');
    assert.equal(lines[0], 'line,column,value,reason,cells');
    assert.equal(lines[2], '12,"Bridge, total",nine,not a number,1');
    assert.equal(lines.length, 1 + 5 + 1);
  });

  const faults: [name: string, args: string[], message: RegExp][] = [
    ['no file', [], /charter-oak import FILE --map MAPPING/],
    [
      'a file that is not there',
      ['none.csv', '--map', fixture('bridge.yaml'), '--dry-run'],
      /There is no file none.csv/,
    ],
    [
      'the two files exchanged',
      [fixture('bridge.yaml'), '--map', big],
      /it has 1100000 bytes, too many for a mapping/,
    ],
    [
      'a mapping that multiplies',
      [fixture('bridge.csv'), '--map', multiplying],
      /its aliases .* cannot be followed/,
    ],
    [
      'carriage returns alone',
      [returns, '--map', fixture('bridge.yaml'), '--dry-run'],
      /Line 1: the lines end in a carriage return/,
    ],
    ['a pipe', [pipe, '--map', fixture('bridge.yaml'), '--dry-run'], /pipe.csv is not a file/],
    [
      'a link to itself',
      [loop, '--map', fixture('bridge.yaml'), '--dry-run'],
      /loop.csv cannot be read: ELOOP/,
    ],
    [
      'a mapping that is not there',
      [fixture('bridge.csv'), '--map', 'none.yaml'],
      /The mapping none.yaml cannot be read/,
    ],
    [
      'the wrong encoding',
      [fixture('garages.csv'), '--map', fixture('bridge.yaml'), '--dry-run'],
      /garages.csv: Line 2, byte \d+: 0xc9 is not text in utf-8/,
    ],
    [
      'a mapping for another file',
      [fixture('bridge.csv'), '--map', fixture('uplinks.yaml'), '--dry-run'],
      /bridge.csv: Line \d+: .*holds no array at file.list/,
    ],
    [
      'a column that is not there',
      [fixture('kinds.csv'), '--map', fixture('bridge.yaml'), '--dry-run'],
      /bridge.yaml:3: time.column: the file has no column "Date"/,
    ],
    ['an option that does not exist', [...bridge, '--dryrun'], /dryrun/],
    [
      'a rejects file that cannot be',
      [...bridge, '--dry-run', '--rejects', '/none/such/r.csv'],
      /rejects file \/none\/such\/r.csv cannot be written/,
    ],
  ];
  for (const [name, args, message] of faults) {
    it(`ends with 2 and says what is wrong: ${name}`, async () => {
      const { code, out, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, message);
      assert.doesNotMatch(err, /\n\s+at /, 'no stack trace');
      assert.equal(out, '');
    });
  }
});

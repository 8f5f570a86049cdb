import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

describe('the command line', () => {
  test('tells of one command, and runs nothing', () => {
    for (const flag of ['--help', '-h']) {
      const { status, stdout } = run('keys', flag);
      assert.deepEqual([status, /rename PREFIX NAME/.test(stdout)], [0, true]);
    }
    assert.match(run('serve', '--help').stdout, /^charter-oak serve/);
  });

  test('says what is missing', () => {
    const { status, stderr } = run('init', 'city.yaml', '--name', 'Maria Works');
    assert.equal(status, 2);
    assert.match(stderr, /^Missing: --administrator ADDRESS\.\n/);
  });
});

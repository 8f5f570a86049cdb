import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeFile } from './decode-file.ts';

describe('decoding a file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'decode-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function decode(bytes: Buffer, encoding = 'utf-8', maxBytes = Infinity): Promise<string> {
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    let text = '';
    for await (const chunk of decodeFile(path, { encoding, maxBytes })) text += chunk;
    return text;
  }

  // Longer than a chunk, and of an odd length, so that characters lie across the chunks' borders.
  const long = 'x'.concat('Brébeuf € 😀;\n'.repeat(20_000));

  it('reads UTF-8, plain and gzip, across the borders of its chunks', async () => {
    assert.equal(await decode(Buffer.from(long)), long);
    assert.equal(await decode(gzipSync(long)), long);
  });
  it('reads UTF-16, with and without a mark', async () => {
    assert.equal(await decode(Buffer.from(long, 'utf16le'), 'utf-16le'), long);
    assert.equal(await decode(Buffer.from(`\ufeff${long}`, 'utf16le'), 'utf-16le'), long);
  });
  it('reads latin1', async () => {
    assert.equal(await decode(Buffer.from('Brébeuf\n', 'latin1'), 'iso-8859-1'), 'Brébeuf\n');
  });
  it('leaves out the mark of UTF-8', async () => {
    assert.equal(await decode(Buffer.from('\ufeffa\n')), 'a\n');
  });

  const refusals: [name: string, bytes: Buffer, encoding: string, message: RegExp][] = [
    [
      'latin1 read as UTF-8',
      Buffer.from('a\nb;é;c\n', 'latin1'),
      'utf-8',
      /Line 2, byte 4: 0xe9 is not text in utf-8/,
    ],
    [
      'a wrong byte far into the file',
      Buffer.concat([Buffer.from(long), Buffer.from([0xff]), Buffer.from(long)]),
      'utf-8',
      /Line 20001, byte \d+: 0xff/,
    ],
    ['UTF-8 cut off in a character', Buffer.from('aé').subarray(0, 2), 'utf-8', /Line 1, byte 1: 0xc3/],
    [
      'a byte that windows-1252 does not assign',
      Buffer.from([0x61, 0x0a, 0x81]),
      'windows-1252',
      /Line 2, byte 2: 0x81/,
    ],
    ['half a pair in UTF-16', Buffer.from([0x61, 0, 0x0a, 0, 0, 0xd8, 0x61, 0]), 'utf-16le', /Line 2/],
    [
      'a mark of another encoding',
      Buffer.from('\ufeffa', 'utf16le'),
      'utf-8',
      /mark of utf-16le, but the mapping says utf-8/,
    ],
    ['a program', Buffer.from('a\nb\0c'), 'utf-8', /Line 2, about byte 3: a zero byte/],
    [
      'an encoding that does not exist',
      Buffer.from('a'),
      'latin-99',
      /"latin-99" is not a known text encoding/,
    ],
    ['a damaged gzip file', gzipSync(long).subarray(0, 50), 'utf-8', /damaged gzip file/],
  ];
  for (const [name, bytes, encoding, message] of refusals) {
    it(`refuses ${name} and says where`, () => assert.rejects(decode(bytes, encoding), message));
  }

  it('refuses a gzip bomb before it unfolds', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'a,b\n'));
    await assert.rejects(decode(bomb), /looks like a gzip bomb/);
  });
  it('refuses more than --max-bytes', () =>
    assert.rejects(decode(gzipSync(long), 'utf-8', 1000), /more than 1000 bytes of text/));
  it('says that a file is not there, or is no file', async () => {
    await assert.rejects(async () => {
      for await (const _ of decodeFile(join(folder, 'none'), { encoding: 'utf-8' }));
    }, /There is no file/);
    await assert.rejects(async () => {
      for await (const _ of decodeFile(folder, { encoding: 'utf-8' }));
    }, /is not a file/);
  });
});

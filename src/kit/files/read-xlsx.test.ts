import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { workbook, zip } from '../../../test/support/xlsx.ts';
import { isProblem } from '../problem.ts';
import { openWorkbook } from './read-xlsx.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xlsx-'));
});
after(() => rm(folder, { recursive: true }));

let counter = 0;
async function read(bytes: Uint8Array): Promise<{ line: number; fields: readonly string[] }[]> {
  const path = join(folder, `${++counter}.xlsx`);
  await writeFile(path, bytes);
  const book = await openWorkbook(path);
  try {
    const rows = [];
    for await (const batch of book.rows(book.sheets[0] as string)) rows.push(...batch);
    return rows;
  } finally {
    book.close();
  }
}

describe('a workbook', () => {
  it('gives texts, numbers, days, truth and gaps, by their rows', async () => {
    const rows = await read(
      workbook(
        `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>
         <row r="4"><c r="A4"><v>0.1</v></c><c r="B4" s="1"><v>45351</v></c><c r="C4" s="2"><v>45351.75</v></c><c r="D4" t="b"><v>1</v></c></row>
         <row><c t="inlineStr"><is><t>a_x000D_b</t></is></c><c t="str"><f>cmd|' /C calc'!A0</f><v>shown</v></c><c t="e"><v>#N/A</v></c></row>
         <row r="9"><c r="A9" s="3"><v>1</v></c><c r="B9" s="4"><v>0.5</v></c><c r="C9" s="5"><v>1234.5</v></c><c r="D9" s="1"><v>59</v></c></row>`,
        {
          texts: ['<t>Name</t>', '<r><t>two </t></r><r><t>runs</t></r><rPh><t>not this</t></rPh>'],
          formats: ['yyyy\\-mm\\-dd', 'h:mm', '&quot;day &quot;0.00'],
        },
      ),
    );
    assert.deepEqual(rows, [
      { line: 2, fields: ['Name', '', 'two runs'] },
      { line: 4, fields: ['0.1', '2024-02-29', '2024-02-29T18:00:00', 'true'] },
      { line: 5, fields: ['a\rb', 'shown', '#N/A'] },
      { line: 9, fields: ['1900-01-01', '12:00:00', '1234.5', '1900-02-28'] },
    ]);
  });

  it('that is none, is damaged or unpacks to too much is refused', async () => {
    const cell = '<row><c t="inlineStr"><is><t>x</t></is></c></row>';
    const good = workbook(cell);
    const bad: [Uint8Array, RegExp][] = [
      [Buffer.from('not a zip'), /cannot be read/],
      [zip({ 'a.txt': 'x' }), /holds no workbook/],
      [good.subarray(0, good.length - 40), /cannot be read/],
      [workbook('<row><c><v>1</v></row>'), /cannot be read/],
      [workbook(cell, { prefix: '<!DOCTYPE x [<!ENTITY a "aaaa">]>' }), /document type/],
      [workbook(`<row>${'<c r="ZZZ1"><v>1</v></c>'}</row>`), /column 18278/],
      [
        workbook(`<row><c t="inlineStr"><is><t>${'x'.repeat(1_100_000)}</t></is></c></row>`),
        /more than 1048576 characters/,
      ],
      [workbook(Buffer.alloc(120 * 1024 * 1024, 0x20)), /unpacks from/],
      [workbook(Buffer.from([0xff, 0xfe, 0xfd])), /cannot be read/],
    ];
    for (const [bytes, message] of bad)
      await assert.rejects(
        read(bytes),
        (error) => isProblem(error) && error.kind === 'invalid' && message.test(error.message),
        String(message),
      );
  });

  it('whose directory lies about a size is refused while it is read', async () => {
    const bytes = workbook(`<row><c t="inlineStr"><is><t>${'x'.repeat(5000)}</t></is></c></row>`);
    const name = Buffer.from('xl/worksheets/sheet1.xml');
    const at = bytes.lastIndexOf(name) - 46;
    bytes.writeUInt32LE(200, at + 24);
    await assert.rejects(read(bytes), /cannot be read/);
  });
});

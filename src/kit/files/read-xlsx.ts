import type { Readable } from 'node:stream';
import sax from 'sax';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Problem } from '../problem.ts';
import type { SourceRow } from './split-csv.ts';

/** Defaults of the software: what a workbook may hold, so that a small archive cannot fill memory or disk. */
const most = {
  entries: 10_000,
  /** Texts that cells share lie in memory. */
  sharedTexts: 128 * 1024 * 1024,
  /** The parts that say how a workbook is made. */
  parts: 16 * 1024 * 1024,
  sheet: 4 * 1024 * 1024 * 1024,
  columns: 2000,
  rowLength: 1024 * 1024,
};
const bombWatchBytes = 100 * 1024 * 1024;
const bombRatio = 300;

export type Workbook = {
  sheets: string[];
  /**
   * The rows of a sheet as text: days and times as ISO 8601 without an offset, a formula as the value that was computed
   * last. `line` is the row's number in the sheet.
   */
  rows(sheet: string, onProgress?: (part: number) => void): AsyncGenerator<SourceRow[], void, void>;
  close(): void;
};

/** Opens an XLSX file [ECMA-376]. Errors: invalid, when it is none, is damaged, encrypted, or unpacks to too much. */
export async function openWorkbook(path: string): Promise<Workbook> {
  const zip = await openZip(path);
  try {
    const entries = await listEntries(zip);
    const part = (name: string) => entries.get(name.replace(/^\//, '').toLowerCase());
    const root = part('xl/workbook.xml');
    if (!root)
      throw new Problem(
        'invalid',
        'This archive holds no workbook (xl/workbook.xml). Save it as .xlsx, or as CSV.',
      );
    const targets = new Map<string, string>();
    const links = part('xl/_rels/workbook.xml.rels');
    if (links)
      await parse(zip, links, most.parts, {
        open: (name, attributes) => {
          if (name === 'Relationship') targets.set(attributes.Id ?? '', attributes.Target ?? '');
        },
      });
    const sheets = new Map<string, Entry>();
    let since1904 = false;
    await parse(zip, root, most.parts, {
      open: (name, attributes) => {
        if (name === 'workbookPr') since1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
        if (name !== 'sheet') return;
        const target = targets.get(attributes['r:id'] ?? attributes.id ?? '') ?? '';
        const found = part(target.startsWith('/') ? target : `xl/${target}`);
        if (found) sheets.set(attributes.name ?? `Sheet ${sheets.size + 1}`, found);
      },
    });
    if (sheets.size === 0) throw new Problem('invalid', 'This workbook has no sheet with cells.');
    const styles = part('xl/styles.xml');
    const dateStyles = styles ? await readDateStyles(zip, styles) : [];
    const shared = part('xl/sharedstrings.xml');
    let texts: Promise<string[]> | undefined;
    return {
      sheets: [...sheets.keys()],
      rows: async function* (sheet, onProgress) {
        const entry = sheets.get(sheet);
        if (!entry)
          throw new Problem(
            'invalid',
            `This workbook has no sheet “${sheet}”. It has: ${[...sheets.keys()].join(', ')}.`,
          );
        texts ??= shared ? readSharedTexts(zip, shared) : Promise.resolve([]);
        yield* sheetRows(zip, entry, { texts: await texts, dateStyles, since1904 }, onProgress);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) =>
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) =>
      error ? reject(damaged(error)) : resolve(zip),
    ),
  );
}

const damaged = (cause: Error): Problem =>
  new Problem(
    'invalid',
    `The workbook cannot be read: ${cause.message}. Save it again as .xlsx, or as CSV.`,
    { cause },
  );

function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on('error', (error: Error) => reject(damaged(error)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      if (entries.size >= most.entries)
        return reject(new Problem('invalid', `The workbook has more than ${most.entries} parts.`));
      entries.set(entry.fileName.toLowerCase(), entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function openEntry(zip: ZipFile, entry: Entry, limit: number): Promise<Readable> {
  if (entry.isEncrypted())
    throw new Problem('invalid', 'The workbook is protected by a password. Save it without one.');
  const { uncompressedSize: size, compressedSize: packed } = entry;
  // yauzl ends with an error when more comes out than the directory says.
  if (size > limit || (size > bombWatchBytes && size > packed * bombRatio))
    throw new Problem(
      'invalid',
      `A part of the workbook (${entry.fileName.slice(0, 100)}) unpacks from ${packed} to ${size} bytes, which is more than is taken. Save the table as CSV.`,
    );
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(damaged(error)) : resolve(stream))),
  );
}

type Handlers = {
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

/** Feeds the parser; gives a turn to whoever waits after each piece. Names come without their prefix. */
async function* pieces(
  zip: ZipFile,
  entry: Entry,
  limit: number,
  handlers: Handlers,
): AsyncGenerator<number, void, void> {
  const reader = sax.parser(true, { position: true });
  const bare = (name: string) => name.slice(name.indexOf(':') + 1);
  reader.onopentag = ({ name, attributes }) =>
    handlers.open?.(bare(name), attributes as Record<string, string>);
  reader.ontext = (text) => handlers.text?.(text);
  reader.oncdata = (text) => handlers.text?.(text);
  reader.onclosetag = (name) => handlers.close?.(bare(name));
  // No workbook has one; what it could declare is not followed either.
  reader.ondoctype = () => {
    throw new Problem('invalid', 'A part of the workbook declares a document type, which no workbook does.');
  };
  reader.onerror = (error) => {
    throw damaged(error);
  };
  const decode = new TextDecoder('utf-8', { fatal: true });
  const stream = await openEntry(zip, entry, limit);
  let read = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read += chunk.length;
      reader.write(decode.decode(chunk, { stream: true }));
      yield read / Math.max(1, entry.uncompressedSize);
    }
    reader.write(decode.decode()).close();
    yield 1;
  } catch (error) {
    throw error instanceof Problem ? error : damaged(error as Error);
  } finally {
    stream.destroy();
  }
}

async function parse(zip: ZipFile, entry: Entry, limit: number, handlers: Handlers): Promise<void> {
  for await (const _ of pieces(zip, entry, limit, handlers));
}

async function readSharedTexts(zip: ZipFile, entry: Entry): Promise<string[]> {
  const texts: string[] = [];
  let current = '';
  let inside = false;
  let phonetic = false;
  await parse(zip, entry, most.sharedTexts, {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inside = !phonetic;
    },
    text: (text) => {
      if (inside) current += text;
    },
    close: (name) => {
      if (name === 't') inside = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') texts.push(unescaped(current));
    },
  });
  return texts;
}

/** Signs that XML cannot hold are written _x000D_. */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;

/** For each cell style: `day`, `moment` or `clock` where it shows a number as one. */
type DateStyle = 'day' | 'moment' | 'clock' | undefined;

async function readDateStyles(zip: ZipFile, entry: Entry): Promise<DateStyle[]> {
  const custom = new Map<number, DateStyle>();
  const styles: DateStyle[] = [];
  let inCells = false;
  await parse(zip, entry, most.parts, {
    open: (name, { numFmtId, formatCode }) => {
      if (name === 'numFmt') custom.set(Number(numFmtId), styleOf(formatCode ?? ''));
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(numFmtId);
        styles.push(custom.has(id) ? custom.get(id) : builtIn(id));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

// [ECMA-376 part 1 §18.8.30]
const builtIn = (id: number): DateStyle =>
  id === 22
    ? 'moment'
    : (id >= 14 && id <= 17) || (id >= 27 && id <= 31)
      ? 'day'
      : (id >= 18 && id <= 21) || (id >= 45 && id <= 47)
        ? 'clock'
        : undefined;

function styleOf(code: string): DateStyle {
  const bare = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').split(';')[0] ?? '';
  if (/general/i.test(bare)) return undefined;
  const day = /[yd]/i.test(bare) || /m{3,}/i.test(bare);
  const clock = /[hs]/i.test(bare);
  return day ? (clock ? 'moment' : 'day') : clock ? 'clock' : undefined;
}

type Reading = { texts: string[]; dateStyles: DateStyle[]; since1904: boolean };

async function* sheetRows(
  zip: ZipFile,
  entry: Entry,
  reading: Reading,
  onProgress?: (part: number) => void,
): AsyncGenerator<SourceRow[], void, void> {
  let rows: SourceRow[] = [];
  let line = 0;
  let fields: string[] = [];
  let at = -1;
  let type = '';
  let style = 0;
  let value = '';
  let length = 0;
  let taking = false;
  const handlers: Handlers = {
    open: (name, attributes) => {
      if (name === 'row') {
        const told = Number(attributes.r);
        line = Number.isInteger(told) && told > line ? told : line + 1;
        fields = [];
        at = -1;
        length = 0;
      } else if (name === 'c') {
        at = attributes.r ? columnOf(attributes.r) : at + 1;
        if (at >= most.columns || at < 0)
          throw new Problem(
            'invalid',
            `Row ${line} has a cell in column ${at + 1}; ${most.columns} columns are read at most.`,
            { details: { line } },
          );
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        value = '';
      } else if (name === 'v' || name === 't') taking = true;
    },
    text: (text) => {
      if (!taking) return;
      length += text.length;
      if (length > most.rowLength)
        throw new Problem('invalid', `Row ${line} holds more than ${most.rowLength} characters.`, {
          details: { line },
        });
      value += text;
    },
    close: (name) => {
      if (name === 'v' || name === 't') taking = false;
      else if (name === 'c') {
        const text = cellText(type, value, reading, style);
        if (text === '') return;
        while (fields.length < at) fields.push('');
        fields[at] = text;
      } else if (name === 'row') rows.push({ line, fields });
    },
  };
  for await (const part of pieces(zip, entry, most.sheet, handlers)) {
    onProgress?.(part);
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}

/** `BC12` is column 54, from 0. */
function columnOf(reference: string): number {
  let column = 0;
  for (let index = 0; index < Math.min(reference.length, 4); index++) {
    const code = reference.charCodeAt(index) - 64;
    if (code < 1 || code > 26) break;
    column = column * 26 + code;
  }
  return column - 1;
}

function cellText(
  type: string,
  value: string,
  { texts, dateStyles, since1904 }: Reading,
  style: number,
): string {
  if (type === 's') return texts[Number(value)] ?? '';
  if (type === 'inlineStr' || type === 'str') return unescaped(value);
  if (type === 'b') return value === '1' ? 'true' : value === '0' ? 'false' : value;
  if (type !== 'n' || value === '') return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const shown = dateStyles[style];
  return shown ? serialText(number, shown, since1904) : String(number);
}

/** Days since 1900, in which Excel counts a 29 February that was none; or since 1904. */
function serialText(serial: number, shown: Exclude<DateStyle, undefined>, since1904: boolean): string {
  const days = since1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  const instant = new Date(Math.round((days - 25_569) * 86_400_000));
  if (serial < 0 || Number.isNaN(instant.getTime()) || instant.getUTCFullYear() > 9999) return String(serial);
  const full = instant.toISOString();
  const clock = full.slice(11, 23).replace(/\.000$/, '');
  if (shown === 'clock' && serial < 1) return clock;
  return shown === 'day' && full.slice(11, 23) === '00:00:00.000'
    ? full.slice(0, 10)
    : `${full.slice(0, 10)}T${clock}`;
}

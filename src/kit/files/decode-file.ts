import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isProblem, Problem } from '../problem.ts';

const chunkBytes = 64 * 1024;
/** A gzip file that has grown past this is watched for its ratio. */
const bombWatchBytes = 100 * 1024 * 1024;
/** Sensor logs shrink 5 to 60 times; gzip's own ceiling is about 1,030. */
const bombRatio = 300;

/** What has been read so far; `read` and `total` are bytes on disk, so they tell progress even in a gzip file. */
export type FileProgress = { read: number; total: number };

export type DecodeOptions = {
  /** Any label of the WHATWG Encoding Standard. */
  encoding: string;
  /** Most bytes after unpacking; more is refused. */
  maxBytes?: number | undefined;
  onProgress?: (progress: FileProgress) => void;
};

/**
 * Reads a text file, plain or gzip (told by its first bytes), as chunks of text. Bytes that are not text in the stated
 * encoding stop it: they are never replaced. Memory does not grow with the file.
 * @throws Problem `invalid` with the byte and line of what cannot be read, or when there is no such file.
 */
export async function* decodeFile(path: string, options: DecodeOptions): AsyncGenerator<string, void, void> {
  const decode = makeDecoder(options.encoding);
  let pending: Buffer = Buffer.alloc(0);
  let offset = 0;
  let line = 1;
  let first = true;
  for await (const chunk of readBytes(path, options)) {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const whole = decode.wholeLength(bytes);
    if (whole === 0 && bytes.length > 64) {
      if (bytes.length > 16 * chunkBytes) throw notText(decode.label, offset, line, bytes);
      pending = bytes;
      continue;
    }
    let body = bytes.subarray(0, whole);
    pending = bytes.subarray(whole);
    if (first && body.length > 0) {
      body = withoutMark(body, decode.label);
      offset += whole - body.length;
      first = false;
    }
    const text = decode.text(body, offset, line);
    refuseNul(text, offset, line);
    line += countNewlines(text);
    offset += body.length;
    if (text.length > 0) yield text;
  }
  if (pending.length > 0) {
    const text = decode.text(first ? withoutMark(pending, decode.label) : pending, offset, line, true);
    refuseNul(text, offset, line);
    if (text.length > 0) yield text;
  }
}

async function* readBytes(path: string, options: DecodeOptions): AsyncGenerator<Buffer, void, void> {
  const { total, gzip } = await look(path);
  const maxBytes = options.maxBytes ?? Infinity;
  let read = 0;
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  file.on('data', (chunk) => {
    read += chunk.length;
  });
  const source: Readable = gzip ? file.pipe(createGunzip({ chunkSize: chunkBytes })) : file;
  // pipe() does not carry an error over: without this a disk fault would leave the reader waiting for ever.
  if (gzip) file.on('error', (error) => source.destroy(error));
  let unpacked = 0;
  try {
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) continue;
      unpacked += chunk.length;
      if (gzip && unpacked > bombWatchBytes && unpacked > read * bombRatio) {
        throw new Problem(
          'invalid',
          `${path}: ${read} bytes of gzip unpack to more than ${unpacked} (over ${bombRatio} to 1); this looks like a gzip bomb. If the file is sound, unpack it yourself and import the result.`,
        );
      }
      if (unpacked > maxBytes) {
        throw new Problem(
          'invalid',
          `${path}: more than ${maxBytes} bytes of text; raise --max-bytes if that is right`,
        );
      }
      options.onProgress?.({ read, total });
      yield chunk;
    }
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      typeof error.code === 'string' &&
      error.code.startsWith('Z_')
    ) {
      throw new Problem(
        'invalid',
        `${path}: damaged gzip file: ${error.message} after ${unpacked} unpacked bytes; fetch it again`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    file.destroy();
    source.destroy();
  }
}

async function look(path: string): Promise<{ total: number; gzip: boolean }> {
  try {
    // Asked before it is opened: to open a pipe that nobody writes to would wait for ever.
    const about = await stat(path);
    if (!about.isFile()) throw new Problem('invalid', `${path} is not a file`);
    const handle = await open(path, 'r');
    try {
      const head = Buffer.alloc(2);
      await handle.read(head, 0, 2, 0);
      return { total: about.size, gzip: head[0] === 0x1f && head[1] === 0x8b };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isProblem(error) || !(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') {
      throw new Problem('invalid', `There is no file ${path}`, { cause: error });
    }
    throw new Problem('invalid', `${path} cannot be read: ${error.message}`, { cause: error });
  }
}

type Decoder = {
  label: string;
  /** How many leading bytes end on a character's boundary. */
  wholeLength: (bytes: Buffer) => number;
  text: (bytes: Buffer, offset: number, line: number, last?: boolean) => string;
};

function makeDecoder(encoding: string): Decoder {
  let label: string;
  try {
    label = new TextDecoder(encoding).encoding;
  } catch (cause) {
    throw new Problem(
      'invalid',
      `"${encoding}" is not a known text encoding; common ones are utf-8, windows-1252, iso-8859-1 and utf-16le`,
      { cause },
    );
  }
  const strict = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const text = (bytes: Buffer, offset: number, line: number) => {
    if (label === 'utf-8') {
      // Pure ASCII, the usual case, becomes a one-byte string: half the memory and faster to search.
      if (isAscii(bytes)) return bytes.toString('latin1');
      if (isUtf8(bytes)) return bytes.toString('utf8');
      throw notText(label, offset, line, bytes);
    }
    let decoded: string;
    try {
      decoded = strict.decode(bytes);
    } catch {
      throw notText(label, offset, line, bytes);
    }
    // The web's windows-1252 lets five unassigned bytes through as control characters: no table holds those.
    const control = isSingleByte(label) ? decoded.search(/[\u0080-\u009f]/) : -1;
    if (control >= 0)
      throw badByte(label, offset + control, line + countNewlines(decoded.slice(0, control)), bytes[control]);
    return decoded;
  };
  return { label, text, wholeLength: (bytes) => wholeLength(bytes, label) };
}

function isSingleByte(label: string): boolean {
  return /^(windows-|iso-8859-|koi8-|macintosh|x-mac|ibm866)/.test(label);
}

function wholeLength(bytes: Buffer, label: string): number {
  const end = bytes.length;
  if (label === 'utf-8') {
    for (let back = 1; back <= Math.min(4, end); back++) {
      const byte = bytes[end - back] ?? 0;
      if ((byte & 0xc0) === 0x80) continue;
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return needs > back ? end - back : end;
    }
    return end;
  }
  if (label.startsWith('utf-16')) {
    const even = end - (end % 2);
    const high = even >= 2 ? bytes[label === 'utf-16le' ? even - 1 : even - 2] : undefined;
    return high !== undefined && high >= 0xd8 && high <= 0xdb ? even - 2 : even;
  }
  if (isSingleByte(label)) return end;
  // In the East Asian encodings a newline byte is never part of a longer character.
  return bytes.lastIndexOf(0x0a) + 1;
}

function withoutMark(bytes: Buffer, label: string): Buffer {
  const [a, b, c] = bytes;
  const mark =
    a === 0xef && b === 0xbb && c === 0xbf
      ? 'utf-8'
      : a === 0xff && b === 0xfe
        ? 'utf-16le'
        : a === 0xfe && b === 0xff
          ? 'utf-16be'
          : undefined;
  if (mark === undefined) return bytes;
  if (mark !== label) {
    throw new Problem(
      'invalid',
      `The file begins with the mark of ${mark}, but the mapping says ${label}; set file.encoding to ${mark}`,
      {
        details: { byte: 0, line: 1 },
      },
    );
  }
  return bytes.subarray(mark === 'utf-8' ? 3 : 2);
}

/** Finds the first byte that cannot belong to the text: every prefix before it still decodes. */
function notText(label: string, offset: number, line: number, bytes: Buffer): Problem {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(label, bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  // A character that is cut short is seen only at the byte after it: the place is where it began.
  if (label.startsWith('utf-')) good = wholeLength(bytes.subarray(0, good), label);
  return badByte(
    label,
    offset + good,
    line + countNewlines(bytes.subarray(0, good).toString('latin1')),
    bytes[good],
  );
}

function decodes(label: string, bytes: Buffer): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function badByte(label: string, at: number, line: number, value: number | undefined): Problem {
  const hex = value === undefined ? 'the end of the file' : `0x${value.toString(16).padStart(2, '0')}`;
  return new Problem(
    'invalid',
    `Line ${line}, byte ${at}: ${hex} is not text in ${label}; name the file's true encoding in the mapping (file.encoding)${label === 'utf-8' ? ', often windows-1252' : ''}`,
    { details: { line, byte: at, encoding: label } },
  );
}

function refuseNul(text: string, offset: number, line: number): void {
  const at = text.indexOf('\0');
  if (at < 0) return;
  const where = line + countNewlines(text.slice(0, at));
  throw new Problem(
    'invalid',
    `Line ${where}, about byte ${offset + at}: a zero byte; the file is not text, or its encoding is UTF-16`,
    {
      details: { line: where },
    },
  );
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

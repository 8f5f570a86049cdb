import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Problem } from '../../kit/problem.ts';
import type { Reject } from './interpret-row.ts';

/** Writes what could not be stored as CSV: line, column, value, reason, and how many cells the fault cost. */
export class RejectsFile {
  readonly #stream: WriteStream;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Makes the file anew, so that what an earlier import left is not taken for this one's. */
  static async open(path: string): Promise<RejectsFile> {
    const stream = createWriteStream(path);
    try {
      await once(stream, 'open');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : '';
      throw new Problem('invalid', `The rejects file ${path} cannot be written: ${why}`, { cause });
    }
    stream.write('line,column,value,reason,cells\n');
    return new RejectsFile(stream);
  }

  /** Waits when the disk is slower than the import. */
  async write(rejects: readonly Reject[]): Promise<void> {
    const text = rejects
      .map(
        ({ line, column, value, reason, cells }) =>
          `${[line, column, value, reason, cells].map(field).join(',')}\n`,
      )
      .join('');
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

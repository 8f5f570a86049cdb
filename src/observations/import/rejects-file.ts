import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Problem } from '../../kit/problem.ts';
import type { Reject } from './interpret-row.ts';

/**
 * Writes what could not be stored as CSV: line, column, value, reason, and how many cells the fault cost. Made anew for
 * each import, and only when there is something to write.
 */
export class RejectsFile {
  readonly path: string;
  #stream: WriteStream | undefined;

  constructor(path: string) {
    this.path = path;
  }

  async write(rejects: readonly Reject[]): Promise<void> {
    const stream = this.#stream ?? (await this.#open());
    const text = rejects
      .map(
        ({ line, column, value, reason, cells }) =>
          `${[line, column, value, reason, cells].map(field).join(',')}\n`,
      )
      .join('');
    if (!stream.write(text)) await once(stream, 'drain');
  }

  /** True when something was written. */
  async close(): Promise<boolean> {
    if (this.#stream === undefined) return false;
    this.#stream.end();
    await finished(this.#stream);
    return true;
  }

  async #open(): Promise<WriteStream> {
    const stream = createWriteStream(this.path);
    try {
      await once(stream, 'open');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : '';
      throw new Problem('invalid', `The rejects file ${this.path} cannot be written: ${why}`, { cause });
    }
    this.#stream = stream;
    stream.write('line,column,value,reason,cells\n');
    return stream;
  }
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

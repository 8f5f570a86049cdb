import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Ctx } from '../context.ts';
import { Problem } from '../problem.ts';

/** The tables that keep files in parts. */
export type Shelf = 'table_upload_part' | 'import_file_part';

/** Of one uploaded file: a default of the software; no law sets it. */
export const mostFileBytes = 512 * 1024 * 1024;

const partBytes = 1024 * 1024;

/** Gives `work` a file on disk that only this process reads, and takes it away afterwards. */
async function withFile<T>(
  fill: (path: string) => Promise<void>,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'charter-oak-file-'));
  try {
    const path = join(folder, randomUUID());
    await fill(path);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that comes in, on disk. Errors: invalid, when it is larger than may be. */
export function withIncoming<T>(
  content: AsyncIterable<Uint8Array>,
  work: (path: string, bytes: number) => Promise<T>,
  most: number = mostFileBytes,
): Promise<T> {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > most)
        throw new Problem(
          'invalid',
          `The file is larger than ${Math.floor(most / 1024 / 1024)} MB, which is the most that is taken. Pack it with gzip, or split it.`,
        );
      yield chunk;
    }
  }
  return withFile(
    (path) => pipeline(Readable.from(counted(), { objectMode: false }), createWriteStream(path)),
    (path) => work(path, bytes),
  );
}

/** Keeps a file in the database until it is stored: every process finds it, also after a stop. */
export async function keepFile(ctx: Ctx, shelf: Shelf, upload: string, path: string): Promise<void> {
  let number = 0;
  for await (const content of createReadStream(path, { highWaterMark: partBytes }))
    await ctx.app.query(`insert into private.${shelf} (upload_id, number, content) values ($1, $2, $3)`, [
      upload,
      ++number,
      content,
    ]);
}

/** The file of an upload, on disk. Errors: too-late, when it has been forgotten. */
export function withStaged<T>(
  ctx: Ctx,
  shelf: Shelf,
  upload: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  async function* parts() {
    for (let number = 1; ; number++) {
      const { rows } = await ctx.app.query<{ content: Buffer }>(
        `select content from private.${shelf} where upload_id = $1 and number = $2`,
        [upload, number],
      );
      const [part] = rows;
      if (!part && number === 1)
        throw new Problem('too-late', 'This file is not kept any more. Upload it again.');
      if (!part) return;
      yield part.content;
    }
  }
  return withFile(
    (path) => pipeline(Readable.from(parts(), { objectMode: false }), createWriteStream(path)),
    work,
  );
}

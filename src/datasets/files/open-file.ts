import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { fileColumns } from './list-files.ts';
import { fileName, type PublishedFile } from './published-file.ts';

/** The size of all pieces but the last, in bytes. */
export const pieceSize = 256 * 1024;
/** How many pieces one statement reads. */
const atOnce = 4;

/**
 * A published file by the name in its address: of a month (its newest edition), or with a checksum. `read` gives any part of it.
 * Errors: not-found, the same for a dataset that is not open and one that was never there.
 */
export async function openFile(
  ctx: Ctx,
  input: { slug: string; name: string },
): Promise<{ file: PublishedFile; read(from: number, to: number): AsyncGenerator<Buffer> }> {
  const [, month, sha256] = /^(\d{4}-\d\d)(?:-([0-9a-f]{64}))?\.parquet$/.exec(input.name) ?? [];
  const none = () =>
    new Problem(
      'not-found',
      `There is no such file of a dataset “${input.slug.slice(0, 80)}”. Its page lists those there are.`,
    );
  if (!month || !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw none();
  const { rows } = await ctx.public.query<PublishedFile>(
    `select ${fileColumns} from released.published_file f
     join released.dataset ds on ds.id = f.dataset_id and ds.access = 'open'
     where ds.slug = $1 and f.month = $2::date and f.made_at is not null and ($3::text is null or f.sha256 = $3)
     order by f.ended_at nulls first, f.edition desc`,
    [input.slug, `${month}-01`, sha256 ?? null],
  );
  const file = rows[0];
  if (!file) throw none();
  if (file.endedAt !== null) {
    throw new Problem(
      'not-found',
      `This file is no longer published (${file.endedWhy}). The dataset’s page lists what is, and the checksum of what was.`,
      { details: { sha256: file.sha256, endedAt: file.endedAt, endedWhy: file.endedWhy } },
    );
  }
  return { file, read: (from, to) => readPieces(ctx, file, from, to) };
}

/** Bytes `from` to `to`, both inclusive, while the file is published: each statement asks again. */
async function* readPieces(ctx: Ctx, file: PublishedFile, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at <= to; ) {
    const part = Math.floor(at / pieceSize);
    const last = Math.min(part + atOnce - 1, Math.floor(to / pieceSize));
    // substring reads of an uncompressed piece only what is asked for.
    const { rows } = await ctx.public.query<{ data: Buffer }>(
      `select case when c.part = $2 or c.part = $3
           then substring(c.data from case when c.part = $2 then $4 else 1 end
             for case when c.part = $3 then $5 else ${pieceSize} end - case when c.part = $2 then $4 - 1 else 0 end)
           else c.data end as data
       from released.published_file_piece c
       join released.published_file f on f.id = c.file_id and f.ended_at is null
       join released.dataset ds on ds.id = f.dataset_id and ds.access = 'open'
       where c.file_id = $1 and c.part between $2 and $3 order by c.part`,
      [file.id, part, last, at - part * pieceSize + 1, Math.min(to - last * pieceSize + 1, pieceSize)],
    );
    const data = Buffer.concat(rows.map((row) => row.data));
    if (data.length === 0)
      throw new Problem('not-found', `${fileName(file)} was withdrawn while it was read.`);
    yield data;
    at += data.length;
  }
}

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { matchesTag } from '../etag.ts';
import { listFiles } from './list-files.ts';
import { openFile } from './open-file.ts';
import { fileName, filePath } from './published-file.ts';
import { parseRange, rangeCounts } from './range.ts';

/**
 * `GET /datasets/{slug}/files/{month}-{checksum}.parquet` (these bytes for ever, or nothing), `…/{month}.parquet` (the newest edition), and
 * `GET /datasets/{slug}/files` (the list). Caches ask every time, so that a file that is withdrawn is gone at once.
 */
export function registerFiles(app: FastifyInstance, ctx: Ctx): void {
  app.route<{ Params: { slug: string; name: string } }>({
    method: ['GET', 'HEAD'],
    url: '/datasets/:slug/files/:name',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { file, read } = await openFile(ctx, request.params);
      const etag = `"${file.sha256}"`;
      const modified = new Date(file.madeAt).toUTCString();
      reply
        .header('etag', etag)
        .header('last-modified', modified)
        .header('cache-control', 'public, no-cache')
        .header('accept-ranges', 'bytes')
        .header('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`)
        .header('content-location', filePath(request.params.slug, file));
      if (matchesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      const { range } = request.headers;
      const ifRange = [request.headers['if-range']].flat()[0];
      // A range of HEAD means nothing [RFC 9110 §14.2].
      const part =
        request.method === 'GET' && rangeCounts(ifRange, etag, modified)
          ? parseRange(range, file.bytes)
          : undefined;
      if (part === 'unsatisfiable')
        return reply.code(416).header('content-range', `bytes */${file.bytes}`).send();
      const { from, to } = part ?? { from: 0, to: file.bytes - 1 };
      reply
        .type('application/vnd.apache.parquet')
        .header('content-length', to - from + 1)
        .header('content-disposition', `attachment; filename="${request.params.slug}-${fileName(file)}"`);
      if (part) reply.code(206).header('content-range', `bytes ${from}-${to}/${file.bytes}`);
      if (request.method === 'HEAD') return reply.send();
      return reply.send(Readable.from(read(from, to), { objectMode: false }));
    },
  });

  app.get<{ Params: { slug: string } }>('/datasets/:slug/files', async (request, reply) => {
    const { slug } = request.params;
    const files = await listFiles(ctx, { slug });
    reply.header('cache-control', 'no-cache');
    return files.map(({ id: _, ...file }) => ({
      ...file,
      ...(file.endedAt === null ? { url: `${publicUrl(ctx.config)}${filePath(slug, file)}` } : {}),
    }));
  });
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { readForm, refuseForeign } from '../../kit/files/upload-form.ts';
import { isProblem } from '../../kit/problem.ts';
import { readSession, secretIn } from '../../people/index.ts';
import { matchesTag } from '../etag.ts';
import { openTableDownload } from './open-table-download.ts';
import { readRejects } from './read-rejects.ts';
import { receiveUpload } from './receive-upload.ts';
import { parseTableQuery } from './table-address.ts';

const types = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
} as const;

/** `GET /datasets/{slug}/table.csv` and `.jsonl`: a table's rows, all or those that the query asks for. */
export function registerTableDownloads(app: FastifyInstance, ctx: Ctx): void {
  for (const format of ['csv', 'jsonl'] as const) {
    app.route<{ Params: { slug: string } }>({
      method: ['GET', 'HEAD'],
      url: `/datasets/:slug/table.${format}`,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const { q, filters } = parseTableQuery(new URL(request.url, 'http://localhost').searchParams);
        const download = await openTableDownload(as(ctx, request.actor ?? ctx.actor), {
          dataset: request.params.slug,
          format,
          query: { ...(q ? { q } : {}), ...(filters ? { filters } : {}) },
          unlessEtag: (etag) => matchesTag(request.headers['if-none-match'], etag),
        });
        reply.header('etag', download.etag).header('cache-control', 'no-cache');
        if (!('stream' in download)) return reply.code(304).send();
        reply
          .type(types[format])
          .header('content-disposition', `attachment; filename="${download.fileName}"`);
        if (request.method === 'HEAD') {
          download.stream.destroy();
          return reply.send();
        }
        return reply.send(download.stream);
      },
    });
  }
}

/** Files of staff, in and out; pages take small forms only. Whoever asks is known by the cookie of the session. */
export async function registerTableFiles(app: FastifyInstance, ctx: Ctx): Promise<void> {
  const asker = async (request: FastifyRequest): Promise<Ctx> => {
    const secret = secretIn(publicUrl(ctx.config), request.headers.cookie);
    const person = secret ? await readSession(ctx, secret) : undefined;
    return person ? as(ctx, person) : ctx;
  };
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read as it comes, by busboy.
    scope.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
    scope.post<{ Params: { slug: string } }>('/staff/datasets/:slug/table/files', async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      refuseForeign(ctx, request);
      const own = await asker(request);
      const { fields, file, name } = await readForm(request);
      const language = fields.language === 'es' ? 'es' : 'en';
      const page = `/${language}/staff/datasets/${encodeURIComponent(request.params.slug)}/table`;
      try {
        const { upload } = await receiveUpload(own, {
          dataset: request.params.slug,
          fileName: name,
          content: file,
        });
        return reply.redirect(`${page}?upload=${upload}#file`, 303);
      } catch (error) {
        // The rest of the file is not waited for.
        reply.header('connection', 'close');
        if (!isProblem(error) || error.kind !== 'invalid') throw error;
        return reply.redirect(`${page}?refused=large#file`, 303);
      }
    });
    scope.get<{ Params: { upload: string } }>(
      '/staff/table-files/:upload/rejects.csv',
      { exposeHeadRoute: false },
      async (request, reply) => {
        reply.header('cache-control', 'private, no-store');
        const { fileName, body } = await readRejects(await asker(request), request.params);
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="${fileName}"`)
          .send(body);
      },
    );
  });
}

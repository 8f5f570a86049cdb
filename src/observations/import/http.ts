import type { FastifyInstance, FastifyRequest } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { readForm, refuseForeign } from '../../kit/files/upload-form.ts';
import { isProblem } from '../../kit/problem.ts';
import { readSession, secretIn } from '../../people/index.ts';
import { readImportRejects } from './desk/read-import-rejects.ts';
import { receiveImport } from './desk/receive-import.ts';

/** Files of readings of staff, in and out; pages take small forms only. Whoever asks is known by the cookie of the session. */
export async function registerImportFiles(app: FastifyInstance, ctx: Ctx): Promise<void> {
  const asker = async (request: FastifyRequest): Promise<Ctx> => {
    const secret = secretIn(publicUrl(ctx.config), request.headers.cookie);
    const person = secret ? await readSession(ctx, secret) : undefined;
    return person ? as(ctx, person) : ctx;
  };
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
    scope.post<{ Params: { slug: string } }>('/staff/datasets/:slug/import/files', async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      refuseForeign(ctx, request);
      const own = await asker(request);
      const { fields, file, name } = await readForm(request);
      const language = fields.language === 'es' ? 'es' : 'en';
      const page = `/${language}/staff/datasets/${encodeURIComponent(request.params.slug)}/import`;
      try {
        const { upload } = await receiveImport(own, {
          dataset: request.params.slug,
          fileName: name,
          content: file,
        });
        return reply.redirect(`${page}?upload=${upload}#file`, 303);
      } catch (error) {
        reply.header('connection', 'close');
        if (!isProblem(error) || error.kind !== 'invalid') throw error;
        return reply.redirect(`${page}?refused=large#file`, 303);
      }
    });
    scope.get<{ Params: { upload: string } }>(
      '/staff/import-files/:upload/rejects.csv',
      { exposeHeadRoute: false },
      async (request, reply) => {
        reply.header('cache-control', 'private, no-store');
        const { fileName, body } = await readImportRejects(await asker(request), request.params);
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="${fileName}"`)
          .send(body);
      },
    );
  });
}

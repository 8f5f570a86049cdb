import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { matchesTag } from '../etag.ts';
import { type CatalogFormat, exportCatalog } from './export-catalog.ts';
import { robots } from './sitemap.ts';

const addresses: Record<CatalogFormat, { path: string; type: string }> = {
  'dcat-us-1.1': { path: '/data.json', type: 'application/json; charset=utf-8' },
  'dcat-us-3.0': { path: '/dcat-us-3.json', type: 'application/ld+json; charset=utf-8' },
  sitemap: { path: '/sitemap.xml', type: 'application/xml; charset=utf-8' },
};

/** The catalog as one file for those who collect catalogs, and what search engines ask for. */
export function registerDcat(app: FastifyInstance, ctx: Ctx): void {
  for (const [format, { path, type }] of Object.entries(addresses) as [
    CatalogFormat,
    { path: string; type: string },
  ][]) {
    app.route({
      method: ['GET', 'HEAD'],
      url: path,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const known = request.headers['if-none-match'];
        const { etag, text } = await exportCatalog(ctx, {
          format,
          unlessEtag: (tag) => matchesTag(known, tag),
        });
        reply.header('etag', etag).header('cache-control', 'no-cache');
        if (!text) return reply.code(304).send();
        reply.type(type);
        if (request.method === 'HEAD') return reply.send();
        return reply.send(Readable.from(text, { objectMode: false }));
      },
    });
  }
  app.get('/robots.txt', async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(robots(publicUrl(ctx.config))),
  );
}

import type { FastifyInstance } from 'fastify';
import { as, type Ctx } from '../../kit/context.ts';
import { matchesTag } from '../etag.ts';
import { downloadDefaults, parseChoice } from './choice.ts';
import { downloadFormats, type Format } from './download-sql.ts';
import { openDownload } from './open-download.ts';

const types: Record<Format, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  sensorthings: 'application/json; charset=utf-8',
};

/** `GET /datasets/{slug}/readings.csv` and so on: see choice.ts for the parameters, docs/api for the columns. */
export function registerDownloads(app: FastifyInstance, ctx: Ctx): void {
  for (const format of downloadFormats) {
    app.route<{ Params: { slug: string } }>({
      method: ['GET', 'HEAD'],
      url: `/datasets/:slug/${format === 'sensorthings' ? 'sensorthings.json' : `readings.${format}`}`,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const query = new URL(request.url, 'http://localhost').searchParams;
        const choice = parseChoice(query, downloadDefaults, true);
        const known = request.headers['if-none-match'];
        const download = await openDownload(as(ctx, request.actor ?? ctx.actor), {
          dataset: request.params.slug,
          format,
          choice,
          unlessEtag: (etag) => matchesTag(known, etag),
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

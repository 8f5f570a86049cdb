import type { FastifyInstance } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { auditFilterOf } from '../audit/audit-filter.ts';
import { downloadAuditLog } from '../audit/download-audit-log.ts';
import { limitedAddress } from '../limits/limited-address.ts';
import { openLimits } from '../limits/limits.ts';
import { readSession } from '../sign-in/read-session.ts';
import { secretIn } from '../sign-in/session-cookie.ts';

/** `GET /staff/audit.jsonl`: the audit log as a file, for whoever is signed in and may. Pages cannot stream. */
export function registerStaffDownloads(server: FastifyInstance, ctx: Ctx): void {
  const limits = openLimits(ctx);
  server.get('/staff/audit.jsonl', { exposeHeadRoute: false }, async (request, reply) => {
    reply.header('cache-control', 'private, no-store');
    // Counted as the page it is asked from, before the database is asked whose the cookie is.
    const limit = ctx.config.LIMIT_PAGES;
    const { granted, seconds = 1 } = limit
      ? await limits.spend({ name: 'pages', limit }, limitedAddress(request.ip))
      : { granted: true };
    if (!granted) {
      reply.header('retry-after', seconds);
      throw new Problem('too-many', `Too many pages were asked for. Try again in ${seconds} seconds.`);
    }
    const secret = secretIn(publicUrl(ctx.config), request.headers.cookie);
    const person = secret ? await readSession(ctx, secret) : undefined;
    const filter = auditFilterOf(new URL(request.url, 'http://localhost').searchParams);
    const { fileName, stream } = await downloadAuditLog(person ? as(ctx, person) : ctx, filter);
    return reply
      .type('application/jsonl; charset=utf-8')
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .send(stream);
  });
}

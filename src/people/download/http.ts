import type { FastifyInstance } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { auditFilterOf } from '../audit-filter.ts';
import { downloadAuditLog } from '../download-audit-log.ts';
import { readSession } from '../read-session.ts';
import { secretIn } from '../session-cookie.ts';

/** `GET /staff/audit.jsonl`: the audit log as a file, for whoever is signed in and may. Pages cannot stream. */
export function registerStaffDownloads(server: FastifyInstance, ctx: Ctx): void {
  server.get('/staff/audit.jsonl', { exposeHeadRoute: false }, async (request, reply) => {
    reply.header('cache-control', 'private, no-store');
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

import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicUrl } from './kit/config.ts';
import type { Ctx } from './kit/context.ts';

/**
 * What every answer tells a browser, whichever door gives it: not to guess its type, not to run or frame what was meant
 * as data, to keep addresses to itself, and, where the site is reached over TLS, to come back over TLS alone
 * [OWASP ASVS 5.0 3.4]. Pages have a content policy of their own.
 */
export function protectAnswer({ config }: Ctx, request: FastifyRequest, reply: FastifyReply): void {
  // A policy that allowed nothing would bind scripts of ours that run as workers.
  const asset = request.url.startsWith('/assets/');
  reply
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'strict-origin-when-cross-origin')
    .header(
      'content-security-policy',
      asset
        ? "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        : "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
  if (publicUrl(config).startsWith('https:'))
    reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
}

import type { FastifyReply } from 'fastify';
import type { Ctx } from '../../kit/context.ts';
import { sqlState } from '../../kit/database.ts';
import { httpStatus, isProblem, Problem } from '../../kit/problem.ts';

/**
 * A database error that the request itself caused, as a Problem: a value out of range, a text with a zero character,
 * a query too complex or too slow. Anything else is returned as it is.
 */
export function asQueryProblem(error: unknown, ctx: Ctx): unknown {
  const state = sqlState(error);
  if (!state) return error;
  const message = (error as Error).message;
  if (state.startsWith('22')) {
    return new Problem('invalid', `A value in the request cannot be used: ${message}.`, { cause: error });
  }
  if (state.startsWith('54')) {
    return new Problem('invalid', 'The request is too complex. Ask for less at once.', { cause: error });
  }
  if (state === '57014' || state.startsWith('53')) {
    return new Problem('busy', 'The query took too long. Ask for less at once, or narrow the time.', {
      cause: error,
    });
  }
  if (state === '40001' || state === '40P01') {
    return new Problem('busy', 'Somebody else was writing the same entities. Try again.', { cause: error });
  }
  ctx.log.error({ err: error }, 'a SensorThings statement failed');
  return error;
}

/** The translator of this door: SensorThings says JSON with `code`, `type` and `message` [STA 1.1 §9.2.4]. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const known = isProblem(error) ? error : fromFramework(error);
  if (!known) {
    reply.log.error({ err: error }, 'a SensorThings request failed');
    return reply
      .code(500)
      .send({ code: 500, type: 'error', message: 'Something went wrong on our side. It has been logged.' });
  }
  const { status, problem } = 'status' in known ? known : { status: httpStatus[known.kind], problem: known };
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 503) reply.header('retry-after', '1');
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ code: status, type: 'error', message: problem.message, ...problem.details });
}

/** What Fastify refuses by itself (too large, wrong content type) keeps its status. */
function fromFramework(error: unknown): { status: number; problem: Problem } | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (!(error instanceof Error) || typeof status !== 'number' || status < 400 || status >= 500)
    return undefined;
  return { status, problem: new Problem('invalid', error.message) };
}

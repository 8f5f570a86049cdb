import type { FastifyInstance, FastifyReply } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { landingPage } from './landing-page.ts';
import { v11 } from './names.ts';
import { sendProblem } from './problem.ts';
import { type Answer, readEntities } from './read-entities.ts';

/** Mounts SensorThings API 1.1 at /v1.1 [OGC 18-088]. */
export function registerSensorThings(app: FastifyInstance, ctx: Ctx): void {
  app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
    for (const path of [v11.root, `${v11.root}/*`]) {
      scope.get(path, async (request, reply) => read(ctx, addressOf(request.raw.url ?? ''), reply));
    }
  });
}

/** The part of the address below the service root, encoded as it came. */
function addressOf(url: string): string {
  return url.slice(v11.root.length);
}

async function read(ctx: Ctx, address: string, reply: FastifyReply): Promise<FastifyReply> {
  if (/^\/?(\?|$)/.test(address)) {
    return reply.send(landingPage(v11, `${publicUrl(ctx.config)}${v11.root}`));
  }
  return sendAnswer(reply, await readEntities(ctx, address));
}

function sendAnswer(reply: FastifyReply, { body, type }: Answer): FastifyReply {
  if (body === undefined) return reply.code(204).send();
  return reply
    .type(type === 'json' ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
    .send(body);
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback, publicUrl } from '../../kit/config.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { checkPermission } from '../../people/index.ts';
import { createEntity } from '../create-entity.ts';
import { createObservations } from '../create-observations.ts';
import { deleteEntity } from '../delete-entity.ts';
import { readAsWriter } from '../read-as-writer.ts';
import { updateEntity } from '../update-entity.ts';
import { clearUnnamed, readEntityBody } from './body.ts';
import { readDataArrays } from './body-data-array.ts';
import { decodeBody, parseBody } from './body-json.ts';
import { applyJsonPatch } from './json-patch.ts';
import { landingPage } from './landing-page.ts';
import type { Kind } from './model.ts';
import { v11 } from './names.ts';
import { noOptions } from './parse-options.ts';
import { asQueryProblem, sendProblem } from './problem.ts';
import { type Answer, readBack, readEntities } from './read-entities.ts';
import { findCollection, findEntity } from './write-path.ts';

const bodyLimits = { entity: 4 * 1_048_576, dataArray: 20 * 1_048_576 };

/** Mounts SensorThings API 1.1 at /v1.1 [OGC 18-088]. */
export function registerSensorThings(app: FastifyInstance, ctx: Ctx): void {
  app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => sendProblem(reply, asQueryProblem(error, ctx)));
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'application/json-patch+json'],
      { parseAs: 'buffer' },
      (_request, bytes, done) => {
        try {
          done(null, parseBody(decodeBody(bytes as Buffer)));
        } catch (error) {
          done(error as Error);
        }
      },
    );
    for (const path of [v11.root, `${v11.root}/*`]) {
      scope.get(path, async (request, reply) => read(as(ctx, request.actor), addressOf(request), reply));
    }
    const path = `${v11.root}/*`;
    const write = { bodyLimit: bodyLimits.entity };
    scope.post(
      `${v11.root}/CreateObservations`,
      { bodyLimit: bodyLimits.dataArray },
      async (request, reply) => postDataArray(writer(ctx, request), request, reply),
    );
    scope.post(path, write, async (request, reply) => post(writer(ctx, request), request, reply));
    scope.patch(path, write, async (request, reply) => patch(writer(ctx, request), request, reply));
    scope.put(path, write, async (request, reply) => put(writer(ctx, request), request, reply));
    scope.delete(path, async (request, reply) => {
      const its = writer(ctx, request);
      await deleteEntity(its, await findEntity(its, addressOf(request)));
      return reply.code(200).send();
    });
  });
}

/** The part of the address below the service root, encoded as it came. */
function addressOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').slice(v11.root.length);
}

const serviceRoot = (ctx: Ctx) => `${publicUrl(ctx.config)}${v11.root}`;

/** The context of whoever sent this (people/http.ts has checked the key). Anonymous writers are refused. */
function writer(ctx: Ctx, request: FastifyRequest): Ctx {
  // Open writes are for programs on this machine, not for any web page that its browser happens to show.
  const { origin } = request.headers;
  const foreign =
    (origin !== undefined && !isOwnOrigin(origin, request.host)) || !isLoopback(request.hostname);
  const its: Ctx =
    request.actor.kind !== 'anonymous'
      ? { ...as(ctx, request.actor), concerns: (ids) => void request.concerned?.push(...ids) }
      : ctx.config.SENSORTHINGS_OPEN_WRITES && !foreign
        ? as(ctx, { kind: 'open-writes' })
        : ctx;
  checkPermission(its, 'write-entities');
  return its;
}

function isOwnOrigin(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

async function read(ctx: Ctx, address: string, reply: FastifyReply): Promise<FastifyReply> {
  if (/^\/?(\?|$)/.test(address)) return reply.send(landingPage(v11, serviceRoot(ctx)));
  return sendAnswer(reply, await readEntities(ctx, address));
}

function sendAnswer(reply: FastifyReply, { body, type }: Answer): FastifyReply {
  if (body === undefined) return reply.code(204).send();
  reply.type(type === 'json' ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8');
  return reply.send(body);
}

const addressIn = (ctx: Ctx, kind: Kind, id: string) => `${serviceRoot(ctx)}/${v11.sets[kind]}(${id})`;

async function post(ctx: Ctx, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { kind, parent } = await findCollection(ctx, addressOf(request));
  const entity = readEntityBody(v11, kind, request.body, { require: 'all', given: parent?.link });
  const { id } = await createEntity(ctx, entity, parent);
  reply.code(201).header('location', addressIn(ctx, kind, id));
  const made = { path: [{ name: v11.sets[kind], key: id }], options: noOptions() };
  return sendAnswer(reply, await readBack(ctx, ctx.app, made));
}

async function patch(ctx: Ctx, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { kind, id } = await findEntity(ctx, addressOf(request));
  let body = request.body;
  if (request.headers['content-type']?.startsWith('application/json-patch+json')) {
    const now = await readAsWriter(ctx, { kind, id });
    body = applyJsonPatch(parseBody(now.body?.toString() ?? '{}'), body);
  }
  await updateEntity(ctx, { id, changes: readEntityBody(v11, kind, body, { require: 'nothing' }) });
  return sendAnswer(reply, await readAsWriter(ctx, { kind, id }));
}

async function put(ctx: Ctx, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { kind, id } = await findEntity(ctx, addressOf(request));
  // What it is related to stays as it is unless named: only its own properties are replaced [STA 1.1 §10.3].
  const entity = readEntityBody(v11, kind, request.body, { require: 'properties' });
  await updateEntity(ctx, { id, changes: clearUnnamed(entity) });
  return sendAnswer(reply, await readAsWriter(ctx, { kind, id }));
}

async function postDataArray(ctx: Ctx, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const ids = await createObservations(ctx, readDataArrays(v11, request.body));
  return reply.code(201).send(ids.map((id) => (id === null ? 'error' : addressIn(ctx, 'observation', id))));
}

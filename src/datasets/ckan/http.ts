import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { publicUrl } from '../../kit/config.ts';
import { as, type Ctx } from '../../kit/context.ts';
import { isProblem, type Problem } from '../../kit/problem.ts';
import { matchesTag } from '../etag.ts';
import { actions, RawJson } from './actions.ts';
import type { Input } from './input.ts';

const types = { json: 'application/json; charset=utf-8', script: 'application/javascript; charset=utf-8' };

/**
 * CKAN's Action API, reading only, at `/api/3/action/{name}` and `/api/action/{name}`, by GET and POST. `asProblem` tells what
 * Fastify and the database refused.
 */
export function registerCkan(
  app: FastifyInstance,
  ctx: Ctx,
  asProblem: (error: unknown) => Problem | undefined,
): void {
  app.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => sendError(error, request, reply));
    scope.removeAllContentTypeParsers();
    // CKAN's clients send JSON under any name, JSON as a form's only key, and forms.
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 262_144 }, (_request, body, done) =>
      done(null, body),
    );
    for (const root of ['/api', '/api/', '/api/3', '/api/3/']) {
      scope.get(root, async (_request, reply) => reply.type(types.json).send({ version: 3 }));
    }
    for (const path of ['/api/3/action/:name', '/api/action/:name']) {
      scope.route<{ Params: { name: string } }>({
        method: ['GET', 'HEAD', 'POST'],
        url: path,
        exposeHeadRoute: false,
        handler: async (request, reply) => answer(request, request.params.name, reply),
      });
    }
  });

  const help = (name: string) =>
    `${publicUrl(ctx.config)}/api/3/action/help_show?name=${encodeURIComponent(name)}`;

  async function answer(request: FastifyRequest, name: string, reply: FastifyReply): Promise<FastifyReply> {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return badRequest(reply, `Action name not known: ${name.slice(0, 100)}`);
    let input: Input;
    try {
      input = request.method === 'POST' ? bodyOf(request) : queryOf(request);
    } catch (error) {
      return badRequest(reply, `JSON Error: ${(error as Error).message}`);
    }
    const { callback, ...parameters } = input;
    const result = await action(as(ctx, request.actor ?? ctx.actor), parameters);
    const told = result instanceof RawJson ? result.text : JSON.stringify(result);
    const body = `{"help":${JSON.stringify(help(name))},"success":true,"result":${told}}`;
    if (request.method === 'POST') return reply.type(types.json).send(body);
    const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (matchesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    // JSONP, as CKAN has it; a name and nothing else.
    if (typeof callback === 'string' && /^[A-Za-z_$][\w$.]{0,100}$/.test(callback)) {
      return reply.type(types.script).send(`/**/${callback}(${body});`);
    }
    return reply.type(types.json).send(body);
  }

  function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const problem = asProblem(error);
    if (!problem) request.log.error({ err: error }, 'a request failed');
    const name = (request.params as { name?: string } | undefined)?.name ?? '';
    const { status, told } = errorOf(problem);
    if (problem?.kind === 'signed-out') reply.header('www-authenticate', 'Bearer');
    if (problem?.kind === 'busy') reply.header('retry-after', '60');
    return reply
      .code(status)
      .type(types.json)
      .send({ help: help(name), success: false, error: told });
  }
}

/** What CKAN says before it calls any action: a bare text. */
function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return reply
    .code(400)
    .type(types.json)
    .send(JSON.stringify(`Bad request - ${message}`));
}

/** A Problem in CKAN's words, with its status [ckan/views/api.py]. */
function errorOf(problem: Problem | undefined): { status: number; told: Record<string, unknown> } {
  if (!isProblem(problem)) {
    return { status: 500, told: { __type: 'Internal Server Error', message: 'Internal Server Error' } };
  }
  const { kind, message, details } = problem;
  switch (kind) {
    case 'not-found':
      return { status: 404, told: { __type: 'Not Found Error', message: `Not found: ${message}` } };
    case 'not-allowed':
      return { status: 403, told: { __type: 'Authorization Error', message: `Access denied: ${message}` } };
    case 'signed-out':
      return { status: 401, told: { __type: 'Authorization Error', message: `Access denied: ${message}` } };
    case 'busy':
      return { status: 503, told: { __type: 'Internal Server Error', message } };
    default:
      if (details?.searchQuery) return { status: 400, told: { __type: 'Search Query Error', message } };
      return {
        status: 409,
        told: { __type: 'Validation Error', ...((details?.fields as object) ?? { message }) },
      };
  }
}

function queryOf(request: FastifyRequest): Input {
  return mixed(new URL(request.url, 'http://localhost').searchParams);
}

function bodyOf(request: FastifyRequest): Input {
  const text = typeof request.body === 'string' ? request.body.trim() : '';
  if (text === '') return queryOf(request);
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  if (!isForm || /^[{[]/.test(text)) return dictionaryOf(text);
  const form = new URLSearchParams(text);
  const [only, ...others] = [...form];
  if (only && others.length === 0 && ['', '1'].includes(only[1]) && /^\s*\{/.test(only[0]))
    return dictionaryOf(only[0]);
  return mixed(form);
}

function dictionaryOf(text: string): Input {
  const given: unknown = JSON.parse(text);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error('Request data must be a dictionary.');
  }
  return given as Input;
}

/** A name that comes several times has a list. */
function mixed(parameters: URLSearchParams): Input {
  const input: Input = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    Object.defineProperty(input, name, { value: values.length > 1 ? values : values[0], enumerable: true });
  }
  return input;
}

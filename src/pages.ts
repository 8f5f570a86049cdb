import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { createRequest } from '@remix-run/node-fetch-server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouterContextProvider, ServerBuild } from 'react-router';
import { isLoopback, publicUrl, servesThisMachineAlone } from './kit/config.ts';
import { as, type Ctx } from './kit/context.ts';
import { parseShortCode } from './kit/short-code.ts';
import type { PageContext } from './page-context.ts';
import { holdsKey, keyInAddress, readSession } from './people/index.ts';
import { limitedAddress } from './people/limits/limited-address.ts';
import { openLimits } from './people/limits/limits.ts';
import { secretIn } from './people/sign-in/session-cookie.ts';
import { listOwnQuestions } from './questions/list-own-questions.ts';
import { preferredLanguage } from './ui/language.ts';

const builtHere = new URL('../build/', import.meta.url);
/** Pages take small forms only. */
const largestPost = 65_536;
const aYear = 31_536_000_000;

/** What a request meets: its context, and the renderer of this moment (in development it changes with the files). */
type Pages = {
  contextFor(page: PageContext): RouterContextProvider;
  render(request: Request, context: RouterContextProvider): Promise<Response>;
};

/**
 * The door for pages: everything that no other door has taken is rendered by React Router. With `dev`, pages come from
 * Vite and reload as their files change; else from the bundle that `npm start` builds (in `build`).
 */
export async function registerPages(
  app: FastifyInstance,
  ctx: Ctx,
  options: { dev?: boolean; build?: URL } = {},
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // React Router reads the body itself; its size is checked before it may.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, request, reply) => {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'a page failed');
      return plainPage(
        reply,
        status,
        status >= 500 ? 'Something went wrong on our side.' : 'This request is wrong.',
      );
    });
    refuseAtPages(scope, ctx, options.dev ?? false);
    scope.get('/', (request, reply) => redirectByLanguage(request, reply, ''));
    scope.get<{ Params: { code: string } }>('/s/:code', (request, reply) =>
      redirectByLanguage(
        request,
        reply,
        `/sensors/${encodeURIComponent(parseShortCode(request.params.code)?.code ?? request.params.code)}`,
      ),
    );
    const pages = options.dev
      ? await pagesFromVite(scope)
      : await builtPages(scope, options.build ?? builtHere);
    scope.all('/*', (request, reply) => answer(app, ctx, pages, options.dev ?? false, request, reply));
  });
}

/** Pages are counted by the address they go to; what they load (styles, scripts, pictures) is not. */
function refuseAtPages(scope: FastifyInstance, ctx: Ctx, dev: boolean): void {
  const limits = openLimits(ctx);
  const limit = dev ? null : ctx.config.LIMIT_PAGES;
  scope.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/assets/')) return;
    if (limit) {
      const { granted, seconds = 1 } = await limits.spend(
        { name: 'pages', limit },
        limitedAddress(request.ip),
      );
      if (!granted) {
        return plainPage(
          reply.header('retry-after', seconds),
          429,
          `Too many pages were asked for from your address. Try again in ${seconds} seconds.<br><span lang="es">Se han pedido demasiadas páginas desde su dirección. Inténtelo otra vez en ${seconds} segundos.</span>`,
        );
      }
    }
    if (holdsKey(request.url)) return plainPage(reply, 400, keyInAddress);
  });
}

async function answer(
  app: FastifyInstance,
  ctx: Ctx,
  pages: Pages | undefined,
  dev: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!pages) {
    return plainPage(reply, 503, 'The pages are not built. Run <code>npm start</code>, which builds them.');
  }
  const refused = refusePost(request);
  if (refused) return plainPage(reply, refused.status, refused.why);
  const nonce = randomBytes(16).toString('base64');
  let asked: Request;
  try {
    asked = createRequest(request.raw, reply.raw, addressedTo(ctx, request));
  } catch {
    return plainPage(reply, 400, 'This address cannot be read.');
  }
  if (isForeignPost(asked)) {
    // Says what to compare when PUBLIC_URL is wrong.
    const origin = asked.headers.get('origin')?.slice(0, 200);
    request.log.info({ origin, expected: new URL(asked.url).origin }, 'a form of another site was refused');
    return plainPage(reply, 400, 'This form was sent by another site. Open the page here and send it again.');
  }
  try {
    asked = await whole(asked);
  } catch {
    return plainPage(reply, 400, 'The form did not arrive whole. Send it again.');
  }
  const secret = secretIn(publicUrl(ctx.config), request.headers.cookie);
  const person = secret ? await readSession(ctx, secret) : undefined;
  const page: PageContext = {
    ctx: person ? as(ctx, person) : ctx,
    nonce,
    publicUrl: publicUrl(ctx.config),
    from: request.ip,
    thisMachine: isThisMachine(ctx, request),
    outbox: isThisMachine(ctx, request) && !ctx.config.SMTP_URL,
    ask: (path) => ask(app, path, request.ip),
    ownCases: listOwnQuestions,
  };
  const response = await pages.render(asked, pages.contextFor(page));
  secure(reply, nonce, ctx.config.MAP_STYLE_URL, dev);
  reply.code(response.status);
  for (const [name, value] of response.headers) reply.header(name, value);
  // What one person is shown must not lie in a cache for the next.
  const personal =
    person !== undefined ||
    /^\/\w+\/(outbox|sign-in|account|staff|demonstration|invitation|questions?\b|reports?\b)/i.test(
      request.url,
    );
  if (personal || !response.headers.has('cache-control'))
    reply.header('cache-control', personal ? 'private, no-store' : 'no-cache');
  return reply.send(Buffer.from(await response.arrayBuffer()));
}

/** Where a request was sent: PUBLIC_URL says it, whether or not the proxy passes on what it was asked. */
function addressedTo({ config }: Ctx, request: FastifyRequest): { host: string; protocol: string } {
  if (!config.PUBLIC_URL) return { host: request.host, protocol: `${request.protocol}:` };
  const { host, protocol } = new URL(config.PUBLIC_URL);
  return { host, protocol };
}

const proxyHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/**
 * Waiting letters and the people of the demonstration let people in, so nobody but a browser of this machine sees them:
 * not through a proxy that was forgotten in the settings, not for a page of another site, nor under a name that such a
 * site points here.
 */
function isThisMachine({ config }: Ctx, request: FastifyRequest): boolean {
  const alone = servesThisMachineAlone(config);
  const { headers } = request;
  const near = isLoopback(request.hostname) && isLoopback(request.socket.remoteAddress ?? '');
  const own = ['none', 'same-origin', undefined].includes(headers['sec-fetch-site'] as string | undefined);
  return alone && near && own && !proxyHeaders.some((name) => name in headers);
}

/** Only Fastify's own body parser knows its limit, and it stays out of page posts: so the length must be told. */
function refusePost(request: FastifyRequest): { status: number; why: string } | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const length = Number(
    request.headers['content-length'] ?? (request.headers['transfer-encoding'] ? Number.NaN : 0),
  );
  if (!Number.isInteger(length)) return { status: 411, why: 'Say how long the body is (Content-Length).' };
  if (length > largestPost) return { status: 413, why: `A form may hold ${largestPost} bytes.` };
  return undefined;
}

/** React Router refuses these too, as an error of ours with its stack. */
function isForeignPost(asked: Request): boolean {
  if (['GET', 'HEAD'].includes(asked.method)) return false;
  const { headers, url } = asked;
  const origin = headers.get('origin');
  if (origin !== null) return origin !== new URL(url).origin;
  // A browser that keeps the origin to itself may still say whether it is ours; a program says neither.
  return ['cross-site', 'same-site'].includes(headers.get('sec-fetch-site') ?? '');
}

/**
 * The request with its form arrived. Who asks, and in which roles, is read after that: whoever holds the last byte back
 * must not keep a session or a role that has ended meanwhile.
 */
async function whole(asked: Request): Promise<Request> {
  if (!asked.body) return asked;
  const { url, method, headers, signal } = asked;
  return new Request(url, { method, headers, signal, body: await asked.arrayBuffer() });
}

function redirectByLanguage(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  const language = preferredLanguage(request.headers['accept-language']);
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
  return reply.header('vary', 'Accept-Language').redirect(`/${language}${path}${query}`, 302);
}

/** Asks our own API inside the process: what anyone at this address would get, without a key. */
async function ask(
  app: FastifyInstance,
  path: string,
  remoteAddress: string,
): ReturnType<PageContext['ask']> {
  const start = performance.now();
  const answer = await app.inject({
    method: 'GET',
    url: path,
    headers: { accept: 'application/json' },
    remoteAddress,
  });
  return {
    status: answer.statusCode,
    contentType: String(answer.headers['content-type'] ?? ''),
    body: answer.body,
    ms: performance.now() - start,
  };
}

/** A strict content policy: our own files, and inline scripts that carry this answer's nonce. */
function secure(reply: FastifyReply, nonce: string, mapStyle: string | undefined, dev: boolean): void {
  // A configured map style brings tiles, glyphs and sprites from hosts that only it knows.
  const tiles = mapStyle ? ' https:' : '';
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    // The chart and the map set sizes on their elements.
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${tiles}`,
    `connect-src 'self'${tiles}${dev ? ' ws:' : ''}`,
    "worker-src 'self' blob:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ];
  reply
    .header('content-security-policy', policy.join('; '))
    .header('cross-origin-opener-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
}

/** For what goes wrong before a page can be rendered. `text` is ours, never the asker's. */
function plainPage(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    )
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${status}</title><body style="font:1.1rem/1.5 system-ui;max-width:36rem;margin:3rem auto;padding:0 1rem"><h1>${status}</h1><p>${text}</p></body></html>`,
    );
}

async function builtPages(scope: FastifyInstance, build: URL): Promise<Pages | undefined> {
  const server = new URL('server/index.js', build);
  if (!existsSync(server)) return undefined;
  await scope.register(fastifyStatic, {
    root: fileURLToPath(new URL('client/assets/', build)),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: aYear,
    index: false,
  });
  const { createRequestHandler, ...router } = await loadRouter('production');
  const bundle = (await import(server.href)) as ServerBuild;
  return { ...router, render: createRequestHandler(bundle, 'production') };
}

async function pagesFromVite(scope: FastifyInstance): Promise<Pages> {
  const { createRequestHandler, ...router } = await loadRouter('development');
  const { createServer } = await import('vite');
  const vite = await createServer({ server: { middlewareMode: true }, appType: 'custom' });
  scope.addHook('onClose', () => vite.close());
  scope.addHook('onRequest', (request, reply, done) => {
    vite.middlewares(request.raw, reply.raw, done);
  });
  return {
    ...router,
    render: async (request, context) => {
      const bundle = (await vite.ssrLoadModule('virtual:react-router/server-build')) as ServerBuild;
      return createRequestHandler(bundle, 'development')(request, context);
    },
  };
}

/** React decides when it is loaded which of its builds it is; unless told, the one several times slower. */
async function loadRouter(mode: 'production' | 'development') {
  process.env.NODE_ENV ??= mode;
  const { createRequestHandler, RouterContextProvider } = await import('react-router');
  const { pageContext } = await import('./page-context.ts');
  const contextFor = (page: PageContext) => {
    const context = new RouterContextProvider();
    context.set(pageContext, page);
    return context;
  };
  return { createRequestHandler, contextFor };
}

import { readFileSync } from 'node:fs';
import compress from '@fastify/compress';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { parse } from 'yaml';
import { protectAnswer } from './answer-headers.ts';
import { fireDeadlines } from './cases/index.ts';
import { registerCkan } from './datasets/ckan/http.ts';
import { registerDcat } from './datasets/dcat/http.ts';
import { registerFiles } from './datasets/files/http.ts';
import { publishFiles } from './datasets/files/publish-files.ts';
import { harvestDue } from './datasets/harvest/harvest-due.ts';
import { registerDownloads } from './datasets/readings/http.ts';
import { catalogSeconds, refreshCatalog } from './datasets/refresh-catalog.ts';
import { registerTableDownloads, registerTableFiles } from './datasets/tables/http.ts';
import { openTableJobs } from './datasets/tables/jobs.ts';
import { publicUrl, version } from './kit/config.ts';
import { as, type Ctx } from './kit/context.ts';
import { sqlState } from './kit/database.ts';
import { sendWaiting, smtp } from './kit/mail.ts';
import { httpStatus, isProblem, Problem } from './kit/problem.ts';
import { openImportJobs } from './observations/import/desk/jobs.ts';
import { registerImportFiles } from './observations/import/http.ts';
import { type LiveFeeds, openLiveFeeds } from './observations/live/feeds.ts';
import { registerLive } from './observations/live/http.ts';
import { pruneArrivals } from './observations/live/prune-arrivals.ts';
import { registerSensorThings } from './observations/sensorthings/http.ts';
import { registerPages } from './pages.ts';
import { coarseAddress } from './people/coarse-address.ts';
import { registerStaffDownloads } from './people/download/http.ts';
import { registerAskers } from './people/http.ts';
import { pathWithoutKey, readAuditHead } from './people/index.ts';
import { pruneLimits } from './people/limits/limits.ts';
import { pruneSignIns } from './people/sign-in/prune-sign-ins.ts';
import { readSite } from './places/index.ts';
import { releaseWhatIsDue, runDestruction } from './release/index.ts';
import { remindRechecks } from './rulebook/index.ts';

export type App = { server: FastifyInstance; onEvent: Ctx['emit']; close(): Promise<void> };

/**
 * The only file that knows every feature: mounts the doors and wires the events. Each door is given a context whose
 * actor is anonymous; a door that checks keys replaces it for the request.
 */
export async function createApp(
  installation: Ctx,
  options: {
    pages?: boolean;
    dev?: boolean;
    /** Told each route as it is mounted: a test asks at every one whether it leaks. */
    onRoute?: (route: { method: string | string[]; url: string }) => void;
  } = {},
): Promise<App> {
  const ctx = as(installation, { kind: 'anonymous' });
  const server = fastify({
    loggerInstance: ctx.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: ctx.config.TRUST_PROXY?.split(',').map((address) => address.trim()) ?? false,
    bodyLimit: 1_048_576,
    // Whoever sends a request byte by byte does not hold a connection for ever.
    requestTimeout: 300_000,
    routerOptions: { maxParamLength: 500 },
    // An address that cannot be read meets no door and no hook.
    frameworkErrors: (error, request, reply) => {
      protectAnswer(ctx, request, reply);
      answerProblem(error, request, reply);
    },
    // A live feed holds its connection; a stop must not wait for it.
    forceCloseConnections: true,
  });
  const live: LiveFeeds = openLiveFeeds(ctx);

  const { onRoute } = options;
  if (onRoute) server.addHook('onRoute', (route) => onRoute(route));
  await server.register(compress, { threshold: 1024, encodings: ['br', 'gzip', 'zstd', 'deflate'] });
  server.addHook('onRequest', async (request, reply) => protectAnswer(ctx, request, reply));
  logRequests(server);
  allowPublicReads(server);
  server.setErrorHandler(answerProblem);
  registerHealth(server, ctx);
  registerDescription(server, ctx);
  registerSecurityContact(server, ctx);
  // The doors of the API, where keys are read and requests are limited.
  await server.register(async (doors) => {
    registerAskers(doors, ctx, answerProblem);
    registerSensorThings(doors, ctx);
    registerDownloads(doors, ctx);
    registerTableDownloads(doors, ctx);
    registerCkan(doors, ctx, asProblem);
    registerDcat(doors, ctx);
    registerFiles(doors, ctx);
    registerLive(doors, ctx, live);
  });
  registerStaffDownloads(server, ctx);
  await registerTableFiles(server, ctx);
  await registerImportFiles(server, ctx);
  const tables = openTableJobs(installation);
  const imports = openImportJobs(installation);
  if (options.pages ?? true) await registerPages(server, ctx, { dev: options.dev ?? false });

  const housekeeping = setInterval(() => {
    pruneArrivals(installation).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'could not prune arrivals'),
    );
    pruneSignIns(installation).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'could not prune what signing in leaves'),
    );
    pruneLimits(installation).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'could not prune what requests were counted'),
    );
    remindRechecks(installation, { site: publicUrl(ctx.config) }).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'could not write about texts that are due to be compared'),
    );
  }, 3_600_000);
  housekeeping.unref();

  // At each start and once a day: an archive of the logs is a witness that the audit log was not written anew.
  const witness = () => {
    readAuditHead(installation).then(
      ({ number, hash }) => ctx.log.info({ auditHead: `${number}:${hash.toString('hex')}` }, 'audit log'),
      (error: unknown) => ctx.log.error({ err: error }, 'the head of the audit log cannot be read'),
    );
  };
  witness();
  const witnessing = setInterval(witness, 86_400_000);
  witnessing.unref();

  // Days that pass in cases; what a stop has missed is made up for.
  const sweep = () => {
    fireDeadlines(installation).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'could not look after deadlines'),
    );
  };
  const sweeping = setInterval(sweep, 30_000);
  sweeping.unref();
  sweep();

  // What the catalog tells of newest readings.
  let refreshing = false;
  const refresh = () => {
    if (refreshing) return;
    refreshing = true;
    refreshCatalog(installation)
      .catch((error: unknown) =>
        ctx.log.warn({ err: error }, 'the catalog does not know the newest readings'),
      )
      .finally(() => {
        refreshing = false;
      });
  };
  const renewing = setInterval(refresh, 1000 * catalogSeconds);
  renewing.unref();
  refresh();

  // What a law orders to be destroyed and has leave for goes by itself; a run that a stop interrupted is finished.
  let destroying = false;
  const destroy = () => {
    if (destroying) return;
    destroying = true;
    runDestruction(installation, { resume: true })
      .then(() => runDestruction(installation, { ordered: true }))
      .catch((error: unknown) =>
        ctx.log.error({ err: error }, 'readings that are due could not be destroyed'),
      )
      .finally(() => {
        destroying = false;
      });
  };
  const retaining = setInterval(destroy, 3_600_000);
  retaining.unref();
  destroy();

  // A file of each month that is over. The first time when the start is done with.
  let publishing = false;
  const publish = () => {
    if (publishing) return;
    publishing = true;
    publishFiles(installation)
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'files of past months are not published'))
      .finally(() => {
        publishing = false;
      });
  };
  const publishingSoon = setTimeout(publish, 60_000);
  publishingSoon.unref();
  const publishingOften = setInterval(publish, 600_000);
  publishingOften.unref();
  // Catalogs of other portals, each at its time; a stop breaks off what is being read.
  const stopping = new AbortController();
  let harvested: Promise<unknown> | undefined;
  const harvest = () => {
    harvested ??= harvestDue(installation, { signal: stopping.signal })
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'could not look after harvests'))
      .finally(() => {
        harvested = undefined;
      });
  };
  const harvesting = setInterval(harvest, 15_000);
  harvesting.unref();
  // What is due to be released, and what a change of class or policy has left to do.
  let releasing = false;
  const release = setInterval(() => {
    if (releasing) return;
    releasing = true;
    releaseWhatIsDue(installation)
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'could not release what is due'))
      .finally(() => {
        releasing = false;
      });
  }, 10_000);
  release.unref();

  // Letters of the demonstration never leave the machine.
  const { SMTP_URL, MAIL_FROM = '' } = ctx.config;
  const send = SMTP_URL && !(await readSite(ctx)).demonstration ? smtp(SMTP_URL, MAIL_FROM) : undefined;
  let sending = false;
  const post = setInterval(() => {
    if (!send || sending) return;
    sending = true;
    sendWaiting(ctx, send)
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'mail stands still'))
      .finally(() => {
        sending = false;
      });
  }, 2000);
  post.unref();

  return {
    server,
    onEvent: (event) => {
      if (event.kind === 'readings-stored') live.wake();
      if (event.kind !== 'dataset-changed') return;
      tables.wake();
      imports.wake();
    },
    close: async () => {
      clearInterval(housekeeping);
      clearInterval(release);
      clearInterval(sweeping);
      clearInterval(renewing);
      clearInterval(witnessing);
      clearInterval(retaining);
      clearTimeout(publishingSoon);
      clearInterval(publishingOften);
      clearInterval(harvesting);
      clearInterval(post);
      await tables.close();
      await imports.close();
      stopping.abort();
      await harvested;
      await live.close();
      await server.close();
    },
  };
}

function logRequests(server: FastifyInstance): void {
  server.addHook('onResponse', async (request, reply) => {
    // The path alone: a query may carry what a person searched for.
    const path = pathWithoutKey(request.url.split('?', 1)[0] ?? '');
    const fields = {
      method: request.method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(isRefused(request, reply.statusCode) ? { network: coarseAddress(request.ip) } : {}),
    };
    if (reply.statusCode >= 500) request.log.error(fields, 'request');
    else request.log.info(fields, 'request');
  });
}

/** What somebody tried and may not: only there does the log tell from which network. */
const isRefused = ({ method, url }: FastifyRequest, status: number): boolean =>
  [401, 403, 429].includes(status) || (method === 'POST' && status >= 400 && /^[^?]*\/sign-in/.test(url));

// Pages are not among them: what one person, or this machine alone, is shown is nobody else's to fetch.
const openToOtherSites =
  /^\/(v1\.1|datasets|live|api|data\.json|dcat-us-3\.json|sitemap\.xml|robots\.txt|openapi\.json|healthz|readyz)(?![\w.-])/;

/** Public reads are open to programs on any other site; nothing is ever sent with credentials. */
function allowPublicReads(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!openToOtherSites.test(request.url)) return;
    reply.header('access-control-allow-origin', '*');
    reply.header(
      'access-control-expose-headers',
      'ETag, Location, Link, Retry-After, RateLimit, RateLimit-Policy',
    );
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method']) {
      reply.header('access-control-allow-methods', 'GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS');
      reply.header(
        'access-control-allow-headers',
        'Authorization, Content-Type, If-None-Match, Last-Event-ID, Range',
      );
      reply.header('access-control-max-age', '86400');
      return reply.code(204).send();
    }
  });
}

/** The translator for doors without a standard of their own: problem+json [RFC 9457]. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asProblem(error);
  if (!problem) request.log.error({ err: error }, 'a request failed');
  const status = problem ? httpStatus[problem.kind] : 500;
  if (problem?.kind === 'signed-out') reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: problem?.kind ?? 'internal',
      status,
      detail: problem?.message ?? 'Something went wrong on our side. It has been logged.',
      ...problem?.details,
    });
}

/** What Fastify and the database refuse by themselves, as Problems. */
export function asProblem(error: unknown): Problem | undefined {
  if (isProblem(error)) return error;
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (error instanceof Error && typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem('invalid', error.message, { cause: error });
  }
  // 22021, 22P05: text that no database text can hold; 22003: a number out of range.
  if (['22021', '22P05', '22003'].includes(sqlState(error) ?? '')) {
    return new Problem('invalid', 'The address has a character or a number in it that cannot be used here.', {
      cause: error,
    });
  }
  // 57014: the statement ran into its time limit; 53300: no connection left.
  if (['57014', '53300', '57P03', '57P01'].includes(sqlState(error) ?? '')) {
    return new Problem(
      'busy',
      'The database took too long. Ask for less at once, or try again in a moment.',
      {
        cause: error,
      },
    );
  }
  return undefined;
}

function registerHealth(server: FastifyInstance, ctx: Ctx): void {
  server.get('/healthz', async () => ({ status: 'ok', version: version() }));
  server.get('/readyz', async (_request, reply) => {
    const [app, reader] = await Promise.allSettled([ctx.app.query('select 1'), ctx.public.query('select 1')]);
    const ready = app.status === 'fulfilled' && reader.status === 'fulfilled';
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'the database does not answer' });
  });
}

/** Where to report a weakness [RFC 9116]. It says that it holds for a month from the asking, so that it is never stale. */
function registerSecurityContact(server: FastifyInstance, ctx: Ctx): void {
  const { SECURITY_CONTACT: contact } = ctx.config;
  if (!contact) return;
  server.get('/.well-known/security.txt', async (_request, reply) => {
    const expires = new Date(ctx.clock.now().getTime() + 30 * 86_400_000).toISOString();
    const canonical = `${publicUrl(ctx.config)}/.well-known/security.txt`;
    return reply
      .type('text/plain; charset=utf-8')
      .send(
        `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en, es\nCanonical: ${canonical}\n`,
      );
  });
}

function registerDescription(server: FastifyInstance, ctx: Ctx): void {
  const file = new URL('../docs/api/openapi.yaml', import.meta.url);
  // Anchors are shorthand of the file alone: the answer is plain JSON, each part said in full.
  const description = JSON.stringify({
    ...(parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 }) as object),
    servers: [{ url: publicUrl(ctx.config) }],
  });
  server.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(description));
}

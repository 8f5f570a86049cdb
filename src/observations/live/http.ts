import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { as, type Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { type GrantedDataset, readBound, readGranted } from '../../release/index.ts';
import type { LiveFeeds, Receiver } from './feeds.ts';
import { parsePosition } from './position.ts';
import type { Scope } from './read-arrivals.ts';

/** Server-sent events [HTML, 9.2]: `event: observation`, `id` for Last-Event-ID, data in SensorThings JSON. */
export function registerLive(server: FastifyInstance, ctx: Ctx, feeds: LiveFeeds): void {
  server.get<{ Params: { slug: string } }>(
    '/live/datasets/:slug',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { rows } = await ctx.public.query<{ id: string }>(
        "select id from released.dataset where slug = $1 and access = 'open'",
        [request.params.slug],
      );
      const id = rows[0]?.id;
      if (id) return stream(request, reply, feeds, { datasetId: id });
      const granted = (await grantedTo(ctx, request)).find(({ slug }) => slug === request.params.slug);
      if (!granted) throw new Problem('not-found', `There is no open dataset “${request.params.slug}”.`);
      const by = { keyId: (request.actor as { keyId: string }).keyId, datasetId: granted.id };
      await stream(request, reply, feeds, { datasetId: granted.id }, by);
    },
  );

  server.get<{ Params: { id: string } }>(
    '/live/datastreams/:id',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { id } = request.params;
      if (!/^\d{1,19}$/.test(id) || BigInt(id) > largestId) {
        throw new Problem(
          'invalid',
          `“${id}” is not the id of a Datastream: it is a whole number up to 2^63-1.`,
        );
      }
      const { rowCount } = await ctx.public.query('select from released.datastream where id = $1', [id]);
      const scope = { datastreamId: String(BigInt(id)) };
      if (rowCount) return stream(request, reply, feeds, scope);
      const ids = (await grantedTo(ctx, request)).map((each) => each.id);
      const datasetId =
        ids.length > 0
          ? await readBound(ctx, ids, async (tx) => {
              const found = await tx.query<{ dataset_id: string }>(
                'select dataset_id from granted.datastream where id = $1',
                [id],
              );
              return found.rows[0]?.dataset_id;
            })
          : undefined;
      if (!datasetId) throw new Problem('not-found', `There is no Datastream ${id}.`);
      const { keyId } = request.actor as { keyId: string };
      await stream(request, reply, feeds, scope, { keyId, datasetId });
    },
  );
}

const grantedTo = async (ctx: Ctx, { actor }: FastifyRequest): Promise<GrantedDataset[]> =>
  actor.kind === 'reading-key' ? readGranted(as(ctx, actor)) : [];

const largestId = 9_223_372_036_854_775_807n;
const heartbeatMs = 15_000;

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  feeds: LiveFeeds,
  scope: Scope,
  by?: { keyId: string; datasetId: string },
): Promise<void> {
  // EventSource cannot set a header on its first request: a page that knows where it stands says so in the query.
  const query = request.query as Record<string, unknown>;
  const last = request.headers['last-event-id'] ?? query.lastEventId;
  const after = typeof last === 'string' && last !== '' ? parsePosition(last) : undefined;

  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would hold events back otherwise
    'x-accel-buffering': 'no',
  });
  const receiver: Receiver = {
    write: (text) => raw.destroyed || raw.write(text),
    end: () => raw.end(),
    drained: () =>
      raw.writableNeedDrain
        ? new Promise((resolve) => {
            const done = () => {
              raw.off('drain', done).off('close', done);
              resolve();
            };
            raw.on('drain', done).on('close', done);
          })
        : Promise.resolve(),
  };
  const heartbeat = setInterval(() => receiver.write(': still here\n\n'), heartbeatMs);
  heartbeat.unref();
  let end = () => {};
  raw.on('close', () => {
    clearInterval(heartbeat);
    end();
  });
  try {
    end = await feeds.subscribe({ scope, after, receiver, by });
    if (raw.destroyed) end();
  } catch (error) {
    request.log.warn({ err: error }, 'a live feed could not start');
    raw.end('event: failed\ndata: {}\n\n');
  }
}

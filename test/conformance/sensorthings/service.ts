import { after, before } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { answerProblem } from '../../../src/app.ts';
import { as, type Ctx } from '../../../src/kit/context.ts';
import { registerSensorThings } from '../../../src/observations/sensorthings/http.ts';
import { registerAskers } from '../../../src/people/http.ts';
import { type TestContext, testDatabase } from '../../support/context.ts';

export type Entity = Record<string, unknown> & { '@iot.id': number };
export type Collection = { value: Entity[]; '@iot.count'?: number; '@iot.nextLink'?: string };
export type Reply = { status: number; headers: Record<string, unknown>; text: string; json: unknown };

export type Service = {
  readonly ctx: TestContext;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Reads a collection; fails unless it is there. */
  list(path: string): Promise<Collection>;
  one(path: string): Promise<Entity>;
  /** Posts and returns the id; fails unless it is created. */
  create(path: string, body: unknown): Promise<number>;
};

const root = 'http://127.0.0.1:8080/v1.1';

/** The service on a database of its own, asked as over HTTP. The asker is anonymous; open writes unless said otherwise. */
export function useService(options: { openWrites?: boolean; now?: string } = {}): Service {
  const test = testDatabase({
    env: {
      LIMIT_ANONYMOUS: 'off',
      LIMIT_KEY: 'off',
      SENSORTHINGS_OPEN_WRITES: String(options.openWrites ?? true),
    },
    ...(options.now ? { now: options.now } : {}),
  });
  let app: FastifyInstance;
  before(async () => {
    app = fastify();
    const anonymous: Ctx = as(test.ctx, { kind: 'anonymous' });
    registerAskers(app, anonymous, answerProblem);
    registerSensorThings(app, anonymous);
    await app.ready();
  });
  after(() => app?.close());
  const send: Service['send'] = async (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path.slice('http://127.0.0.1:8080'.length) : `/v1.1${path}`;
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = String(response.headers['content-type'] ?? '').includes('json') && response.body !== '';
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: isJson ? JSON.parse(response.body) : undefined,
    };
  };
  const expect = async (status: number, method: string, path: string, body?: unknown) => {
    const reply = await send(method, path, body);
    if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  };
  return {
    get ctx() {
      return test.ctx;
    },
    send,
    list: async (path) => (await expect(200, 'GET', path)).json as Collection,
    one: async (path) => (await expect(200, 'GET', path)).json as Entity,
    create: async (path, body) => ((await expect(201, 'POST', path, body)).json as Entity)['@iot.id'],
  };
}

export const link = (path: string) => `${root}${path}`;
export const query = (options: Record<string, string | undefined>) =>
  `?${Object.entries(options)
    .map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

export const thing = (name: string, more: object = {}) => ({
  name,
  description: `${name}, for a test`,
  ...more,
});
export const location = (name: string, coordinates = [-73.45, 41.39]) => ({
  name,
  description: `${name}, for a test`,
  encodingType: 'application/geo+json',
  location: { type: 'Point', coordinates },
});
export const sensor = {
  name: 'Sensor',
  description: 'A sensor',
  encodingType: 'text/plain',
  metadata: 'sheet',
};
export const observedProperty = {
  name: 'Temperature',
  description: 'Of the air',
  definition: 'http://www.qudt.org/qudt/owl/1.0.0/quantity/Instances.html#Temperature',
};
export const datastream = (name: string, more: object = {}) => ({
  name,
  description: `${name}, for a test`,
  observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
  unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
  Sensor: sensor,
  ObservedProperty: observedProperty,
  ...more,
});
export const ref = (id: number | string) => ({ '@iot.id': id });
export const ids = (list: Collection) => list.value.map((entity) => entity['@iot.id']);

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { storeReadings } from '../../../src/observations/index.ts';
import { projectCatalog } from '../../../src/release/project-catalog.ts';
import type { TestContext } from '../../support/context.ts';
import { type Made, makeDatastream } from '../../support/make.ts';
import { openSite, type Site } from '../../support/site.ts';

export type Envelope = {
  help: string;
  success: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: what CKAN answers has a shape of its own for each action
  result: any;
  error?: { __type: string; message?: string } & Record<string, unknown>;
};
export type Answer = { status: number; headers: Headers; envelope: Envelope };

/** A site with three datasets: two open, of one office, and one that is listed without its content; and one nobody sees. */
export function useCatalog() {
  let site: Site;
  let air: Made;
  let second: Made;
  before(async () => {
    site = await openSite({ region: false });
    ({ air, second } = await fill(site.ctx));
  });
  after(() => site?.close());

  async function call(url: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(url, init);
    const text = await response.text();
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/, `${url}: ${text}`);
    return {
      status: response.status,
      headers: response.headers,
      envelope: JSON.parse(text) as Envelope,
    };
  }
  return {
    get site() {
      return site;
    },
    get air() {
      return air;
    },
    get second() {
      return second;
    },
    call,
    /** By GET, as an address of a browser. */
    get: (action: string, parameters: Record<string, string> = {}, init?: RequestInit) =>
      call(`${site.url}/api/3/action/${action}?${new URLSearchParams(parameters)}`, init),
    /** By POST, a dictionary in JSON. */
    post: (action: string, parameters: unknown = {}) =>
      call(`${site.url}/api/3/action/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(parameters),
      }),
  };
}

async function fill(ctx: TestContext) {
  await ctx.owner.query(`insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
    values ('oakton', 'city', 'Oakton', 'CT', 'America/New_York', -73.45, 41.39);
    insert into released.office (slug, place, name, duty, email, source)
    values ('oakton-air', 'oakton', 'Office of Air', 'Looks after the air', 'air@oakton.example', 'test'),
      ('oakton-roads', 'oakton', 'Office of Roads', 'Looks after roads', null, 'test')`);
  const air = await makeDatastream(ctx, { dataset: 'air', name: 'North pole', plausibleHigh: 60 });
  const second = await makeDatastream(ctx, { dataset: 'air', name: '=South pole' });
  await makeDatastream(ctx, { dataset: 'bicycles' });
  await makeDatastream(ctx, { dataset: 'listed', access: 'restricted', listed: true });
  await makeDatastream(ctx, { dataset: 'hidden', access: 'restricted' });
  for (const schema of ['private', 'released']) {
    await ctx.owner.query(`update ${schema}.dataset set place = 'oakton', office = 'oakton-air',
        title = 'Air quality in Oakton', description = 'Particles and gases, measured at two poles.',
        keywords = '{air,"fine dust"}', license = 'CC0-1.0', modified_at = '2026-03-01T00:00:00Z',
        translations = '{"es": {"title": "Calidad del aire", "description": "Partículas y gases."}}' where slug = 'air';
      update ${schema}.dataset set office = 'oakton-roads', title = 'Bicycle counts', topic = 'traffic',
        keywords = '{bicycles}', modified_at = '2026-02-01T00:00:00Z' where slug = 'bicycles';
      update ${schema}.dataset set modified_at = '2026-01-01T00:00:00Z' where slug = 'listed'`);
  }
  const { rows } = await ctx.owner.query<{ id: string }>('select id::text from released.dataset');
  await projectCatalog(
    ctx.app,
    rows.map(({ id }) => id),
  );
  const reading = (datastreamId: string, phenomenonStart: string, result: unknown) => ({
    datastreamId,
    phenomenonStart,
    result,
  });
  await storeReadings(ctx, {
    repeats: 'allow',
    readings: [
      reading(air.datastreamId, '2026-11-01T05:30:00Z', 10),
      reading(air.datastreamId, '2026-11-01T06:30:00.25Z', 20.5),
      reading(air.datastreamId, '2026-11-01T07:30:00Z', 999),
      reading(second.datastreamId, '2026-11-01T05:45:00Z', 10),
      reading(second.datastreamId, '2026-11-01T04:45:00Z', '=cmd'),
    ],
  });
  return { air, second };
}

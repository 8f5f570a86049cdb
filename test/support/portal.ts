import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withTransaction } from '../../src/kit/database.ts';
import { projectDatasets } from '../../src/release/project.ts';
import type { TestContext } from './context.ts';

export type Answer = unknown | ((request: IncomingMessage, response: ServerResponse, url: URL) => void);
export type Portal = {
  url: string;
  host: string;
  /** Addresses that were asked for, in order. */
  asked: string[];
  /** Answers every request from now on: JSON, or whatever a function does. */
  answer(how: Answer): void;
  close(): void;
};

/** Another city's portal, on this machine. */
export async function openPortal(): Promise<Portal> {
  let how: Answer = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const url = new URL(request.url ?? '/', 'http://portal');
    if (typeof how === 'function') return how(request, response, url);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(how));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    answer: (next) => {
      how = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A CKAN that has these packages, page after page. */
export const ckan =
  (packages: readonly unknown[]): Answer =>
  (_: IncomingMessage, response: ServerResponse, url: URL) => {
    const [start, rows] = ['start', 'rows'].map((name) => Number(url.searchParams.get(name) ?? 0)) as [
      number,
      number,
    ];
    const results = packages.slice(start, start + Math.min(rows, 40));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: true, result: { count: packages.length, results } }));
  };

export const ckanPackage = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  name: `name-${id}`,
  title: `Title ${id}`,
  notes: `Notes of ${id}`,
  state: 'active',
  tags: [{ name: 'trees', display_name: 'Trees' }],
  license_id: 'CC-BY-4.0',
  license_title: 'CC BY 4.0',
  organization: { title: 'Parks' },
  resources: [{ name: 'A table', format: 'CSV', url: `https://data.example.org/${id}.csv` }],
  ...more,
});

/** One entry that stands elsewhere and is not listed there any more, and footage; the same at the next call. */
export async function makeEntriesWithoutContent(ctx: TestContext): Promise<string[]> {
  await ctx.owner.query(
    `with source as (
       insert into private.harvest_source (name, kind, url, place, office, every, made_by, made_at, next_at, enabled)
       select 'Old portal', 'ckan', 'https://data.example.org', place, slug, 'P1D', 'operator', now(), now(), false
       from released.office order by slug limit 1 on conflict do nothing returning id, place, office, name, url),
     shown as (insert into released.harvest_source (id, name, url, last_ok_at) select id, name, url, now() from source),
     entry as (
       select s.*, e.* from source s, (values
         ('tree-census', 'external', 'Tree census', jsonb_build_object('publisher', 'Parks', 'licenseText', 'Own terms',
           'licenseUrl', null, 'landingPage', 'https://data.example.org/trees', 'modified', '2026-01-02T00:00:00Z', 'formats', '["CSV"]'::jsonb,
           'distributions', jsonb_build_array(jsonb_build_object('title', repeat('x', 150), 'format', 'CSV', 'url', 'https://data.example.org/trees.csv')))),
         ('bridge-camera', 'footage', 'Bridge camera', jsonb_build_object('camera', 'One camera', 'location', 'Main Street', 'basis', null))
       ) e (slug, entry_kind, title, particulars)),
     made as (
       insert into private.dataset (slug, kind, title, description, topic, keywords, place, office, listed, particulars, harvest_source_id,
         foreign_id, missing_since, last_seen_at)
       select slug, entry_kind, title, 'Words.' || chr(10) || repeat('y', 150), 'other', '{trees}', place, office, true, particulars,
         case entry_kind when 'external' then id end, case entry_kind when 'external' then 'x' end,
         case entry_kind when 'external' then now() end, case entry_kind when 'external' then now() end
       from entry returning id)
     select from made`,
  );
  const { rows } = await ctx.owner.query<{ id: string; slug: string }>(
    `select id, slug from private.dataset where kind <> 'own' order by slug`,
  );
  await withTransaction(ctx.app, (tx) =>
    projectDatasets(
      tx,
      rows.map(({ id }) => id),
    ),
  );
  return rows.map(({ slug }) => slug);
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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

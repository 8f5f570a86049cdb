import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSite, type Site } from '../support/site.ts';

/** Public addresses that the description of the API leaves out, and why. */
const exceptions: Record<string, string> = {
  '/': 'leads to a page in the reader’s language',
  '/*': 'pages, for people',
  '/assets/*': 'what pages are made of',
  '/s/:code': 'the short address on a sensor’s label, which leads to its page',
  '/robots.txt': 'for crawlers, by its own convention',
  '/.well-known/security.txt': 'for whoever found a weakness, by its own convention',
  '/openapi.json': 'the description itself',
  '/api': 'another spelling of /api/3',
  '/api/': 'another spelling of /api/3',
  '/api/3/': 'another spelling of /api/3',
  '/api/action/:name': 'another spelling of /api/3/action/{action}',
  '/staff/audit.jsonl': 'for staff who are signed in',
  '/staff/import-files/:upload/rejects.csv': 'for staff who are signed in',
  '/staff/table-files/:upload/rejects.csv': 'for staff who are signed in',
};

let site: Site;
const served = new Set<string>();
before(async () => {
  site = await openSite({
    region: false,
    onRoute: ({ method, url }) => {
      if ([method].flat().includes('GET')) served.add(url);
    },
  });
});
after(() => site?.close());

test('every address that a program may read is in openapi.json, or left out for a reason', async () => {
  const { paths } = (await (await fetch(`${site.url}/openapi.json`)).json()) as { paths: object };
  const shape = (path: string) => path.replace(/\(\{[^}]*\}\)|\{[^}]*\}/g, '*').replace(/:\w+/g, '*');
  const described = Object.keys(paths);
  const shapes = new Set(described.map(shape));
  const missing = [...served].filter((url) => !(url in exceptions) && !shapes.has(shape(url)));
  assert.deepEqual(missing, []);
  // And nothing is promised that is not there; below /v1.1 one door takes every address.
  const doors = new Set([...served].map(shape));
  assert.deepEqual(
    described.filter((path) => !path.startsWith('/v1.1/') && !doors.has(shape(path))),
    [],
  );
});

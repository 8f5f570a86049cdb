import type { RouteConfigEntry } from '@react-router/dev/routes';
import pages from '../../src/routes.ts';

/** Every address that the program answers, as its routers have it: `GET /v1.1/*`, `page /:lang/catalog`. */
export function everyRoute(doors: readonly { method: string | string[]; url: string }[]): string[] {
  const served = doors.flatMap(({ method, url }) => [method].flat().map((each) => `${each} ${url}`));
  return [...new Set([...served, ...walk(pages as RouteConfigEntry[], '')])].sort();
}

function walk(entries: readonly RouteConfigEntry[], above: string): string[] {
  return entries.flatMap(({ path, index, children }) => {
    const here = path ? `${above}/${path}` : above;
    return [...(index || path ? [`page ${here || '/'}`] : []), ...walk(children ?? [], here)];
  });
}

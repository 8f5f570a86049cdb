import { Problem } from '../../kit/problem.ts';
import { readArcgisService, readCkan, readDataJson, readSocrata } from './read-entry.ts';
import { type Fault, type HarvestedEntry, harvestLimits, type SourceKind } from './source.ts';

export type Listed = { entries: HarvestedEntry[]; faults: Fault[]; faultCount: number; read: number };
/** One answer of the portal as JSON. Errors: invalid, with a reason that may be shown. */
export type AskPortal = (address: string) => Promise<unknown>;
type Reader = (value: unknown, portal: string, tell: (what: string) => void) => HarvestedEntry | undefined;

const wrong = (message: string) => new Problem('invalid', message);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Every entry that a portal lists, each id once, or nothing: a list that breaks off, or is longer than may be, is no list.
 * Errors: invalid, with the reason.
 */
export async function listEntries(
  source: { kind: SourceKind; url: string },
  ask: AskPortal,
  limits: { entries: number; requests: number } = harvestLimits,
): Promise<Listed> {
  const listed: Listed = { entries: [], faults: [], faultCount: 0, read: 0 };
  const seen = new Set<string>();
  const collect = (values: unknown[], reader: Reader, portal: string) => {
    listed.read += values.length;
    if (listed.read > limits.entries)
      throw wrong(`The portal lists more than ${limits.entries} entries, which is the most that is taken.`);
    for (const value of values) {
      const told: string[] = [];
      const entry = reader(value, portal, (what) => {
        told.push(what);
      });
      const name = entry?.title ?? nameOf(value) ?? `number ${listed.read}`;
      if (entry && seen.has(entry.foreignId)) told.push('left out: its id occurs twice');
      else if (entry) {
        seen.add(entry.foreignId);
        listed.entries.push(entry);
      }
      for (const what of new Set(told)) {
        listed.faultCount++;
        if (listed.faults.length < harvestLimits.faults)
          listed.faults.push({ entry: name.slice(0, 200), what });
      }
    }
  };
  let requests = 0;
  const counted: AskPortal = (address) => {
    requests++;
    if (requests > limits.requests)
      throw wrong(`The portal gives its list in more than ${limits.requests} parts.`);
    return ask(address);
  };
  await walks[source.kind](source.url.replace(/\/+$/, ''), counted, collect);
  if (listed.entries.length === 0) throw wrong('The portal lists nothing that can be kept.');
  return listed;
}

function nameOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { title, name, id, identifier } = value;
  const found = [title, name, id, identifier].find((each) => typeof each === 'string' && each !== '');
  return typeof found === 'string'
    ? found.replace(/\p{C}/gu, ' ').trim().slice(0, 200) || undefined
    : undefined;
}

type Collect = (values: unknown[], reader: Reader, portal: string) => void;
type Walk = (url: string, ask: AskPortal, collect: Collect) => Promise<void>;

const walks: Record<SourceKind, Walk> = {
  async ckan(url, ask, collect) {
    const portal = url.replace(/\/api(\/3)?(\/action(\/package_search)?)?$/, '');
    await paged(
      async (start) => {
        const answer = await ask(
          `${portal}/api/3/action/package_search?q=*:*&sort=name+asc&rows=100&start=${start}`,
        );
        const result =
          isObject(answer) && answer.success === true && isObject(answer.result) ? answer.result : undefined;
        if (!result || !Array.isArray(result.results))
          throw wrong('The portal does not answer as CKAN does.');
        return { values: result.results, total: result.count };
      },
      (values) => collect(values, readCkan, `${portal}/`),
    );
  },
  async socrata(url, ask, collect) {
    const { origin, hostname } = new URL(url);
    await paged(
      async (start) => {
        const answer = await ask(
          `${origin}/api/catalog/v1?domains=${encodeURIComponent(hostname)}&only=dataset&order=dataset_id&limit=500&offset=${start}`,
        );
        if (!isObject(answer) || !Array.isArray(answer.results))
          throw wrong('The portal does not answer as Socrata does.');
        return { values: answer.results, total: answer.resultSetSize };
      },
      (values) => collect(values, readSocrata, origin),
    );
  },
  async arcgis(url, ask, collect) {
    if (!/\/rest\/services(\/|$)/.test(url)) {
      const feed = /\.json$/.test(url) ? url : `${url}/api/feed/dcat-us/1.1.json`;
      return collect(datasetsOf(await ask(feed)), readDataJson, url);
    }
    const [, directory = '', folder] = /^(.*\/rest\/services)\/?(.*)$/.exec(url) ?? [];
    const services = async (path: string) => {
      const answer = await ask(`${directory}${path ? `/${encodeURIComponent(path)}` : ''}?f=json`);
      if (!isObject(answer) || !Array.isArray(answer.services))
        throw wrong('The portal does not answer as an ArcGIS server does.');
      collect(answer.services, readArcgisService, directory);
      return answer.folders;
    };
    const folders = await services(folder ? decodeURIComponent(folder.split('/', 1)[0] as string) : '');
    if (folder || !Array.isArray(folders)) return;
    for (const each of folders) if (typeof each === 'string' && each.length <= 200) await services(each);
  },
  async 'data-json'(url, ask, collect) {
    collect(datasetsOf(await ask(/\.json(\?.*)?$/.test(url) ? url : `${url}/data.json`)), readDataJson, url);
  },
};

function datasetsOf(answer: unknown): unknown[] {
  const datasets = isObject(answer) ? answer.dataset : undefined;
  if (!Array.isArray(datasets)) throw wrong('The file is no catalog in DCAT-US: it has no list “dataset”.');
  return datasets;
}

/** Page after page, until all that the portal counts is had. One that stops before is not believed. */
async function paged(
  ask: (start: number) => Promise<{ values: unknown[]; total: unknown }>,
  collect: (values: unknown[]) => void,
): Promise<void> {
  let start = 0;
  for (;;) {
    const { values, total } = await ask(start);
    collect(values);
    start += values.length;
    if (typeof total !== 'number' || !Number.isInteger(total))
      throw wrong('The portal does not say how many entries it has.');
    if (start >= total) return;
    if (values.length === 0) throw wrong(`The portal counts ${total} entries and shows ${start}.`);
  }
}

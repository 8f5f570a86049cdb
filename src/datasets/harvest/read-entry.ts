import { keywordsOf, licenseOf, line, moment, plain, type Tell, topicOf, webLink } from './clean.ts';
import type { Distribution, HarvestedEntry } from './source.ts';

/**
 * One entry of a catalog as each kind of portal writes it. Pure; nothing of its form is trusted. Undefined when it has no id or
 * no title, told by `tell`.
 */
type Json = Record<string, unknown>;
const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const names = (value: unknown, tell: Tell): string[] =>
  keywordsOf(typeof value === 'string' ? [value] : value, tell);

function leftOut(tell: Tell, why: string): undefined {
  tell(`left out: ${why}`);
}

type Parts = {
  id: unknown;
  title: unknown;
  description: unknown;
  publisher: unknown;
  licenseId: unknown;
  licenseTitle: unknown;
  licenseUrl: unknown;
  keywords: string[];
  themes: string[];
  landingPage: string | undefined;
  modified: unknown;
  distributions: Distribution[];
};

function entryOf(parts: Parts, tell: Tell): HarvestedEntry | undefined {
  // An id is never cut: two that differ at their ends would be one.
  const foreignId =
    typeof parts.id === 'string' || typeof parts.id === 'number' ? String(parts.id).trim() : '';
  const title = line(parts.title, 200, tell, 'title');
  if (!foreignId || foreignId.length > 500 || /\p{Cc}|\p{Cs}/u.test(foreignId))
    return leftOut(tell, 'no id that can be kept');
  if (!title) return leftOut(tell, 'no title');
  const licenseId = line(parts.licenseId, 200, () => {}, 'license');
  const licenseUrl =
    typeof parts.licenseUrl === 'string' && /^https?:/i.test(parts.licenseUrl)
      ? webLink(parts.licenseUrl, tell, 'license')
      : undefined;
  return {
    foreignId,
    title,
    description: plain(parts.description, 5000, tell, 'description') ?? '',
    publisher: line(parts.publisher, 200, tell, 'publisher') ?? null,
    license: licenseOf(licenseId, licenseUrl),
    licenseText:
      line(parts.licenseTitle, 300, tell, 'license') ??
      licenseUrl ??
      (isUnsaid(licenseId) ? null : (licenseId ?? null)),
    licenseUrl: licenseUrl ?? null,
    keywords: parts.keywords,
    topic: topicOf([...parts.themes, ...parts.keywords]),
    landingPage: parts.landingPage ?? null,
    modified: moment(parts.modified) ?? null,
    distributions: parts.distributions,
  };
}

/** CKAN's words for “nobody said”. */
const isUnsaid = (id: string | undefined) =>
  id === undefined || /^(notspecified|not-stated|none|unknown)$/i.test(id);

/** Up to a hundred; those without an address of the web are left out. */
function distributionsOf(
  values: unknown[],
  tell: Tell,
  read: (one: Json) => [title: unknown, format: unknown, url: unknown],
): Distribution[] {
  if (values.length > 100) tell('more than 100 distributions');
  return values.slice(0, 100).flatMap((value) => {
    const [title, format, address] = read(object(value));
    const url = webLink(address, tell, 'distribution');
    if (!url) return [];
    const shown = line(format, 60, tell, 'format') ?? '';
    return [{ title: line(title, 200, tell, 'distribution') ?? '', format: shortFormat(shown, url), url }];
  });
}

/** A media type as people say it: text/csv is CSV. */
function shortFormat(text: string, url: string): string {
  const media: Record<string, string> = {
    'text/csv': 'CSV',
    'application/json': 'JSON',
    'application/geo+json': 'GeoJSON',
    'application/vnd.geo+json': 'GeoJSON',
    'application/xml': 'XML',
    'text/html': 'HTML',
    'application/pdf': 'PDF',
    'application/zip': 'ZIP',
    'application/vnd.ms-excel': 'XLS',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'XLSX',
    'application/rdf+xml': 'RDF',
  };
  if (text) return media[text.toLowerCase()] ?? text;
  return (
    /\.(csv|json|geojson|xlsx?|pdf|zip|kml|xml)$/i.exec(URL.parse(url)?.pathname ?? '')?.[1]?.toUpperCase() ??
    ''
  );
}

/** [CKAN 2.11, package_show] */
export function readCkan(value: unknown, portal: string, tell: Tell): HarvestedEntry | undefined {
  const its = object(value);
  const name = line(its.name, 200, tell, 'name');
  const state = its.state ?? 'active';
  if (its.private === true || state !== 'active') return leftOut(tell, 'private, or not active');
  return entryOf(
    {
      id: its.id ?? its.name,
      title: its.title || its.name,
      description: its.notes,
      publisher: object(its.organization).title || its.author,
      licenseId: its.license_id,
      licenseTitle: its.license_title,
      licenseUrl: its.license_url,
      keywords: keywordsOf(its.tags, tell),
      themes: keywordsOf(its.groups, tell),
      landingPage: name
        ? webLink(`dataset/${encodeURIComponent(name)}`, tell, 'landing page', portal)
        : undefined,
      modified: its.metadata_modified,
      distributions: distributionsOf(list(its.resources), tell, (one) => [
        one.name,
        one.format || one.mimetype,
        one.url,
      ]),
    },
    tell,
  );
}

/** [DCAT-US 1.1], as ArcGIS Hub, Socrata and others write it. */
export function readDataJson(value: unknown, _portal: string, tell: Tell): HarvestedEntry | undefined {
  const its = object(value);
  if (its.accessLevel === 'non-public') return leftOut(tell, 'its access level is non-public');
  const distributions = list(its.distribution);
  return entryOf(
    {
      id: its.identifier ?? its['@id'],
      title: its.title,
      description: its.description,
      publisher: object(its.publisher).name,
      licenseId: its.license,
      licenseTitle: undefined,
      licenseUrl: its.license,
      keywords: names(its.keyword, tell),
      themes: names(its.theme, tell),
      landingPage:
        webLink(its.landingPage, tell, 'landing page') ??
        webLink(webIdentifier(its.identifier), tell, 'landing page'),
      modified: its.modified,
      distributions: distributionsOf(distributions, tell, (one) => [
        one.title,
        one.format || one.mediaType,
        one.downloadURL || one.accessURL,
      ]),
    },
    tell,
  );
}
const webIdentifier = (id: unknown) => (typeof id === 'string' && /^https?:\/\//i.test(id) ? id : undefined);

/** [Socrata Discovery API] */
export function readSocrata(value: unknown, portal: string, tell: Tell): HarvestedEntry | undefined {
  const its = object(value);
  const resource = object(its.resource);
  const about = object(its.classification);
  const id =
    typeof resource.id === 'string' && /^[a-z0-9]{4}-[a-z0-9]{4}$/.test(resource.id)
      ? resource.id
      : undefined;
  const base = URL.parse(portal)?.origin;
  const isTable = resource.type === undefined || resource.type === 'dataset';
  return entryOf(
    {
      id,
      title: resource.name,
      description: resource.description,
      publisher: resource.attribution,
      licenseId: object(its.metadata).license,
      licenseTitle: object(its.metadata).license,
      licenseUrl: undefined,
      keywords: names([...list(about.domain_tags), ...list(about.tags)], tell),
      themes: names([about.domain_category, ...list(about.categories)], tell),
      landingPage: webLink(its.permalink, tell, 'landing page') ?? webLink(its.link, tell, 'landing page'),
      modified: resource.updatedAt,
      distributions:
        id && base && isTable
          ? [
              { title: 'CSV', format: 'CSV', url: `${base}/api/views/${id}/rows.csv?accessType=DOWNLOAD` },
              { title: 'API', format: 'JSON', url: `${base}/resource/${id}.json` },
            ]
          : [],
    },
    tell,
  );
}

/** One service of an ArcGIS server's list [ArcGIS REST API, Services Directory]. */
export function readArcgisService(value: unknown, directory: string, tell: Tell): HarvestedEntry | undefined {
  const its = object(value);
  const path = line(its.name, 300, tell, 'name');
  const type = line(its.type, 60, tell, 'type');
  const name = path?.split('/').at(-1)?.replaceAll('_', ' ');
  const url =
    path && type
      ? webLink(
          `${directory}/${path.split('/').map(encodeURIComponent).join('/')}/${encodeURIComponent(type)}`,
          tell,
          'service',
        )
      : undefined;
  return entryOf(
    {
      id: path && type && `${path}/${type}`,
      title: name,
      description: its.description,
      publisher: undefined,
      licenseId: undefined,
      licenseTitle: undefined,
      licenseUrl: undefined,
      keywords: [],
      themes: [],
      landingPage: url,
      modified: undefined,
      distributions: url ? [{ title: type as string, format: 'ArcGIS', url }] : [],
    },
    tell,
  );
}

import { type Entry, emailOf } from '../entries.ts';
import { describeLicense } from '../licenses.ts';
import { type Resource, resourcesOf } from '../resources.ts';

/** Who stands for the catalog where a dataset has no office. */
export type Site = { title: string; publicUrl: string };

const pageOf = (entry: Entry, { publicUrl }: Site) => `${publicUrl}/en/datasets/${entry.slug}`;
const publisherOf = (entry: Entry, site: Site) =>
  entry.external
    ? (entry.external.publisher ?? entry.external.portal)
    : (entry.office?.name ?? entry.place?.name ?? site.title);
const landingOf = (entry: Entry, site: Site) => entry.external?.landingPage ?? pageOf(entry, site);
const levelOf = (entry: Entry) => (entry.external ? 'public' : (accessLevels[entry.access] ?? 'non-public'));
const licenseUrlOf = (entry: Entry) =>
  entry.license ? describeLicense(entry.license).url : entry.external?.licenseUrl;
const accessLevels: Record<string, string> = {
  open: 'public',
  key: 'restricted public',
  agreement: 'restricted public',
};

/**
 * A dataset in DCAT-US 1.1, as publishers that are not federal write it [Project Open Data 1.1]: no bureauCode and no programCode
 * (docs/decisions/018-catalogs-for-programs.md). What is not stated is left out.
 */
export function dataset11(entry: Entry, site: Site): Record<string, unknown> {
  const { place } = entry;
  // Whoever brought the entry in does not answer for what stands elsewhere.
  const office = entry.external ? null : entry.office;
  const email = entry.external ? null : emailOf(entry);
  const accessLevel = levelOf(entry);
  return {
    '@type': 'dcat:Dataset',
    identifier: pageOf(entry, site),
    title: entry.title,
    description: entry.description || entry.title,
    // At least one is asked for; the topic is what every dataset has.
    keyword: entry.keywords.length > 0 ? entry.keywords : [entry.topic],
    modified: entry.external?.modified ?? entry.changedAt,
    issued: entry.createdAt,
    publisher: {
      '@type': 'org:Organization',
      name: publisherOf(entry, site),
      ...(office ? { subOrganizationOf: { '@type': 'org:Organization', name: office.placeName } } : {}),
    },
    contactPoint: {
      '@type': 'vcard:Contact',
      fn: publisherOf(entry, site),
      ...(email ? { hasEmail: `mailto:${email}` } : {}),
    },
    accessLevel,
    ...(accessLevel === 'public'
      ? {}
      : { rights: 'The entry alone is public. Ask the office that owns the data.' }),
    ...(licenseUrlOf(entry) ? { license: licenseUrlOf(entry) } : {}),
    ...(entry.area || place ? { spatial: entry.area ?? `${place?.name}, ${place?.state}` } : {}),
    ...(entry.firstAt && entry.lastAt ? { temporal: `${entry.firstAt}/${entry.lastAt}` } : {}),
    ...(entry.updateEvery ? { accrualPeriodicity: `R/${entry.updateEvery}` } : {}),
    landingPage: landingOf(entry, site),
    language: ['en', ...Object.keys(entry.translations)],
    theme: [entry.topic],
    ...distributionsOf(entry, site, distribution11),
  };
}

/** A dataset in DCAT-US 3.0. Whoever states no mail address gets no contact: none is made up. */
export function dataset3(entry: Entry, site: Site): Record<string, unknown> {
  const { place } = entry;
  const office = entry.external ? null : entry.office;
  const email = entry.external ? null : emailOf(entry);
  return {
    '@type': 'Dataset',
    '@id': pageOf(entry, site),
    identifier: pageOf(entry, site),
    title: entry.title,
    description: entry.description || entry.title,
    keyword: entry.keywords,
    theme: [{ '@type': 'Concept', prefLabel: entry.topic }],
    modified: entry.external?.modified ?? entry.changedAt,
    created: entry.createdAt,
    publisher: {
      '@type': 'Organization',
      name: publisherOf(entry, site),
      ...(office ? { subOrganizationOf: [{ '@type': 'Organization', name: office.placeName }] } : {}),
    },
    contactPoint: email
      ? [
          {
            '@type': 'Kind',
            fn: publisherOf(entry, site),
            hasEmail: `mailto:${email}`,
            ...(office?.phone ? { tel: office.phone } : {}),
          },
        ]
      : [],
    accessRights: levelOf(entry),
    ...(place
      ? {
          spatial: [
            {
              '@type': 'Location',
              prefLabel: `${place.name}, ${place.state}`,
              centroid: { type: 'Point', coordinates: [place.longitude, place.latitude] },
            },
          ],
        }
      : {}),
    ...(entry.firstAt && entry.lastAt
      ? { temporal: [{ '@type': 'PeriodOfTime', startDate: entry.firstAt, endDate: entry.lastAt }] }
      : {}),
    ...(entry.updateEvery ? { accrualPeriodicity: `R/${entry.updateEvery}` } : {}),
    ...(entry.source ? { provenance: [entry.source] } : {}),
    landingPage: { '@type': 'Document', title: entry.title, accessURL: landingOf(entry, site) },
    language: ['en', ...Object.keys(entry.translations)],
    ...distributionsOf(entry, site, (resource) => ({
      ...distribution3(resource),
      ...(licenseUrlOf(entry) ? { license: licenseUrlOf(entry) } : {}),
    })),
  };
}

function distributionsOf(
  entry: Entry,
  site: Site,
  write: (resource: Resource) => Record<string, unknown>,
): Record<string, unknown> {
  const resources = resourcesOf(entry, site.publicUrl);
  return resources.length > 0 ? { distribution: resources.map(write) } : {};
}

function distribution11(resource: Resource): Record<string, unknown> {
  return {
    '@type': 'dcat:Distribution',
    title: resource.name,
    description: resource.description,
    ...(resource.format ? { format: resource.format } : {}),
    ...(resource.isFile
      ? { downloadURL: resource.url, mediaType: resource.mediaType }
      : {
          accessURL: resource.url,
          ...(resource.isElsewhere ? {} : { conformsTo: 'http://www.opengis.net/spec/iot_sensing/1.1' }),
        }),
  };
}

function distribution3(resource: Resource): Record<string, unknown> {
  return {
    '@type': 'Distribution',
    identifier: resource.id,
    title: resource.name,
    description: resource.description,
    ...(resource.published
      ? {
          issued: resource.published.madeAt,
          byteSize: String(resource.published.bytes),
          checksum: { '@type': 'Checksum', algorithm: 'SHA-256', checksumValue: resource.published.sha256 },
        }
      : {}),
    ...(resource.format ? { format: resource.format } : {}),
    ...(resource.isFile
      ? { downloadURL: resource.url, mediaType: resource.mediaType }
      : {
          accessURL: resource.url,
          ...(resource.isElsewhere
            ? {}
            : {
                conformsTo: [
                  {
                    '@type': 'Standard',
                    '@id': 'http://www.opengis.net/spec/iot_sensing/1.1',
                    title: 'OGC SensorThings API 1.1',
                  },
                ],
              }),
        }),
  };
}

/** What stands around the datasets: up to where they begin, and from where they end. */
export function frame11({ publicUrl }: Site): [string, string] {
  const head = {
    '@context': 'https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld',
    '@id': `${publicUrl}/data.json`,
    '@type': 'dcat:Catalog',
    conformsTo: 'https://project-open-data.cio.gov/v1.1/schema',
    describedBy: 'https://project-open-data.cio.gov/v1.1/schema/catalog.json',
  };
  return [`${JSON.stringify(head).slice(0, -1)},"dataset":[\n`, '\n]}\n'];
}

export function frame3({ title, publicUrl }: Site): [string, string] {
  const head = {
    '@context': 'https://resources.data.gov/dcat-us/3.0.0/context/dcat-us-3.0.jsonld',
    '@id': `${publicUrl}/dcat-us-3.json`,
    '@type': 'Catalog',
    title,
    homepage: { '@type': 'Document', title, accessURL: `${publicUrl}/en` },
    conformsTo: { '@type': 'Standard', title: 'DCAT-US 3.0' },
    language: ['en', 'es'],
  };
  return [`${JSON.stringify(head).slice(0, -1)},"dataset":[\n`, '\n]}\n'];
}

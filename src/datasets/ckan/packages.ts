import { formatsOf } from '../elsewhere.ts';
import { type Entry, emailOf } from '../entries.ts';
import { describeLicense } from '../licenses.ts';
import { formats, type Resource, resourcesOf, uuidOf } from '../resources.ts';

/** The formats of a dataset `ds` in SQL, as facets and filters know them. */
export const formatsSql = formatsOf([...Object.values(formats).map(({ format }) => format), 'API']);

/** CKAN's times have no zone and mean UTC. */
const ckanTime = (iso: string | null) => iso?.replace(/Z$/, '') ?? null;

export type Office = { slug: string; place: string; name: string; placeName: string; address: string | null };

export function organizationOf(office: { slug: string; name: string; placeName: string }) {
  const title = `${office.name}, ${office.placeName}`;
  return {
    id: office.slug,
    name: office.slug,
    title,
    display_name: title,
    description: '',
    image_url: '',
    image_display_url: '',
    type: 'organization',
    is_organization: true,
    approval_status: 'approved',
    state: 'active',
  };
}

export function groupOf(topic: string) {
  const title = topic.charAt(0).toUpperCase() + topic.slice(1).replaceAll('-', ' ');
  return { id: topic, name: topic, title, display_name: title, description: '', image_display_url: '' };
}

export const tagOf = (name: string) => ({
  id: name,
  name,
  display_name: name,
  state: 'active',
  vocabulary_id: null,
});

export function resourceOf(entry: Entry, resource: Resource, position: number) {
  return {
    id: resource.id,
    package_id: uuidOf('dataset', entry.id),
    name: resource.name,
    description: resource.description,
    format: resource.format,
    mimetype: resource.mediaType ?? null,
    url: resource.url,
    url_type: null,
    resource_type: resource.isElsewhere ? null : resource.isFile ? 'file' : 'api',
    datastore_active: ['csv', 'table'].some((kind) => resource.id === uuidOf(kind as 'csv', entry.id)),
    created: ckanTime(resource.published?.madeAt ?? entry.createdAt),
    last_modified: ckanTime(resource.published?.madeAt ?? entry.changedAt),
    metadata_modified: ckanTime(resource.published?.madeAt ?? entry.changedAt),
    // SHA-256, in hexadecimal.
    hash: resource.published?.sha256 ?? '',
    size: resource.published?.bytes ?? null,
    position,
    state: 'active',
  };
}

/** A dataset as CKAN's package dictionary. */
export function packageOf(entry: Entry, publicUrl: string) {
  const { external } = entry;
  // In the portal's own words where they name no license that we know.
  const license = entry.license
    ? describeLicense(entry.license)
    : external && { name: external.licenseText, url: external.licenseUrl };
  const resources = resourcesOf(entry, publicUrl).map((each, index) => resourceOf(entry, each, index));
  const tags = [...new Set(entry.keywords)].map(tagOf);
  const extras = {
    access: external ? 'elsewhere' : entry.footage ? 'footage' : entry.access,
    // As CKAN's own harvester names them.
    harvest_source_title: external?.portal,
    harvest_source_url: external?.portalUrl,
    last_seen: external?.lastSeenAt,
    not_seen_since: external?.missingSince,
    publisher_name: external?.publisher,
    modified: external?.modified,
    camera: entry.footage?.camera,
    location: entry.footage?.location,
    demonstration: entry.demonstration ? 'true' : null,
    place: entry.place?.slug,
    spatial:
      entry.place &&
      JSON.stringify({ type: 'Point', coordinates: [entry.place.longitude, entry.place.latitude] }),
    spatial_text: entry.area ?? (entry.place && `${entry.place.name}, ${entry.place.state}`),
    contact: entry.contact,
    frequency: entry.updateEvery,
    temporal_start: entry.firstAt,
    temporal_end: entry.lastAt,
    source: entry.source,
    ...Object.fromEntries(
      Object.entries(entry.translations).flatMap(([language, its]) => [
        [`title_${language}`, its.title],
        [`notes_${language}`, its.description],
      ]),
    ),
  };
  return {
    id: uuidOf('dataset', entry.id),
    name: entry.slug,
    title: entry.title,
    notes: entry.description,
    url: external?.landingPage ?? `${publicUrl}/en/datasets/${entry.slug}`,
    type: 'dataset',
    state: 'active',
    private: false,
    version: null,
    author: external?.publisher ?? null,
    author_email: null,
    maintainer: entry.office ? `${entry.office.name}, ${entry.office.placeName}` : null,
    maintainer_email: emailOf(entry),
    // An absent license is a gap: it says nothing, rather than “not open”.
    license_id: entry.license,
    license_title: license?.name ?? null,
    license_url: license?.url ?? null,
    isopen: entry.license !== null && openLicenses.has(entry.license),
    metadata_created: ckanTime(entry.createdAt),
    metadata_modified: ckanTime(entry.modifiedAt),
    owner_org: entry.office?.slug ?? null,
    organization: entry.office ? organizationOf(entry.office) : null,
    groups: [groupOf(entry.topic)],
    tags,
    num_tags: tags.length,
    resources,
    num_resources: resources.length,
    extras: Object.entries(extras).flatMap(([key, value]) => (value ? [{ key, value }] : [])),
    relationships_as_object: [],
    relationships_as_subject: [],
  };
}

/** Licenses of ours that the Open Definition calls open [https://opendefinition.org/licenses/]. */
export const openLicenses = new Set([
  'CC0-1.0',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-PDDC',
  'ODbL-1.0',
  'ODC-By-1.0',
  'PDDL-1.0',
]);

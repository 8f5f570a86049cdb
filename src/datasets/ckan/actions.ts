import { publicUrl, version } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { readSite } from '../../places/index.ts';
import { entriesById } from '../entries.ts';
import { describeLicense, licenseIds } from '../licenses.ts';
import { isTopic, topics } from '../topics.ts';
import { findPackage } from './find-package.ts';
import { findResource } from './find-resource.ts';
import { flag, type Input, invalid, list, required, text, whole } from './input.ts';
import { type CatalogLists, listCatalog } from './list-catalog.ts';
import { listPackages } from './list-packages.ts';
import { groupOf, openLicenses, organizationOf, packageOf, tagOf } from './packages.ts';
import { type DatastorePage, searchDatastore } from './search-datastore.ts';
import { searchPackages } from './search-packages.ts';

/** JSON text that goes out as it is. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Action = (ctx: Ctx, input: Input) => Promise<unknown>;

const notFound = (what: string, id: string) => new Problem('not-found', `${what} “${id.slice(0, 80)}”`);
const mostPackages = 1000;

async function searched(ctx: Ctx, input: Input) {
  const { count, sort, entries, facets } = await searchPackages(ctx, input);
  const fl = list(input, 'fl');
  const url = publicUrl(ctx.config);
  const results = entries.map((entry) => {
    const whole = packageOf(entry, url);
    return fl.length > 0
      ? Object.fromEntries(Object.entries(whole).filter(([key]) => fl.includes(key)))
      : whole;
  });
  const entriesOf = Object.entries(facets);
  return {
    count,
    sort,
    results,
    facets: Object.fromEntries(
      entriesOf.map(([field, items]) => [
        field,
        Object.fromEntries(items.map((item) => [item.name, item.count])),
      ]),
    ),
    search_facets: Object.fromEntries(
      entriesOf.map(([field, items]) => [
        field,
        {
          title: field,
          items: items.map(({ name, label, count }) => ({ name, display_name: label, count })),
        },
      ]),
    ),
  };
}

async function packagesOf(ctx: Ctx, fq: string, rows: number) {
  const { entries } = await searchPackages(ctx, { fq, rows, sort: 'name asc' });
  return entries.map((entry) => packageOf(entry, publicUrl(ctx.config)));
}

const organization = (office: CatalogLists['offices'][number]) => ({
  ...organizationOf(office),
  package_count: office.datasets,
});
const topicNames = (lists: CatalogLists) => [
  ...topics,
  ...lists.topics.map(({ topic }) => topic).filter((topic) => !isTopic(topic)),
];
const group = (lists: CatalogLists, topic: string) => ({
  ...groupOf(topic),
  type: 'group',
  is_organization: false,
  state: 'active',
  package_count: lists.topics.find((each) => each.topic === topic)?.datasets ?? 0,
});

/** The part of a list that `organizations`/`groups`, `limit` and `offset` leave, as names or in full. */
function listed<T extends { name: string; title: string; package_count: number }>(
  input: Input,
  all: T[],
  names: string,
): (T | string)[] {
  const wanted = list(input, names);
  const sort = text(input, 'sort') ?? text(input, 'order_by') ?? 'title asc';
  const [, field = '', direction] = /^(name|title|package_count)(?:\s+(asc|desc))?$/i.exec(sort.trim()) ?? [];
  if (!field) throw invalid('sort', 'Must be name, title or package_count, and then asc or desc');
  const sign = direction?.toLowerCase() === 'desc' ? -1 : 1;
  const key = (item: T) => item[field.toLowerCase() as 'name'];
  const chosen = all
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const from = whole(input, 'offset', 0);
  const part = chosen.slice(from, from + whole(input, 'limit', all.length));
  return flag(input, 'all_fields', false) ? part : part.map(({ name }) => name);
}

/** What the API does, by CKAN's names. Whatever is not here does not exist. */
export const actions: Record<string, Action> = {
  async site_read() {
    return true;
  },
  async status_show(ctx) {
    const { place } = await readSite(ctx);
    return {
      site_title: place ? `Open data of ${place.name}` : 'Open data',
      site_description: '',
      site_url: publicUrl(ctx.config),
      ckan_version: '2.11',
      charter_oak_version: version(),
      locale_default: 'en',
      extensions: ['datastore'],
      error_emails_to: null,
    };
  },
  async package_list(ctx, input) {
    const limit = text(input, 'limit') === undefined ? null : whole(input, 'limit', 0);
    return (await listPackages(ctx, { limit, offset: whole(input, 'offset', 0) })).map(({ slug }) => slug);
  },
  async current_package_list_with_resources(ctx, input) {
    const limit = whole(input, 'limit', mostPackages, mostPackages);
    const offset = whole(
      input,
      'offset',
      whole(input, 'page', 1) > 1 ? (whole(input, 'page', 1) - 1) * limit : 0,
    );
    const page = await listPackages(ctx, { limit, offset });
    const entries = await entriesById(
      ctx.public,
      page.map(({ id }) => id),
    );
    return entries.map((entry) => packageOf(entry, publicUrl(ctx.config)));
  },
  async package_show(ctx, input) {
    const id = text(input, 'id') ?? text(input, 'name_or_id') ?? required(input, 'id');
    const entry = await findPackage(ctx, id);
    if (!entry) throw notFound('dataset', id);
    return packageOf(entry, publicUrl(ctx.config));
  },
  package_search: searched,
  async resource_show(ctx, input) {
    const id = required(input, 'id');
    const entry = await findResource(ctx, id);
    const found = entry && packageOf(entry, publicUrl(ctx.config)).resources.find((each) => each.id === id);
    if (!found) throw notFound('resource', id);
    return found;
  },
  async organization_list(ctx, input) {
    return listed(input, (await listCatalog(ctx)).offices.map(organization), 'organizations');
  },
  async organization_show(ctx, input) {
    const id = required(input, 'id');
    const office = (await listCatalog(ctx)).offices.find(({ slug }) => slug === id);
    if (!office) throw notFound('organization', id);
    const packages = flag(input, 'include_datasets', false)
      ? await packagesOf(ctx, `organization:"${id}"`, mostPackages)
      : undefined;
    return {
      ...organization(office),
      ...(packages ? { packages } : {}),
      users: [],
      groups: [],
      extras: [],
      tags: [],
    };
  },
  async group_list(ctx, input) {
    const lists = await listCatalog(ctx);
    return listed(
      input,
      topicNames(lists).map((topic) => group(lists, topic)),
      'groups',
    );
  },
  async group_show(ctx, input) {
    const id = required(input, 'id');
    const lists = await listCatalog(ctx);
    if (!topicNames(lists).includes(id)) throw notFound('group', id);
    const packages = flag(input, 'include_datasets', false)
      ? await packagesOf(ctx, `groups:"${id}"`, mostPackages)
      : undefined;
    return {
      ...group(lists, id),
      ...(packages ? { packages } : {}),
      users: [],
      groups: [],
      extras: [],
      tags: [],
    };
  },
  async group_package_show(ctx, input) {
    const id = required(input, 'id');
    if (!topicNames(await listCatalog(ctx)).includes(id)) throw notFound('group', id);
    return packagesOf(ctx, `groups:"${id}"`, whole(input, 'limit', mostPackages, mostPackages));
  },
  async tag_list(ctx, input) {
    const query = text(input, 'query')?.toLowerCase();
    const tags = (await listCatalog(ctx)).tags
      .map(({ tag }) => tag)
      .filter((tag) => query === undefined || tag.toLowerCase().includes(query));
    return flag(input, 'all_fields', false) ? tags.map(tagOf) : tags;
  },
  async tag_show(ctx, input) {
    const id = required(input, 'id');
    if (!(await listCatalog(ctx)).tags.some(({ tag }) => tag === id)) throw notFound('tag', id);
    const packages = flag(input, 'include_datasets', false)
      ? await packagesOf(ctx, `tags:${JSON.stringify(id)}`, mostPackages)
      : undefined;
    return { ...tagOf(id), ...(packages ? { packages } : {}) };
  },
  async license_list(ctx) {
    const used = (await listCatalog(ctx)).licenses;
    return [...new Set([...licenseIds, ...used])].map((id) => {
      const { name, url } = describeLicense(id);
      const open = openLicenses.has(id);
      return {
        id,
        title: name,
        url,
        status: 'active',
        is_okd_compliant: open,
        is_osi_compliant: false,
        od_conformance: open ? 'approved' : 'not reviewed',
        osd_conformance: 'not reviewed',
        domain_content: true,
        domain_data: true,
        domain_software: false,
        family: '',
        maintainer: '',
        is_generic: false,
      };
    });
  },
  async datastore_search(ctx, input) {
    return new RawJson(datastoreAnswer(await searchDatastore(ctx, input), input));
  },
  async help_show(_ctx, input) {
    const name = required(input, 'name');
    if (!Object.hasOwn(actions, name)) throw notFound('action', name);
    return `${name}: see https://docs.ckan.org/en/latest/api/ and /openapi.json here.`;
  },
};

function datastoreAnswer(page: DatastorePage, input: Input): string {
  const { limit, offset, total } = page;
  const link = (from: number) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...input, offset: from })) {
      if (value === undefined || value === null || (name === 'offset' && from === 0)) continue;
      query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
    return `/api/3/action/datastore_search?${query}`;
  };
  const told = {
    resource_id: page.resourceId,
    include_total: total !== undefined,
    records_format: page.format,
    ...(input.q ? { q: input.q } : {}),
    ...(input.filters ? { filters: input.filters } : {}),
    ...(input.sort ? { sort: input.sort } : {}),
    limit,
    ...(offset > 0 ? { offset } : {}),
    fields: page.fields,
    _links: {
      start: link(0),
      next: link(offset + limit),
      ...(offset > 0 ? { prev: link(Math.max(0, offset - limit)) } : {}),
    },
    ...(total === undefined ? {} : { total, total_was_estimated: false }),
  };
  const isText = page.format === 'csv' || page.format === 'tsv';
  const records = isText
    ? JSON.stringify(separated(page.records, page.format === 'csv' ? ',' : '\t'))
    : page.records;
  return `${JSON.stringify(told).slice(0, -1)},"records":${records}}`;
}

function separated(records: string, separator: string): string {
  const field = (value: unknown) => {
    const shown = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    // What a spreadsheet would run gets an apostrophe, as in downloads.
    const safe = typeof value === 'string' && /^[=+@\t\r-]/.test(shown) ? `'${shown}` : shown;
    return /["\r\n,\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = JSON.parse(records) as unknown[][];
  return rows.map((row) => `${row.map(field).join(separator)}\n`).join('');
}

import { createHash } from 'node:crypto';
import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { readSite } from '../../places/index.ts';
import { type Entry, entriesAfter } from '../entries.ts';
import { dataset3, dataset11, frame3, frame11, type Site } from './dcat-us.ts';
import { sitemapEntry, sitemapFrame, sitemapPages } from './sitemap.ts';

export const catalogFormats = ['dcat-us-1.1', 'dcat-us-3.0', 'sitemap'] as const;
export type CatalogFormat = (typeof catalogFormats)[number];

const pageSize = 500;
/** A sitemap holds no more addresses [sitemaps.org]. */
const mostInSitemap = 49_000;

/**
 * The whole catalog in one of its forms, read a few hundred datasets at a time, so that it takes no more memory for ten thousand
 * and holds no connection. With `unlessEtag` equal to the current one nothing more is read and there is no text.
 */
export async function exportCatalog(
  ctx: Ctx,
  input: { format: CatalogFormat; unlessEtag?: (etag: string) => boolean },
): Promise<{ etag: string; text?: AsyncGenerator<string> }> {
  const { place } = await readSite(ctx);
  const site: Site = {
    title: place ? `Open data of ${place.name}` : 'Open data',
    publicUrl: publicUrl(ctx.config),
  };
  const etag = await tagOf(ctx, input.format, site);
  if (input.unlessEtag?.(etag)) return { etag };
  return { etag, text: input.format === 'sitemap' ? sitemap(ctx, site) : catalog(ctx, input.format, site) };
}

async function* everyEntry(ctx: Ctx): AsyncGenerator<Entry[]> {
  for (let after = ''; ; ) {
    const entries = await entriesAfter(ctx.public, after, pageSize);
    if (entries.length > 0) yield entries;
    if (entries.length < pageSize) return;
    after = (entries.at(-1) as Entry).slug;
  }
}

async function* catalog(ctx: Ctx, format: 'dcat-us-1.1' | 'dcat-us-3.0', site: Site): AsyncGenerator<string> {
  const [frame, write] = format === 'dcat-us-1.1' ? [frame11, dataset11] : [frame3, dataset3];
  const [head, tail] = frame(site);
  yield head;
  let separator = '';
  for await (const entries of everyEntry(ctx)) {
    yield separator + entries.map((entry) => JSON.stringify(write(entry, site))).join(',\n');
    separator = ',\n';
  }
  yield tail;
}

async function* sitemap(ctx: Ctx, site: Site): AsyncGenerator<string> {
  const [head, tail] = sitemapFrame;
  yield head;
  const { rows } = await ctx.public.query<{ slug: string }>('select slug from released.place order by slug');
  yield sitemapPages(
    site.publicUrl,
    rows.map(({ slug }) => slug),
  );
  let left = mostInSitemap;
  for await (const entries of everyEntry(ctx)) {
    yield entries
      .slice(0, left)
      .map((entry) => sitemapEntry(site.publicUrl, `/datasets/${entry.slug}`, entry.changedAt))
      .join('');
    left -= entries.length;
    if (left <= 0) break;
  }
  yield tail;
}

/**
 * Weak, for a proxy may compress. Made of which version of each row there is, so that any change counts, and none that changes nothing.
 */
async function tagOf(ctx: Ctx, format: CatalogFormat, site: Site): Promise<string> {
  const versions = (table: string, key: string) =>
    `(select md5(coalesce(string_agg(${key} || ' ' || xmin, ',' order by ${key}), '')) from released.${table})`;
  const { rows } = await ctx.public.query<Record<string, string>>(
    `select ${versions('dataset', 'id')} as d, ${versions('office', 'slug')} as o, ${versions('place', 'slug')} as p,
       ${versions('datastream', 'id')} as s, ${versions('datastream_extent', 'datastream_id')} as x,
       ${versions('published_file', 'id')} as f, ${versions('harvest_source', 'id')} as h`,
  );
  const content = JSON.stringify([1, format, site, rows[0]]);
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}

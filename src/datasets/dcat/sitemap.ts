import { languages } from '../../ui/language.ts';

/** Addresses for search engines [sitemaps.org], each with its page in every language. */
export const sitemapFrame: [string, string] = [
  `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
`,
  '</urlset>\n',
];

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export function sitemapEntry(publicUrl: string, path: string, changedAt?: string): string {
  const address = (language: string) => escaped(`${publicUrl}/${language}${path}`);
  const others = languages
    .map((language) => `<xhtml:link rel="alternate" hreflang="${language}" href="${address(language)}"/>`)
    .join('');
  return `<url><loc>${address('en')}</loc>${changedAt ? `<lastmod>${changedAt}</lastmod>` : ''}${others}</url>\n`;
}

export function sitemapPages(publicUrl: string, places: readonly string[]): string {
  const paths = ['', '/catalog', '/guides', '/ask', '/which-office', '/developers', '/about'];
  return [...paths, ...places.map((slug) => `/${slug}`)]
    .map((path) => sitemapEntry(publicUrl, path))
    .join('');
}

/** What robots may walk [RFC 9309]: pages, not the doors that answer any question, nor what is for one person. */
export function robots(publicUrl: string): string {
  const closed = [
    '/*/staff',
    '/*/account',
    '/*/sign-in',
    '/*/question',
    '/*/invitation',
    '/*/outbox',
    '/api/',
    '/v1.1/',
    '/live/',
  ];
  return `User-agent: *\n${closed.map((path) => `Disallow: ${path}\n`).join('')}Sitemap: ${publicUrl}/sitemap.xml\n`;
}

import type { ReactNode } from 'react';
import { Breadcrumbs } from './navigation.tsx';

/**
 * The frame of a page's content: its title in the browser, breadcrumbs, heading, lead sentence. `wide` leaves the
 * full width to the content (maps, catalogs).
 */
export function Page({
  title,
  heading,
  description,
  crumbs,
  lead,
  eyebrow,
  children,
}: {
  title: string;
  heading?: ReactNode;
  description?: string;
  crumbs?: { title: string; to?: string }[];
  lead?: ReactNode;
  eyebrow?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="grid-container page">
      <title>{`${title} – Charter Oak`}</title>
      {description ? <meta name="description" content={description.slice(0, 300)} /> : null}
      {crumbs ? <Breadcrumbs crumbs={crumbs} /> : null}
      <header className="page-header">
        {eyebrow ? <p className="eyebrow">{eyebrow}</p> : null}
        <h1>{heading ?? title}</h1>
        {lead ? <p className="usa-intro">{lead}</p> : null}
      </header>
      {children}
    </div>
  );
}

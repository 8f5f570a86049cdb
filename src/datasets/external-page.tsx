import { Link } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Facts, Section, Table } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import type { External } from './elsewhere.ts';
import './harvest/harvest.css';
import { entryMessages } from './entry-messages.ts';
import { describeLicense } from './licenses.ts';
import type { DatasetPage } from './read-dataset.ts';

/** What stands on another portal: where, when it was seen there, and how to get it. Its texts are a stranger's. */
export function ExternalPage({ dataset, external }: { dataset: DatasetPage; external: External }) {
  const [language, say] = [useLanguage(), useMessages(entryMessages)];
  const { place, office } = dataset;
  const license = dataset.license ? describeLicense(dataset.license) : null;
  const there = external.landingPage ?? external.portalUrl;
  return (
    <>
      <p className="action">
        <a className="usa-button" href={there} rel="external nofollow ugc">
          {say.go(external.portal)}
        </a>
      </p>
      {external.missingSince ? (
        <Alert kind="warning" title={say.notSeenTitle}>
          {say.notSeenText}
        </Alert>
      ) : null}
      <Alert kind="info" title={say.elsewhereTitle(external.portal)}>
        {say.elsewhereText}
      </Alert>
      <Section title={say.about} id="about">
        <Facts
          facts={[
            {
              term: say.portal,
              value: (
                <a href={there} rel="external nofollow ugc">
                  {external.portal}
                </a>
              ),
            },
            { term: say.publisher, value: external.publisher },
            {
              term: say.license,
              value: license ? (
                <>
                  <a href={license.url} rel="license" lang="en">
                    {license.name}
                  </a>{' '}
                  ({dataset.license})
                </>
              ) : external.licenseText ? (
                external.licenseUrl ? (
                  <a href={external.licenseUrl} rel="external nofollow ugc">
                    {say.licenseText(external.licenseText)}
                  </a>
                ) : (
                  say.licenseText(external.licenseText)
                )
              ) : (
                say.licenseGap
              ),
            },
            {
              term: say.lastSeen,
              value: external.lastSeenAt ? <Time at={external.lastSeenAt} /> : say.never,
            },
            ...(external.missingSince
              ? [{ term: say.notSeenSince, value: <Time at={external.missingSince} day /> }]
              : []),
            { term: say.modified, value: external.modified && <Time at={external.modified} day /> },
            {
              term: say.brought,
              value: office && <span lang="en">{`${office.name}, ${office.placeName}`}</span>,
            },
            {
              term: say.place,
              value: place && (
                <Link to={`/${language}/${place.slug}`}>{`${place.name}, ${place.state}`}</Link>
              ),
            },
            { term: say.keywords, value: dataset.keywords.length > 0 && dataset.keywords.join(', ') },
          ]}
        />
      </Section>
      <Section title={say.getIt} id="download" intro={say.getItText}>
        <Table
          caption={say.getIt}
          captionHidden
          stacked
          empty={say.noFiles}
          columns={[{ title: say.file }, { title: say.format }, { title: say.host }]}
          rows={external.distributions.map(({ title, format, url }, position) => ({
            key: `${position} ${url}`,
            cells: [
              <a key="url" className="portal-text" href={url} rel="external nofollow ugc">
                {title || format || url.slice(0, 80)}
              </a>,
              format || '–',
              new URL(url).hostname,
            ],
          }))}
        />
      </Section>
    </>
  );
}

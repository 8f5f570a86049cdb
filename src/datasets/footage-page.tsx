import { Link } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Facts, Section } from '../ui/parts.tsx';
import type { Footage } from './elsewhere.ts';
import { entryMessages } from './entry-messages.ts';
import type { DatasetPage } from './read-dataset.ts';

/** What a camera records, who holds it, why it is not here, and how to ask for it. Never the video. */
export function FootagePage({ dataset, footage }: { dataset: DatasetPage; footage: Footage }) {
  const [language, say] = [useLanguage(), useMessages(entryMessages)];
  const { place, office } = dataset;
  const asked = new URLSearchParams({
    ...(place ? { place: place.slug } : {}),
    question: say.askQuestion(dataset.title),
  });
  const rule = (id: string) => (
    <Link to={`/${language}/rules/${encodeURIComponent(id)}`}>
      {say.rule} ({id})
    </Link>
  );
  return (
    <>
      <Alert kind="info" title={say.footageTitle}>
        {say.footageText}
      </Alert>
      <Section title={say.about} id="about">
        <Facts
          facts={[
            { term: say.camera, value: footage.camera },
            { term: say.where, value: footage.location },
            {
              term: say.holder,
              value: office && (
                <Link to={`/${language}/${office.place}#${office.slug}`} lang="en">
                  {office.name}, {office.placeName}
                </Link>
              ),
            },
            ...(footage.custodianName
              ? [{ term: say.custodian, value: <span lang="en">{footage.custodianName}</span> }]
              : []),
            { term: say.basis, value: footage.basis ? rule(footage.basis) : say.basisNone },
            {
              term: say.retention,
              value: footage.retentionRule ? (
                rule(footage.retentionRule)
              ) : (
                <>
                  {say.retentionNone}{' '}
                  {footage.retentionAskName ? say.askThere(footage.retentionAskName) : null}
                </>
              ),
            },
            {
              term: say.contact,
              value: footage.contact ?? office?.email ?? office?.phone ?? office?.address,
            },
            {
              term: say.place,
              value: place && (
                <Link to={`/${language}/${place.slug}`}>{`${place.name}, ${place.state}`}</Link>
              ),
            },
            {
              term: say.keywords,
              value: dataset.keywords.length > 0 && <span lang="en">{dataset.keywords.join(', ')}</span>,
            },
          ]}
        />
      </Section>
      <Section title={say.ask} id="ask" intro={say.askText}>
        <p className="action">
          <Link className="usa-button" to={`/${language}/questions/new?${asked}`}>
            {say.ask}
          </Link>
        </p>
      </Section>
    </>
  );
}

import { Link } from 'react-router';
import { Speaking, useLanguage, useMessages, useTimeZone } from '../ui/language-context.tsx';
import { Page } from '../ui/page.tsx';
import { JsonLd, Tag } from '../ui/parts.tsx';
import { entryMessages } from './entry-messages.ts';
import { ExternalPage } from './external-page.tsx';
import { FootagePage } from './footage-page.tsx';
import { messages } from './messages.ts';
import type { DatasetPage } from './read-dataset.ts';
import { isTopic } from './topics.ts';

/** The page of an entry without content: what stands elsewhere, or footage. */
export function EntryPage({ dataset, jsonLd }: { dataset: DatasetPage; jsonLd: Record<string, unknown> }) {
  const [language, words, say] = [useLanguage(), useMessages(messages), useMessages(entryMessages)];
  const siteZone = useTimeZone();
  const { external, footage, place } = dataset;
  return (
    <Speaking language={language} timeZone={place?.timeZone ?? siteZone}>
      <Page
        title={dataset.title}
        description={dataset.description}
        crumbs={[
          ...(place ? [{ title: place.name, to: `/${language}/${place.slug}` }] : []),
          { title: words.catalogTitle, to: `/${language}/catalog` },
          { title: dataset.title },
        ]}
        eyebrow={
          <>
            <Tag tone={external ? 'elsewhere' : 'footage'}>{external ? words.elsewhere : words.footage}</Tag>{' '}
            {isTopic(dataset.topic) ? (
              <Link to={`/${language}/catalog?topic=${dataset.topic}`}>{words[dataset.topic]}</Link>
            ) : null}
          </>
        }
      >
        <JsonLd>{jsonLd}</JsonLd>
        <Paragraphs text={dataset.description || say.noDescription} />
        {external ? <ExternalPage dataset={dataset} external={external} /> : null}
        {footage ? <FootagePage dataset={dataset} footage={footage} /> : null}
      </Page>
    </Speaking>
  );
}

/** A stranger's text, which may have many paragraphs. */
function Paragraphs({ text }: { text: string }) {
  const [first, ...rest] = text.split(/\n+/);
  return (
    <>
      <p className={text.length < 400 ? 'usa-intro portal-text' : 'portal-text'}>{first}</p>
      {rest.map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change in place
        <p key={index} className="portal-text">
          {paragraph}
        </p>
      ))}
    </>
  );
}

import type { ReactNode } from 'react';
import { describeLicense } from '../../kit/licenses.ts';
import { formatDate, formatDuration } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Facts, Table } from '../../ui/parts.tsx';
import type { Column, Description } from './description.ts';
import { columnLabel } from './description.ts';
import { descriptionMessages } from './description-messages.ts';

/** Names of offices, by their slugs; one that is not named is shown by its slug. */
export type OfficeNames = Record<string, string>;

/** A description as it stands, or stood: for staff before it is published, and for everybody as a version. */
export function DescriptionFacts({
  description: d,
  offices,
  placeName,
}: {
  description: Description;
  offices: OfficeNames;
  placeName?: string | null;
}) {
  const [language, say] = [useLanguage(), useMessages(descriptionMessages)];
  const office = (slug: string) => <span lang="en">{offices[slug] ?? slug}</span>;
  const other = language === 'en' ? d.translations.es : undefined;
  const own = language === 'es' ? d.translations.es : undefined;
  const facts: { term: string; value: ReactNode }[] = [
    { term: say.title, value: own?.title ?? d.title },
    { term: say.description, value: own?.description ?? d.description },
    {
      term: language === 'en' ? say.inSpanish : say.inEnglish,
      value:
        language === 'en' ? (
          other && (
            <span lang="es">
              {other.title}. {other.description}
            </span>
          )
        ) : (
          <span lang="en">
            {d.title}. {d.description}
          </span>
        ),
    },
    { term: say.topic, value: say[d.topic as 'other'] ?? d.topic },
    { term: say.keywords, value: d.keywords.length > 0 && <span lang="en">{d.keywords.join(', ')}</span> },
    { term: say.place, value: placeName ?? d.place },
    { term: say.office, value: d.office && office(d.office) },
    { term: say.custodian, value: (d.custodian ?? d.office) && office((d.custodian ?? d.office) as string) },
    { term: say.contact, value: d.contact },
    { term: say.license, value: <License description={d} /> },
    ...(d.terms ? [{ term: say.terms, value: d.terms }] : []),
    {
      term: say.promise,
      value: d.updateEvery
        ? say.every(formatDuration(d.updateEvery, language))
        : d.noPromise && say.noPromise,
    },
    ...(d.area ? [{ term: say.area, value: <span lang="en">{d.area}</span> }] : []),
    ...(d.from
      ? [
          {
            term: say.period,
            value: d.to
              ? say.fromTo(formatDate(d.from, language), formatDate(d.to, language))
              : say.since(formatDate(d.from, language)),
          },
        ]
      : []),
    {
      term: say.retention,
      value: d.retentionRule ? (
        <a href={`/${language}/rules/${d.retentionRule}`}>
          {say.rule} {d.retentionRule}
        </a>
      ) : (
        d.retentionAsk && say.retentionGap(offices[d.retentionAsk] ?? d.retentionAsk)
      ),
    },
  ];
  return <Facts facts={facts} />;
}

/** The license, or where it was looked for; nothing where nobody has looked. */
export function License({ description: d }: { description: Pick<Description, 'license' | 'licenseGap'> }) {
  const [language, say] = [useLanguage(), useMessages(descriptionMessages)];
  if (d.license) {
    const { name, url } = describeLicense(d.license);
    return (
      <>
        <a href={url} rel="license" lang="en">
          {name}
        </a>{' '}
        ({d.license})
      </>
    );
  }
  if (!d.licenseGap) return null;
  const { page, url, readOn } = d.licenseGap;
  const words = say.licenseGap(page, formatDate(readOn, language));
  return url ? <a href={url}>{words}</a> : words;
}

export function DictionaryTable({
  columns,
}: {
  columns: (Pick<Column, 'name' | 'kind'> & Partial<Pick<Column, 'unit' | 'meaning' | 'sensitivity'>>)[];
}) {
  const [language, say] = [useLanguage(), useMessages(descriptionMessages)];
  return (
    <Table
      caption={say.dictionary}
      captionHidden
      stacked
      empty={say.noColumns}
      columns={[say.column, say.kind, say.unit, say.meaning, say.sensitivity].map((title) => ({ title }))}
      rows={columns.map((column) => ({
        key: column.name,
        cells: [
          <span key="name" lang="en">
            {columnLabel(column.name)}
          </span>,
          kindWord(say, column.kind),
          column.unit === '1' ? say.noUnit : (column.unit ?? say.noUnit),
          column.meaning?.[language] ?? (
            <span key="meaning" className="not-stated">
              {say.notDescribed}
            </span>
          ),
          column.sensitivity ? (
            say[column.sensitivity]
          ) : (
            <span key="sensitivity" className="not-stated">
              {say.notDescribed}
            </span>
          ),
        ],
      }))}
    />
  );
}

export const kindWord = (say: (typeof descriptionMessages)['en'], kind: Column['kind']): string =>
  kind === 'place' ? say['place-kind'] : say[kind];

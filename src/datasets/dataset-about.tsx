import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { License } from '../release/view.tsx';
import { formatDate, formatDuration, formatNumber, formatSeconds } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Facts } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import { datasetMessages } from './dataset-messages.ts';
import { datasetMoreMessages } from './dataset-more-messages.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { messages } from './messages.ts';
import type { DatasetPage, NamedOffice } from './read-dataset.ts';
import type { DatasetRules } from './read-dataset-rules.ts';
import { tableMessages } from './tables/table-messages.ts';

/** Whose a dataset is, under which terms, how fresh, when and where: facts, and gaps as gaps. */
export function About({ dataset, rules, now }: { dataset: DatasetPage; rules: DatasetRules; now: string }) {
  const [language, say, more, words, tableWords] = [
    useLanguage(),
    useMessages(datasetMessages),
    useMessages(datasetMoreMessages),
    useMessages(messages),
    useMessages(tableMessages),
  ];
  const { extent, office, place, quality } = dataset;
  const number = (value: number) => formatNumber(value, language);
  const day = (iso: string) => formatDate(iso, language);
  const stated = dataset.from
    ? more.stated(dataset.to ? say.fromTo(day(dataset.from), day(dataset.to)) : more.since(day(dataset.from)))
    : '';
  const freshness = freshnessOf({ lastAt: extent.lastAt, promisedSeconds: dataset.updateEverySeconds, now });
  const isOpen = dataset.access === 'open';
  const facts: { term: string; value: ReactNode }[] = [
    {
      term: say.owner,
      value: office && (
        <Link to={`/${language}/${office.place}#${office.slug}`} lang="en">
          {office.name}, {office.placeName}
        </Link>
      ),
    },
    ...(dataset.custodian
      ? [{ term: more.custodian, value: <OfficeLink office={dataset.custodian} /> }]
      : []),
    // Duties that the city gives to an office for all its data, whoever owns it.
    ...dataset.sharedBy.map((shared) => ({ term: say[shared.duty], value: <OfficeLink office={shared} /> })),
    { term: more.contact, value: dataset.contact ?? office?.email ?? office?.phone },
    {
      term: say.license,
      value: <LicenseOrGap dataset={dataset} rule={rules.licenseRule} />,
    },
    ...(dataset.terms ? [{ term: more.terms, value: dataset.terms }] : []),
    { term: say.access, value: say[`access_${dataset.access}`] },
    {
      term: say.promised,
      value: dataset.updateEvery
        ? say.every(formatDuration(dataset.updateEvery, language))
        : dataset.noPromise && more.noPromise,
    },
    ...(isOpen && extent.datastreams > 0
      ? [
          {
            term: say.measuredUpdate,
            value:
              quality.typicalSeconds && say.measuredEvery(formatSeconds(quality.typicalSeconds, language)),
          },
          {
            term: say.lastReading,
            value: (
              <>
                {extent.lastAt ? <Time at={extent.lastAt} /> : say.noReadings}
                <FreshnessMark freshness={freshness} explained />
              </>
            ),
          },
        ]
      : []),
    ...(isOpen
      ? [
          ...(dataset.tableChangedAt
            ? [{ term: say.rowsChanged, value: <Time at={dataset.tableChangedAt} /> }]
            : []),
          {
            term: say.period,
            value: (
              <>
                {extent.firstAt && extent.lastAt ? (
                  <>
                    <Time at={extent.firstAt} day /> – <Time at={extent.lastAt} day />
                  </>
                ) : (
                  stated || null
                )}
                {extent.firstAt && stated ? <span className="quiet"> ({stated})</span> : null}
              </>
            ),
          },
          {
            term: say.size,
            value:
              [
                ...(dataset.tableRows === null
                  ? []
                  : [tableWords.rows(dataset.tableRows, number(dataset.tableRows))]),
                ...(extent.sensors > 0 ? [words.sensors(extent.sensors, number(extent.sensors))] : []),
                ...(extent.datastreams > 0
                  ? [
                      say.series(extent.datastreams, number(extent.datastreams)),
                      words.readings(extent.readings, number(extent.readings)),
                    ]
                  : []),
              ].join(', ') || say.nothingStored,
          },
        ]
      : []),
    { term: more.retention, value: <Retention dataset={dataset} rules={rules} /> },
    {
      term: say.place,
      value: place && <Link to={`/${language}/${place.slug}`}>{`${place.name}, ${place.state}`}</Link>,
    },
    ...(dataset.area ? [{ term: more.area, value: <span lang="en">{dataset.area}</span> }] : []),
    ...(dataset.box ? [{ term: more.box, value: <Box box={dataset.box} /> }] : []),
    { term: say.source, value: dataset.source && <span lang="en">{dataset.source}</span> },
    {
      term: say.keywords,
      value: dataset.keywords.length > 0 && <span lang="en">{dataset.keywords.join(', ')}</span>,
    },
    { term: say.changed, value: <Time at={dataset.modifiedAt} day /> },
    ...(dataset.version
      ? [
          {
            term: more.version,
            value: (
              <>
                <Link to={`/${language}/datasets/${dataset.slug}/versions/${dataset.version}`}>
                  {more.versionLink(dataset.version)}
                </Link>{' '}
                (<Link to={`/${language}/datasets/${dataset.slug}/versions`}>{more.allVersions}</Link>)
              </>
            ),
          },
        ]
      : []),
  ];
  return <Facts facts={facts} />;
}

function OfficeLink({ office }: { office: NamedOffice }) {
  return (
    <Link to={`/${useLanguage()}/${office.place}#${office.slug}`} lang="en">
      {office.name}
    </Link>
  );
}

/** `explained`: says beside it what the mark means. On time needs none. */
export function FreshnessMark({
  freshness,
  explained = false,
}: {
  freshness: Freshness | null;
  explained?: boolean;
}) {
  const [say, more] = [useMessages(datasetMessages), useMessages(datasetMoreMessages)];
  if (!freshness) return null;
  if (freshness === 'on-time') return explained ? <span className="quiet"> ({say.onTime})</span> : null;
  return (
    <>
      {' '}
      <span className="usa-tag tag-late">{more[freshness]}</span>
      {explained ? <span className="quiet"> {more[`${freshness}Text`]}</span> : null}
    </>
  );
}

/** The license; else where it was looked for, and the way to ask for one. */
function LicenseOrGap({ dataset, rule }: { dataset: DatasetPage; rule: string | null }) {
  const [language, say, more] = [
    useLanguage(),
    useMessages(datasetMessages),
    useMessages(datasetMoreMessages),
  ];
  if (dataset.license) return <License description={dataset} />;
  const query = new URLSearchParams({
    ...(dataset.place ? { place: dataset.place.slug } : {}),
    // A rulebook without this topic opens the form without one.
    ...(rule ? { rule } : { topic: 'data-license', aspect: 'license' }),
    question: more.askQuestion(dataset.title),
  });
  return (
    <>
      {dataset.licenseGap ? <License description={dataset} /> : say.licenseGap}
      {dataset.place ? (
        <>
          {dataset.licenseGap ? '. ' : ' '}
          <Link to={`/${language}/questions/new?${query}`} rel="nofollow">
            {more.askOffice}
          </Link>
        </>
      ) : null}
    </>
  );
}

function Retention({ dataset, rules: { retention } }: { dataset: DatasetPage; rules: DatasetRules }) {
  const [language, more] = [useLanguage(), useMessages(datasetMoreMessages)];
  if (retention)
    return (
      <>
        <Link to={`/${language}/rules/${retention.id}`}>{retention.says}</Link>{' '}
        <span className="quiet">({[more[retention.state], retention.cite].filter(Boolean).join('; ')})</span>
      </>
    );
  if (!dataset.retentionAsk) return more.notStatedAsk;
  return (
    <>
      {more.retentionGap} <OfficeLink office={dataset.retentionAsk} />
    </>
  );
}

function Box({ box: [west, south, east, north] }: { box: [number, number, number, number] }) {
  const [language, more] = [useLanguage(), useMessages(datasetMoreMessages)];
  const degrees = (value: number) => `${formatNumber(value, language)}°`;
  return more.boxText(degrees(south), degrees(west), degrees(north), degrees(east));
}

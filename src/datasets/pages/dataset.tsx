import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { formatDuration, formatNumber, formatSeconds } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { OnThisPage, Pagination } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, Facts, JsonLd, NotStated, Section, Table, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { datasetMessages } from '../dataset-messages.ts';
import { describeDataset } from '../describe-dataset.ts';
import { describeLicense } from '../licenses.ts';
import { messages } from '../messages.ts';
import {
  type DatasetPage,
  type ListedSensor,
  type Measured,
  readDataset,
  sensorsPerPage,
} from '../read-dataset.ts';
import { isTopic } from '../topics.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url, publicUrl }) => {
    const page = Number(url.searchParams.get('sensors') || '1');
    if (!Number.isInteger(page) || page < 1 || page > 10_000) {
      throw new Problem('invalid', '“sensors” in the address is wrong: it is a page, a whole number from 1.');
    }
    const found = await readDataset(ctx, { slug: params.slug ?? '', language, sensorsPage: page });
    const pageUrl = `${publicUrl}/${language}/datasets/${found.dataset.slug}`;
    return {
      ...found,
      page,
      publicUrl,
      now: ctx.clock.now().toISOString(),
      jsonLd: describeDataset(found.dataset, found.measured, { publicUrl, pageUrl }),
    };
  });
}

export default function Dataset() {
  const { dataset, measured, sensors, page, publicUrl, now, jsonLd } = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(datasetMessages), useMessages(messages)];
  const siteZone = useTimeZone();
  const isOpen = dataset.access === 'open';
  const path = `/${language}/datasets/${dataset.slug}`;
  return (
    <Speaking language={language} timeZone={dataset.place?.timeZone ?? siteZone}>
      <Page
        title={dataset.title}
        description={dataset.description}
        crumbs={[
          ...(dataset.place ? [{ title: dataset.place.name, to: `/${language}/${dataset.place.slug}` }] : []),
          { title: words.catalogTitle, to: `/${language}/catalog` },
          { title: dataset.title },
        ]}
        lead={dataset.description}
        eyebrow={
          <>
            <Tag tone={dataset.access}>{words[dataset.access]}</Tag>{' '}
            {isTopic(dataset.topic) ? (
              <Link to={`/${language}/catalog?topic=${dataset.topic}`}>{words[dataset.topic]}</Link>
            ) : null}
          </>
        }
      >
        <JsonLd>{jsonLd}</JsonLd>
        {isOpen && dataset.extent.datastreams > 0 ? (
          <p className="action">
            <Link className="usa-button" to={`${path}/explore`}>
              {say.explore}
            </Link>
            <span className="quiet">{say.exploreText}</span>
          </p>
        ) : null}
        {isOpen ? null : (
          <Alert kind="warning" title={say.restrictedTitle}>
            {say.restrictedText(
              dataset.office ? `${dataset.office.name}, ${dataset.office.placeName}` : say.restrictedNobody,
            )}
          </Alert>
        )}
        <div className="two-columns">
          {isOpen ? (
            <aside className="aside">
              <OnThisPage
                parts={[
                  { id: 'about', title: say.about },
                  { id: 'measured', title: say.measured },
                  { id: 'sensors', title: say.sensors },
                  { id: 'download', title: say.downloads },
                  { id: 'api', title: say.api },
                ]}
              />
              <Downloads slug={dataset.slug} />
            </aside>
          ) : null}
          <div>
            <Section title={say.about} id="about">
              <About dataset={dataset} now={now} />
            </Section>
            {isOpen ? (
              <>
                <Section title={say.measured} id="measured">
                  <MeasuredTable measured={measured} />
                </Section>
                <Section title={say.sensors} id="sensors">
                  <SensorTable sensors={sensors} />
                  <Pagination
                    page={page}
                    pages={Math.ceil(dataset.extent.sensors / sensorsPerPage)}
                    hrefOf={(number) => `${path}?sensors=${number}#sensors`}
                  />
                </Section>
              </>
            ) : null}
          </div>
        </div>
        {isOpen ? (
          <Section title={say.api} id="api" intro={say.apiText}>
            <ApiExamples dataset={dataset} publicUrl={publicUrl} />
            <p>
              <Link to={`/${language}/developers`}>{say.apiMore}</Link>
            </p>
          </Section>
        ) : null}
      </Page>
    </Speaking>
  );
}

function About({ dataset, now }: { dataset: DatasetPage; now: string }) {
  const [language, say, words] = [useLanguage(), useMessages(datasetMessages), useMessages(messages)];
  const { extent, office, place } = dataset;
  const number = (value: number) => formatNumber(value, language);
  const license = dataset.license ? describeLicense(dataset.license) : null;
  return (
    <Facts
      facts={[
        {
          term: say.owner,
          value: office && (
            <Link to={`/${language}/${office.place}#${office.slug}`} lang="en">
              {office.name}, {office.placeName}
            </Link>
          ),
        },
        // Duties that the city gives to an office for all its data, whoever owns it.
        ...dataset.sharedBy.map((shared) => ({
          term: say[shared.duty],
          value: (
            <Link to={`/${language}/${shared.place}#${shared.slug}`} lang="en">
              {shared.name}
            </Link>
          ),
        })),
        {
          term: say.license,
          value: license ? (
            <>
              <a href={license.url} rel="license" lang="en">
                {license.name}
              </a>{' '}
              ({dataset.license})
            </>
          ) : (
            say.licenseGap
          ),
        },
        { term: say.access, value: say[`access_${dataset.access}`] },
        {
          term: say.promised,
          value: dataset.updateEvery && say.every(formatDuration(dataset.updateEvery, language)),
        },
        ...(dataset.access === 'open'
          ? [
              {
                term: say.measuredUpdate,
                value:
                  extent.typicalSeconds && say.measuredEvery(formatSeconds(extent.typicalSeconds, language)),
              },
              {
                term: say.lastReading,
                value: extent.lastAt ? (
                  <>
                    <Time at={extent.lastAt} />
                    <Punctuality lastAt={extent.lastAt} promised={dataset.updateEverySeconds} now={now} />
                  </>
                ) : (
                  say.noReadings
                ),
              },
              {
                term: say.period,
                value:
                  extent.firstAt && extent.lastAt ? (
                    <>
                      <Time at={extent.firstAt} day /> – <Time at={extent.lastAt} day />
                    </>
                  ) : (
                    say.noReadings
                  ),
              },
              {
                term: say.size,
                value: [
                  words.sensors(extent.sensors, number(extent.sensors)),
                  say.series(extent.datastreams, number(extent.datastreams)),
                  words.readings(extent.readings, number(extent.readings)),
                ].join(', '),
              },
            ]
          : []),
        {
          term: say.place,
          value: place && <Link to={`/${language}/${place.slug}`}>{`${place.name}, ${place.state}`}</Link>,
        },
        { term: say.source, value: dataset.source && <span lang="en">{dataset.source}</span> },
        {
          term: say.keywords,
          value: dataset.keywords.length > 0 && <span lang="en">{dataset.keywords.join(', ')}</span>,
        },
        { term: say.changed, value: <Time at={dataset.modifiedAt} day /> },
      ]}
    />
  );
}

/** A reading may be one promised interval old, and as much again on its way. */
function Punctuality({ lastAt, promised, now }: { lastAt: string; promised: number | null; now: string }) {
  const say = useMessages(datasetMessages);
  if (!promised) return null;
  const age = (Date.parse(now) - Date.parse(lastAt)) / 1000;
  return <span className="quiet"> ({age <= 2 * promised ? say.onTime : say.late})</span>;
}

function MeasuredTable({ measured }: { measured: Measured[] }) {
  const [language, say] = [useLanguage(), useMessages(datasetMessages)];
  const ranged = measured.some(({ low, high }) => low !== null || high !== null);
  return (
    <>
      <Table
        caption={say.measured}
        captionHidden
        stacked
        columns={[
          { title: say.measureColumn },
          { title: say.unitColumn },
          ...(ranged ? [{ title: say.rangeColumn }] : []),
          { title: say.seriesColumn, numeric: true },
        ]}
        rows={measured.map((one) => ({
          key: `${one.id} ${one.unit}`,
          cells: [
            <Definition key="name" measured={one} />,
            one.unit === '1' ? say.noUnit : one.unit || <NotStated key="unit" />,
            ...(ranged ? [range(one)] : []),
            formatNumber(one.datastreams, language),
          ],
        }))}
        empty={say.noSensors}
      />
      {ranged ? <p className="quiet">{say.rangeNote}</p> : null}
    </>
  );

  function range({ low, high }: Measured): string {
    const bound = (value: number | null) => (value === null ? '…' : formatNumber(value, language));
    return low === null && high === null ? '–' : `${bound(low)} – ${bound(high)}`;
  }
}

function Definition({ measured }: { measured: Measured }) {
  return /^https?:/.test(measured.definition) ? (
    <a href={measured.definition} lang="en">
      {measured.name}
    </a>
  ) : (
    <span lang="en">{measured.name}</span>
  );
}

function SensorTable({ sensors }: { sensors: ListedSensor[] }) {
  const [language, say] = [useLanguage(), useMessages(datasetMessages)];
  return (
    <Table
      caption={say.sensors}
      captionHidden
      stacked
      columns={[
        { title: say.sensorColumn },
        { title: say.measured },
        { title: say.codeColumn },
        { title: say.lastReading },
      ]}
      rows={sensors.map((sensor) => ({
        key: sensor.id,
        cells: [
          <Link key="name" to={`/${language}/sensors/${sensor.code}`} lang="en">
            {sensor.name}
          </Link>,
          <span key="measures" lang="en">
            {sensor.measures}
          </span>,
          sensor.code,
          sensor.lastAt ? <Time key="last" at={sensor.lastAt} /> : say.noReadings,
        ],
      }))}
      empty={say.noSensors}
    />
  );
}

function Downloads({ slug }: { slug: string }) {
  const [say, words] = [useMessages(datasetMessages), useMessages(messages)];
  const files = [
    ['readings.csv', words.csv, say.csvText],
    ['readings.json', words.json, say.jsonText],
    ['readings.geojson', words.geojson, say.geojsonText],
    ['readings.jsonl', 'JSON Lines', say.jsonlText],
    ['readings.parquet', 'Parquet', say.parquetText],
    ['sensorthings.json', 'SensorThings JSON', say.documentText],
  ] as const;
  return (
    <section aria-labelledby="download" className="panel">
      <h2 id="download" className="aside__title">
        {say.downloads}
      </h2>
      <p>{say.downloadsText}</p>
      <ul className="downloads">
        {files.map(([file, name, text]) => (
          <li key={file}>
            <a href={`/datasets/${slug}/${file}`} download>
              {name}
            </a>{' '}
            <span className="quiet">{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ApiExamples({ dataset, publicUrl }: { dataset: DatasetPage; publicUrl: string }) {
  const [language, say] = [useLanguage(), useMessages(datasetMessages)];
  const day = dataset.extent.lastDay;
  const examples = [
    ...(dataset.anyDatastream
      ? [
          {
            title: say.apiNewest,
            path: `/v1.1/Datastreams(${dataset.anyDatastream})/Observations?$orderby=phenomenonTime%20desc&$top=10`,
            tryPath: `Datastreams(${dataset.anyDatastream})/Observations?$orderby=phenomenonTime desc&$top=10`,
          },
        ]
      : []),
    ...(day ? [{ title: say.apiDay, path: `/datasets/${dataset.slug}/readings.csv?from=${day}` }] : []),
    { title: say.apiLive, path: `/live/datasets/${dataset.slug}` },
  ];
  return examples.map(({ title, path, tryPath }) => (
    <div key={title}>
      <h3>{title}</h3>
      <Code label={title}>{`curl ${path.startsWith('/live') ? '-N ' : ''}'${publicUrl}${path}'`}</Code>
      {tryPath ? (
        <p>
          <Link to={`/${language}/developers?query=${encodeURIComponent(tryPath)}#try`}>{say.apiTry}</Link>
        </p>
      ) : null}
    </div>
  ));
}

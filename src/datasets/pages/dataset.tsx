import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { readDestroyedParts } from '../../release/index.ts';
import { DestroyedParts } from '../../release/view.tsx';
import { Speaking, useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { OnThisPage, Pagination } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, JsonLd, Section, Table, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { About } from '../dataset-about.tsx';
import { datasetMessages } from '../dataset-messages.ts';
import { datasetMoreMessages } from '../dataset-more-messages.ts';
import { Dictionary, QualityFigures, Rules, Withheld } from '../dataset-sections.tsx';
import { describeDataset } from '../describe-dataset.ts';
import { entryBySlug } from '../entries.ts';
import { EntryPage } from '../entry-page.tsx';
import { FilesSection } from '../files/files-section.tsx';
import { listFiles } from '../files/list-files.ts';
import { filesMessages } from '../files/messages.ts';
import { messages } from '../messages.ts';
import { type DatasetPage, type ListedSensor, readDataset, sensorsPerPage } from '../read-dataset.ts';
import { readDatasetRules } from '../read-dataset-rules.ts';
import { resourcesOf, rowsPath } from '../resources.ts';
import { TableLink } from '../tables/table-link.tsx';
import { isTopic } from '../topics.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url, publicUrl }) => {
    const page = Number(url.searchParams.get('sensors') || '1');
    if (!Number.isInteger(page) || page < 1 || page > 10_000) {
      throw new Problem('invalid', '“sensors” in the address is wrong: it is a page, a whole number from 1.');
    }
    const found = await readDataset(ctx, { slug: params.slug ?? '', language, sensorsPage: page });
    const pageUrl = `${publicUrl}/${language}/datasets/${found.dataset.slug}`;
    const { place, topic, retentionRule } = found.dataset;
    const rules = await readDatasetRules(ctx, { place: place?.slug ?? null, topic, retentionRule, language });
    const files = found.dataset.access === 'open' ? await listFiles(ctx, { slug: found.dataset.slug }) : [];
    const entry = await entryBySlug(ctx.public, found.dataset.slug);
    return {
      ...found,
      files,
      rules,
      destroyed: await readDestroyedParts(ctx.public, found.dataset.slug),
      page,
      publicUrl,
      now: ctx.clock.now().toISOString(),
      jsonLd: describeDataset(found.dataset, found.measured, {
        pageUrl,
        resources: entry ? resourcesOf(entry, publicUrl) : [],
      }),
    };
  });
}

export default function Dataset() {
  const { dataset, jsonLd } = useLoaderData<typeof loader>();
  if (dataset.kind !== 'own') return <EntryPage dataset={dataset} jsonLd={jsonLd} />;
  return <OwnDataset />;
}

function OwnDataset() {
  const { dataset, measured, columns, sensors, rules, files, destroyed, page, publicUrl, now, jsonLd } =
    useLoaderData<typeof loader>();
  const [language, say, more, words] = [
    useLanguage(),
    useMessages(datasetMessages),
    useMessages(datasetMoreMessages),
    useMessages(messages),
  ];
  const siteZone = useTimeZone();
  const filesSay = useMessages(filesMessages);
  const isOpen = dataset.access === 'open';
  const path = `/${language}/datasets/${dataset.slug}`;
  // Each kind of dataset shows what it has: readings, a register of things, a table, or several.
  const hasReadings = isOpen && dataset.extent.datastreams > 0;
  const hasTable = isOpen && dataset.tableRows !== null;
  const hasSensors = isOpen && dataset.extent.sensors > 0;
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
        {hasReadings ? (
          <p className="action">
            <Link className="usa-button" to={`${path}/explore`}>
              {say.explore}
            </Link>
            <span className="quiet">{say.exploreText}</span>
          </p>
        ) : null}
        {dataset.tableRows === null ? null : <TableLink path={path} rows={dataset.tableRows} />}
        {dataset.takenDownAt ? (
          <Alert kind="warning" title={more.takenDown}>
            <Time at={dataset.takenDownAt} />:{' '}
            {more[`takenDown_${dataset.takenDownFor}` as 'takenDown_other']}
          </Alert>
        ) : null}
        {isOpen || dataset.takenDownAt ? null : (
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
                  { id: 'dictionary', title: more.dictionary },
                  ...(hasReadings ? [{ id: 'quality', title: more.quality }] : []),
                  ...(hasSensors ? [{ id: 'sensors', title: say.sensors }] : []),
                  { id: 'withheld', title: more.withheld },
                  { id: 'rules', title: more.rules },
                  ...(hasReadings || hasTable ? [{ id: 'download', title: say.downloads }] : []),
                  ...(files.length > 0 ? [{ id: 'files', title: filesSay.files }] : []),
                  ...(hasReadings || hasTable ? [{ id: 'api', title: say.api }] : []),
                ]}
              />
              {hasReadings || hasTable ? (
                <Downloads slug={dataset.slug} readings={hasReadings} table={hasTable} />
              ) : null}
            </aside>
          ) : null}
          <div>
            <Section title={say.about} id="about">
              <About dataset={dataset} rules={rules} now={now} />
            </Section>
            <Section title={more.dictionary} id="dictionary" intro={more.dictionaryText}>
              <Dictionary measured={measured} columns={columns} />
            </Section>
            {hasReadings ? (
              <Section title={more.quality} id="quality">
                <QualityFigures quality={dataset.quality} datastreams={dataset.extent.datastreams} />
              </Section>
            ) : null}
            {hasSensors ? (
              <Section title={say.sensors} id="sensors">
                <SensorTable sensors={sensors} />
                <Pagination
                  page={page}
                  pages={Math.ceil(dataset.extent.sensors / sensorsPerPage)}
                  hrefOf={(number) => `${path}?sensors=${number}#sensors`}
                />
              </Section>
            ) : null}
            {dataset.access === 'restricted' ? null : (
              <Section title={more.withheld} id="withheld">
                <Withheld dataset={dataset} />
              </Section>
            )}
            <p>
              <Link to={`/${language}/reports/new?dataset=${dataset.slug}`}>{more.reportFault}</Link>
            </p>
            <Section title={more.rules} id="rules" intro={more.rulesText}>
              <Rules rules={rules} place={dataset.place?.slug} />
            </Section>
            <DestroyedParts parts={destroyed} />
          </div>
        </div>
        <FilesSection slug={dataset.slug} files={files} />
        {hasReadings || hasTable ? (
          <Section title={say.api} id="api" intro={say.apiText}>
            <ApiExamples dataset={dataset} publicUrl={publicUrl} />
            <p>
              <Link to={`${path}/api`}>{filesSay.apiPage}</Link> ·{' '}
              <Link to={`/${language}/developers`}>{say.apiMore}</Link>
            </p>
          </Section>
        ) : null}
      </Page>
    </Speaking>
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

function Downloads({ slug, readings, table }: { slug: string; readings: boolean; table: boolean }) {
  const [say, words] = [useMessages(datasetMessages), useMessages(messages)];
  const ofTable = [
    ['table.csv', words.csv, say.csvText],
    ['table.jsonl', 'JSON Lines', say.jsonlText],
  ] as const;
  const ofReadings = [
    ['readings.csv', words.csv, say.csvText],
    ['readings.json', words.json, say.jsonText],
    ['readings.geojson', words.geojson, say.geojsonText],
    ['readings.jsonl', 'JSON Lines', say.jsonlText],
    ['readings.parquet', 'Parquet', say.parquetText],
    ['sensorthings.json', 'SensorThings JSON', say.documentText],
  ] as const;
  const parts = [
    ...(table ? [{ title: say.allRows, files: ofTable }] : []),
    ...(readings ? [{ title: say.allReadings, files: ofReadings }] : []),
  ];
  return (
    <section aria-labelledby="download" className="panel">
      <h2 id="download" className="aside__title">
        {say.downloads}
      </h2>
      {readings ? <p>{say.downloadsText}</p> : null}
      {parts.map(({ title, files }) => (
        <div key={title}>
          {parts.length > 1 ? <h3>{title}</h3> : null}
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
        </div>
      ))}
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
    ...(dataset.tableRows === null
      ? []
      : [
          { title: say.apiTable, path: `/datasets/${dataset.slug}/table.csv` },
          { title: say.apiRows, path: rowsPath(dataset.id) },
        ]),
    ...(dataset.anyDatastream ? [{ title: say.apiLive, path: `/live/datasets/${dataset.slug}` }] : []),
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

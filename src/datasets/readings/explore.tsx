import './explore.css';
import { useState } from 'react';
import { data as answer, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { formatDate, formatNumber, zoneName } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { measureOf } from '../series-names.ts';
import { Charts } from './chart.tsx';
import { serializeChoice } from './choice.ts';
import { ChoiceForm } from './choice-form.tsx';
import { messages } from './messages.ts';
import { type Exploration, type Line, readExploration } from './read-exploration.ts';
import { SensorMap } from './sensor-map.tsx';

export async function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, params, url }) => {
    const exploration = await readExploration(ctx, params.slug ?? '', url.searchParams);
    return answer(exploration, { status: exploration.wrong ? 400 : 200 });
  });
}

export default function Explore() {
  const data = useLoaderData<typeof loader>();
  const language = useLanguage();
  return (
    <Speaking language={language} timeZone={data.dataset.zone}>
      {/* Another choice is another form: what was ticked and not sent does not linger. */}
      <ExplorePage key={`${data.dataset.id}?${serializeChoice(data.choice)}&${data.find}`} data={data} />
    </Speaking>
  );
}

function ExplorePage({ data }: { data: Exploration }) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(data.choice.sensors));
  const toggle = (sensor: string) =>
    setPicked((before) => {
      const next = new Set(before);
      if (!next.delete(sensor)) next.add(sensor);
      return next;
    });
  const title = data.dataset.titles[language] ?? data.dataset.title;
  const page = `/${language}/datasets/${data.dataset.slug}`;
  const crumbs = [
    { title: say.catalog, to: `/${language}/catalog` },
    { title, to: page },
    { title: say.explore, to: `${page}/explore` },
  ];
  return (
    <Page title={say.title(title)} heading={title} eyebrow={say.explore} crumbs={crumbs} lead={say.lead}>
      {data.wrong ? <Alert kind="error">{say.wrong(data.wrong.parameter, data.wrong.value)}</Alert> : null}
      <div className="two-columns two-columns--left explore">
        <ChoiceForm data={data} picked={picked} onToggle={toggle} />
        <div className="explore__results">
          <ShownPeriod data={data} />
          <Notices data={data} />
          {data.lines.length > 0 ? (
            <Section title={say.chart} id="chart">
              <Charts data={data} />
              <p className="usa-hint">{say.lineBreaks}</p>
              <SummaryTable data={data} />
            </Section>
          ) : null}
          <Downloads data={data} />
          <Section title={say.map} id="map">
            <SensorMap data={data} picked={picked} onToggle={toggle} />
          </Section>
          {data.table.rows.length > 0 ? <Rows data={data} /> : null}
        </div>
      </div>
    </Page>
  );
}

function ShownPeriod({ data }: { data: Exploration }) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const { from, to } = data.dates;
  const [first, last] = [from && formatDate(from, language), to && formatDate(to, language)];
  let period: string = say.shownAll;
  if (first && last) period = first === last ? first : say.shownPeriod(first, last);
  else if (first) period = say.shownSince(first);
  else if (last) period = say.shownUntil(last);
  return (
    <p className="explore__period" suppressHydrationWarning>
      <strong>
        {say[data.answer.grain]}, {period}.
      </strong>{' '}
      {say.timesIn(zoneName(language, data.dataset.zone), data.dataset.zone)}
    </p>
  );
}

function Notices({ data }: { data: Exploration }) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const { answer, extent, lines } = data;
  const empty = lines.length === 0 && data.table.rows.length === 0 && !answer.tooMuch;
  if (empty) {
    const latest = serializeChoice({ ...data.choice, period: { preset: 'latest' } });
    return (
      <Alert kind="info" title={data.sensors.length === 0 ? say.noSensors : say.nothing}>
        {extent ? (
          <>
            {say.nothingHint(formatDate(extent.from, language), formatDate(extent.to, language))}{' '}
            <Link to={`?${latest}`}>{say.showLatest}</Link>
          </>
        ) : (
          say.nothingEver
        )}
      </Alert>
    );
  }
  const notices = [
    answer.tooMuch ? say.tooMuch : '',
    answer.coarserThanAsked ? say.coarser(say[answer.grain].toLowerCase()) : '',
    answer.leftOut > 0 ? say.leftOut(answer.leftOut, formatNumber(answer.leftOut, language)) : '',
    answer.notNumbers > 0 ? say.notNumbers(answer.notNumbers, formatNumber(answer.notNumbers, language)) : '',
    data.linesLeftOut > 0 ? say.linesLeftOut(lines.length, data.linesLeftOut) : '',
  ].filter(Boolean);
  if (notices.length === 0) return null;
  return (
    <Alert kind={answer.tooMuch ? 'warning' : 'info'} title={say.notices}>
      {notices.length === 1 ? notices[0] : <NoticeList notices={notices} />}
    </Alert>
  );
}

function NoticeList({ notices }: { notices: string[] }) {
  return (
    <ul className="explore__notices">
      {notices.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  );
}

function SummaryTable({ data }: { data: Exploration }) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const columns = [
    { title: say.sensor },
    { title: say.measure },
    { title: say.least, numeric: true },
    { title: say.mean, numeric: true },
    { title: say.greatest, numeric: true },
    { title: say.readings, numeric: true },
  ];
  const rows = data.lines.map(({ summary, ...line }) => ({
    key: line.datastream,
    cells: [
      <Link key="sensor" to={`/${language}/sensors/${line.sensor}`}>
        {line.name}
      </Link>,
      measureText(line),
      ...[summary.min, summary.mean, summary.max, summary.count].map((value) =>
        formatNumber(value, language),
      ),
    ],
  }));
  return <Table caption={say.summary} columns={columns} rows={rows} stacked />;
}

function Downloads({ data }: { data: Exploration }) {
  const say = useMessages(messages);
  const raw = data.choice.resolution === 'raw';
  // The chart leaves flagged readings out; a download of every reading keeps and marks them.
  const query = serializeChoice(raw ? { ...data.choice, flagged: 'include' } : data.choice);
  const href = (format: string) => `/datasets/${data.dataset.slug}/readings.${format}`;
  const formats = [
    ['csv', say.csv],
    ['geojson', say.geojson],
    ['json', say.json],
  ] as const;
  return (
    <Section title={say.download} id="download">
      <p>
        <strong>{say.downloadChoice}.</strong> {say.downloadHint} {raw ? say.downloadFlagged : null}
      </p>
      <ul className="usa-button-group">
        {formats.map(([format, label]) => (
          <li key={format} className="usa-button-group__item">
            <a className="usa-button usa-button--outline" href={`${href(format)}?${query}`} download>
              {label}
            </a>
          </li>
        ))}
      </ul>
      <p>
        {say.downloadAll}:{' '}
        {formats.map(([format, label], index) => (
          <span key={format}>
            {index > 0 ? ' · ' : null}
            <a href={href(format)} download>
              {label}
            </a>
          </span>
        ))}
      </p>
    </Section>
  );
}

function Rows({ data }: { data: Exploration }) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const raw = data.table.rows.some((row) => row.result !== undefined);
  const number = (value: number) => formatNumber(value, language);
  const [first, ...others] = new Set(data.table.rows.map((row) => row.name));
  // One sensor is named above the table; its column would only push the values aside.
  const oneSensor = others.length === 0 ? first : undefined;
  const columns = [
    { title: say.time },
    ...(oneSensor ? [] : [{ title: say.sensor }]),
    { title: say.measure },
    ...(raw
      ? [{ title: say.result, numeric: true }, { title: say.note }]
      : [
          { title: say.mean, numeric: true },
          { title: say.least, numeric: true },
          { title: say.greatest, numeric: true },
          { title: say.readings, numeric: true },
        ]),
  ];
  const rows = data.table.rows.map((row) => ({
    key: row.key,
    cells: [
      <Time key="time" at={row.time} />,
      ...(oneSensor ? [] : [row.name]),
      measureText(row),
      ...(row.summary
        ? [row.summary.mean, row.summary.min, row.summary.max, row.summary.count].map(number)
        : [resultText(row.result ?? '', number), row.flagged ? say.implausible : '']),
    ],
  }));
  const query = serializeChoice(data.choice);
  const older = new URLSearchParams(query);
  if (data.table.next) older.set('after', data.table.next);
  return (
    <Section title={say.table} id="table">
      <Table
        caption={oneSensor ? `${say.tableCaption}: ${oneSensor}` : say.tableCaption}
        columns={columns}
        rows={rows}
        stacked
      />
      <ul className="usa-button-group explore__pages">
        {data.table.continued ? (
          <li className="usa-button-group__item">
            <Link to={`?${query}#table`}>{say.newestRows}</Link>
          </li>
        ) : null}
        {data.table.next ? (
          <li className="usa-button-group__item">
            <Link to={`?${older}#table`}>{say.olderRows}</Link>
          </li>
        ) : null}
      </ul>
    </Section>
  );
}

function measureText(line: Line): string {
  return line.unit ? `${measureOf(line)} (${line.unit})` : measureOf(line);
}

function resultText(result: string, number: (value: number) => string): string {
  const value = result.trim() === '' ? Number.NaN : Number(result);
  return Number.isFinite(value) ? number(value) : result;
}

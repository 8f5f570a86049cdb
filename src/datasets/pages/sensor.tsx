import type { ReactNode } from 'react';
import { Link, type LoaderFunctionArgs, redirect, useLoaderData, useLocation } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { qrCode } from '../../kit/qr-code.ts';
import { parseShortCode } from '../../kit/short-code.ts';
import { loadPage } from '../../page-context.ts';
import { formatDate } from '../../ui/format.ts';
import type { Language } from '../../ui/language.ts';
import { Speaking, useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { describeLicense } from '../licenses.ts';
import { LiveReadings } from '../live-readings.tsx';
import { type Belonging, readBelonging } from '../read-belonging.ts';
import { readSensor, type SensorPage } from '../read-sensor.ts';
import { formatResult, isDoubtful } from '../result.ts';
import { sensorMessages } from '../sensor-messages.ts';

const shownInTable = 15;

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, publicUrl }) => {
    const parsed = parseShortCode(params.code ?? '');
    if (!parsed) throw new Problem('not-found', 'There is no sensor with this code.');
    if (parsed.code !== params.code) throw redirect(`/${language}/sensors/${parsed.code}`);
    const sensor = await readSensor(ctx, { id: parsed.id });
    const datasets = [...new Set(sensor.streams.map((stream) => stream.dataset))];
    const shortAddress = `${publicUrl}/s/${parsed.code}`;
    return {
      code: parsed.code,
      sensor,
      belongings: await readBelonging(ctx, { datasets, language }),
      shortAddress,
      qr: qrCode(shortAddress),
    };
  });
}

export default function Sensor() {
  const { sensor, belongings, code, shortAddress, qr } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(sensorMessages)];
  const [siteZone, location] = [useTimeZone(), useLocation()];
  const owner = belongings[0];
  return (
    <Speaking language={language} timeZone={owner?.timeZone ?? siteZone}>
      <div className="sensor-page">
        <Page
          title={sensor.name}
          heading={<span lang="en">{sensor.name}</span>}
          description={sensor.description}
          crumbs={[
            ...(owner?.place ? [{ title: owner.place, to: `/${language}/${owner.placeSlug}` }] : []),
            ...(owner ? [{ title: owner.title, to: `/${language}/datasets/${owner.slug}` }] : []),
            { title: sensor.name },
          ]}
          eyebrow={`${say.eyebrow} ${code}`}
          lead={<span lang="en">{sensor.description}</span>}
        >
          <div className="two-columns">
            <div>
              <div className="no-print">
                <Section title={say.lastReadings} id="last">
                  <LiveReadings streams={sensor.streams} reloadPath={location.pathname} />
                </Section>
              </div>
              <Section title={say.about} id="about">
                <About sensor={sensor} belongings={belongings} code={code} />
              </Section>
            </div>
            <aside className="aside" aria-labelledby="label">
              <div className="panel">
                <h2 id="label" className="aside__title no-print">
                  {say.label}
                </h2>
                <svg
                  className="qr"
                  viewBox={`0 0 ${qr.size} ${qr.size}`}
                  shapeRendering="crispEdges"
                  role="img"
                  aria-label={say.qrFor(shortAddress)}
                >
                  <path d={`M0 0h${qr.size}v${qr.size}H0z`} fill="#fff" />
                  <path d={qr.path} fill="#000" />
                </svg>
                <p className="short-address">{shortAddress}</p>
                <p className="no-print">{say.labelText}</p>
                <p className="print-only">{say.labelScan}</p>
              </div>
            </aside>
          </div>
          <div className="no-print">
            <Section title={say.recent} id="recent">
              <Recent sensor={sensor} />
            </Section>
          </div>
        </Page>
      </div>
    </Speaking>
  );
}

function About({ sensor, belongings, code }: { sensor: SensorPage; belongings: Belonging[]; code: string }) {
  const [language, say] = [useLanguage(), useMessages(sensorMessages)];
  const firstAt = sensor.streams.reduce<string | null>(
    (first, stream) => (stream.firstAt && (!first || stream.firstAt < first) ? stream.firstAt : first),
    null,
  );
  const instruments = [...new Set(sensor.streams.map((stream) => stream.instrument))];
  return (
    <Facts
      facts={[
        {
          term: say.measures,
          value: (
            <span lang="en">
              {sensor.streams
                .map(({ measures, unit }) => (unit ? `${measures} (${unit})` : measures))
                .join(', ')}
            </span>
          ),
        },
        {
          term: say.owner,
          value: each(belongings, (one) =>
            one.office ? (
              <Link to={`/${language}/${one.officePlaceSlug}#${one.officeSlug}`} lang="en">
                {one.office}, {one.officePlace}
              </Link>
            ) : null,
          ),
        },
        { term: say.purpose, value: inWords(sensor.purpose, language) },
        {
          term: say.since,
          value: typeof sensor.installedOn === 'string' ? formatDate(sensor.installedOn, language) : null,
        },
        { term: say.firstReading, value: firstAt && <Time at={firstAt} day /> },
        { term: say.where, value: sensor.location && <Where sensor={sensor} /> },
        { term: say.mount, value: inWords(sensor.mount, language) },
        { term: say.instrument, value: <span lang="en">{instruments.join(', ')}</span> },
        {
          term: say.dataset,
          value: each(belongings, (one) => (
            <>
              <Link to={`/${language}/datasets/${one.slug}`}>{one.title}</Link>
              <span className="no-print">
                {' · '}
                <Link to={`/${language}/datasets/${one.slug}/explore?sensor=${code}`}>{say.showOnMap}</Link>
              </span>
            </>
          )),
        },
        {
          term: say.license,
          value: each(belongings, (one) =>
            one.license ? (
              <a href={describeLicense(one.license).url} rel="license" lang="en">
                {describeLicense(one.license).name}
              </a>
            ) : null,
          ),
        },
      ]}
    />
  );
}

/** One line for each dataset that has something to show; nothing at all when none has. */
function each(belongings: Belonging[], show: (one: Belonging) => ReactNode): ReactNode {
  const lines = belongings.flatMap((one) => {
    const line = show(one);
    return line ? [<div key={one.slug}>{line}</div>] : [];
  });
  return lines.length > 0 ? lines : null;
}

/** Text that is either plain (English, as written) or given for each language. */
function inWords(text: unknown, language: Language): ReactNode {
  if (typeof text === 'string') return <span lang="en">{text}</span>;
  if (typeof text !== 'object' || text === null) return null;
  const { en, [language]: own } = text as Record<string, unknown>;
  if (typeof own === 'string') return own;
  return typeof en === 'string' ? <span lang="en">{en}</span> : null;
}

function Where({ sensor }: { sensor: SensorPage }) {
  const coordinates = sensor.location?.coordinates;
  const [longitude, latitude] = Array.isArray(coordinates) ? (coordinates as unknown[]) : [];
  return (
    <>
      <span lang="en">{sensor.location?.name}</span>
      {typeof longitude === 'number' && typeof latitude === 'number' ? (
        <span className="quiet">
          {' '}
          ({latitude.toFixed(5)}, {longitude.toFixed(5)})
        </span>
      ) : null}
    </>
  );
}

function Recent({ sensor }: { sensor: SensorPage }) {
  const [language, say] = [useLanguage(), useMessages(sensorMessages)];
  const rows = sensor.streams
    .flatMap((stream) => stream.recent.map((reading, index) => ({ stream, reading, index })))
    .sort((a, b) => (a.reading.at < b.reading.at ? 1 : a.reading.at > b.reading.at ? -1 : 0))
    .slice(0, shownInTable);
  return (
    <Table
      caption={say.recent}
      captionHidden
      stacked
      columns={[
        { title: say.timeColumn },
        { title: say.measureColumn },
        { title: say.resultColumn, numeric: true },
      ]}
      rows={rows.map(({ stream, reading, index }) => ({
        key: `${stream.id} ${index}`,
        cells: [
          <Time key="time" at={reading.at} />,
          <span key="measure" lang="en">
            {stream.measures}
          </span>,
          `${formatResult(reading, language)} ${stream.unit ?? ''}${
            isDoubtful(reading, stream.low, stream.high) ? ` (${say.doubtful})` : ''
          }`,
        ],
      }))}
      empty={say.noReadings}
    />
  );
}

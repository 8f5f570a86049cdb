import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../../kit/context.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { shownUnit } from '../series-names.ts';
import { type Summary, summaryOf } from './chart-geometry.ts';
import { type Choice, exploreDefaults, parseChoice } from './choice.ts';
import {
  chooseDatastreams,
  type DatasetDatastream,
  extentOf,
  findOpenDataset,
  mostSensorsOnMap,
  type NamedPlace,
  type OpenDataset,
  readDatastreams,
  readNamedPlaces,
  readSensorsOnMap,
  type SensorOnMap,
} from './datastreams.ts';
import { clip, localDate, resolvePeriod, type Span } from './period.ts';
import { mostSeries, readSeries, type Series, type SeriesAnswer } from './read-series.ts';
import { readTable, rowsOnPage } from './read-table.ts';

/** What one line of the chart and one row of the summary is about. */
export type Line = {
  datastream: string;
  sensor: string;
  name: string;
  measure: string;
  /** Tells apart what its sensor measures more than once. */
  seriesName?: string;
  unit: string;
};

export type TableLine = Line & {
  key: string;
  time: string;
  /** A raw reading's result; of a bucket, mean, least, greatest and count. */
  result?: string;
  flagged?: boolean;
  summary?: Summary;
};

export type Exploration = {
  dataset: OpenDataset;
  choice: Choice;
  /** The parameter that could not be read; what is shown then is the default choice. */
  wrong: { parameter: string; value: string } | null;
  find: string;
  measures: { id: string; name: string }[];
  /** Sensors offered for choice: those found, and those chosen. */
  offered: { sensor: string; name: string }[];
  sensorsFound: number;
  sensors: SensorOnMap[];
  sensorsWithoutMap: number;
  places: NamedPlace[];
  /** The part of time that is drawn, seconds since 1970; null when there is no reading in the period. */
  drawn: { start: number; end: number } | null;
  /** Local dates of the period, both inclusive. */
  dates: { from: string | null; to: string | null };
  /** Where the chosen sensors have readings at all, as local dates. */
  extent: { from: string; to: string } | null;
  lines: (Line & { series: Series; summary: Summary })[];
  linesLeftOut: number;
  answer: Omit<SeriesAnswer, 'series'>;
  timeTicks: { time: number; unit: 'hour' | 'day' | 'month' | 'year' }[];
  table: { rows: TableLine[]; next: string | null; continued: boolean };
  mapStyle: string | null;
};

const mostOffered = 200;
const measuresAtFirst = 3;

/**
 * Everything that the explore page shows for the query of its address. Errors: not-found (unknown or restricted
 * dataset). A parameter that cannot be read is no error here: the page shows the default choice and says what was wrong.
 */
export async function readExploration(ctx: Ctx, slug: string, query: URLSearchParams): Promise<Exploration> {
  const dataset = await findOpenDataset(ctx.public, slug);
  const all = await readDatastreams(ctx.public, dataset.id);
  const { choice, wrong } = understand(query, all);
  const chosen = chooseDatastreams(all, choice);
  const shown = chosen.slice(0, mostSeries);
  const extent = extentOf(chosen);
  const span = resolvePeriod(choice.period, dataset.zone, ctx.clock.now(), extent);
  const after = wrong ? undefined : query.get('after') || undefined;
  const [{ series, ...answer }, sensors, raw, places] = await Promise.all([
    readSeries(ctx, dataset, shown, choice, span, extent),
    readSensorsOnMap(ctx, dataset, all),
    choice.resolution === 'raw' ? readTable(ctx, dataset, shown, choice, span, after) : undefined,
    readNamedPlaces(ctx.public),
  ]);
  const about = new Map(shown.map((each) => [each.id, lineOf(each)]));
  const lines = series.flatMap((each) => {
    const [line, summary] = [about.get(each.datastream), summaryOf(each)];
    return line && summary ? [{ ...line, series: each, summary }] : [];
  });
  const table = raw
    ? {
        next: raw.next,
        rows: raw.rows.flatMap((row) => withLine(about, row.datastream, { ...row, key: row.id })),
      }
    : bucketTable(lines, after);
  const drawn = drawnSpan(span, extent, ctx.clock.now());
  return {
    dataset,
    choice,
    wrong,
    ...offer(all, choice, query.get('find')?.trim().slice(0, 100) ?? ''),
    measures: [...new Map(all.map((each) => [each.measureId, each.measure]))].map(([id, name]) => ({
      id,
      name,
    })),
    sensors,
    places,
    sensorsWithoutMap: Math.max(0, new Set(all.map((each) => each.sensor)).size - mostSensorsOnMap),
    drawn,
    dates: localDates(span, dataset.zone),
    extent: extent
      ? { from: localDate(extent.from, dataset.zone), to: localDate(extent.to, dataset.zone) }
      : null,
    lines,
    linesLeftOut: chosen.length - shown.length,
    answer,
    timeTicks: drawn ? timeTicksOf(drawn, dataset.zone) : [],
    table: { ...table, continued: after !== undefined },
    mapStyle: ctx.config.MAP_STYLE_URL ?? null,
  };
}

function understand(
  query: URLSearchParams,
  all: readonly DatasetDatastream[],
): { choice: Choice; wrong: Exploration['wrong'] } {
  try {
    const choice = withFirstLook(parseChoice(query, exploreDefaults), all);
    chooseDatastreams(all, choice);
    return { choice, wrong: null };
  } catch (error) {
    if (!isProblem(error) || error.kind !== 'invalid') throw error;
    const { parameter, value } = error.details;
    const wrong = { parameter: String(parameter ?? ''), value: String(value ?? '') };
    return { choice: withFirstLook({ sensors: [], measures: [], ...exploreDefaults }, all), wrong };
  }
}

/** Who chose no sensor is shown one that has readings, rather than a tangle of all of them. */
function withFirstLook(choice: Choice, all: readonly DatasetDatastream[]): Choice {
  const measured = all.filter(
    (each) => each.readings > 0 && (choice.measures.length === 0 || choice.measures.includes(each.measureId)),
  );
  const newest = measured.reduce<DatasetDatastream | undefined>(
    (best, each) => (!best || newestOf(each) > newestOf(best) + 86_400_000 ? each : best),
    undefined,
  );
  if (choice.sensors.length > 0 || !newest) return choice;
  const itsMeasures = [
    ...new Set(measured.filter((each) => each.sensor === newest.sensor).map((each) => each.measureId)),
  ];
  const tooMany = choice.measures.length === 0 && itsMeasures.length > measuresAtFirst;
  return {
    ...choice,
    sensors: [newest.sensor],
    measures: tooMany ? itsMeasures.slice(0, measuresAtFirst) : choice.measures,
  };
}

const newestOf = ({ latest, to }: DatasetDatastream) => Date.parse(latest ?? to ?? '');

function offer(
  all: readonly DatasetDatastream[],
  choice: Choice,
  find: string,
): Pick<Exploration, 'find' | 'offered' | 'sensorsFound'> {
  const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const wanted = fold(find);
  const sensors = [...new Map(all.map((each) => [each.sensor, each.sensorName]))];
  const found = sensors.filter(([code, name]) => fold(name).includes(wanted) || fold(code) === wanted);
  const listed = new Set([...found.slice(0, mostOffered).map(([code]) => code), ...choice.sensors]);
  return {
    find,
    sensorsFound: found.length,
    // What is chosen comes first, or a long list would hide it.
    offered: sensors
      .filter(([code]) => listed.has(code))
      .map(([sensor, name]) => ({ sensor, name }))
      .sort((a, b) => Number(choice.sensors.includes(b.sensor)) - Number(choice.sensors.includes(a.sensor))),
  };
}

function lineOf(each: DatasetDatastream): Line {
  const { id, sensor, sensorName, measure, seriesName } = each;
  const told = seriesName ? { seriesName } : {};
  return { datastream: id, sensor, name: sensorName, measure, ...told, unit: shownUnit(each.unit) };
}

function withLine<Row extends object>(about: Map<string, Line>, id: string, row: Row): (Line & Row)[] {
  const line = about.get(id);
  return line ? [{ ...line, ...row }] : [];
}

/** The buckets of the chart as a table, newest first; they are all here already, so a page is a slice. */
function bucketTable(
  lines: Exploration['lines'],
  after: string | undefined,
): { rows: TableLine[]; next: string | null } {
  const cells = lines.flatMap((line, order) =>
    line.series.time.map((time, index) => ({ line, order, time, index })),
  );
  cells.sort((a, b) => b.time - a.time || a.order - b.order);
  const keyOf = (cell: { time: number; order: number }) => `${cell.time}.${cell.order}`;
  const [time = Number.NaN, order = Number.NaN] = (after ?? '').split('.').map(Number);
  if (after !== undefined && (Number.isNaN(time) || Number.isNaN(order))) {
    throw new Problem('invalid', '“after” is wrong: take it from the link to the next page, unchanged.');
  }
  const rest =
    after === undefined
      ? cells
      : cells.filter((cell) => cell.time < time || (cell.time === time && cell.order > order));
  const page = rest.slice(0, rowsOnPage);
  const last = page.at(-1);
  return {
    next: last && rest.length > page.length ? keyOf(last) : null,
    rows: page.map((cell) => {
      const { series, summary: _, ...line } = cell.line;
      const at = (column: number[]) => column[cell.index] as number;
      const summary = {
        min: at(series.min),
        mean: at(series.mean),
        max: at(series.max),
        count: at(series.count),
      };
      return {
        ...line,
        key: `${series.datastream}.${cell.time}`,
        time: new Date(cell.time * 1000).toISOString(),
        summary,
      };
    }),
  };
}

function localDates(span: Span, zone: string): Exploration['dates'] {
  return {
    from: span.start ? localDate(span.start, zone) : null,
    to: span.end ? localDate(new Date(Date.parse(span.end) - 1).toISOString(), zone) : null,
  };
}

/** The whole period asked for, so that an outage at its end is seen; not the future, nor where no reading ever was. */
function drawnSpan(
  span: Span,
  extent: { from: string; to: string } | undefined,
  now: Date,
): { start: number; end: number } | null {
  const covered = clip(span, extent);
  if (!covered) return null;
  const start = span.start ? Date.parse(span.start) : covered.start;
  const end = Math.min(span.end ? Date.parse(span.end) : covered.end, Math.max(now.getTime(), covered.end));
  return { start: start / 1000, end: Math.max(end, start + 1000) / 1000 };
}

const steps = [
  { hours: 1 },
  { hours: 3 },
  { hours: 6 },
  { hours: 12 },
  { days: 1 },
  { days: 2 },
  { days: 7 },
  { days: 14 },
  { months: 1 },
  { months: 3 },
  { months: 6 },
  { years: 1 },
  { years: 2 },
  { years: 5 },
  { years: 10 },
  { years: 50 },
] as const;

/** At most five marks for the axis of time, at round local times of the zone. */
export function timeTicksOf(drawn: { start: number; end: number }, zone: string): Exploration['timeTicks'] {
  const at = (seconds: number) =>
    Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * 1000)).toZonedDateTimeISO(zone);
  const [start, end] = [at(drawn.start), at(drawn.end)];
  for (const step of steps) {
    const unit = 'hours' in step ? 'hour' : 'days' in step ? 'day' : 'months' in step ? 'month' : 'year';
    let tick = unit === 'month' || unit === 'year' ? start.with({ day: 1 }).startOfDay() : start.startOfDay();
    if (unit === 'year') tick = tick.with({ month: 1 });
    const ticks: number[] = [];
    for (; Temporal.ZonedDateTime.compare(tick, end) <= 0 && ticks.length < 6; tick = tick.add(step)) {
      if (Temporal.ZonedDateTime.compare(tick, start) >= 0) ticks.push(tick.epochMilliseconds / 1000);
    }
    if (ticks.length <= 5) return ticks.map((time) => ({ time, unit }));
  }
  return [];
}

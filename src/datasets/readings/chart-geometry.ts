import type { Grain, Series } from './read-series.ts';

/**
 * How series become lines: pure, for the server's picture and the browser's chart alike. Values are drawn only where
 * there is one: no line crosses an outage.
 */
export type Point = { time: number; value: number };
export type Scale = { low: number; high: number; ticks: number[] };

const bucketSeconds: Record<Grain, number> = { raw: 0, hourly: 3600, daily: 86_400, monthly: 31 * 86_400 };

// Steps on each side of a step that say what is usual around it.
const neighbors = 5;

/**
 * Whether the step before each point is an outage. What is usual is the median of the steps around, for a sensor may
 * report hourly at first and every minute later. Raw readings jitter and lose one now and then: more than two and a half
 * usual steps are a gap. Buckets come exactly, up to the change of clocks: more than one and a half.
 */
export function gapsIn(time: readonly number[], grain: Grain): boolean[] {
  const steps = time.slice(1).map((each, index) => each - (time[index] as number));
  const gaps = steps.map((step, index) => {
    const around = steps.slice(Math.max(0, index - neighbors), index + neighbors + 1).sort((a, b) => a - b);
    const usual = around[(around.length - 1) >> 1] as number;
    return step > (grain === 'raw' ? usual * 2.5 : Math.max(usual, bucketSeconds[grain]) * 1.5);
  });
  return [false, ...gaps].slice(0, time.length);
}

/** The runs of a series without a gap inside. */
export function runsOf(series: Pick<Series, 'time' | 'mean'>, grain: Grain): Point[][] {
  const gaps = gapsIn(series.time, grain);
  const runs: Point[][] = [];
  series.time.forEach((time, index) => {
    const point = { time, value: series.mean[index] as number };
    if (index > 0 && !gaps[index]) runs.at(-1)?.push(point);
    else runs.push([point]);
  });
  return runs;
}

/** The series as columns with an empty value inside each gap: what uPlot draws as a break. */
export function withGaps(
  series: Pick<Series, 'time' | 'mean'>,
  grain: Grain,
): { time: number[]; value: (number | null)[] } {
  const time: number[] = [];
  const value: (number | null)[] = [];
  for (const run of runsOf(series, grain)) {
    const [begin] = run;
    const end = time.at(-1);
    if (begin && end !== undefined) {
      time.push((end + begin.time) / 2);
      value.push(null);
    }
    for (const point of run) {
      time.push(point.time);
      value.push(point.value);
    }
  }
  return { time, value };
}

/** At most four points for each of `columns` columns (first, lowest, highest, last), so that no peak is lost. */
export function thin(run: readonly Point[], start: number, end: number, columns: number): Point[] {
  if (run.length <= columns * 2) return [...run];
  const width = Math.max(end - start, 1) / columns;
  const cells = Map.groupBy(run, (point) => Math.floor((point.time - start) / width));
  return [...cells.values()].flatMap((cell) => {
    const low = cell.reduce((best, point) => (point.value < best.value ? point : best));
    const high = cell.reduce((best, point) => (point.value > best.value ? point : best));
    return [...new Set([cell[0], low, high, cell.at(-1)])]
      .filter((point) => point !== undefined)
      .sort((a, b) => a.time - b.time);
  });
}

export const pictureWidth = 1000;
export const pictureHeight = 300;

/** SVG paths in a picture of 1000 by 300: the lines, and dots (of round line caps) for points that stand alone. */
export function pathsOf(
  series: Pick<Series, 'time' | 'mean'>,
  grain: Grain,
  span: { start: number; end: number },
  scale: Scale,
): { lines: string; dots: string } {
  const x = (time: number) =>
    round(((time - span.start) / Math.max(span.end - span.start, 1)) * pictureWidth);
  const y = (value: number) =>
    round(pictureHeight - ((value - scale.low) / (scale.high - scale.low)) * pictureHeight);
  const paths = { lines: '', dots: '' };
  for (const run of runsOf(series, grain)) {
    const [first] = run;
    if (run.length === 1 && first) paths.dots += `M${x(first.time)} ${y(first.value)}h.1`;
    else {
      thin(run, span.start, span.end, 300).forEach(({ time, value }, index) => {
        paths.lines += `${index === 0 ? 'M' : 'L'}${x(time)} ${y(value)}`;
      });
    }
  }
  return paths;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** A scale with round numbers that holds all values; a single value gets room around it. */
export function scaleOf(values: Iterable<number>, wanted = 4): Scale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: 0, high: 1, ticks: [0, 1] };
  // Room by the size of the value: adding 1 to 1e20 would change nothing.
  if (high - low <= Math.max(Math.abs(high) * 1e-9, 1e-300)) {
    const room = Math.max(Math.abs(high) * 0.05, 0.5);
    low -= room;
    high += room;
  }
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { low: ticks[0] as number, high: ticks.at(-1) as number, ticks };
}

export type Summary = { min: number; mean: number; max: number; count: number };

/** The least, the mean of all readings and the greatest; undefined when there is none. */
export function summaryOf(series: Series): Summary | undefined {
  if (series.time.length === 0) return undefined;
  let [sum, count, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  series.mean.forEach((mean, index) => {
    const weight = series.count[index] ?? 1;
    sum += mean * weight;
    count += weight;
    min = Math.min(min, series.min[index] ?? mean);
    max = Math.max(max, series.max[index] ?? mean);
  });
  return { min, mean: sum / count, max, count };
}

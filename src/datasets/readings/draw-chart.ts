import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Language } from '../../ui/language.ts';
import { type Scale, withGaps } from './chart-geometry.ts';
import { lineStyle } from './line-style.ts';
import type { Grain, Series } from './read-series.ts';
import { tickLabel, tickUnit, valueLabel } from './tick-label.ts';

/** Loaded only in the browser, when a chart comes into view: it replaces the server's picture. */
export type Readout = { time: number; values: (number | null)[] } | null;

export type ChartInput = {
  series: Pick<Series, 'time' | 'mean'>[];
  /** The place of each series among the lines of the page, which says its color and dash. */
  places: number[];
  grain: Grain;
  span: { start: number; end: number };
  scale: Scale;
  zone: string;
  language: Language;
  onPoint(readout: Readout): void;
};

const font = '14px "Source Sans Pro Web", "Helvetica Neue", Helvetica, Arial, sans-serif';
const height = 280;

/** Draws into `target` and follows its width; the function returned takes it away. */
export function drawChart(target: HTMLElement, input: ChartInput): () => void {
  const columns = input.series.map((series) => {
    const { time, value } = withGaps(series, input.grain);
    return [time, value] as [number[], (number | null)[]];
  });
  const data = uPlot.join(columns);
  const axis = {
    font,
    stroke: '#3d4551',
    grid: { stroke: '#dfe1e2', width: 1 },
    ticks: { stroke: '#a9aeb1', width: 1 },
  };
  const plot = new uPlot(
    {
      width: Math.max(target.clientWidth, 200),
      height,
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), input.zone),
      cursor: { y: false, drag: { x: true, y: false } },
      scales: {
        x: { time: true, range: (_plot, min, max) => (min === max ? [min - 1800, max + 1800] : [min, max]) },
        y: { range: [input.scale.low, input.scale.high] },
      },
      axes: [
        {
          ...axis,
          space: 70,
          values: (_plot, ticks, _axis, _space, step) =>
            ticks.map((tick) => tickLabel(tick, tickUnit(step), input.language, input.zone)),
        },
        {
          ...axis,
          size: (_plot, labels) =>
            16 + 8 * Math.max(2, ...(labels ?? []).map((label) => String(label).length)),
          values: (_plot, ticks) => ticks.map((tick) => valueLabel(tick, input.language)),
        },
      ],
      series: [
        {},
        ...input.places.map((place) => {
          const { color, dash } = lineStyle(place);
          return {
            stroke: color,
            dash,
            width: 2,
            spanGaps: false,
            points: { size: 5, stroke: color, fill: color },
          };
        }),
      ],
      hooks: { setCursor: [(self) => input.onPoint(readoutAt(self))] },
    },
    data,
    target,
  );
  plot.setScale('x', { min: input.span.start, max: input.span.end });
  // Twice on a mark restores uPlot's own range; here it is the period that was chosen.
  const restore = () => plot.setScale('x', { min: input.span.start, max: input.span.end });
  plot.over.addEventListener('dblclick', restore);
  const observer = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(target.clientWidth, 200), height }),
  );
  observer.observe(target);
  return () => {
    observer.disconnect();
    plot.destroy();
  };
}

function readoutAt(plot: uPlot): Readout {
  const index = plot.cursor.idx;
  const time = index === null || index === undefined ? undefined : plot.data[0][index];
  if (time === undefined) return null;
  const values = plot.data.slice(1).map((column) => column[index as number] ?? null);
  return values.every((value) => value === null) ? null : { time, values };
}

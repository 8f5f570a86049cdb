import { useEffect, useRef, useState } from 'react';
import { formatNumber, formatTime } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { messages as shared } from '../messages.ts';
import { pathsOf, pictureHeight, pictureWidth, type Scale, scaleOf } from './chart-geometry.ts';
import type { Readout } from './draw-chart.ts';
import { lineStyle } from './line-style.ts';
import { messages } from './messages.ts';
import type { Exploration } from './read-exploration.ts';
import { tickLabel, valueLabel } from './tick-label.ts';

type Lines = Exploration['lines'];

/** One figure for each measure and unit, for lines of different units share no scale. */
export function Charts({ data }: { data: Exploration }) {
  const { drawn } = data;
  if (!drawn) return null;
  const panels = Map.groupBy(data.lines, (line) => `${line.measure}\n${line.unit}`);
  const sensors = [...new Set(data.lines.map((line) => line.sensor))];
  return [...panels].map(([key, lines]) => {
    // A sensor looks the same in every figure, unless it measures the same thing twice.
    const once = new Set(lines.map((line) => line.sensor)).size === lines.length;
    const placed = lines.map((line, index) => ({
      ...line,
      place: once ? sensors.indexOf(line.sensor) : index,
    }));
    return <Panel key={`${key}\n${drawn.start}\n${drawn.end}`} lines={placed} data={data} drawn={drawn} />;
  });
}

function Panel({
  lines,
  data,
  drawn,
}: {
  lines: (Lines[number] & { place: number })[];
  data: Exploration;
  drawn: { start: number; end: number };
}) {
  const [say, words, language] = [useMessages(messages), useMessages(shared), useLanguage()];
  const [readout, setReadout] = useState<Readout>(null);
  const scale = scaleOf(lines.flatMap((line) => line.series.mean));
  const target = useRef<HTMLDivElement>(null);
  const interactive = useInteractive(target, { lines, data, drawn, scale, onPoint: setReadout });
  const { zone } = data.dataset;
  const number = (value: number) => formatNumber(value, language);
  const label = lines.map(({ name, seriesName, summary }) =>
    say.chartSummary(
      seriesName ? `${name}, ${seriesName}` : name,
      number(summary.min),
      number(summary.mean),
      number(summary.max),
      words.readings(summary.count, number(summary.count)),
    ),
  );
  return (
    <figure className="chart">
      <figcaption>{say.chartOf(lines[0]?.measure ?? '', lines[0]?.unit ?? '')}</figcaption>
      <div role="img" aria-label={label.join(' ')} className="chart__picture">
        <div ref={target} className="chart__canvas" hidden={!interactive} />
        {interactive ? null : <Picture lines={lines} data={data} drawn={drawn} scale={scale} />}
      </div>
      <ul className="chart__legend">
        {lines.map((line, index) => (
          <li key={line.datastream}>
            <Stroke place={line.place} />
            <span>
              {line.seriesName ? `${line.name}, ${line.seriesName}` : line.name}
              {readout && readout.values[index] !== null && readout.values[index] !== undefined ? (
                <strong>
                  {' '}
                  {number(readout.values[index])} {line.unit}
                </strong>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      <p className="chart__time">
        {readout ? formatTime(new Date(readout.time * 1000), language, zone) : '\u00a0'}
      </p>
    </figure>
  );
}

/** Loads the chart library once the page is there; until then, and without JavaScript, the picture stands. */
function useInteractive(
  target: React.RefObject<HTMLDivElement | null>,
  input: {
    lines: (Lines[number] & { place: number })[];
    data: Exploration;
    drawn: { start: number; end: number };
    scale: Scale;
    onPoint(readout: Readout): void;
  },
): boolean {
  const language = useLanguage();
  const [interactive, setInteractive] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the data changes as a whole when a choice was loaded
  useEffect(() => {
    let remove: (() => void) | undefined;
    let gone = false;
    import('./draw-chart.ts').then(
      ({ drawChart }) => {
        if (gone || !target.current) return;
        target.current.hidden = false;
        setInteractive(true);
        remove = drawChart(target.current, {
          series: input.lines.map((line) => line.series),
          places: input.lines.map((line) => line.place),
          grain: input.data.answer.grain,
          span: input.drawn,
          scale: input.scale,
          zone: input.data.dataset.zone,
          language,
          onPoint: input.onPoint,
        });
      },
      // The picture stays.
      () => undefined,
    );
    return () => {
      gone = true;
      remove?.();
    };
  }, [input.data, language]);
  return interactive;
}

function Picture({
  lines,
  data,
  drawn,
  scale,
}: {
  lines: (Lines[number] & { place: number })[];
  data: Exploration;
  drawn: { start: number; end: number };
  scale: Scale;
}) {
  const language = useLanguage();
  const top = (tick: number) => `${100 - ((tick - scale.low) / (scale.high - scale.low)) * 100}%`;
  const left = (time: number) => `${((time - drawn.start) / (drawn.end - drawn.start)) * 100}%`;
  return (
    <div className="chart__static" aria-hidden="true">
      <div className="chart__values">
        {scale.ticks.map((tick) => (
          <span key={tick} style={{ top: top(tick) }}>
            {valueLabel(tick, language)}
          </span>
        ))}
      </div>
      <svg viewBox={`0 0 ${pictureWidth} ${pictureHeight}`} preserveAspectRatio="none" focusable="false">
        <title>{lines[0]?.measure}</title>
        {scale.ticks.map((tick) => {
          const y = pictureHeight - ((tick - scale.low) / (scale.high - scale.low)) * pictureHeight;
          return <line key={tick} x1={0} x2={pictureWidth} y1={y} y2={y} className="chart__grid" />;
        })}
        {lines.map((line) => {
          const { color, dash } = lineStyle(line.place);
          const { lines: path, dots } = pathsOf(line.series, data.answer.grain, drawn, scale);
          return (
            <g key={line.datastream} stroke={color}>
              <path d={path} strokeDasharray={dash.join(' ') || undefined} className="chart__line" />
              {dots ? <path d={dots} className="chart__line chart__dots" /> : null}
            </g>
          );
        })}
      </svg>
      <div className="chart__times">
        {data.timeTicks.map(({ time, unit }) => (
          <span key={time} style={{ left: left(time) }} suppressHydrationWarning>
            {tickLabel(time, unit, language, data.dataset.zone)}
          </span>
        ))}
      </div>
    </div>
  );
}

function Stroke({ place }: { place: number }) {
  const { color, dash } = lineStyle(place);
  return (
    <svg viewBox="0 0 36 10" width="36" height="10" aria-hidden="true" focusable="false">
      <line
        x1="1"
        x2="35"
        y1="5"
        y2="5"
        stroke={color}
        strokeWidth="3"
        strokeDasharray={dash.join(' ') || undefined}
      />
    </svg>
  );
}

import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import type { SensorOnMap } from './datastreams.ts';
import type { SensorMap as MapHandle, Marker } from './draw-map.ts';
import { messages } from './messages.ts';
import type { Exploration } from './read-exploration.ts';

/** The sensors of a dataset on a map, which needs JavaScript, and as a list, which does not. */
export function SensorMap({
  data,
  picked,
  onToggle,
}: {
  data: Exploration;
  picked: ReadonlySet<string>;
  onToggle(sensor: string): void;
}) {
  const say = useMessages(messages);
  const target = useRef<HTMLDivElement>(null);
  const state = useMap(target, data, picked, onToggle);
  return (
    <>
      {data.sensors.some((sensor) => sensor.at) ? (
        <>
          <p className="map__hint">{say.mapHint}</p>
          <section className="map" aria-label={say.mapLabel} data-state={state}>
            <div ref={target} className="map__canvas" />
            {state === 'failed' ? <p className="map__message">{say.mapFailed}</p> : null}
            <noscript>
              <p className="map__message">{say.mapNeedsJavaScript}</p>
            </noscript>
          </section>
          <MapKey />
        </>
      ) : null}
      <SensorList data={data} picked={picked} />
    </>
  );
}

/** Draws when the map comes into view: who never scrolls to it need not load it. */
function useMap(
  target: React.RefObject<HTMLDivElement | null>,
  data: Exploration,
  picked: ReadonlySet<string>,
  onToggle: (sensor: string) => void,
): 'waiting' | 'ready' | 'failed' {
  const [say, language] = [useMessages(messages), useLanguage()];
  const [state, setState] = useState<'waiting' | 'ready' | 'failed'>('waiting');
  const handle = useRef<MapHandle | undefined>(undefined);
  const latest = useRef({ picked, onToggle });
  latest.current = { picked, onToggle };
  useEffect(() => {
    handle.current?.choose(picked);
  }, [picked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again for another dataset or language, not for new readings
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    let gone = false;
    const draw = async () => {
      const { drawMap } = await import('./draw-map.ts');
      if (gone) return;
      const made = await drawMap(element, {
        markers: data.sensors.flatMap((sensor) => {
          const label = [sensor.fresh ? say.fresh : say.stale, ...resultsOf(sensor, language)];
          const marker: Omit<Marker, 'at'> = {
            sensor: sensor.sensor,
            name: sensor.name,
            fresh: sensor.fresh,
            label,
          };
          return sensor.at ? [{ ...marker, at: sensor.at }] : [];
        }),
        places: data.places,
        chosen: latest.current.picked,
        style: data.mapStyle,
        words: {
          outlines: say.outlines,
          zoomIn: say.zoomIn,
          zoomOut: say.zoomOut,
          map: say.mapLabel,
          scroll: say.scrollToZoom,
          fingers: say.twoFingers,
        },
        onToggle: (sensor) => latest.current.onToggle(sensor),
      });
      if (gone) return made.remove();
      handle.current = made;
      made.choose(latest.current.picked);
      setState('ready');
    };
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      draw().catch(() => setState('failed'));
    });
    observer.observe(element);
    return () => {
      gone = true;
      observer.disconnect();
      handle.current?.remove();
      handle.current = undefined;
    };
  }, [data.dataset.id, language]);
  return state;
}

function resultsOf(sensor: SensorOnMap, language: 'en' | 'es'): string[] {
  return sensor.last.slice(0, 4).map(({ measure, unit, result }) => {
    const number = result.trim() === '' ? Number.NaN : Number(result);
    const text = Number.isFinite(number) ? formatNumber(number, language) : result;
    return `${measure}: ${text}${unit ? ` ${unit}` : ''}`;
  });
}

function MapKey() {
  const say = useMessages(messages);
  return (
    <ul className="map__key">
      <li>
        <span className="status status--fresh" aria-hidden="true" /> {say.fresh}
      </li>
      <li>
        <span className="status status--stale" aria-hidden="true" /> {say.stale}
      </li>
      <li>
        <span className="status status--chosen" aria-hidden="true" /> {say.chosenMark}
      </li>
    </ul>
  );
}

const shortList = 12;

function SensorList({ data, picked }: { data: Exploration; picked: ReadonlySet<string> }) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const offered = new Set(data.offered.map((each) => each.sensor));
  const sensors = data.sensors.filter((each) => offered.has(each.sensor));
  const table = (
    <Table
      caption={say.sensorList}
      captionHidden
      columns={[
        { title: say.sensor },
        { title: say.status },
        { title: say.lastReading },
        { title: say.when },
      ]}
      rows={sensors.map((sensor) => ({
        key: sensor.sensor,
        cells: [
          <Link key="name" to={`/${language}/sensors/${sensor.sensor}`}>
            {sensor.name}
          </Link>,
          <span key="status" className="status-text">
            <span
              className={sensor.fresh ? 'status status--fresh' : 'status status--stale'}
              aria-hidden="true"
            />{' '}
            {sensor.fresh ? say.fresh : say.stale}
            {picked.has(sensor.sensor) ? <> · {say.chosenMark}</> : null}
          </span>,
          resultsOf(sensor, language).join('; ') || say.never,
          sensor.lastTime ? <Time key="time" at={sensor.lastTime} /> : '–',
        ],
      }))}
    />
  );
  return (
    <>
      {sensors.length > shortList ? (
        <details className="explore-details">
          <summary>{say.showAllSensors(formatNumber(sensors.length, language))}</summary>
          {table}
        </details>
      ) : (
        table
      )}
      {data.sensorsWithoutMap > 0 ? (
        <p>{say.sensorsWithoutMap(formatNumber(data.sensorsWithoutMap, language))}</p>
      ) : null}
    </>
  );
}

import { useEffect, useState } from 'react';
import { useRevalidator } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Time } from '../ui/time.tsx';
import type { Reading, SensorStream } from './read-sensor.ts';
import { formatResult, isDoubtful, parseLiveReading } from './result.ts';
import { sensorMessages } from './sensor-messages.ts';

/** A browser opens six connections to a host: a sensor with more Datastreams than this listens to their datasets. */
const ownFeeds = 3;

/** The newest reading of each Datastream; with JavaScript it follows the live feed. */
export function LiveReadings({ streams, reloadPath }: { streams: SensorStream[]; reloadPath: string }) {
  const say = useMessages(sensorMessages);
  const { newest, connected } = useLiveReadings(streams);
  return (
    <>
      <ul className="readings" aria-live="polite" aria-relevant="additions text">
        {streams.map((stream) => (
          <Newest key={stream.id} stream={stream} reading={later(newest[stream.id], stream.recent[0])} />
        ))}
      </ul>
      <p className="no-print quiet live-note">
        {connected === undefined ? (
          <a href={reloadPath}>{say.reload}</a>
        ) : (
          <span className="live-state" data-live={connected}>
            {connected ? say.liveOn : say.liveOff}
          </span>
        )}
      </p>
    </>
  );
}

function later(live: Reading | undefined, loaded: Reading | undefined): Reading | undefined {
  return live && loaded && loaded.at > live.at ? loaded : (live ?? loaded);
}

function Newest({ stream, reading }: { stream: SensorStream; reading: Reading | undefined }) {
  const [language, say] = [useLanguage(), useMessages(sensorMessages)];
  const doubtful = reading !== undefined && isDoubtful(reading, stream.low, stream.high);
  return (
    <li className={doubtful ? 'reading reading--doubtful' : 'reading'}>
      <h3 lang="en">{stream.measures}</h3>
      {reading ? (
        <>
          <p className="reading__value">
            {formatResult(reading, language)} <small>{stream.unit}</small>
          </p>
          <p className="quiet">
            <Time at={reading.at} />
          </p>
          {doubtful ? <p>{say.doubtful}</p> : null}
        </>
      ) : (
        <p>{say.noReadings}</p>
      )}
    </li>
  );
}

/**
 * `connected` is undefined until the browser has tried. A page out of sight gives its connections back, for a browser
 * opens six to a host over all its tabs; when it is looked at again it loads what came meanwhile.
 */
function useLiveReadings(streams: SensorStream[]) {
  const [newest, setNewest] = useState<Record<string, Reading>>({});
  const [connected, setConnected] = useState<boolean>();
  const hidden = useHidden();
  const ids = streams.map((stream) => stream.id).join();
  const datasets = [...new Set(streams.map((stream) => stream.dataset))].join();
  useEffect(() => {
    if (hidden) return;
    const own = new Set(ids.split(','));
    const paths =
      own.size <= ownFeeds
        ? [...own].map((id) => `/live/datastreams/${id}`)
        : datasets.split(',').map((slug) => `/live/datasets/${slug}`);
    const sources = paths.map((path) => new EventSource(path));
    const receive = (event: MessageEvent<string>) => {
      const live = parseLiveReading(event.data);
      if (!live || !own.has(live.datastream)) return;
      setNewest((before) => {
        const known = before[live.datastream];
        // A late reading of an earlier time is kept by the server, and is not the newest.
        return known && known.at > live.reading.at ? before : { ...before, [live.datastream]: live.reading };
      });
    };
    const tell = () => setConnected(sources.every((source) => source.readyState === EventSource.OPEN));
    for (const source of sources) {
      source.addEventListener('observation', receive);
      source.addEventListener('open', tell);
      source.addEventListener('error', tell);
    }
    return () => {
      for (const source of sources) source.close();
    };
  }, [ids, datasets, hidden]);
  return { newest, connected };
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(false);
  const { revalidate } = useRevalidator();
  useEffect(() => {
    const look = () => {
      setHidden(document.hidden);
      if (!document.hidden) void revalidate();
    };
    setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [revalidate]);
  return hidden;
}

import { Problem } from '../kit/problem.ts';
import type { PlaceGrain, PolicyContent, TimeGrain } from './policy.ts';
import { type Bind, bucketStart, readingColumn } from './reading-policy.ts';

/**
 * What a release policy does to the entities of a dataset: columns of the row `t` whose SQL is another than the column
 * itself. A place that cannot be moved becomes null, and then the row is not released. Pure.
 */
export function treatEntity(
  kind: string,
  { steps }: Pick<PolicyContent, 'steps'>,
  zone: string,
  bind: Bind,
): Map<string, string> {
  const changed = new Map<string, string>();
  if (steps.length === 0) return changed;
  // By what name it came may be a plate, a person, an address.
  if (kind !== 'historical_location' && kind !== 'feature_of_interest')
    changed.set('external_key', 'null::text');
  for (const step of steps) {
    if (step.do === 'coarsen-place') coarsenPlace(kind, step.to, changed, bind);
    if (step.do === 'coarsen-time' && kind === 'historical_location')
      changed.set('"time"', bucketStart(cut(steps), 't."time"', bind(zone, 'text')));
    if (kind !== 'thing' || !('column' in step) || step.column === undefined) continue;
    const column = readingColumn(step.column);
    if (column.of !== 'properties') continue;
    const member = bind(column.member, 'text');
    const whole = changed.get('properties') ?? 't.properties';
    if (step.do === 'drop')
      changed.set('properties', `case jsonb_typeof(${whole}) when 'object' then ${whole} - ${member} end`);
    else if (step.do === 'mask' || step.do === 'round') {
      const value = `(${whole} -> ${member})`;
      const to = step.do === 'round' ? bind(String(step.to), 'numeric') : '';
      const next =
        step.do === 'mask'
          ? `'null'::jsonb`
          : `case jsonb_typeof(${value}) when 'number' then to_jsonb((round(${value}::numeric / ${to}) * ${to})::double precision) else 'null' end`;
      changed.set(
        'properties',
        `case jsonb_typeof(${whole}) when 'object' then case when ${whole} ? ${member}
           then ${whole} || jsonb_build_object(${member}, ${next}) else ${whole} end end`,
      );
    } else
      throw new Problem('invalid', `“${step.do}” cannot be done to “${step.column}”.`, {
        details: { column: step.column },
      });
  }
  return changed;
}

function cut(steps: PolicyContent['steps']): TimeGrain {
  const grains = steps.flatMap((step) => (step.do === 'coarsen-time' ? [step.to] : []));
  return (['day', 'hour'] as const).find((grain) => grains.includes(grain)) ?? '15-minutes';
}

function coarsenPlace(kind: string, to: PlaceGrain, changed: Map<string, string>, bind: Bind): void {
  if (kind === 'datastream') changed.set('observed_area', 'null::jsonb');
  const column = kind === 'location' ? 'location' : kind === 'feature_of_interest' ? 'feature' : undefined;
  if (!column) return;
  changed.set(column, moved(`t.${column}`, to));
  // What a place is called often is its address.
  const words =
    to === 'neighborhood'
      ? 'the middle of a neighborhood'
      : `the middle of a square ${to.replace('-m', ' m')} wide`;
  changed.set('name', bind('Place, coarsened', 'text'));
  changed.set('description', bind(`Moved to ${words} before it was released.`, 'text'));
  changed.set('properties', 'null::jsonb');
  if (kind === 'feature_of_interest') return;
  changed.set('external_key', 'null::text');
}

const metersOfDegree = 111_320;

/** A GeoJSON geometry or feature as the middle of a square, or of the nearest neighborhood; null where it has no position. */
function moved(json: string, to: PlaceGrain): string {
  const coordinates = `case when ${json} ? 'geometry' then ${json} -> 'geometry' else ${json} end -> 'coordinates'`;
  const position = `(select (a ->> 0)::double precision as lon, (a ->> 1)::double precision as lat
    from jsonb_path_query_array(${coordinates}, 'strict $.**?(@.type() == "number")') a) p`;
  const within = 'p.lon between -180 and 180 and p.lat between -90 and 90';
  const point = (lon: string, lat: string) =>
    `jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(round((${lon})::numeric, 6), round((${lat})::numeric, 6)))`;
  if (to === 'neighborhood')
    return `(select ${point('n.longitude', 'n.latitude')} from ${position} cross join released.place n
      where n.kind = 'neighborhood' and ${within}
      order by ((n.longitude - p.lon) * cosd(p.lat)) ^ 2 + (n.latitude - p.lat) ^ 2, n.slug limit 1)`;
  const step = Number(to.replace('-m', '')) / metersOfDegree;
  const lat = `((floor(p.lat / ${step}) + 0.5) * ${step})`;
  const wide = `(${step} / greatest(cosd(${lat}), 0.01))`;
  return `(select ${point(`(floor(p.lon / ${wide}) + 0.5) * ${wide}`, lat)} from ${position} where ${within})`;
}

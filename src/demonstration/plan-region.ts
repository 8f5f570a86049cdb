import { Problem } from '../kit/problem.ts';
import { chance, seedOf, vary } from './noise.ts';
import type { Place, Seeds } from './seeds.ts';
import type { Measure, Site } from './signal.ts';

/** The region worked out from its data files: what stands where and what it measures. Pure. */
export type PlannedThing = {
  key: string;
  dataset: string;
  name: string;
  description: string;
  corner: string;
  coordinates: [number, number];
  properties: {
    purpose: { en: string; es: string };
    installedOn: string;
    office: string;
    mount: string;
    place: string;
    demonstration: true;
  };
};

export type PlannedStream = {
  key: string;
  dataset: string;
  thing: string;
  property: string;
  instrument: string;
  name: string;
  description: string;
  isTruth: boolean;
  unit: { name: string | null; symbol: string | null; definition: string | null };
  plausibleLow: number | null;
  plausibleHigh: number | null;
  measure: Measure;
  site: Site;
  zone: string;
  /** Milliseconds between live readings, and between those of the history. */
  every: number;
  historyEvery: number;
};

export type PlannedDataset = Seeds['datasets']['datasets'][number] & { updateEvery: string };

export type Region = {
  seeds: Seeds;
  datasets: PlannedDataset[];
  things: PlannedThing[];
  streams: PlannedStream[];
};

type Kind = Seeds['kinds'][string];
type SeedSite = Seeds['sites'][number]['sites'][number];

const day = 86_400_000;

/**
 * Plans the region. `scale` (0 to 1) keeps that share of the sensors, always the same ones, and at least one of each
 * kind in each dataset. Errors: Problem `invalid` when a data file names what another does not define.
 */
export function planRegion(seeds: Seeds, scale = 1): Region {
  const places = new Map(seeds.places.map((place) => [place.slug, place]));
  const datasets = seeds.datasets.datasets.map((dataset) => {
    const lookup = known(
      new Map(seeds.offices.map((office) => [office.slug, office])),
      dataset.office,
      'office',
    );
    known(places, dataset.place, 'place');
    if (!isWithin(places, dataset.place, lookup.place))
      wrong(`the dataset ${dataset.slug} belongs to an office elsewhere`);
    return { ...dataset, updateEvery: slowest(seeds, dataset.kinds) };
  });
  const region: Region = { seeds, datasets, things: [], streams: [] };
  const kept = new Set<string>();
  for (const city of seeds.sites) {
    for (const site of city.sites) {
      const place = known(places, site.place ?? city.place, 'place');
      for (const kindName of site.carries) {
        const kind =
          seeds.kinds[kindName] ?? wrong(`there is no kind of sensor “${kindName}” (${site.corner})`);
        const dataset = datasetFor(datasets, places, kindName, place);
        const key = `${kindName}/${place.slug}/${slugOf(site.corner)}`;
        const first = `${dataset.slug} ${kindName}`;
        if (kept.has(first) && chance(seedOf(key), 0) >= scale) continue;
        kept.add(first);
        addThing(region, { key, kind, dataset, place, site });
      }
    }
  }
  return region;
}

type Placing = { key: string; kind: Kind; dataset: PlannedDataset; place: Place; site: SeedSite };

function addThing(region: Region, { key, kind, dataset, place, site }: Placing): void {
  const seed = seedOf(key);
  if (kind.streams.some((stream) => stream.measure.startsWith('spaces')) && !(site.spaces && site.rhythm)) {
    wrong(`${site.corner} lacks its spaces or its rhythm`);
  }
  const words = (site.near && kind.near?.[site.near]) || kind;
  const fill = (template: string) =>
    template.replaceAll('{corner}', site.corner).replaceAll('{spaces}', String(site.spaces ?? ''));
  const name = fill(words.name);
  region.things.push({
    key,
    dataset: dataset.slug,
    name,
    description: `${fill(words.description)} Invented for the demonstration.`,
    corner: site.corner,
    // Poles of one corner stand some meters apart.
    coordinates: [nudge(site.at[0], vary(seed, 1)), nudge(site.at[1], vary(seed, 2))],
    properties: {
      purpose: words.purpose,
      installedOn: new Date(Date.UTC(2017, 2, 1) + Math.floor(chance(seed, 3) * 2400) * day)
        .toISOString()
        .slice(0, 10),
      office: dataset.office,
      mount: kind.mount,
      place: place.slug,
      demonstration: true,
    },
  });
  const curve: Site = {
    seed,
    area: seedOf(place.slug),
    road: site.road,
    nearSchool: site.near === 'school',
    spaces: site.spaces ?? 0,
    rhythm: site.rhythm ?? 'shops',
  };
  for (const stream of kind.streams) {
    const { properties, units, instruments } = region.seeds.instruments;
    const property = properties[stream.property] ?? wrong(`there is no property “${stream.property}”`);
    if (!instruments[stream.instrument]) wrong(`there is no instrument “${stream.instrument}”`);
    const unit =
      property.unit === undefined
        ? undefined
        : (units[property.unit] ?? wrong(`there is no unit “${property.unit}”`));
    const high = stream.plausible?.[1];
    region.streams.push({
      key: `${key}/${stream.property}`,
      dataset: dataset.slug,
      thing: key,
      property: stream.property,
      instrument: stream.instrument,
      name: `${property.name}, ${site.corner}`,
      description: `${property.description} at ${site.corner}. Invented for the demonstration.`,
      isTruth: stream.measure === 'camera-up',
      unit: unit ?? { name: null, symbol: null, definition: null },
      plausibleLow: stream.plausible?.[0] ?? null,
      plausibleHigh: high === 'spaces' ? curve.spaces : (high ?? null),
      measure: stream.measure,
      site: curve,
      zone: place.timeZone,
      every: milliseconds(stream.every),
      historyEvery: milliseconds(stream.history),
    });
  }
}

/** The dataset that takes this kind of sensor: the place's own, else its parent's. */
function datasetFor(
  datasets: PlannedDataset[],
  places: ReadonlyMap<string, Place>,
  kind: string,
  place: Place,
): PlannedDataset {
  for (let at: Place | undefined = place; at; at = at.parent ? places.get(at.parent) : undefined) {
    const found = datasets.find((dataset) => dataset.place === at?.slug && dataset.kinds.includes(kind));
    if (found) return found;
  }
  return wrong(`no dataset of ${place.name} takes sensors of the kind “${kind}”`);
}

function isWithin(places: ReadonlyMap<string, Place>, slug: string, whole: string): boolean {
  const place = places.get(slug);
  return (
    place !== undefined &&
    (place.slug === whole || (place.parent !== undefined && isWithin(places, place.parent, whole)))
  );
}

/** What the owner can promise: each sensor reports something at least this often. */
function slowest(seeds: Seeds, kinds: string[]): string {
  const longest = Math.max(
    ...kinds.map((kind) =>
      Math.min(...(seeds.kinds[kind]?.streams ?? []).map((stream) => milliseconds(stream.every))),
    ),
  );
  const seconds = longest / 1000;
  return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
}

/** Of a duration in hours, minutes and seconds (ISO 8601). */
export function milliseconds(duration: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

const nudge = (degrees: number, seed: number) =>
  Math.round((degrees + (chance(seed, 0) - 0.5) * 3e-4) * 1e6) / 1e6;
const slugOf = (corner: string) => corner.toLowerCase().replace(/[^a-z0-9]+/g, '-');

function known<T>(all: ReadonlyMap<string, T>, key: string, what: string): T {
  return all.get(key) ?? wrong(`there is no ${what} “${key}”`);
}

function wrong(message: string): never {
  throw new Problem('invalid', `The data files of the demonstration region do not fit together: ${message}.`);
}

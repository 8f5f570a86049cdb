import { type Moment, momentAt } from './moment.ts';
import { chance, jitter, type Spells, seedOf, spellAt, vary, wander } from './noise.ts';
import { airTemperature, fahrenheit, isDark, rainRunoff, sunshine, wetness } from './weather.ts';

/**
 * What an invented sensor measures, as a pure function of where it stands and of the time. The history and the live
 * simulation both call it, so that the curve goes on without a seam, in every process and after every restart.
 */
export type Road = 'arterial' | 'street' | 'local';
export type Rhythm = 'commuter' | 'station' | 'shops' | 'evening' | 'beach';

export type Site = {
  /** The sensor's own. */
  seed: number;
  /** Shared by the sensors around: what is common to neighbors follows it. */
  area: number;
  road: Road;
  nearSchool: boolean;
  /** Parking spaces; 0 where nobody parks. */
  spaces: number;
  rhythm: Rhythm;
};

/** `plausible: false`: the sensor reported nonsense (a code, a stuck value), to be flagged in resultQuality. */
export type Value = { result: number | boolean; plausible: boolean };

const minute = 60_000;
const hour = 3_600_000;

/** A hump of height 1 around an hour of the day. */
const hump = (at: number, center: number, width: number) => Math.exp(-(((at - center) / width) ** 2) / 2);
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const isWeekend = (moment: Moment) => moment.weekday === 0 || moment.weekday === 6;

/** How busy the streets are: some 0.03 at night, 1 in the evening rush of a working day. */
function bustle(moment: Moment): number {
  const { hour: h } = moment;
  if (isWeekend(moment)) {
    const day = 0.03 + 0.58 * hump(h, 13.5, 3.2) + 0.12 * hump(h, 20.5, 1.8);
    return moment.weekday === 0 ? day * 0.86 : day;
  }
  const friday = moment.weekday === 5 ? 1.06 : 1;
  return (
    0.03 +
    0.74 * hump(h, 8, 1.1) +
    0.5 * hump(h, 12.8, 2.5) +
    friday * 0.84 * hump(h, 17.2, 1.6) +
    0.1 * hump(h, 21, 1.5)
  );
}

/** Parents and buses; none in July and August. */
function schoolRun(moment: Moment): number {
  if (isWeekend(moment) || moment.month === 7 || moment.month === 8) return 0;
  return hump(moment.hour, 7.9, 0.4) + hump(moment.hour, 15.1, 0.5);
}

function load(site: Site, moment: Moment): number {
  const { ms } = moment;
  const common =
    1 + 0.12 * wander(site.area, ms, 3 * hour) + 0.05 * wander(vary(site.area, 1), ms, 60 * hour);
  const own = 1 + 0.08 * wander(site.seed, ms, 40 * minute);
  const school = site.nearSchool ? 0.4 * schoolRun(moment) : 0;
  return (bustle(moment) + school) * common * own * (1 - 0.07 * wetness(ms));
}

const roads: Record<Road, { flow: [number, number]; speed: [number, number]; sound: number; lamp: number }> =
  {
    arterial: { flow: [1050, 900], speed: [36, 7], sound: 67, lamp: 105 },
    street: { flow: [360, 420], speed: [28, 5], sound: 61, lamp: 72 },
    local: { flow: [80, 170], speed: [26, 6], sound: 53, lamp: 46 },
  };

/** A lasting trait of a sensor within [low, low + spread). */
const trait = (site: Site, number: number, low: number, spread: number) =>
  low + spread * chance(site.seed, number);

function flow(site: Site, moment: Moment): number {
  const [low, spread] = roads[site.road].flow;
  const expected = trait(site, 11, low, spread) * load(site, moment);
  return Math.max(0, expected + 1.4 * Math.sqrt(expected) * jitter(site.seed, moment.ms));
}

function speed(site: Site, moment: Moment): number {
  const [low, spread] = roads[site.road].speed;
  const crowd = clamp(load(site, moment), 0, 1.2);
  const school = site.nearSchool ? 5 * schoolRun(moment) : 0;
  const own =
    1.6 * wander(vary(site.seed, 2), moment.ms, 25 * minute) + 1.2 * jitter(vary(site.seed, 2), moment.ms);
  return Math.max(
    4,
    trait(site, 12, low, spread) * (1 - 0.36 * crowd ** 2.2) - school - 2.5 * wetness(moment.ms) + own,
  );
}

/** Share of the spaces that are taken. */
const taken: Record<Rhythm, (moment: Moment) => number> = {
  commuter: (m) =>
    isWeekend(m) ? 0.1 + 0.16 * hump(m.hour, 13, 3) : 0.06 + 0.84 * plateau(m.hour, 8.3, 17.3),
  station: (m) => (isWeekend(m) ? 0.22 + 0.2 * hump(m.hour, 14, 4) : 0.1 + 0.84 * plateau(m.hour, 7.1, 18.6)),
  shops: (m) => 0.08 + 0.74 * hump(m.hour, 13.2, 3.1) * (m.weekday === 6 ? 1.14 : m.weekday === 0 ? 0.8 : 1),
  evening: (m) =>
    0.1 +
    0.34 * hump(m.hour, 12.6, 1.6) +
    (m.weekday === 5 || m.weekday === 6 ? 0.78 : 0.56) * hump(m.hour, 20, 2.1),
  beach: (m) =>
    0.03 +
    (isWeekend(m) ? 0.92 : 0.5) *
      hump(m.hour, 14, 2.6) *
      (0.1 + 0.9 * hump(m.yearDay, 205, 42)) *
      (1 - 0.7 * wetness(m.ms)),
};

/** 0 before `from`, 1 until `to`, 0 after; both edges take about an hour. */
const plateau = (at: number, from: number, to: number) =>
  1 / (1 + Math.exp((from - at) * 3)) - 1 / (1 + Math.exp((to - at) * 2.4));

function occupied(site: Site, moment: Moment): number {
  const { ms } = moment;
  const common = 1 + 0.1 * wander(vary(site.area, 3), ms, 5 * hour);
  const own = 0.05 * wander(site.seed, ms, 50 * minute) + 0.02 * wander(vary(site.seed, 4), ms, 7 * minute);
  return Math.round(site.spaces * clamp(taken[site.rhythm](moment) * common + own, 0, 1));
}

function noiseLevel(site: Site, moment: Moment): number {
  const { ms } = moment;
  const traffic = 7.5 * Math.log10(load(site, moment) + 0.02);
  const own = 1.8 * wander(site.seed, ms, 20 * minute) + 1.6 * jitter(site.seed, ms);
  return roads[site.road].sound + trait(site, 13, -2, 4) + traffic + own;
}

const lampFailure: Spells = { blockHours: 480, probability: 0.1, minHours: 10, maxHours: 120 };

function lampPower(site: Site, moment: Moment): number {
  const broken = spellAt(vary(site.seed, 5), moment.ms, lampFailure) !== undefined;
  if (broken || !isDark(moment)) return 0.7 + 0.2 * jitter(site.seed, moment.ms);
  const dimmed = moment.hour < 5 ? 0.6 : 1;
  return roads[site.road].lamp * dimmed * trait(site, 14, 0.92, 0.16) + 1.2 * jitter(site.seed, moment.ms);
}

const region = seedOf('regional air');

/** Fine particles: what blows over the whole region, times the neighborhood, times the street. */
function pm25(site: Site, moment: Moment): number {
  const { ms } = moment;
  const winter = 1 + 0.16 * Math.cos(((moment.yearDay - 15) / 365.25) * 2 * Math.PI);
  const drift =
    0.5 * wander(region, ms, 55 * hour) +
    0.24 * wander(vary(site.area, 6), ms, 9 * hour) +
    0.14 * wander(site.seed, ms, 70 * minute);
  const washed = 1 - 0.3 * wetness(ms);
  return Math.max(
    0.4,
    7.4 * winter * washed * (1 + 0.2 * bustle(moment)) * Math.exp(drift) + 0.4 * jitter(site.seed, ms),
  );
}

function nitrogenDioxide(site: Site, moment: Moment): number {
  const { ms } = moment;
  const street = site.road === 'arterial' ? 1.35 : site.road === 'street' ? 1 : 0.6;
  const drift =
    0.3 * wander(vary(region, 1), ms, 40 * hour) + 0.2 * wander(vary(site.seed, 7), ms, 90 * minute);
  return Math.max(
    0.5,
    (4.5 + 11 * load(site, moment) * street) * Math.exp(drift) + 0.6 * jitter(vary(site.seed, 7), ms),
  );
}

function ozone(site: Site, moment: Moment): number {
  const { ms } = moment;
  const summer = 0.55 + 0.45 * Math.cos(((moment.yearDay - 190) / 365.25) * 2 * Math.PI);
  const drift = 7 * wander(vary(region, 2), ms, 50 * hour) + 1.5 * wander(vary(site.seed, 8), ms, hour);
  return Math.max(
    1,
    22 +
      26 * summer * sunshine(moment) +
      drift -
      0.35 * nitrogenDioxide(site, moment) +
      jitter(site.seed, ms),
  );
}

const local = (site: Site) => 1.2 * (chance(site.area, 15) - 0.5) + 0.5 * (chance(site.seed, 15) - 0.5);

function temperature(site: Site, moment: Moment): number {
  return fahrenheit(airTemperature(moment) + local(site)) + 0.3 * jitter(vary(site.seed, 9), moment.ms);
}

function humidity(site: Site, moment: Moment): number {
  const { ms } = moment;
  const drift = 15 * wander(vary(region, 3), ms, 45 * hour) + 2 * wander(vary(site.seed, 10), ms, 2 * hour);
  return clamp(74 - 26 * sunshine(moment) + 16 * wetness(ms) + drift + jitter(site.seed, ms), 14, 100);
}

function drainLevel(site: Site, moment: Moment): number {
  const base = trait(site, 16, 2.5, 2.5);
  const water = rainRunoff(moment.ms) * trait(site, 17, 14, 22);
  return Math.max(
    0,
    base + water + 0.3 * wander(site.seed, moment.ms, 3 * hour) + 0.15 * jitter(site.seed, moment.ms),
  );
}

function deckTemperature(site: Site, moment: Moment): number {
  return (
    fahrenheit(airTemperature(moment) + 7 * sunshine(moment)) + 0.4 * jitter(vary(site.seed, 11), moment.ms)
  );
}

function strain(site: Site, moment: Moment): number {
  const warmth = fahrenheit(airTemperature(moment) + 7 * sunshine(moment)) - 55;
  return trait(site, 18, 110, 70) - 1.1 * warmth + 32 * load(site, moment) + 6 * jitter(site.seed, moment.ms);
}

function waterPressure(site: Site, moment: Moment): number {
  const { hour: h, ms } = moment;
  const late = isWeekend(moment) ? 1.8 : 0;
  const demand = 5 * hump(h, 7.2 + late, 1.3) + 5.5 * hump(h, 18.8, 1.8);
  return (
    trait(site, 19, 62, 16) -
    demand +
    1.6 * wander(vary(site.area, 12), ms, 4 * hour) +
    0.5 * jitter(site.seed, ms)
  );
}

const cameraFault: Spells = { blockHours: 240, probability: 0.4, minHours: 0.3, maxHours: 22 };
const cameraUp = (site: Site, ms: number) => spellAt(vary(site.seed, 13), ms, cameraFault) === undefined;

function cameraUptime(site: Site, ms: number): number {
  const samples = 96;
  let up = 0;
  for (let index = 0; index < samples; index++) if (cameraUp(site, ms - index * 15 * minute)) up++;
  return (100 * up) / samples;
}

type Curve = {
  at(site: Site, moment: Moment): number;
  decimals: number;
  /** What the instrument sends when it fails: outside every plausible range. */
  fault: number;
};

const curves = {
  'vehicle-flow': { at: flow, decimals: 0, fault: 9999 },
  'mean-speed': { at: speed, decimals: 1, fault: 255 },
  'spaces-occupied': { at: occupied, decimals: 0, fault: -1 },
  'spaces-free': { at: (site, moment) => site.spaces - occupied(site, moment), decimals: 0, fault: -1 },
  pm25: { at: pm25, decimals: 1, fault: 999.9 },
  'nitrogen-dioxide': { at: nitrogenDioxide, decimals: 1, fault: 999.9 },
  ozone: { at: ozone, decimals: 1, fault: 999.9 },
  'air-temperature': { at: temperature, decimals: 1, fault: -196.6 },
  'relative-humidity': { at: humidity, decimals: 0, fault: 127 },
  'noise-level': { at: noiseLevel, decimals: 1, fault: 0 },
  'lamp-power': { at: lampPower, decimals: 1, fault: -1 },
  'drain-level': { at: drainLevel, decimals: 1, fault: 999.9 },
  strain: { at: strain, decimals: 0, fault: 9999 },
  'deck-temperature': { at: deckTemperature, decimals: 1, fault: -196.6 },
  'water-pressure': { at: waterPressure, decimals: 1, fault: 0 },
} as const satisfies Record<string, Curve>;

export type Measure = keyof typeof curves | 'camera-up' | 'camera-uptime';
export const measures = [...Object.keys(curves), 'camera-up', 'camera-uptime'] as Measure[];

const outage: Spells = { blockHours: 144, probability: 0.12, minHours: 1, maxHours: 30 };
const areaOutage: Spells = { blockHours: 720, probability: 0.3, minHours: 0.5, maxHours: 3 };
const stuck: Spells = { blockHours: 336, probability: 0.02, minHours: 4, maxHours: 18 };
const faultSeeds = new Map(measures.map((measure) => [measure, seedOf(measure)]));

/** What the sensor reports at this moment; undefined while it, or its whole neighborhood, is silent. */
export function valueAt(measure: Measure, site: Site, moment: Moment): Value | undefined {
  const { ms } = moment;
  if (spellAt(vary(site.area, 20), ms, areaOutage) !== undefined) return undefined;
  if (spellAt(vary(site.seed, 20), ms, outage) !== undefined) return undefined;
  if (measure === 'camera-up') return { result: cameraUp(site, ms), plausible: true };
  if (measure === 'camera-uptime') return { result: rounded(cameraUptime(site, ms), 1), plausible: true };
  const curve: Curve = curves[measure];
  const fault = chance(vary(site.seed, faultSeeds.get(measure) ?? 0), Math.floor(ms / minute));
  if (fault < 1 / 9000) return { result: curve.fault, plausible: false };
  const since = spellAt(vary(site.seed, 21), ms, stuck);
  const value = curve.at(site, since === undefined ? moment : momentAt(since, moment.zone));
  return { result: rounded(value, curve.decimals), plausible: since === undefined };
}

function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  // Not -0: it would be stored as such.
  return Math.round(value * factor) / factor + 0;
}

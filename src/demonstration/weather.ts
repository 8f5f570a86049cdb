import type { Moment } from './moment.ts';
import { chance, seedOf, wander } from './noise.ts';

/** One invented weather for the whole region, so that what depends on it agrees everywhere. Pure. */
const hour = 3_600_000;
const temperatureSeed = seedOf('weather: temperature');
const daySeed = seedOf('weather: within the day');
const rainSeed = seedOf('weather: rain');

export const fahrenheit = (celsius: number) => celsius * 1.8 + 32;

/** Solar noon in local hours; the curves are drawn for longitudes around 73.5° West, in Eastern time. */
const solarNoon = (moment: Moment) => 16.9 + moment.offset;
/** Hours from sunrise to sunset at about 41° North. */
const dayLength = (moment: Moment) => 12.1 + 2.95 * Math.sin(((moment.yearDay - 80) / 365.25) * 2 * Math.PI);

export function isDark(moment: Moment): boolean {
  return Math.abs(moment.hour - solarNoon(moment)) > dayLength(moment) / 2;
}

/** 0 at night, up to 1 about two hours after solar noon, when the ground is warmest. */
export function sunshine(moment: Moment): number {
  const away = Math.abs(moment.hour - solarNoon(moment) - 2) / (dayLength(moment) / 2 + 2);
  return away >= 1 ? 0 : Math.cos((away * Math.PI) / 2) ** 2 * (1 - 0.5 * wetness(moment.ms));
}

/** Degrees Celsius: the season, the hour, and the fronts that pass. */
export function airTemperature(moment: Moment): number {
  const season = 10.4 - 12.2 * Math.cos(((moment.yearDay - 21) / 365.25) * 2 * Math.PI);
  const fronts =
    4.6 * wander(temperatureSeed, moment.ms, 74 * hour) + 1.4 * wander(daySeed, moment.ms, 13 * hour);
  return season - 3 + 8 * sunshine(moment) + fronts;
}

const block = 6 * hour;
/** How wet a six-hour block is: mostly 0, else up to 1. */
const rainIn = (index: number) =>
  chance(rainSeed, index) < 0.14 ? 0.25 + 0.75 * chance(~rainSeed, index) : 0;

/** Rain falling now, 0 to 1. */
export function wetness(ms: number): number {
  const position = ms / block;
  const index = Math.floor(position);
  const amount = rainIn(index);
  return amount === 0 ? 0 : amount * Math.sin((position - index) * Math.PI) ** 2;
}

/** What the rain of the last two days leaves in the drains: rises within the hour, falls over a day. */
export function rainRunoff(ms: number): number {
  const index = Math.floor(ms / block);
  let runoff = 0;
  for (let back = 0; back <= 8; back++) {
    const amount = rainIn(index - back);
    if (amount === 0) continue;
    const age = (ms - (index - back) * block) / hour;
    runoff += amount * (1 - Math.exp(-age / 2.5)) * Math.exp(-Math.max(0, age - 4) / 9);
  }
  return runoff;
}

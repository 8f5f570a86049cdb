import { formatNumber } from '../ui/format.ts';
import type { Language } from '../ui/language.ts';
import type { Reading } from './read-sensor.ts';

/** A result for people: numbers in their language, anything else as it is. */
export function formatResult(
  { number, other }: Pick<Reading, 'number' | 'other'>,
  language: Language,
): string {
  if (number !== null) return formatNumber(number, language);
  if (other === null || other === undefined) return '–';
  return typeof other === 'string' ? other : JSON.stringify(other);
}

/** True when the reading lies outside what is plausible for its Datastream. */
export function isDoubtful(
  { number }: Pick<Reading, 'number'>,
  low: number | null,
  high: number | null,
): boolean {
  return number !== null && ((low !== null && number < low) || (high !== null && number > high));
}

/** What a live feed sends: an Observation in SensorThings JSON [STA 1.1 §8.2.6] with its Datastream. */
export function parseLiveReading(json: string): { datastream: string; reading: Reading } | undefined {
  const sent: unknown = JSON.parse(json);
  if (typeof sent !== 'object' || sent === null) return undefined;
  const { phenomenonTime, result, resultQuality, Datastream } = sent as Record<string, unknown>;
  const datastream = (Datastream as Record<string, unknown> | undefined)?.['@iot.id'];
  if (typeof phenomenonTime !== 'string' || datastream === undefined) return undefined;
  // An interval is shown by its end, as the page does.
  const at = new Date(phenomenonTime.split('/').at(-1) as string);
  if (Number.isNaN(at.getTime())) return undefined;
  return {
    datastream: String(datastream),
    reading: {
      at: at.toISOString(),
      number: typeof result === 'number' ? result : null,
      other: typeof result === 'number' ? null : result,
      quality: resultQuality ?? null,
    },
  };
}

import { type Day, isDay } from '../rules/index.ts';
import { type Faults, firstDay, lastDay, type WorkFields } from './work-kind.ts';

/** A day as a date field sends it; undefined, with the fault noted, where it is none or lies beyond. */
export function readDay(fields: WorkFields, name: string, faults: Faults): Day | undefined {
  const text = (fields[name] ?? '').trim();
  if (text === '') faults[name] = 'missing';
  else if (!isDay(text)) faults[name] = 'no-day';
  else if (text < firstDay || text > lastDay) faults[name] = 'out-of-range';
  return faults[name] ? undefined : text;
}

/** A whole number from 0; nothing written is 0. */
export function readCount(fields: WorkFields, name: string, most: number, faults: Faults): number {
  const text = (fields[name] ?? '').trim();
  if (text === '') return 0;
  if (!/^\d{1,12}$/.test(text)) faults[name] = 'no-count';
  else if (Number(text) > most) faults[name] = 'too-many';
  return faults[name] ? 0 : Number(text);
}

/**
 * How the newest reading stands to what its owner promises. A reading may be one promised interval old, and as much again on
 * its way: older than twice the promise is late. That is a default of the software; no law sets it. Pure, safe for the
 * browser.
 */
export type Freshness = 'on-time' | 'late' | 'missing';
export const lateAfterPromises = 2;

export function freshnessOf(given: {
  lastAt: string | null;
  promisedSeconds: number | null;
  now: string;
}): Freshness | null {
  if (given.promisedSeconds === null) return null;
  if (given.lastAt === null) return 'missing';
  const age = (Date.parse(given.now) - Date.parse(given.lastAt)) / 1000;
  return age > lateAfterPromises * given.promisedSeconds ? 'late' : 'on-time';
}

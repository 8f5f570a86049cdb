import { formatDay, formatTime } from './format.ts';
import { useLanguage, useTimeZone } from './language-context.tsx';

/** A moment, told in the zone of the place shown, with the zone's name. */
export function Time({ at, day = false }: { at: string; day?: boolean }) {
  const [language, timeZone] = [useLanguage(), useTimeZone()];
  // The browser's tables of names may differ by a space from the server's; the server's text stays.
  return (
    <time dateTime={at} suppressHydrationWarning>
      {day ? formatDay(at, language, timeZone) : formatTime(at, language, timeZone)}
    </time>
  );
}

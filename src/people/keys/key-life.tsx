import { formatTime } from '../../ui/format.ts';
import { useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Time } from '../../ui/time.tsx';
import { keyMessages } from './key-messages.ts';
import type { Moment } from './key-timeline.ts';

/** A key's life, oldest first. `you` is the reader, as the audit log names him. */
export function KeyLife({ moments, you }: { moments: Moment[]; you: string }) {
  const [language, say, timeZone] = [useLanguage(), useMessages(keyMessages), useTimeZone()];
  const who = (by: string) => {
    const [kind, number = ''] = by.split(':');
    if (by === you) return say.byYou;
    if (kind === 'operator') return say.byOperator;
    return kind === 'person' ? say.byPerson(number) : say.byKey(number);
  };
  const what = ({ kind, what = '', until }: Moment) => {
    switch (kind) {
      case 'made':
      case 'terms-accepted':
      case 'secret-ended':
        return say[`at-${kind}`](what);
      case 'rotated':
        return say['at-rotated'](what, until ? formatTime(until, language, timeZone) : '…');
      default:
        return say[`at-${kind}`];
    }
  };
  return (
    <ol className="timeline">
      {moments.map((moment) => (
        <li key={`${moment.at} ${moment.kind} ${moment.what ?? ''}`}>
          <Time at={moment.at} />
          {what(moment)}
          {moment.by ? ` – ${who(moment.by)}` : ''}
        </li>
      ))}
    </ol>
  );
}

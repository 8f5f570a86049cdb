import { useMessages } from '../ui/language-context.tsx';
import { Time } from '../ui/time.tsx';
import { guideMessages } from './guide-messages.ts';
import type { RuleFile } from './read-rule-file.ts';

/**
 * Whether the record that stands was compared with its text, when, and what was found. By role and place: like everywhere
 * in public, an office answers for its work, and no member of its staff is named.
 */
export function TextChecks({ checks, place }: { checks: RuleFile['checks']; place: string }) {
  const say = useMessages(guideMessages);
  return (
    <>
      <h3>{say.checksTitle}</h3>
      {checks.length === 0 ? (
        <p>{say.checksNone}</p>
      ) : (
        <ul className="usa-list">
          {checks.map(({ at, result }) => (
            <li key={at}>
              <Time at={at} />: {say[`check_${result}`]} {say.checkedBy(place)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

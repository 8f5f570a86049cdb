import { Link } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Tag } from '../ui/parts.tsx';
import { guideMessages } from './guide-messages.ts';
import type { Fact, GuideView } from './guide-view.ts';
import { officeHref } from './question.ts';
import { ruleMessages } from './rule-messages.ts';
import { CitationText, OpenEnd, StateTag } from './rule-parts.tsx';
import { workKind } from './work-kind.ts';
import { workMessages } from './work-messages.ts';

/** One fact of a guide: what the rule says, its footnotes, and a gap shown as a gap with whom to ask. */
export function FactText({ fact }: { fact: Fact }) {
  const [language, say, words] = [useLanguage(), useMessages(guideMessages), useMessages(ruleMessages)];
  const work = useMessages(workMessages);
  const { rule } = fact;
  if (!rule) return <p className="not-stated">{say.gone}</p>;
  const gap = rule.state !== 'specified';
  return (
    <div className={gap ? 'fact fact--gap' : 'fact'} id={fact.anchor}>
      <p>
        {rule.says}
        <Notes fact={fact} /> {fact.notNow ? <Tag>{say.notNow}</Tag> : null}{' '}
        <Link
          className="no-print fact__more"
          to={`/${language}/rules/${rule.id}`}
          aria-label={`${say.details}: ${words[rule.aspect]}, ${rule.topic.name}`}
        >
          {say.details}
        </Link>
        {workKind(rule) === 'deadline' && !fact.notNow ? (
          <>
            {' '}
            <Link
              className="no-print fact__more"
              to={`/${language}/rules/${rule.id}#work`}
              aria-label={`${work.linkDeadline}: ${words[rule.aspect]}, ${rule.topic.name}`}
            >
              {work.linkDeadline}
            </Link>
          </>
        ) : null}
      </p>
      {rule.custodian ? <p className="quiet">{say.onlyHeldBy(rule.custodian.name)}</p> : null}
      {rule.openEnd ? (
        <p className="quiet">
          {words.openEnd}: <OpenEnd rule={rule} />
        </p>
      ) : null}
      {gap ? (
        <p className="fact__gap">
          <StateTag state={rule.state} />{' '}
          <span className="quiet">
            {words.askWhom}: <span lang="en">{rule.ask.map(({ name }) => name).join(', ')}</span>.
          </span>{' '}
          <Link
            className="no-print"
            to={officeHref(language, { rule: rule.id })}
            aria-label={`${say.askGap}: ${words[rule.aspect]}, ${rule.topic.name}`}
          >
            {say.askGap}
          </Link>
        </p>
      ) : null}
    </div>
  );
}

function Notes({ fact }: { fact: Fact }) {
  const say = useMessages(guideMessages);
  if (fact.notes.length === 0) return null;
  return (
    <sup className="note-refs">
      {fact.notes.map((number) => (
        <a key={number} href={`#source-${number}`} aria-label={say.note(number)}>
          {number}
        </a>
      ))}
    </sup>
  );
}

/** The sources, each with the way back to the facts that rest on it. */
export function Footnotes({ notes }: { notes: GuideView['notes'] }) {
  const say = useMessages(guideMessages);
  return (
    <ol className="footnotes">
      {notes.map(({ number, cite, uses }) => (
        <li key={number} id={`source-${number}`}>
          <CitationText cite={cite} />{' '}
          <span className="no-print footnotes__back">
            {uses.map((anchor, index) => (
              <a key={anchor} href={`#${anchor}`}>
                ↑{index + 1}
                <span className="usa-sr-only"> {say.back(index + 1)}</span>
              </a>
            ))}
          </span>
        </li>
      ))}
    </ol>
  );
}

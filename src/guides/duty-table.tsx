import { Link } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { officeMessages } from './office-messages.ts';
import { askHref } from './question.ts';
import type { Duty, Part } from './read-directory.ts';
import { ruleMessages } from './rule-messages.ts';

/** Who does what: under each topic one row for each thing, so that it stands beside its own office and its own text. */
export function DutyTable({
  parts,
  place,
  caption,
}: {
  parts: readonly Part[];
  /** Where the topics are asked for. */
  place: string;
  caption: string;
}) {
  const [language, say] = [useLanguage(), useMessages(officeMessages)];
  if (parts.length === 0) return <p>{say.noParts}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of one table is no set of form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard [WCAG 2.1.1]
    <div className="usa-table-container--scrollable" role="group" tabIndex={0} aria-label={caption}>
      <table className="usa-table usa-table--borderless data-table data-table--stacked duty-table">
        <caption className="usa-sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{say.part}</th>
            <th scope="col">{say.office}</th>
            <th scope="col">{say.instrument}</th>
          </tr>
        </thead>
        {parts.map(({ topic, duties }) => (
          <tbody key={topic.id}>
            <tr className="duty-table__topic">
              <th scope="rowgroup" colSpan={3}>
                <Link to={askHref(language, { place, topic: topic.id })}>{topic.name}</Link>
              </th>
            </tr>
            {duties.map((duty) => (
              <DutyRow key={duty.ruleId} duty={duty} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function DutyRow({ duty }: { duty: Duty }) {
  const [language, say, words] = [useLanguage(), useMessages(officeMessages), useMessages(ruleMessages)];
  const { ruleId, aspect, custodian, offices, state, texts } = duty;
  return (
    <tr>
      <th scope="row">
        <Link to={`/${language}/rules/${ruleId}`}>{words[aspect]}</Link>
        {custodian ? <span className="quiet"> ({say.onlyFor(custodian.name)})</span> : null}
      </th>
      <td data-label={say.office}>
        {state === 'specified' ? null : (
          <span className="quiet">
            {words[state]}; {say.askOnly}{' '}
          </span>
        )}
        {offices.map(({ slug, place, name }, n) => (
          <span key={slug}>
            {n === 0 ? '' : ', '}
            <Link to={`/${language}/${place}/offices#${slug}`} lang="en">
              {name}
            </Link>
          </span>
        ))}
      </td>
      <td data-label={say.instrument}>
        {texts.length === 0 ? (
          <span className="not-stated">{say.noText}</span>
        ) : (
          <span lang="en">{texts.join('; ')}</span>
        )}
      </td>
    </tr>
  );
}

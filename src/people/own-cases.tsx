import { Link } from 'react-router';
import type { OwnCases } from '../page-context.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Section, Table } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import { ownCaseMessages } from './own-case-messages.ts';

/** What somebody who is signed in asked offices. The private links stand in the receipts alone. */
export function OwnCasesList({ own }: { own: OwnCases }) {
  const say = useMessages(ownCaseMessages);
  return (
    <Section title={say.title} id="cases" intro={say.text}>
      <Table
        caption={say.title}
        captionHidden
        stacked
        empty={say.none}
        columns={[
          { title: say.number },
          { title: say.about },
          { title: say.office },
          { title: say.opened },
          { title: say.closed },
        ]}
        rows={own.cases.map((one) => ({
          key: one.number,
          cells: [
            one.number,
            one.title,
            [one.placeName, one.officeName].filter(Boolean).join(', '),
            <Time key="opened" at={one.openedAt} />,
            one.closedAt ? <Time key="closed" at={one.closedAt} /> : say.open,
          ],
        }))}
      />
    </Section>
  );
}

/** What deleting the account does not take away, why, and how to ask for more. */
export function WhatStays({ own }: { own: OwnCases }) {
  const [language, say] = [useLanguage(), useMessages(ownCaseMessages)];
  const given = own.cases.filter(({ party }) => party.name || party.email || party.address);
  if (own.cases.length === 0) return <p>{say.nothingStays}</p>;
  return (
    <Alert kind="warning" title={say.staysTitle(own.cases.length)}>
      <p>{given.length > 0 ? say.stays(given.map(({ number }) => number).join(', ')) : say.staysNameless}</p>
      <p>{say.why}</p>
      {own.keeping.some(({ howLong }) => howLong) ? null : <p>{say.howLongUnknown}</p>}
      {own.keeping.length > 0 ? (
        <ul className="usa-list">
          {own.keeping.map((rule) => (
            <li key={rule.id}>
              {rule.says} {rule.state === 'specified' ? null : `(${say.unsure}) `}
              <Link to={`/${language}/rules/${rule.id}`}>{say.source(rule.id)}</Link>
            </li>
          ))}
        </ul>
      ) : null}
      <p>{say.ask}</p>
    </Alert>
  );
}

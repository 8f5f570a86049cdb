import { Link } from 'react-router';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { accountMessages } from './account-messages.ts';
import type { Account } from './read-account.ts';

/** What offices have granted to the person who is signed in: which dataset, since when, until when, and why. */
export function GrantedDatasets({ grants }: { grants: Account['grants'] }) {
  const [language, say] = [useLanguage(), useMessages(accountMessages)];
  if (grants.length === 0) return null;
  return (
    <Section title={say.grantsTitle} id="grants">
      <p>{say.grantsText}</p>
      <Table
        caption={say.grantsTitle}
        captionHidden
        stacked
        columns={[
          { title: say.dataset },
          { title: say.from },
          { title: say.until },
          { title: say.grantReason },
        ]}
        rows={grants.map((grant) => ({
          key: grant.id,
          cells: [
            grant.listed ? (
              <Link key="dataset" to={`/${language}/datasets/${grant.slug}`}>
                {grant.title}
              </Link>
            ) : (
              grant.title
            ),
            <Time key="from" at={grant.from} />,
            grant.endedAt ? (
              <span key="until">
                {say.ended} <Time at={grant.endedAt} />
              </span>
            ) : grant.until ? (
              <Time key="until" at={grant.until} />
            ) : (
              say.noEnd
            ),
            grant.reason,
          ],
        }))}
      />
    </Section>
  );
}

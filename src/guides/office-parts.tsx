import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Facts } from '../ui/parts.tsx';
import { officeMessages } from './office-messages.ts';
import { askHref } from './question.ts';
import type { OfficeEntry } from './read-directory.ts';

/** An office as its source describes it, which is in English. A missing contact is shown as missing. */
export function OfficeCard({
  office,
  place,
  children,
}: {
  office: OfficeEntry;
  /** Where its topics are asked for; left out where they are not listed. */
  place?: string;
  children?: ReactNode;
}) {
  const [language, say] = [useLanguage(), useMessages(officeMessages)];
  const { email, phone, address } = office;
  return (
    <article className="office" id={office.slug}>
      <h3 lang="en">{office.name}</h3>
      <p lang="en">{office.duty}</p>
      {children}
      <Facts
        facts={[
          ...(email || phone || address
            ? [
                { term: say.email, value: email && <a href={`mailto:${email}`}>{email}</a> },
                { term: say.phone, value: phone && <a href={`tel:${phone}`}>{phone}</a> },
                { term: say.address, value: address },
              ]
            : [{ term: say.contact, value: <span className="not-stated">{say.contactNote}</span> }]),
          { term: say.source, value: <span lang="en">{office.source}</span> },
          ...(place
            ? [
                {
                  term: say.topics,
                  value:
                    office.topics.length === 0 ? (
                      say.noTopics
                    ) : (
                      <ul className="topic-links">
                        {office.topics.map(({ id, name }) => (
                          <li key={id}>
                            <Link to={askHref(language, { place, topic: id })}>{name}</Link>
                          </li>
                        ))}
                      </ul>
                    ),
                },
              ]
            : []),
        ]}
      />
    </article>
  );
}

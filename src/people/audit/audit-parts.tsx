import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Json, JsonObject } from '../../kit/chain.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Facts, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { auditFactMessages, auditKindMessages } from './audit-kind-messages.ts';
import { auditMessages } from './audit-messages.ts';
import type { AuditEvent } from './read-audit-log.ts';

/** What a kind of event means; an unknown one shows its code. */
export function KindName({ kind }: { kind: string }) {
  const words = useMessages(auditKindMessages) as Record<string, string>;
  return Object.hasOwn(words, kind) ? words[kind] : <code>{kind}</code>;
}

/** A link to all events by one actor or about one subject. */
export function SameLink({
  by,
  value,
  name,
}: {
  by: 'actor' | 'subject';
  value: string;
  name?: string | null;
}) {
  const language = useLanguage();
  return (
    <>
      {name ? `${name} ` : null}
      <Link to={`/${language}/staff/audit?${new URLSearchParams({ [by]: value })}`}>{value}</Link>
    </>
  );
}

export function EventTime({ event }: { event: Pick<AuditEvent, 'at' | 'clockWentBack'> }) {
  const say = useMessages(auditMessages);
  return (
    <>
      <Time at={event.at} />
      {event.clockWentBack ? (
        <>
          {' '}
          <Tag>{say.clockWentBack}</Tag>
        </>
      ) : null}
    </>
  );
}

/** What an event says, or why it says nothing any more. */
export function EventContent({ event }: { event: Pick<AuditEvent, 'content' | 'erasure'> }) {
  const [language, say] = [useLanguage(), useMessages(auditMessages)];
  if (event.content) return <Content content={event.content} />;
  if (!event.erasure) {
    return (
      <p>
        <Tag tone="restricted">{say.lost}</Tag> {say.lostText}
      </p>
    );
  }
  const { number, content } = event.erasure;
  return (
    <>
      <p>
        <Tag>{say.erased}</Tag>{' '}
        <Link to={`/${language}/staff/audit/${number}`}>{say.erasedText(number)}</Link>
      </p>
      {typeof content?.reason === 'string' ? (
        <Facts facts={[{ term: say.erasedReason, value: content.reason }]} />
      ) : null}
    </>
  );
}

/** JSON as terms and descriptions. */
export function Content({ content }: { content: JsonObject }) {
  const say = useMessages(auditMessages);
  const words = useMessages(auditFactMessages) as Record<string, string>;
  const entries = Object.entries(content);
  if (entries.length === 0) return <p>{say.nothing}</p>;
  return (
    <Facts
      facts={entries.map(([key, value]) => ({
        term: (Object.hasOwn(words, key) && words[key]) || key,
        value: <Value value={value} />,
      }))}
    />
  );
}

function Value({ value }: { value: Json }): ReactNode {
  const say = useMessages(auditMessages);
  if (value === null) return '—';
  if (typeof value === 'boolean') return value ? say.yes : say.no;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? <Time at={value} /> : value;
  if (!Array.isArray(value)) return <Content content={value} />;
  if (value.length === 0) return '—';
  if (value.every((each) => typeof each !== 'object')) return value.join(', ');
  return (
    <ul>
      {value.map((each) => (
        <li key={JSON.stringify(each)}>
          <Value value={each} />
        </li>
      ))}
    </ul>
  );
}

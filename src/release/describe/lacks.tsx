import { Link } from 'react-router';
import { useMessages } from '../../ui/language-context.tsx';
import { Alert } from '../../ui/parts.tsx';
import { type Missing, partOf } from './completeness.ts';
import { describeMessages } from './describe-messages.ts';
import { columnLabel } from './description.ts';

type Say = (typeof describeMessages)['en'];

export const lackWords = (say: Say, { lack, column }: Missing): string =>
  lack === 'column' ? say.columnLack(columnLabel(column ?? '')) : say[`${lack}Lack`];

/** What is missing, each with why it matters and a link to where it is filled in; green when nothing is. */
export function Lacks({ missing, page = '', title }: { missing: Missing[]; page?: string; title: string }) {
  const say = useMessages(describeMessages);
  if (missing.length === 0) return <Alert kind="success">{say.complete}</Alert>;
  return (
    <Alert kind="info" title={title}>
      <ul className="usa-list">
        {missing.map((each) => (
          <li key={`${each.lack} ${each.column}`}>
            <a href={`${page}#${partOf[each.lack]}`}>{lackWords(say, each)}</a>: {say[`${each.lack}Why`]}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** What keeps it from being approved besides: seeming personal data that nobody has looked at. */
export function OpenHints({ count, policy }: { count: number | null; policy: string }) {
  const say = useMessages(describeMessages);
  if (count === 0) return null;
  return (
    <Alert kind="warning" title={count === null ? say.hintsUnknown : say.hintsLack(count)}>
      {say.hintsWhy} <Link to={`${policy}#hints`}>{say.hintsLook}</Link>
    </Alert>
  );
}

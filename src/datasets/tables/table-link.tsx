import { Link } from 'react-router';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { tableMessages } from './table-messages.ts';

/** From a dataset's page to its table. */
export function TableLink({ path, rows }: { path: string; rows: number }) {
  const [language, say] = [useLanguage(), useMessages(tableMessages)];
  return (
    <p className="action">
      <Link className="usa-button" to={`${path}/table`}>
        {say.openTable}
      </Link>
      <span className="quiet">{say.rows(rows, formatNumber(rows, language))}</span>
    </p>
  );
}

import { Button, Input, Select } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import type { TableColumn } from './table.ts';
import { tableMessages } from './table-messages.ts';

/** Search, and a filter for each column; a form of its own that works without a script. */
export function FilterForm({
  action,
  columns,
  query,
}: {
  action: string;
  columns: readonly TableColumn[];
  query: URLSearchParams;
}) {
  const say = useMessages(tableMessages);
  const set = columns.some(({ name }) =>
    [...query.keys()].some((key) => query.get(key) && key.endsWith(`.${name}`)),
  );
  return (
    <form action={action} method="get" className="table-filter" key={query.toString()}>
      <search>
        <Input label={say.search} name="q" maxLength={200} defaultValue={query.get('q') ?? ''} />
        {query.get('sort') ? <input type="hidden" name="sort" value={query.get('sort') ?? ''} /> : null}
        {query.get('columns') ? <input type="hidden" name="columns" value="all" /> : null}
        <details open={set}>
          <summary>{say.filter}</summary>
          <p className="usa-hint">{say.filterHint}</p>
          <div className="table-filter__columns">
            {columns.map((column) => (
              <ColumnFilter key={column.position} column={column} query={query} />
            ))}
          </div>
        </details>
        <Button>{say.apply}</Button>
      </search>
    </form>
  );
}

function ColumnFilter({ column: { name, type }, query }: { column: TableColumn; query: URLSearchParams }) {
  const say = useMessages(tableMessages);
  const field = (kind: 'contains' | 'from' | 'to', input: object = {}) => (
    <Input
      label={`${name} ${say[kind]}`}
      name={`${kind}.${name}`}
      defaultValue={query.get(`${kind}.${name}`) ?? ''}
      maxLength={200}
      {...input}
    />
  );
  if (type === 'place') return null;
  if (type === 'text') return field('contains');
  if (type === 'boolean')
    return (
      <Select
        label={`${name} ${say.is}`}
        name={`is.${name}`}
        defaultValue={query.get(`is.${name}`) ?? ''}
        options={[
          { value: '', label: say.any },
          { value: 'true', label: say.yes },
          { value: 'false', label: say.no },
        ]}
      />
    );
  const input = type === 'date' || type === 'time' ? { type: 'date' } : { inputMode: 'decimal' };
  return (
    <div className="table-filter__range">
      {field('from', input)}
      {field('to', input)}
    </div>
  );
}

import { Form } from 'react-router';
import { Button, Input, Select } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import { Facts, Section } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { deskMessages } from './desk-messages.ts';
import type { TableFetch } from './read-table-desk.ts';
import { fetchIntervals, storeModes } from './table.ts';

/** From where the table is fetched, how often, and how that went last. */
export function FetchForm({ fetch }: { fetch: TableFetch | null }) {
  const say = useMessages(deskMessages);
  const outcome =
    fetch?.lastResult === 'failed'
      ? say.result_failed(String(fetch.failures), fetch.lastError ?? '')
      : say[`result_${fetch?.lastResult}` as 'result_unchanged'];
  return (
    <Section title={say.fetch} id="fetch">
      <p>{say.fetchLead}</p>
      {fetch?.lastAt ? (
        <Facts
          facts={[
            {
              term: say.lastFetch,
              value: (
                <>
                  <Time at={fetch.lastAt} />: <span lang={fetch.lastError ? 'en' : undefined}>{outcome}</span>
                </>
              ),
            },
            { term: say.nextFetch, value: <Time at={fetch.nextAt} /> },
          ]}
        />
      ) : null}
      <Form method="post" className="usa-form usa-form--large" reloadDocument>
        <Input
          label={say.url}
          hint={say.urlHint}
          name="url"
          type="url"
          maxLength={2000}
          defaultValue={fetch?.url ?? ''}
        />
        <Select
          label={say.every}
          name="every"
          defaultValue={fetch?.every ?? 'P1D'}
          options={fetchIntervals.map((value) => ({ value, label: say[`every_${value}`] }))}
        />
        <Select
          label={say.what}
          name="mode"
          defaultValue={fetch?.mode ?? 'replace'}
          options={storeModes.map((value) => ({ value, label: say[`mode_${value}`] }))}
        />
        <Button name="do" value="fetch">
          {say.saveFetch}
        </Button>
      </Form>
    </Section>
  );
}

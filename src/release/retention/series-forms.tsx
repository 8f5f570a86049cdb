import { Form } from 'react-router';
import { Button, Checkbox, Input, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Section } from '../../ui/parts.tsx';
import type { ListedSeries } from './list-retention.ts';
import type { SeriesChoices } from './read-series-choices.ts';
import type { Refused } from './retention-form.ts';
import { retentionMessages } from './retention-messages.ts';
import { useSeriesName } from './retention-parts.tsx';

/** What was written into the form `form` and refused, and what is wrong with a field of it. */
function useRefused(failed: Refused | undefined, form: string) {
  const own = failed?.form === form ? failed : undefined;
  return {
    value: (name: string, otherwise?: string) => own?.values[name] ?? otherwise,
    error: (name: string) => (own?.field === name ? own.error : undefined),
  };
}

export function ProposeForm({ series, failed }: { series: ListedSeries[]; failed: Refused | undefined }) {
  const [say, seriesName, was] = [
    useMessages(retentionMessages),
    useSeriesName(),
    useRefused(failed, 'propose'),
  ];
  const able = series.filter(({ standing }) => standing.due);
  if (able.length === 0) return null;
  return (
    <Section title={say.proposeTitle} id="propose">
      <Form method="post" reloadDocument className="usa-form usa-form--large">
        <input type="hidden" name="dataset" value={able[0]?.dataset} />
        <Select
          label={say.series}
          name="series"
          defaultValue={was.value('series')}
          options={able.map((one) => ({ value: one.series, label: seriesName(one.series) }))}
        />
        <Input
          label={say.untilField}
          hint={say.untilHint}
          name="until"
          type="date"
          defaultValue={was.value('until', able[0]?.standing.due?.day ?? undefined)}
          error={was.error('until')}
        />
        {able.some(({ duty }) => duty === 'must') ? (
          <Checkbox label={say.standing} name="standing" value="yes" />
        ) : null}
        <Input
          label={say.formNumber}
          hint={say.formNumberHint}
          name="formNumber"
          required
          maxLength={100}
          defaultValue={was.value('formNumber')}
          error={was.error('formNumber')}
        />
        <Input
          label={say.formDate}
          name="formDate"
          type="date"
          required
          defaultValue={was.value('formDate')}
          error={was.error('formDate')}
        />
        <Input
          label={say.reason}
          name="reason"
          required
          maxLength={1000}
          defaultValue={was.value('reason')}
          error={was.error('reason')}
        />
        <Button name="do" value="propose">
          {say.propose}
        </Button>
      </Form>
    </Section>
  );
}

export function SetForm({ choices, failed }: { choices: SeriesChoices; failed: Refused | undefined }) {
  const [language, say, seriesName, was] = [
    useLanguage(),
    useMessages(retentionMessages),
    useSeriesName(),
    useRefused(failed, 'set'),
  ];
  return (
    <Section title={say.setTitle} id="set" intro={say.setText}>
      {choices.rules.length === 0 ? <p>{say.noRules}</p> : null}
      <Form method="post" reloadDocument className="usa-form usa-form--large">
        <input type="hidden" name="dataset" value={choices.dataset} />
        <Select
          label={say.series}
          name="series"
          defaultValue={was.value('series')}
          error={was.error('series')}
          options={['*', ...choices.columns].map((value) => ({ value, label: seriesName(value) }))}
        />
        <Select
          label={say.rule}
          name="rule"
          defaultValue={was.value('rule')}
          error={was.error('rule')}
          options={[
            { value: '', label: say.none },
            ...choices.rules.map(({ id, says }) => ({ value: id, label: `${id}: ${says[language]}` })),
          ]}
        />
        <Select
          label={say.duty}
          name="duty"
          defaultValue={was.value('duty')}
          error={was.error('duty')}
          options={[
            { value: 'may', label: say.allows },
            { value: 'must', label: say.orders },
          ]}
        />
        <Select
          label={say.clock}
          name="clock"
          defaultValue={was.value('clock')}
          error={was.error('clock')}
          options={[
            { value: 'phenomenon-time', label: say.clock_phenomenon },
            { value: 'another', label: say.clock_another },
          ]}
        />
        <Input
          label={say.setReason}
          name="reason"
          required
          maxLength={1000}
          defaultValue={was.value('reason')}
          error={was.error('reason')}
        />
        <Button name="do" value="set">
          {say.set}
        </Button>
      </Form>
    </Section>
  );
}

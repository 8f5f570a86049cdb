import { Form } from 'react-router';
import { Button, Fieldset, Input, Radio, Select, Textarea } from '../ui/form.tsx';
import { languageNames, languages } from '../ui/language.ts';
import { useMessages } from '../ui/language-context.tsx';
import { Section } from '../ui/parts.tsx';
import type { Preparation } from './prepare-report.ts';
import { faults, longest, type ReportValues } from './report.ts';
import { reportMessages } from './report-messages.ts';

export function ReportForm({
  prepared,
  values,
  error,
  field,
}: {
  prepared: Preparation;
  values: ReportValues;
  error: string | undefined;
  field: string | undefined;
}) {
  const say = useMessages(reportMessages);
  const wrong = (name: string) => (field === name ? error : undefined);
  // Of a dataset that is there, all but that it is missing; without one, that alone.
  const choices = faults.filter((fault) => (fault === 'missing-dataset') === (prepared.dataset === null));
  return (
    <Form method="post" reloadDocument className="usa-form ask-form" noValidate>
      <input type="hidden" name="dataset" value={prepared.dataset?.slug ?? ''} />
      {prepared.dataset && prepared.place ? (
        <input type="hidden" name="place" value="" />
      ) : (
        <Select
          label={say.place}
          name="place"
          defaultValue={values.place}
          error={wrong('place')}
          options={[
            { value: '', label: say.placeChoose },
            ...prepared.places.map(({ slug, name, city }) => ({
              value: slug,
              label: city ? name : `– ${name}`,
            })),
          ]}
        />
      )}
      {prepared.dataset ? (
        <>
          <Fieldset legend={say.faultTitle}>
            {wrong('what') ? <span className="usa-error-message">{wrong('what')}</span> : null}
            {choices.map((fault) => (
              <Radio
                key={fault}
                label={
                  fault === 'not-public' ? (
                    <>
                      {say[`what_${fault}`]}
                      <span className="usa-radio__label-description">{say.hint_public}</span>
                    </>
                  ) : (
                    say[`what_${fault}`]
                  )
                }
                name="what"
                value={fault}
                defaultChecked={values.what === fault}
              />
            ))}
          </Fieldset>
          <Fieldset legend={say.days}>
            <Input
              label={say.from}
              error={wrong('from')}
              name="from"
              type="date"
              defaultValue={values.from}
            />
            <Input label={say.to} error={wrong('to')} name="to" type="date" defaultValue={values.to} />
          </Fieldset>
        </>
      ) : (
        <input type="hidden" name="what" value="missing-dataset" />
      )}
      <Input
        label={say.spot}
        hint={say.spotHint}
        error={wrong('spot')}
        name="spot"
        maxLength={longest.spot}
        defaultValue={values.spot}
      />
      <Textarea
        label={say.said}
        hint={say.saidHint}
        error={wrong('said')}
        name="said"
        required
        rows={5}
        maxLength={longest.said}
        defaultValue={values.said}
      />
      <Section title={say.youTitle} id="you" intro={say.youText}>
        <Input
          label={say.name}
          error={wrong('name')}
          name="name"
          autoComplete="name"
          maxLength={longest.name}
          defaultValue={values.name}
        />
        <Input
          label={say.address}
          error={wrong('address')}
          name="address"
          autoComplete="street-address"
          maxLength={longest.address}
          defaultValue={values.address}
        />
        <Input
          label={say.email}
          hint={say.emailHint}
          error={wrong('email')}
          name="email"
          type="email"
          autoComplete="email"
          maxLength={254}
          defaultValue={values.email}
        />
        <Select
          label={say.language}
          name="language"
          defaultValue={values.language}
          options={languages.map((value) => ({ value, label: languageNames[value] }))}
        />
      </Section>
      <Button name="do" value="preview">
        {say.preview}
      </Button>
    </Form>
  );
}

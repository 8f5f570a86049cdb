import {
  type ActionFunctionArgs,
  data,
  Form,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { isPermitted } from '../../people/index.ts';
import { Button, Checkbox, Fieldset, Input, Select, Textarea } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { type HoldInput, holdCauses } from '../retention/hold.ts';
import { HoldCard } from '../retention/hold-card.tsx';
import { holdMessages } from '../retention/hold-messages.ts';
import { listHolds } from '../retention/list-holds.ts';
import { listRetention } from '../retention/list-retention.ts';
import { placeHoldByHand } from '../retention/place-hold-by-hand.ts';
import { releaseHold } from '../retention/release-hold.ts';
import { reviewHold } from '../retention/review-hold.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, url }) => {
    const dataset = url.searchParams.get('dataset') || undefined;
    const { series, without } = await listRetention(ctx);
    const datasets = new Map([...series, ...without].map(({ dataset: slug, title }) => [slug, title]));
    return {
      holds: await listHolds(ctx, dataset ? { dataset } : {}),
      datasets: [...datasets].toSorted(([, a], [, b]) => a.localeCompare(b)),
      chosen: dataset ?? '',
      mayPlace: isPermitted(ctx, 'keep-holds'),
    };
  });
}

type Refused = { error: string; field: string; form: string; hold: string; values: Record<string, string[]> };

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    const words = holdMessages[language];
    try {
      const wish = field('do');
      if (wish === 'review')
        await reviewHold(ctx, { hold: field('hold'), note: field('note'), reviewOn: field('reviewOn') });
      else if (wish === 'release') await releaseHold(ctx, { hold: field('hold'), reason: field('reason') });
      else await placeHoldByHand(ctx, holdOf(fields));
      const done = { review: 'reviewed', release: 'released' }[wish] ?? 'placed';
      return redirect(`/${language}/staff/holds?done=${done}`);
    } catch (error) {
      if (!isProblem(error) || error.kind === 'signed-out') throw error;
      const at = String((error.details as { field?: string } | undefined)?.field ?? '');
      const said = words[`wrong_${at}` as keyof typeof words] ?? words[error.kind as keyof typeof words];
      if (typeof said !== 'string') throw error;
      const values: Record<string, string[]> = {};
      for (const [name, value] of fields) values[name] = [...(values[name] ?? []), String(value)];
      const refused: Refused = { error: said, field: at, form: field('do'), hold: field('hold'), values };
      return data(refused, { status: httpStatus[error.kind] });
    }
  });
}

/** The form as a hold; what cannot be read goes on as it is, and is refused by its field. */
function holdOf(fields: FormData): HoldInput {
  const field = (name: string) => String(fields.get(name) ?? '').trim();
  const columns = field('columns')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const box = field('area')
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  // A time without an offset, as browsers send it, is meant in UTC.
  const instant = (name: string) => {
    const text = field(name);
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? `${text.slice(0, 16)}:00Z` : text;
  };
  return {
    datasets: fields.getAll('datasets').map(String),
    ...(columns.length > 0 ? { columns } : {}),
    ...(box.length > 0 ? { area: { box: box as [number, number, number, number] } } : {}),
    ...(field('from') ? { from: instant('from') } : {}),
    ...(field('to') ? { to: instant('to') } : {}),
    cause: field('cause') as HoldInput['cause'],
    reason: field('reason'),
    source: field('source'),
    reviewOn: field('reviewOn'),
  };
}

export default function Holds() {
  const { holds, datasets, chosen, mayPlace } = useLoaderData<typeof loader>();
  const failed = useActionData<Refused>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(holdMessages)];
  const said = say[`done_${query.get('done')}` as keyof typeof say];
  const inForce = holds.filter(({ release }) => release === null);
  const released = holds.filter(({ release }) => release !== null);
  const placing = failed?.form === 'place' ? failed : undefined;
  const was = (name: string) => placing?.values[name]?.[0];
  const errorOf = (name: string) => (placing?.field === name ? placing.error : undefined);
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.retention, to: `/${language}/staff/retention` },
        { title: say.title },
      ]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      <Section title={say.inForce} id="in-force">
        {inForce.length === 0 ? <p>{say.none}</p> : null}
        {inForce.map((hold) => (
          <HoldCard key={hold.id} hold={hold} />
        ))}
      </Section>
      {mayPlace ? (
        <Section title={say.placeTitle} id="place">
          <Form method="post" reloadDocument className="usa-form usa-form--large">
            <Fieldset legend={say.datasets}>
              <span className="usa-hint">{say.datasetsHint}</span>
              {errorOf('datasets') ? <span className="usa-error-message">{errorOf('datasets')}</span> : null}
              {datasets.map(([slug, title]) => (
                <Checkbox
                  key={slug}
                  label={title}
                  name="datasets"
                  value={slug}
                  defaultChecked={placing ? placing.values.datasets?.includes(slug) : slug === chosen}
                />
              ))}
            </Fieldset>
            <Textarea
              label={say.columns}
              hint={say.columnsHint}
              name="columns"
              rows={3}
              defaultValue={was('columns')}
              error={errorOf('columns')}
            />
            <Input
              label={say.area}
              hint={say.areaHint}
              name="area"
              defaultValue={was('area')}
              error={errorOf('area')}
            />
            <Input
              label={say.fromField}
              hint={say.timeHint}
              name="from"
              type="datetime-local"
              defaultValue={was('from')}
              error={errorOf('from')}
            />
            <Input
              label={say.toField}
              hint={say.timeHint}
              name="to"
              type="datetime-local"
              defaultValue={was('to')}
              error={errorOf('to')}
            />
            <Select
              label={say.cause}
              hint={say.causeHint}
              name="cause"
              defaultValue={was('cause')}
              error={errorOf('cause')}
              options={holdCauses.map((value) => ({ value, label: say[value] }))}
            />
            <Textarea
              label={say.reason}
              hint={say.reasonHint}
              name="reason"
              required
              maxLength={2000}
              defaultValue={was('reason')}
              error={errorOf('reason')}
            />
            <Input
              label={say.source}
              hint={say.sourceHint}
              name="source"
              required
              maxLength={300}
              defaultValue={was('source')}
              error={errorOf('source')}
            />
            <Input
              label={say.reviewOn}
              name="reviewOn"
              type="date"
              required
              defaultValue={was('reviewOn')}
              error={errorOf('reviewOn')}
            />
            <Button name="do" value="place">
              {say.place}
            </Button>
          </Form>
        </Section>
      ) : null}
      {released.length > 0 ? (
        <Section title={say.released} id="released">
          {released.map((hold) => (
            <HoldCard key={hold.id} hold={hold} />
          ))}
        </Section>
      ) : null}
    </Page>
  );
}

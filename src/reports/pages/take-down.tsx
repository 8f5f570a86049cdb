import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { takedownCauses } from '../../release/view.tsx';
import { Button, Checkbox, Select, Textarea } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { breachMessages } from '../breach-messages.ts';
import { prepareTakedown } from '../prepare-takedown.ts';
import { takeDown } from '../take-down.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params, url }) => ({
    dataset: await prepareTakedown(ctx, { dataset: params.slug ?? '' }),
    done: url.searchParams.get('done'),
    cause: url.searchParams.get('cause') ?? '',
  }));
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    const dataset = params.slug ?? '';
    try {
      const { breach } = await takeDown(ctx, {
        dataset,
        cause: field('cause'),
        reason: field('reason'),
        listed: field('listed') === 'yes',
        language,
      });
      const done = breach ?? (field('cause') === 'personal-data' ? 'no-case' : '1');
      return redirect(`/${language}/staff/datasets/${dataset}/take-down?done=${done}`);
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'conflict'].includes(error.kind)) throw error;
      const words = breachMessages[language];
      const wrong = words[`wrong_${String(error.details.field)}` as 'wrong_cause'];
      const said = error.kind === 'conflict' ? words.nothingPublic : (wrong ?? words.wrong);
      return data({ error: said, cause: field('cause'), reason: field('reason') }, { status: 400 });
    }
  });
}

export default function TakeDown() {
  const { dataset, done, cause } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; cause: string; reason: string }>();
  const [language, say] = [useLanguage(), useMessages(breachMessages)];
  const isPublic = dataset.access !== 'restricted' || dataset.listed;
  return (
    <Page
      title={`${say.takeTitle}: ${dataset.title}`}
      lead={say.takeLead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: `/${language}/staff/datasets` },
        { title: say.takeTitle },
      ]}
    >
      {failed ? <Alert kind="error">{failed.error}</Alert> : null}
      {dataset.takenDownAt ? (
        <Alert kind={done ? 'success' : 'info'}>{say.isDown(dataset.title)}</Alert>
      ) : isPublic ? null : (
        <Alert kind="info">{say.nothingPublic}</Alert>
      )}
      {dataset.takenDownAt && done === 'no-case' ? <Alert kind="warning">{say.noCase}</Alert> : null}
      {done && !['1', 'no-case'].includes(done) ? (
        <p>
          <Link to={`/${language}/staff/breach/${encodeURIComponent(done)}`}>{say.goToCase}</Link>
        </p>
      ) : null}
      <p>
        <Link to={`/${language}/staff/datasets/${dataset.slug}`}>{say.goToDataset}</Link>
      </p>
      {isPublic && !dataset.takenDownAt ? (
        <Form method="post" reloadDocument className="usa-form ask-form">
          <Select
            label={say.cause}
            name="cause"
            defaultValue={failed?.cause ?? (cause || 'personal-data')}
            options={takedownCauses.map((value) => ({ value, label: say[`cause_${value}`] }))}
          />
          <Textarea
            label={say.reason}
            hint={say.reasonHint}
            name="reason"
            required
            rows={3}
            maxLength={1000}
            defaultValue={failed?.reason}
          />
          <Checkbox label={say.listed} name="listed" value="yes" defaultChecked />
          <Button name="do" value="take-down">
            {say.take}
          </Button>
        </Form>
      ) : null}
    </Page>
  );
}

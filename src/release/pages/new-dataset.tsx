import {
  type ActionFunctionArgs,
  data,
  Form,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { Button, Fieldset, Input, Radio, Select, Textarea } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { createDataset } from '../describe/create-dataset.ts';
import '../describe/describe.css';
import { describeMessages } from '../describe/describe-messages.ts';
import { descriptionMessages } from '../describe/description-messages.ts';
import { footageMessages } from '../describe/footage-messages.ts';
import { listOwnOffices } from '../describe/list-own-offices.ts';
import { readFields } from '../describe/read-columns.ts';
import { type Refusal, useFields } from '../describe/section-forms.tsx';
import { topics } from '../topics.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => ({ offices: await listOwnOffices(ctx) }));
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const values = readFields(await form());
    const { title = '', description = '', topic = '', office = '', slug = '', kind = '' } = values;
    try {
      const made = await createDataset(ctx, { title, description, topic, office, slug, kind });
      return redirect(`/${language}/staff/datasets/${made}?done=created`);
    } catch (error) {
      const wrong = isProblem(error) && (error.details.fields as Record<string, string> | undefined);
      if (!wrong) throw error;
      return data({ refusal: { part: 'new', values, wrong } satisfies Refusal }, { status: 400 });
    }
  });
}

export default function NewDataset() {
  const { offices } = useLoaderData<typeof loader>();
  const refusal = useActionData<{ refusal?: Refusal }>()?.refusal;
  const [language, say, words] = [
    useLanguage(),
    useMessages(describeMessages),
    useMessages(descriptionMessages),
  ];
  const footage = useMessages(footageMessages);
  const field = useFields('new', refusal);
  const places = new Set(offices.map(({ placeName }) => placeName));
  return (
    <Page
      title={say.newTitle}
      lead={say.newLead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: `/${language}/staff/datasets` },
        { title: say.newTitle },
      ]}
    >
      {refusal ? <Alert kind="error">{say.wrongTitle}</Alert> : null}
      <Form method="post" reloadDocument className="usa-form describe-form">
        <Fieldset legend={footage.whatItIs}>
          {(['own', 'footage'] as const).map((value) => (
            <Radio
              key={value}
              name="kind"
              value={value}
              label={value === 'own' ? footage.kindOwn : footage.kindFootage}
              defaultChecked={(refusal?.values.kind || 'own') === value}
            />
          ))}
        </Fieldset>
        <Input label={words.title} required maxLength={200} {...field('title', '')} />
        <Textarea
          label={words.description}
          hint={say.descriptionHint}
          required
          maxLength={5000}
          rows={4}
          {...field('description', '')}
        />
        <Select
          label={words.topic}
          options={topics.map((value) => ({ value, label: words[value] }))}
          {...field('topic', 'other')}
        />
        <Select
          label={words.office}
          options={offices.map(({ slug, name, placeName }) => ({
            value: slug,
            label: places.size > 1 ? `${placeName}: ${name}` : name,
          }))}
          {...field('office', '')}
        />
        <Input label={say.address} hint={say.addressHint} maxLength={80} {...field('slug', '')} />
        <Button>{say.make}</Button>
      </Form>
    </Page>
  );
}

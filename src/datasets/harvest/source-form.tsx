import { Form } from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { Button, Input, Select } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import { harvestMessages } from './harvest-messages.ts';
import { type Interval, intervals, sourceKinds } from './intervals.ts';

export type SourceRefusal = { values: Record<string, string>; wrong: Record<string, string>; error?: string };

/** What was wrong with a form on sources, in words; another error is thrown on. */
export function refusalOf(
  error: unknown,
  values: Record<string, string>,
  say: { conflict: string; stopFirst: string },
): SourceRefusal {
  if (!isProblem(error)) throw error;
  const wrong = error.details.fields as Record<string, string> | undefined;
  if (wrong) return { values, wrong };
  if (error.kind !== 'conflict') throw error;
  return { values, wrong: {}, error: values.do === 'all' ? say.stopFirst : say.conflict };
}

/** Adds a source, or corrects one. */
export function SourceForm({
  recorded,
  offices,
  refusal,
  button,
}: {
  recorded?: { name: string; kind: string; url: string; office: string; every: Interval };
  offices: { slug: string; name: string; placeName: string }[];
  refusal: SourceRefusal | undefined;
  button: string;
}) {
  const say = useMessages(harvestMessages);
  const places = new Set(offices.map(({ placeName }) => placeName));
  const field = (name: 'name' | 'kind' | 'url' | 'office' | 'every', usual = '') => {
    const code = refusal?.wrong[name];
    return {
      name,
      defaultValue: refusal ? (refusal.values[name] ?? '') : (recorded?.[name] ?? usual),
      ...(code ? { error: code === 'taken' ? say.error_taken : say.error_form } : {}),
    };
  };
  return (
    <Form method="post" reloadDocument className="usa-form">
      <Input label={say.name} hint={say.nameHint} required maxLength={120} {...field('name')} />
      <Select
        label={say.kind}
        options={sourceKinds.map((value) => ({ value, label: say[`kind_${value}`] }))}
        {...field('kind', 'ckan')}
      />
      <Input label={say.url} hint={say.urlHint} type="url" required maxLength={500} {...field('url')} />
      <Select
        label={say.office}
        options={offices.map(({ slug, name, placeName }) => ({
          value: slug,
          label: places.size > 1 ? `${placeName}: ${name}` : name,
        }))}
        {...field('office')}
      />
      <Select
        label={say.every}
        options={(Object.keys(intervals) as Interval[]).map((value) => ({
          value,
          label: say[`every_${value}`],
        }))}
        {...field('every', 'P1D')}
      />
      <Button name="do" value="save">
        {button}
      </Button>
    </Form>
  );
}

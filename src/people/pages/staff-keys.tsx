import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
} from 'react-router';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { Button, Checkbox, Fieldset, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { createKey } from '../keys/create-key.ts';
import { expiryDays } from '../keys/key-defaults.ts';
import { keyMessages } from '../keys/key-messages.ts';
import { listDeviceKeys } from '../keys/list-device-keys.ts';
import '../keys/keys.css';
import { ExpirySelect, errorAt, type Made, Prefixes } from '../keys/reading-keys.tsx';
import { staffMessages } from '../roles/staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => {
    return listDeviceKeys(ctx);
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const days = expiryDays.find((each) => String(each) === field('days'));
    const things = field('things')
      .split(/[\s,;]+/)
      .filter(Boolean);
    const datasets = fields.getAll('datasets').map(String);
    const refused = (at: string, status: number) => {
      const values = { name: field('name'), days: field('days'), datasets, things: field('things') };
      return data<Made>({ error: keyMessages[language].staffWrong, field: at, values }, { status });
    };
    if (things.length + datasets.length === 0) return refused('things', 400);
    try {
      const { key, id } = await createKey(ctx, {
        name: field('name'),
        datasets,
        things,
        expiresAt: days ? new Date(ctx.clock.now().getTime() + days * 86_400_000) : undefined,
      });
      return data<Made>({ key, id });
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'not-found'].includes(error.kind)) throw error;
      return refused(String(error.details.field ?? ''), httpStatus[error.kind]);
    }
  });
}

export default function StaffKeys() {
  const { keys, datasets } = useLoaderData<typeof loader>();
  const made = useActionData<Made>();
  const [language, say, staff] = [useLanguage(), useMessages(keyMessages), useMessages(staffMessages)];
  return (
    <Page
      title={say.staffTitle}
      lead={say.staffLead}
      crumbs={[{ title: staff.staff, to: `/${language}/staff` }, { title: say.staffTitle }]}
    >
      {made?.key ? (
        <Alert kind="success" title={say.shownTitle}>
          <p>{say.shownText}</p>
          <Code label={say.shownTitle}>{made.key}</Code>
          <p>
            <Link to={`/${language}/staff/keys/${made.id}`}>{say.toKey}</Link>
          </p>
        </Alert>
      ) : null}
      {made?.error ? <Alert kind="error">{made.error}</Alert> : null}
      <Table
        caption={say.staffCaption}
        stacked
        empty={say.staffNone}
        columns={[
          { title: say.name },
          { title: say.scope },
          { title: say.start },
          { title: say.lastUse },
          { title: say.expires },
          { title: say.state },
        ]}
        rows={keys.map((key) => ({
          key: key.id,
          cells: [
            <Link key="name" to={`/${language}/staff/keys/${key.id}`}>
              {key.name}
            </Link>,
            key.things ? `Things: ${key.things.join(', ')}` : key.datasets?.join(', '),
            <Prefixes key="prefixes" prefixes={key.prefixes} />,
            key.lastUsedAt ? <Time key="used" at={key.lastUsedAt} /> : say.notUsed,
            key.expiresAt ? <Time key="expires" at={key.expiresAt} /> : say.never,
            say[key.state],
          ],
        }))}
      />
      <Section title={say.staffMake} id="make">
        {datasets.length === 0 ? (
          <p>{say.staffNoDatasets}</p>
        ) : (
          <Form method="post" reloadDocument className="usa-form usa-form--large">
            <Input
              label={say.name}
              name="name"
              required
              maxLength={100}
              defaultValue={made?.values?.name}
              error={errorAt(made, 'name')}
            />
            <Fieldset legend={say.staffDatasets}>
              {datasets.map(({ slug, title }) => (
                <Checkbox
                  key={slug}
                  name="datasets"
                  value={slug}
                  label={<span lang="en">{title}</span>}
                  defaultChecked={made?.values?.datasets?.includes(slug)}
                />
              ))}
            </Fieldset>
            <Input
              label={say.staffThings}
              hint={say.staffThingsHint}
              name="things"
              maxLength={500}
              defaultValue={made?.values?.things}
              error={errorAt(made, 'things')}
            />
            <ExpirySelect days={made?.values?.days} />
            <Button name="do" value="make-key">
              {say.make}
            </Button>
          </Form>
        )}
      </Section>
    </Page>
  );
}

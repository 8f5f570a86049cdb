import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { isPermitted } from '../../people/index.ts';
import { Button, Input, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table, Tag } from '../../ui/parts.tsx';
import { type AccessChoice, accessChoices, choiceOf } from '../access-choice.ts';
import { accessMessages } from '../access-messages.ts';
import { decideAccessChange } from '../decide-access-change.ts';
import { listManagedDatasets, type ManagedDataset } from '../list-managed-datasets.ts';
import { proposeAccessChange } from '../propose-access-change.ts';
import { WaitingChange } from '../waiting-change.tsx';
import { withdrawAccessChange } from '../withdraw-access-change.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => {
    return {
      datasets: await listManagedDatasets(ctx),
      asker: `person:${ctx.actor.personId}`,
      mayDescribe: isPermitted(ctx, 'describe-dataset'),
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const done = (what: string) => redirect(`/${language}/staff/datasets?done=${what}`);
    try {
      const wish = field('do');
      if (wish === 'withdraw') {
        await withdrawAccessChange(ctx, { proposal: field('proposal') });
        return done('withdrawn');
      }
      if (wish === 'ask') {
        await proposeAccessChange(ctx, {
          dataset: field('dataset'),
          ...(accessChoices[field('to') as AccessChoice] ?? accessChoices.restricted),
          reason: field('reason'),
        });
        return done('asked');
      }
      const decision = wish === 'approve' ? 'approved' : 'declined';
      await decideAccessChange(ctx, {
        proposal: field('proposal'),
        version: field('version'),
        decision,
        reason: field('reason'),
      });
      return done(decision);
    } catch (error) {
      const words = accessMessages[language];
      const missing = isProblem(error) ? (error.details.missing as unknown[] | undefined) : undefined;
      const said =
        isProblem(error) &&
        {
          invalid: words.reasonWrong,
          'too-late': words.decided,
          'not-found': words.decided,
          'not-allowed': words.refused,
          conflict: missing
            ? words.incomplete(missing.length)
            : error.details.hints
              ? words.openHints
              : words.changed,
        }[error.kind as string];
      if (!said) throw error;
      return data({ error: said }, { status: 400 });
    }
  });
}

export default function ManagedDatasets() {
  const { datasets, asker, mayDescribe } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error?: string }>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(accessMessages)];
  const said = say[`done_${query.get('done')}` as keyof typeof say];
  const waiting = datasets.filter((dataset) => dataset.waiting);
  const proposable = datasets.filter((dataset) => dataset.mayPropose && !dataset.waiting);
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.title }]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      <Section title={say.waitingTitle} id="waiting">
        {waiting.length === 0 ? <p>{say.nothingWaits}</p> : null}
        {waiting.map((dataset) => (
          <WaitingChange key={dataset.slug} dataset={dataset} asker={asker} />
        ))}
      </Section>
      {proposable.length > 0 ? (
        <Section title={say.proposeTitle} id="propose">
          <Form method="post" reloadDocument className="usa-form">
            <Select
              label={say.dataset}
              name="dataset"
              options={proposable.map(({ slug, title }) => ({ value: slug, label: title }))}
            />
            <Select
              label={say.to}
              name="to"
              options={(Object.keys(accessChoices) as AccessChoice[]).map((value) => ({
                value,
                label: say[value],
              }))}
            />
            <Input label={say.reason} name="reason" required maxLength={1000} />
            <Button name="do" value="ask">
              {say.ask}
            </Button>
          </Form>
        </Section>
      ) : null}
      <Section title={say.datasets} id="datasets">
        {mayDescribe ? (
          <p className="action">
            <Link className="usa-button" to={`/${language}/staff/datasets/new`}>
              {say.newDataset}
            </Link>
          </p>
        ) : null}
        <Table
          caption={say.title}
          captionHidden
          stacked
          empty={say.none}
          columns={[
            { title: say.dataset },
            { title: say.owner },
            { title: say.access },
            { title: say.description },
          ]}
          rows={datasets.map((dataset) => ({
            key: dataset.slug,
            cells: [
              <Link key="title" to={`/${language}/staff/datasets/${dataset.slug}`}>
                {dataset.title}
              </Link>,
              [dataset.placeName, dataset.officeName].filter(Boolean).join(', ') || '–',
              <SeenBy key="seen" dataset={dataset} />,
              <Lacking key="lacks" dataset={dataset} />,
            ],
          }))}
        />
      </Section>
    </Page>
  );
}

function Lacking({ dataset }: { dataset: ManagedDataset }) {
  const say = useMessages(accessMessages);
  return (
    <>
      {dataset.missing === 0 ? <Tag tone="open">{say.described}</Tag> : say.lacking(dataset.missing)}
      {dataset.sensitivityWaits ? ` ${say.sensitivityWaits}` : ''}
    </>
  );
}

/** Who sees it, in which form, and to whom it was granted. */
function SeenBy({ dataset }: { dataset: ManagedDataset }) {
  const [language, say] = [useLanguage(), useMessages(accessMessages)];
  const here = `/${language}/staff/datasets/${dataset.slug}`;
  const links = [
    { page: 'policy', words: dataset.policyWaits ? say.policyWaits : say.policy },
    ...(dataset.access === 'agreement' ? [{ page: 'grants', words: say.grants }] : []),
  ];
  return (
    <>
      {[
        say[choiceOf(dataset)],
        dataset.moving ? say.moving : '',
        dataset.heldBack ? say.heldBack(say[dataset.heldBack]) : '',
      ]
        .filter(Boolean)
        .join('; ')}
      {dataset.maySeePolicy
        ? links.map(({ page, words }) => (
            <div key={page}>
              <Link to={`${here}/${page}`} aria-label={`${words}: ${dataset.title}`}>
                {words}
              </Link>
            </div>
          ))
        : null}
    </>
  );
}

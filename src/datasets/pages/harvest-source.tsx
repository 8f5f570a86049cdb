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
import { loadStaffPage } from '../../page-context.ts';
import { Button, Input } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import '../harvest/harvest.css';
import { harvestMessages } from '../harvest/harvest-messages.ts';
import { hideEntry } from '../harvest/hide-entry.ts';
import { readSource, type SourcePage } from '../harvest/read-source.ts';
import { saveSource } from '../harvest/save-source.ts';
import { refusalOf, SourceForm, type SourceRefusal } from '../harvest/source-form.tsx';
import { switchSource } from '../harvest/switch-source.ts';
import { withdrawEntries } from '../harvest/withdraw-entries.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, ({ ctx, params }) => readSource(ctx, { source: params.id ?? '' }));
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const given = Object.fromEntries([...(await form())].map(([name, value]) => [name, String(value)]));
    const { do: wish = '', name = '', kind = '', url = '', office = '', every = '', entry = '' } = given;
    const source = params.id ?? '';
    const done = (what: string) =>
      redirect(`/${language}/staff/harvest/${encodeURIComponent(source)}?done=${what}`);
    try {
      switch (wish) {
        case 'now':
        case 'started':
        case 'stopped':
          await switchSource(ctx, { source, to: wish });
          return done(wish);
        case 'missing':
        case 'all':
          await withdrawEntries(ctx, { source, which: wish });
          return done('taken');
        case 'hide':
        case 'show':
          await hideEntry(ctx, { source, entry, hidden: wish === 'hide' });
          return done(wish === 'hide' ? 'hidden' : 'shown');
        default:
          await saveSource(ctx, { source, fields: { name, kind, url, office, every } });
          return done('saved');
      }
    } catch (error) {
      return data(refusalOf(error, given, harvestMessages[language]), { status: 400 });
    }
  });
}

export default function HarvestSource() {
  const page = useLoaderData<typeof loader>();
  const refusal = useActionData<SourceRefusal>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(harvestMessages)];
  const { source, mayManage } = page;
  const said = refusal ? undefined : say[`done_${query.get('done')}` as keyof typeof say];
  return (
    <Page
      title={source.name}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.title, to: `/${language}/staff/harvest` },
        { title: source.name },
      ]}
    >
      {refusal ? <Alert kind="error">{refusal.error ?? say.wrong}</Alert> : null}
      {typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      {source.error ? (
        <Alert kind="warning" title={say.failed}>
          <span lang="en" className="portal-text">
            {source.error}
          </span>{' '}
          {source.lastOkAt ? say.kept : null}
        </Alert>
      ) : null}
      <Facts
        facts={[
          {
            term: say.url,
            value: (
              <a className="portal-text" href={source.url}>
                {source.url}
              </a>
            ),
          },
          { term: say.kind, value: say[`kind_${source.kind}`] },
          { term: say.office, value: <span lang="en">{`${source.officeName}, ${source.placeName}`}</span> },
          { term: say.every, value: say[`every_${source.every}`] },
          { term: say.lastRead, value: source.lastOkAt ? <Time at={source.lastOkAt} /> : say.never },
          {
            term: say.next,
            value: !source.enabled ? say.stopped : source.waits ? say.waits : <Time at={source.nextAt} />,
          },
          { term: say.entries, value: formatNumber(source.entries, language) },
        ]}
      />
      {mayManage ? (
        <Form method="post" reloadDocument className="inline-form source-actions">
          {source.enabled ? (
            <>
              <Button name="do" value="now">
                {say.now}
              </Button>
              <Button name="do" value="stopped" kind="outline">
                {say.stop}
              </Button>
            </>
          ) : (
            <>
              <Button name="do" value="started">
                {say.start}
              </Button>
              <Button name="do" value="all" kind="outline">
                {say.takeOutAll}
              </Button>
            </>
          )}
        </Form>
      ) : null}
      <Runs page={page} />
      <Gone page={page} />
      {mayManage ? (
        <>
          <Hide page={page} refusal={refusal} />
          <Section title={say.correct} id="correct">
            <SourceForm
              recorded={source}
              offices={page.offices}
              refusal={
                refusal && ['hide', 'show', 'all'].includes(refusal.values.do ?? '') ? undefined : refusal
              }
              button={say.save}
            />
          </Section>
        </>
      ) : null}
    </Page>
  );
}

function Runs({ page: { runs, faults, faultCount } }: { page: SourcePage }) {
  const [language, say] = [useLanguage(), useMessages(harvestMessages)];
  const number = (value: number) => formatNumber(value, language);
  return (
    <>
      <Section title={say.runs} id="runs">
        <Table
          caption={say.runs}
          captionHidden
          stacked
          empty={say.noRuns}
          columns={[{ title: say.when }, { title: say.outcome }]}
          rows={runs.map((run) => ({
            key: run.id,
            cells: [
              <Time key="at" at={run.finishedAt} />,
              run.error ? (
                <span key="error" lang="en" className="portal-text">
                  {run.error}
                </span>
              ) : (
                say.found(
                  number(run.entries),
                  number(run.made),
                  number(run.changed),
                  number(run.missing),
                  number(run.back),
                )
              ),
            ],
          }))}
        />
      </Section>
      {runs.length > 0 ? (
        <Section
          title={say.faults}
          id="faults"
          {...(faultCount > 0 ? { intro: say.faultsText(number(faults.length), number(faultCount)) } : {})}
        >
          <Table
            caption={say.faults}
            captionHidden
            stacked
            empty={say.noFaults}
            columns={[{ title: say.entry }, { title: say.what }]}
            rows={faults.map(({ entry, what }, index) => ({
              key: String(index),
              cells: [
                <span key="entry" className="portal-text">
                  {entry}
                </span>,
                <span key="what" lang="en">
                  {what}
                </span>,
              ],
            }))}
          />
        </Section>
      ) : null}
    </>
  );
}

function Gone({ page: { gone, mayManage } }: { page: SourcePage }) {
  const [language, say] = [useLanguage(), useMessages(harvestMessages)];
  return (
    <Section title={say.gone} id="gone" intro={say.goneText}>
      <Table
        caption={say.gone}
        captionHidden
        stacked
        empty={say.goneNone}
        columns={[{ title: say.entry }, { title: say.since }, { title: say.lastSeen }]}
        rows={gone.map(({ slug, title, since, lastSeenAt }) => ({
          key: slug,
          cells: [
            <Link key="title" to={`/${language}/datasets/${slug}`}>
              {title}
            </Link>,
            <Time key="since" at={since} day />,
            lastSeenAt ? <Time key="seen" at={lastSeenAt} day /> : '–',
          ],
        }))}
      />
      {mayManage && gone.length > 0 ? (
        <Form method="post" reloadDocument>
          <Button name="do" value="missing" kind="outline">
            {say.takeOut}
          </Button>
        </Form>
      ) : null}
    </Section>
  );
}

function Hide({ page: { hidden }, refusal }: { page: SourcePage; refusal: SourceRefusal | undefined }) {
  const say = useMessages(harvestMessages);
  const wrong = refusal?.wrong.entry;
  return (
    <Section title={say.hide} id="hide" intro={say.hideText}>
      <Form method="post" reloadDocument className="usa-form">
        <Input
          label={say.hideLabel}
          name="entry"
          required
          maxLength={500}
          defaultValue={wrong ? refusal.values.entry : ''}
          {...(wrong ? { error: say.error_unknown } : {})}
        />
        <Button name="do" value="hide" kind="outline">
          {say.hideButton}
        </Button>
      </Form>
      {hidden.length > 0 ? (
        <>
          <h3>{say.hidden}</h3>
          <ul>
            {hidden.map(({ slug, title }) => (
              <li key={slug}>
                <Form method="post" reloadDocument>
                  <input type="hidden" name="entry" value={slug} />
                  {title}{' '}
                  <Button name="do" value="show" kind="outline" aria-label={`${say.show}: ${title}`}>
                    {say.show}
                  </Button>
                </Form>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Section>
  );
}

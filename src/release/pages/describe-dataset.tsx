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
import { Button, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { partOf } from '../describe/completeness.ts';
import { decideSensitivity } from '../describe/decide-sensitivity.ts';
import { describeColumns } from '../describe/describe-columns.ts';
import '../describe/describe.css';
import { describeFootage } from '../describe/describe-footage.ts';
import { describeMessages } from '../describe/describe-messages.ts';
import { columnLabel, resultPrefix, type Sensitivity } from '../describe/description.ts';
import { DescriptionFacts, DictionaryTable } from '../describe/description-facts.tsx';
import { descriptionMessages } from '../describe/description-messages.ts';
import { AddColumn, columnStarts, DictionaryForm } from '../describe/dictionary-form.tsx';
import { editDescription } from '../describe/edit-description.ts';
import { FootageForm } from '../describe/footage-form.tsx';
import { footageMessages } from '../describe/footage-messages.ts';
import { Lacks, lackWords, OpenHints } from '../describe/lacks.tsx';
import { readColumns, readFields } from '../describe/read-columns.ts';
import { type DescriptionPage, readDescription } from '../describe/read-description.ts';
import {
  CoverageForm,
  LicenseForm,
  PeopleForm,
  type Refusal,
  RetentionForm,
  WordsForm,
} from '../describe/section-forms.tsx';
import { type SectionName, sectionNames } from '../describe/section-input.ts';
import { withdrawSensitivity } from '../describe/withdraw-sensitivity.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => ({
    page: await readDescription(ctx, { dataset: params.slug ?? '' }),
    asker: `person:${ctx.actor.personId}`,
  }));
}

type Failed = { refusal?: Refusal; error?: string };

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const fields = readFields(await form());
    const { do: wish = '', ...rest } = fields;
    const dataset = params.slug ?? '';
    const done = (what: string, part: string) =>
      redirect(`/${language}/staff/datasets/${dataset}?done=${what}&part=${part}#${part}`);
    try {
      if (wish === 'dictionary' || wish === 'column') {
        const columns = await columnsGiven(wish);
        if (columns.length === 0) return done('saved', 'dictionary');
        const { asked } = await describeColumns(ctx, { dataset, columns, reason: rest.reason ?? '' });
        return done(asked ? 'askedWeaker' : 'saved', 'dictionary');
      }
      if (wish === 'footage') {
        await describeFootage(ctx, { dataset, fields: rest });
        return done('saved', wish);
      }
      if (sectionNames.includes(wish as SectionName)) {
        await editDescription(ctx, { dataset, section: wish as SectionName, fields: rest });
        return done('saved', wish);
      }
      const { proposal = '', version = '', reason = '' } = rest;
      if (wish === 'withdraw') {
        await withdrawSensitivity(ctx, { proposal });
        return done('withdrawn', 'dictionary');
      }
      const decision = wish === 'approve' ? 'approved' : 'declined';
      await decideSensitivity(ctx, { proposal, version, decision, reason });
      return done(`decided_${decision}`, 'dictionary');
    } catch (error) {
      return data(failure(error), { status: 400 });
    }

    async function columnsGiven(which: string) {
      const columns = readColumns(rest);
      if (which === 'column') return columns.map((one) => ({ ...one, name: resultPrefix + one.name.trim() }));
      // What was only proposed and has not been looked at yet is not confirmed by saving the others.
      const starts = columnStarts(await readDescription(ctx, { dataset }));
      const untouched = (one: (typeof columns)[number]) => {
        const start = starts.find(({ name }) => name === one.name);
        return !one.sensitivity && start && one.meaning.en === start.en && one.meaning.es === start.es;
      };
      return columns.map((one) => (untouched(one) ? undefined : one)).filter((one) => one !== undefined);
    }

    function failure(error: unknown): Failed {
      if (!isProblem(error)) throw error;
      const words = describeMessages[language];
      const wrong = error.details.fields as Record<string, string> | undefined;
      const said = {
        conflict: words.conflict,
        'too-late': words.decidedAlready,
        'not-allowed': words.refused,
      }[error.kind as 'conflict'];
      const faults = wrong ?? (error.kind === 'invalid' ? { [String(error.details.field)]: 'needed' } : {});
      if (!said && Object.keys(faults).length === 0) throw error;
      return { refusal: { part: wish, values: rest, wrong: faults }, ...(said ? { error: said } : {}) };
    }
  });
}

const forms = {
  footage: FootageForm,
  words: WordsForm,
  people: PeopleForm,
  license: LicenseForm,
  coverage: CoverageForm,
  retention: RetentionForm,
} as const;
/** What there is to say of footage; of data, everything else. */
const footageParts: readonly string[] = ['footage', 'words', 'people', 'retention'];

export default function DescribeDataset() {
  const { page, asker } = useLoaderData<typeof loader>();
  const failed = useActionData<Failed>();
  const [query] = useSearchParams();
  const [language, say, words] = [
    useLanguage(),
    useMessages(describeMessages),
    useMessages(descriptionMessages),
  ];
  const { description, missing } = page;
  const here = `/${language}/staff/datasets`;
  const said = failed ? undefined : say[query.get('done') as 'saved'];
  const offices = Object.fromEntries(page.offices.map(({ slug, name }) => [slug, name]));
  const titles = { ...say, license: words.license, footage: useMessages(footageMessages).footage };
  const isFootage = page.facts.footage !== null;
  const parts = (Object.keys(forms) as (keyof typeof forms)[]).filter((part) =>
    isFootage ? footageParts.includes(part) : part !== 'footage',
  );
  const refusal = failed?.refusal;
  const next = missing[0];
  const notice = (part: string) => {
    if (failed && (refusal?.part === part || (part === 'dictionary' && refusal?.part === 'column')))
      return (
        <Alert kind="error" title={say.wrongTitle}>
          {failed.error}
        </Alert>
      );
    if (!said || query.get('part') !== part) return null;
    return (
      <Alert kind="success">
        {said}{' '}
        {next ? (
          <a href={`#${partOf[next.lack]}`}>{say.next(lackWords(say, next))}</a>
        ) : (
          <Link to="publish">{say.publish}</Link>
        )}
      </Alert>
    );
  };
  return (
    <Page
      title={description.title}
      lead={page.mayDescribe ? say.lead : undefined}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: here },
        { title: description.title },
      ]}
    >
      {query.get('done') === 'created' ? <Alert kind="success">{say.created}</Alert> : null}
      <Lacks
        missing={missing}
        title={(page.facts.access === 'restricted' ? say.missingTitle : say.stillMissing)(missing.length)}
      />
      <OpenHints count={page.hints} policy={`${here}/${description.slug}/policy`} />
      <p className="action">
        <Link className="usa-button" to={`${here}/${description.slug}/publish`}>
          {say.publish}
        </Link>
        {page.mayDescribe && !isFootage ? (
          <>
            <Link to={`${here}/${description.slug}/import`}>{say.importReadings}</Link>
            <Link to={`${here}/${description.slug}/table`}>{say.table}</Link>
          </>
        ) : null}
        {page.maySeePolicy && !isFootage ? (
          <>
            <Link to={`${here}/${description.slug}/policy`}>{say.policy}</Link>
            <Link to={`${here}/${description.slug}/grants`}>{say.grants}</Link>
          </>
        ) : null}
        {page.mayDescribe ? <Link to={`${here}/${description.slug}/take-down`}>{say.takeDown}</Link> : null}
        {page.facts.access === 'open' || page.facts.listed ? (
          <Link to={`/${language}/datasets/${description.slug}`}>{say.see}</Link>
        ) : null}
        {page.versions > 0 ? (
          <Link to={`/${language}/datasets/${description.slug}/versions`}>{say.versions(page.versions)}</Link>
        ) : null}
      </p>
      {page.waiting ? <WaitingSensitivity page={page} asker={asker} /> : null}
      {page.mayDescribe ? (
        <>
          {parts.map((part) => {
            const Fields = forms[part];
            return (
              <Section key={part} title={titles[part]} id={part}>
                {notice(part)}
                <Fields page={page} refusal={refusal} />
              </Section>
            );
          })}
          {isFootage ? null : (
            <Section title={say.dictionary} id="dictionary">
              {notice('dictionary')}
              <DictionaryForm page={page} refusal={refusal} />
              <AddColumn page={page} refusal={refusal} />
            </Section>
          )}
        </>
      ) : (
        <>
          <Section title={words.description} id="words">
            <DescriptionFacts description={description} offices={offices} placeName={page.placeName} />
          </Section>
          <Section title={say.dictionary} id="dictionary">
            {notice('dictionary')}
            <DictionaryTable columns={page.dictionary} />
          </Section>
        </>
      )}
    </Page>
  );
}

/** What would be less sensitive, who asks and why, and the buttons of whoever may decide. */
function WaitingSensitivity({ page, asker }: { page: DescriptionPage; asker: string }) {
  const [say, words] = [useMessages(describeMessages), useMessages(descriptionMessages)];
  const { waiting } = page;
  if (!waiting) return null;
  const { before, after } = waiting.content as {
    before: { columns?: Record<string, { sensitivity: Sensitivity }> };
    after: { columns?: Record<string, Sensitivity> };
  };
  const hidden = (
    <>
      <input type="hidden" name="proposal" value={waiting.id} />
      <input type="hidden" name="version" value={waiting.version} />
    </>
  );
  return (
    <Section title={say.waitingTitle} id="waiting">
      <article className="waiting" aria-labelledby="waiting">
        <ul className="usa-list">
          {Object.entries(after.columns ?? {}).map(([name, to]) => (
            <li key={name}>
              {say.becomes(
                columnLabel(name),
                words[before.columns?.[name]?.sensitivity ?? 'none'],
                words[to],
              )}
            </li>
          ))}
        </ul>
        <Facts
          facts={[
            {
              term: say.askedBy,
              value: (
                <>
                  {waiting.proposer}, <Time at={waiting.proposedAt} />
                </>
              ),
            },
            { term: say.reason, value: waiting.reason },
          ]}
        />
        {waiting.proposedBy === asker ? (
          <Form method="post" action="#dictionary" reloadDocument>
            <p>{say.own}</p>
            {hidden}
            <Button name="do" value="withdraw" kind="outline">
              {say.takeBack}
            </Button>
          </Form>
        ) : page.mayDecide ? (
          <Form method="post" action="#dictionary" reloadDocument className="usa-form">
            {hidden}
            <Input label={say.declineReason} name="reason" maxLength={1000} />
            <Button name="do" value="approve">
              {say.approve}
            </Button>
            <Button name="do" value="decline" kind="outline">
              {say.decline}
            </Button>
          </Form>
        ) : null}
      </article>
    </Section>
  );
}

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
import { isPermitted } from '../../people/index.ts';
import { Button, Fieldset, Input, Radio } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section } from '../../ui/parts.tsx';
import { type AccessChoice, accessChoices, choiceOf } from '../access-choice.ts';
import { accessMessages } from '../access-messages.ts';
import { describeMessages } from '../describe/describe-messages.ts';
import { DescriptionFacts, DictionaryTable } from '../describe/description-facts.tsx';
import { footageMessages } from '../describe/footage-messages.ts';
import { Lacks, OpenHints } from '../describe/lacks.tsx';
import { readFields } from '../describe/read-columns.ts';
import { readDescription } from '../describe/read-description.ts';
import { type Refusal, useFields } from '../describe/section-forms.tsx';
import { proposeAccessChange } from '../propose-access-change.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const page = await readDescription(ctx, { dataset: params.slug ?? '' });
    const { place, office } = page.description;
    return { page, mayPropose: isPermitted(ctx, 'propose-access-change', { place, office }) };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const values = readFields(await form());
    try {
      const { facts } = await readDescription(ctx, { dataset: params.slug ?? '' });
      await proposeAccessChange(ctx, {
        dataset: params.slug ?? '',
        // Of footage the entry alone becomes public.
        ...(facts.footage
          ? accessChoices.listed
          : (accessChoices[(values.to || 'open') as AccessChoice] ?? accessChoices.restricted)),
        reason: values.reason ?? '',
      });
      return redirect(`/${language}/staff/datasets?done=asked`);
    } catch (error) {
      const words = describeMessages[language];
      const known = { conflict: words.conflict, 'not-allowed': words.refused, invalid: words.wrongTitle };
      const said = isProblem(error) && known[error.kind as 'conflict'];
      if (!said) throw error;
      const wrong: Record<string, string> = error.kind === 'invalid' ? { reason: 'needed' } : {};
      return data({ error: said, refusal: { part: 'publish', values, wrong } }, { status: 400 });
    }
  });
}

export default function PublishDataset() {
  const { page, mayPropose } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; refusal: Refusal }>();
  const [language, say, access] = [useLanguage(), useMessages(describeMessages), useMessages(accessMessages)];
  const footage = useMessages(footageMessages);
  const field = useFields('publish', failed?.refusal);
  const { description, missing, facts } = page;
  const list = `/${language}/staff/datasets`;
  const here = `${list}/${description.slug}`;
  const now = choiceOf(facts);
  const series = facts.columns.reduce((sum, column) => sum + column.series, 0);
  return (
    <Page
      title={`${say.publishTitle}: ${description.title}`}
      lead={say.publishLead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: list },
        { title: description.title, to: here },
        { title: say.publishTitle },
      ]}
    >
      {failed ? <Alert kind="error">{failed.error}</Alert> : null}
      <Lacks missing={missing} page={here} title={say.publishMissing} />
      <OpenHints count={page.hints} policy={`${here}/policy`} />
      <p>
        <Link to={here}>{say.back}</Link>
      </p>
      <Section title={say.becomesPublic} id="public">
        <DescriptionFacts
          description={description}
          offices={Object.fromEntries(page.offices.map(({ slug, name }) => [slug, name]))}
          placeName={page.placeName}
        />
        {facts.footage ? (
          <>
            <Facts
              facts={[
                { term: footage.camera, value: facts.footage.camera },
                { term: footage.location, value: facts.footage.location },
                { term: footage.basis, value: facts.footage.basis ?? say.ruleNone },
              ]}
            />
            <p>{footage.listText}</p>
          </>
        ) : (
          <>
            <h3>{say.dictionary}</h3>
            <DictionaryTable columns={page.dictionary} />
            {facts.tableRows == null ? null : (
              <p>{say.contentsTable(formatNumber(facts.tableRows, language))}</p>
            )}
            {series > 0 || facts.tableRows == null ? <p>{say.contents(series)}</p> : null}
          </>
        )}
      </Section>
      <Section title={say.propose} id="propose">
        <p>{now === 'open' ? say.alreadyOpen : access.nowSeenBy(access[now])}</p>
        {facts.footage && facts.listed ? (
          <p>{footage.publishListed}</p>
        ) : page.accessWaits ? (
          <p>
            {say.alreadyWaits} <Link to={`${list}#waiting`}>{say.decideThere}</Link>
          </p>
        ) : !mayPropose ? (
          <p>{say.notYours}</p>
        ) : missing.length > 0 ? (
          <p>{say.publishMissing}.</p>
        ) : (
          <Form method="post" reloadDocument className="usa-form">
            {facts.footage ? null : (
              <>
                <Fieldset legend={access.to}>
                  {(Object.keys(accessChoices) as AccessChoice[])
                    .filter((choice) => choice !== now)
                    .map((choice) => (
                      <Radio
                        key={choice}
                        label={access[choice]}
                        name="to"
                        value={choice}
                        defaultChecked={
                          choice === (failed?.refusal.values.to ?? (now === 'open' ? '' : 'open'))
                        }
                      />
                    ))}
                </Fieldset>
                <p>
                  <Link to={`${here}/policy`}>{say.policy}</Link>
                </p>
              </>
            )}
            <Input label={say.reason} required maxLength={1000} {...field('reason', '')} />
            <Button>{say.propose}</Button>
          </Form>
        )}
      </Section>
    </Page>
  );
}

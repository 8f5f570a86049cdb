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
import { listAssignees, workFromForm } from '../../cases/index.ts';
import { CaseDays, CaseFacts, CaseHistory, CaseReview, type CaseWords, CaseWork } from '../../cases/view.tsx';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { Button, Input, Select, Textarea } from '../../ui/form.tsx';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section } from '../../ui/parts.tsx';
import { longestText, redactions } from '../breach.ts';
import { breachMessages } from '../breach-messages.ts';
import { closeBreach } from '../close-breach.ts';
import { decideRedaction } from '../decide-redaction.ts';
import { ExposureParts } from '../exposure-parts.tsx';
import { readBreach } from '../read-breach.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const found = await readBreach(ctx, { number: params.number ?? '' });
    const { kind, place, office, mayWork } = found.file;
    return {
      ...found,
      assignees: mayWork && found.mayWork ? await listAssignees(ctx, { kind, place, office }) : null,
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const number = params.number ?? '';
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    // Who works on other cases of the office may still not see this one.
    await readBreach(ctx, { number });
    try {
      if (field('do') === 'redaction')
        await decideRedaction(ctx, {
          number,
          decision: field('decision'),
          reason: field('reason'),
          source: field('source'),
        });
      else if (field('do') === 'close') await closeBreach(ctx, { number, statement: field('statement') });
      else await workFromForm(fields, ctx, number);
      return redirect(`/${language}/staff/breach/${number}?done=1`);
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'too-late', 'conflict'].includes(error.kind)) throw error;
      const typed = { reason: field('reason'), source: field('source'), statement: field('statement') };
      return data({ error: breachMessages[language].wrong, ...typed }, { status: 400 });
    }
  });
}

export default function StaffBreach() {
  const { file, exposure, reason, redaction, statement, mayWork, assignees } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; reason: string; source: string; statement: string }>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(breachMessages)];
  const word = (key: string) => {
    const found = say[key as keyof typeof say];
    return typeof found === 'string' ? found : undefined;
  };
  const words: CaseWords = {
    state: (state) => word(`state_${state}`) ?? state,
    event: word,
    said: (_kind, content) => {
      const text = [content.statement, content.reason, content.source].filter(Boolean).join(' – ');
      return text ? <p className="said">{text}</p> : null;
    },
  };
  return (
    <Speaking language={language} timeZone={file.timeZone}>
      <Page
        title={say.statusTitle(file.number)}
        lead={file.title}
        crumbs={[
          { title: say.staff, to: `/${language}/staff` },
          { title: say.queue, to: `/${language}/staff/cases` },
          { title: file.number },
        ]}
      >
        {failed ? <Alert kind="error">{failed.error}</Alert> : null}
        {!failed && query.get('done') ? <Alert kind="success">{say.done}</Alert> : null}
        <CaseFacts file={file} words={words} more={[{ term: say.reasonTitle, value: reason }]} />
        <CaseDays file={file} words={words} />
        <ExposureParts exposure={exposure} />
        <Section title={say.redactionTitle} id="redaction" intro={say.redactionText}>
          {redaction ? (
            <Facts
              facts={[
                { term: say.decision, value: word(redaction.decision) ?? redaction.decision },
                { term: say.reason, value: redaction.reason },
                { term: say.source, value: redaction.source },
              ]}
            />
          ) : (
            <p>{say.notDecided}</p>
          )}
          {mayWork ? (
            <Form method="post" reloadDocument className="usa-form ask-form">
              <Select
                label={say.decision}
                name="decision"
                options={redactions.map((value) => ({ value, label: say[value] }))}
              />
              <Textarea
                label={say.reason}
                name="reason"
                required
                rows={3}
                maxLength={longestText.reason}
                defaultValue={failed?.reason}
              />
              <Input
                label={say.source}
                name="source"
                required
                maxLength={longestText.source}
                defaultValue={failed?.source}
              />
              <Button name="do" value="redaction" kind="outline">
                {say.decide}
              </Button>
            </Form>
          ) : null}
        </Section>
        {statement === null ? null : (
          <Section title={say.statement} id="statement">
            <p className="said">{statement}</p>
          </Section>
        )}
        <CaseWork file={file} assignees={assignees} />
        {mayWork ? (
          <>
            <Section title={say.closeTitle} id="close" intro={say.closeText}>
              <Form method="post" reloadDocument className="usa-form ask-form">
                <Textarea
                  label={say.statement}
                  name="statement"
                  required
                  rows={5}
                  maxLength={longestText.statement}
                  defaultValue={failed?.statement}
                />
                <Button name="do" value="close">
                  {say.close}
                </Button>
              </Form>
            </Section>
            <CaseReview file={file} />
          </>
        ) : null}
        <CaseHistory file={file} words={words} />
      </Page>
    </Speaking>
  );
}

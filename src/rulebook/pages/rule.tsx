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
import { Button, Fieldset, Input, Radio, Textarea } from '../../ui/form.tsx';
import { formatDate } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { readRulebook } from '../read-rulebook.ts';
import { checkRule } from '../staff/check-rule.ts';
import { readRule, recordAt } from '../staff/read-rule.ts';
import { namesOf, ruleLines, ruleTitle } from '../staff/rule-lines.ts';
import { ruleStaffMessages } from '../staff/rule-staff-messages.ts';
import { RuleDifference, RuleFacts } from '../staff/rule-table.tsx';

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, url }) => {
    const file = await readRule(ctx, { rule: params.rule ?? '' });
    const book = await readRulebook(ctx);
    const names = namesOf(book, language);
    const today = ctx.clock.now().toISOString().slice(0, 10);
    const day = (name: string) => {
      const text = url.searchParams.get(name) ?? '';
      return isDay(text) ? text : today;
    };
    const [law, known] = [day('law'), day('known')];
    const all = file.records.map(({ rule }) => rule);
    const { records, ...rest } = file;
    return {
      ...rest,
      title: all[0] ? ruleTitle(all[0], language, names) : '',
      records: records.map(({ rule, by, proposed, until }) => ({
        recordedAt: rule.recordedAt,
        validFrom: rule.value.validFrom ?? null,
        validTo: rule.value.validTo ?? null,
        lines: ruleLines(rule, language, names),
        by: by === 'operator' ? ruleStaffMessages[language].operator : by,
        proposed,
        until,
      })),
      law,
      known,
      asked: url.searchParams.has('law'),
      answered: recordAt(all, law, `${known}T23:59:59.999Z`)?.recordedAt ?? null,
      done: url.searchParams.get('done') ?? '',
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const rule = params.rule ?? '';
    const sent = { result: field('result'), note: field('note') };
    try {
      await checkRule(ctx, { rule, recordedAt: field('recordedAt'), ...sent });
      return redirect(`/${language}/staff/rules/${rule}?done=checked`);
    } catch (error) {
      const words = ruleStaffMessages[language];
      const said =
        isProblem(error) &&
        { invalid: words.checkWrong, conflict: words.stale, 'not-allowed': words.refused }[
          error.kind as string
        ];
      if (!said) throw error;
      return data({ error: said, ...sent }, { status: 400 });
    }
  });
}

export default function RulePage() {
  const file = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(ruleStaffMessages)];
  const [newest] = file.records;
  const here = `/${language}/staff/rules`;
  return (
    <Page
      title={file.title}
      eyebrow={<code>{file.id}</code>}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.title, to: here },
        { title: file.title },
      ]}
    >
      {file.done === 'checked' ? <Alert kind="success">{say.done_checked}</Alert> : null}
      {file.waiting ? (
        <Alert kind="info">
          {say.waitsText} <Link to={`${here}/waiting`}>{say.waitingLink}</Link>
        </Alert>
      ) : null}
      <Section title={say.nowTitle} id="now">
        {newest ? <RuleFacts lines={newest.lines} /> : null}
        <p>
          <Link to={`/${language}/rules/${file.id}`}>{say.publicPage}</Link>
        </p>
        {file.mayPropose ? (
          <p>
            <Link className="usa-button" to={`${here}/new?rule=${file.id}`}>
              {say.correct}
            </Link>{' '}
            <Link to={`${here}/new?follows=${file.id}`}>{say.lawChanged}</Link>
          </p>
        ) : null}
        {file.others.length > 0 ? (
          <>
            <h3>{say.others}</h3>
            <ul className="usa-list">
              {file.others.map((other) => (
                <li key={other.id}>
                  <Link to={`${here}/${other.id}`}>{other.id}</Link>: <Law {...other} />
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </Section>
      <Checks />
      <Section title={say.historyTitle} id="history" intro={say.historyText}>
        {file.records.map((record, n) => {
          const earlier = file.records[n + 1];
          return (
            <article key={record.recordedAt} className="rule-record" aria-label={record.recordedAt}>
              <Facts
                facts={[
                  { term: say.recordedAt, value: <Time at={record.recordedAt} /> },
                  ...(record.proposed
                    ? [
                        { term: say.proposedBy, value: record.proposed.by },
                        { term: say.reason, value: record.proposed.reason },
                      ]
                    : []),
                  { term: record.proposed ? say.approvedBy : say.recordedBy, value: record.by },
                  {
                    term: say.until,
                    value: record.until ? <Time at={record.until} /> : say.stillKnown,
                  },
                  { term: say.law, value: <Law {...record} /> },
                ]}
              />
              {earlier ? (
                <details>
                  <summary>{say.changedFields}</summary>
                  <RuleDifference id={record.recordedAt} before={earlier.lines} after={record.lines} />
                </details>
              ) : (
                <details>
                  <summary>{say.firstRecord}</summary>
                  <RuleFacts lines={record.lines} />
                </details>
              )}
            </article>
          );
        })}
        <WhichRecord />
      </Section>
    </Page>
  );
}

function Law({ validFrom, validTo }: { validFrom: string | null; validTo: string | null }) {
  const [language, say] = [useLanguage(), useMessages(ruleStaffMessages)];
  if (!validFrom && !validTo) return say.anyDay;
  const day = (text: string | null) => (text ? formatDate(text, language) : '…');
  return say.lawDays(day(validFrom), day(validTo));
}

/** Both times at once: the law of one day, as it was known on another. */
function WhichRecord() {
  const { law, known, asked, answered, records } = useLoaderData<typeof loader>();
  const say = useMessages(ruleStaffMessages);
  const found = records.find(({ recordedAt }) => recordedAt === answered);
  return (
    <>
      <h3 id="which">{say.atTitle}</h3>
      <form method="get" className="inline-form">
        <Input label={say.lawDay} name="law" type="date" defaultValue={law} />
        <Input label={say.knownDay} name="known" type="date" defaultValue={known} />
        <Button kind="outline">{say.ask}</Button>
      </form>
      {asked && found ? (
        <>
          <p>
            {say.atAnswer} <Time at={found.recordedAt} />
          </p>
          <RuleFacts lines={found.lines} />
        </>
      ) : null}
      {asked && !found ? <p>{say.atNone}</p> : null}
    </>
  );
}

function Checks() {
  const { checks, seesChecks, mayCheck, records } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error?: string; result?: string; note?: string }>();
  const say = useMessages(ruleStaffMessages);
  const newest = records[0]?.recordedAt ?? '';
  return (
    <Section title={say.checksTitle} id="checks">
      {seesChecks ? (
        <Table
          caption={say.checksTitle}
          captionHidden
          stacked
          empty={say.checksNone}
          columns={[
            { title: say.recordedAt },
            { title: say.result },
            { title: say.note },
            { title: say.recordedBy },
          ]}
          rows={checks.map((check) => ({
            key: check.at,
            cells: [
              <Time key="at" at={check.at} />,
              [
                say[check.result as 'agrees'] ?? check.result,
                Date.parse(check.recordedAt) === Date.parse(newest) ? '' : `(${say.olderRecord})`,
              ]
                .filter(Boolean)
                .join(' '),
              check.note,
              check.by,
            ],
          }))}
        />
      ) : (
        <p>{say.checksElsewhere}</p>
      )}
      {mayCheck ? (
        <Form method="post" reloadDocument className="usa-form">
          <h3>{say.checkTitle}</h3>
          <p>{say.checkText}</p>
          {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
          <input type="hidden" name="recordedAt" value={newest} />
          <Fieldset legend={say.result}>
            {(['agrees', 'differs', 'gone'] as const).map((result) => (
              <Radio
                key={result}
                name="result"
                value={result}
                label={say[result]}
                defaultChecked={failed?.result === result}
              />
            ))}
          </Fieldset>
          <Textarea
            label={say.note}
            hint={say.noteHint}
            name="note"
            maxLength={1000}
            rows={3}
            defaultValue={failed?.note}
          />
          <Button name="do" value="check">
            {say.checkDo}
          </Button>
        </Form>
      ) : null}
    </Section>
  );
}

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
import { formatDate } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { readRulebook } from '../read-rulebook.ts';
import { decideRule } from '../staff/decide-rule.ts';
import { faultWords } from '../staff/fault-words.ts';
import { listRuleProposals } from '../staff/list-rule-proposals.ts';
import type { FieldFault } from '../staff/rule-change.ts';
import { namesOf, ruleLines, ruleTitle } from '../staff/rule-lines.ts';
import { ruleStaffMessages } from '../staff/rule-staff-messages.ts';
import { RuleDifference, RuleFacts } from '../staff/rule-table.tsx';
import { withdrawRule } from '../staff/withdraw-rule.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language }) => {
    const proposals = await listRuleProposals(ctx);
    const names = namesOf(await readRulebook(ctx), language);
    return {
      waiting: proposals.map(({ before, after, closes, ...rest }) => ({
        ...rest,
        rule: after.id,
        title: ruleTitle(after, language, names),
        closes: closes && {
          id: closes.id,
          validTo: closes.validTo,
          title: ruleTitle(closes.rule, language, names),
          lines: ruleLines(closes.rule, language, names),
        },
        isNew: before === null,
        before: before ? ruleLines(before, language, names) : [],
        after: ruleLines(after, language, names),
      })),
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const done = (what: string) => redirect(`/${language}/staff/rules/waiting?done=${what}`);
    try {
      if (field('do') === 'withdraw') {
        await withdrawRule(ctx, { proposal: field('proposal') });
        return done('withdrawn');
      }
      const decision = field('do') === 'approve' ? 'approved' : 'declined';
      const { proposal, version, reason } = Object.fromEntries(
        ['proposal', 'version', 'reason'].map((name) => [name, field(name)]),
      ) as Record<'proposal' | 'version' | 'reason', string>;
      await decideRule(ctx, { proposal, version, decision, reason });
      return done(decision);
    } catch (error) {
      const words = ruleStaffMessages[language];
      const faults = isProblem(error) ? (error.details.faults as FieldFault[] | undefined) : undefined;
      if (faults) {
        const why = faults.map((fault) => faultWords(fault, language)).join(' ');
        return data({ error: `${words.misfit} ${why}` }, { status: 400 });
      }
      const said =
        isProblem(error) &&
        {
          invalid: words.reasonWrong,
          'too-late': words.decided,
          'not-found': words.decided,
          'not-allowed': words.refused,
          conflict: words.changed,
        }[error.kind as string];
      if (!said) throw error;
      return data({ error: said }, { status: 400 });
    }
  });
}

export default function RulesWaiting() {
  const { waiting } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error?: string }>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(ruleStaffMessages)];
  const said = say[`done_${query.get('done')}` as keyof typeof say];
  return (
    <Page
      title={say.waitingTitle}
      lead={say.waitingLead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.title, to: `/${language}/staff/rules` },
        { title: say.waitingTitle },
      ]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      {waiting.length === 0 ? <p>{say.nothingWaits}</p> : null}
      {waiting.map((each) => (
        <Waiting key={each.id} change={each} />
      ))}
    </Page>
  );
}

type Change = ReturnType<typeof useLoaderData<typeof loader>>['waiting'][number];

function Waiting({ change }: { change: Change }) {
  const [language, say] = [useLanguage(), useMessages(ruleStaffMessages)];
  const { id, rule, title, closes } = change;
  return (
    <section className="page-section waiting" aria-labelledby={`change-${id}`}>
      <h2 id={`change-${id}`}>{change.isNew ? say.newRule(title) : say.changeOf(title)}</h2>
      <p className="quiet">
        {change.isNew ? <code>{rule}</code> : <Link to={`/${language}/staff/rules/${rule}`}>{rule}</Link>}
      </p>
      <Facts
        facts={[
          {
            term: say.proposedBy,
            value: (
              <>
                {change.proposer}, <Time at={change.proposedAt} />
              </>
            ),
          },
          { term: say.reason, value: change.reason },
          { term: say.version, value: <code>{change.version.slice(0, 12)}</code> },
        ]}
      />
      <RuleDifference id={title} before={change.before} after={change.after} />
      {closes ? (
        <>
          <h3>{say.closesTitle(closes.title)}</h3>
          <p>
            {say.closesText(formatDate(closes.validTo, language))}{' '}
            <Link to={`/${language}/staff/rules/${closes.id}`}>{closes.id}</Link>
          </p>
          <RuleFacts lines={closes.lines} />
        </>
      ) : null}
      {change.own ? (
        <Form method="post" action={`/${language}/staff/rules/waiting`} reloadDocument>
          <p>{say.own}</p>
          <input type="hidden" name="proposal" value={id} />
          <Button name="do" value="withdraw" kind="outline" aria-label={say.withdrawLabel(title)}>
            {say.withdraw}
          </Button>
        </Form>
      ) : change.mayDecide ? (
        <Form method="post" action={`/${language}/staff/rules/waiting`} reloadDocument className="usa-form">
          <input type="hidden" name="proposal" value={id} />
          <input type="hidden" name="version" value={change.version} />
          <Input label={say.declineReason} name="reason" maxLength={1000} />
          <Button name="do" value="approve" aria-label={say.approveLabel(title)}>
            {say.approve}
          </Button>
          <Button name="do" value="decline" kind="outline" aria-label={say.declineLabel(title)}>
            {say.decline}
          </Button>
        </Form>
      ) : null}
    </section>
  );
}

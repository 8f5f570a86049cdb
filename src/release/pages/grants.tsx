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
import { Button, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { choiceOf } from '../access-choice.ts';
import { accessMessages } from '../access-messages.ts';
import '../describe/describe.css';
import { readFields } from '../describe/read-columns.ts';
import { endGrant } from '../end-grant.ts';
import { grantDataset } from '../grant-dataset.ts';
import { grantMessages } from '../grant-messages.ts';
import { type DatasetGrant, listGrants } from '../list-grants.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const { dataset, grants } = await listGrants(ctx, { dataset: params.slug ?? '' });
    const now = ctx.clock.now().toISOString();
    return { dataset, grants, now, mayGrant: isPermitted(ctx, 'grant-datasets', dataset) };
  });
}

type Answer = { error: string; values: Record<string, string>; wrong: Record<string, string> };

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const values = readFields(await form());
    const { do: wish = '', grant = '', email = '', reason = '', from = '', until = '' } = values;
    const dataset = params.slug ?? '';
    const done = (what: string) => redirect(`/${language}/staff/datasets/${dataset}/grants?done=${what}`);
    try {
      if (wish === 'end') {
        await endGrant(ctx, { grant, reason });
        return done('ended');
      }
      await grantDataset(ctx, { dataset, email, reason, days: { from, until } });
      return done('granted');
    } catch (error) {
      if (!isProblem(error)) throw error;
      const say = grantMessages[language];
      const field = error.details.field as 'email' | 'reason' | 'from' | 'until' | undefined;
      const words = error.kind === 'not-found' ? say.nobody : field && say[`${field}Wrong`];
      if (field && words) {
        const ends = wish === 'end';
        const answer: Answer = {
          error: ends ? words : say.wrong,
          values: ends ? {} : values,
          wrong: ends ? {} : { [field]: words },
        };
        return data(answer, { status: 400 });
      }
      const known = { conflict: say.already, 'too-late': say.decided, 'not-allowed': say.refused };
      const said = known[error.kind as 'conflict'];
      if (!said) throw error;
      return data({ error: said, values, wrong: {} } satisfies Answer, { status: 400 });
    }
  });
}

export default function Grants() {
  const { dataset, grants, now, mayGrant } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const [query] = useSearchParams();
  const [language, say, access] = [useLanguage(), useMessages(grantMessages), useMessages(accessMessages)];
  const said = answer ? undefined : say[`done_${query.get('done')}` as 'done_ended'];
  const list = `/${language}/staff/datasets`;
  const over = ({ endedAt, until }: DatasetGrant) => endedAt !== null || (until !== null && until <= now);
  const past = grants.filter(over);
  const field = (name: string) => ({
    name,
    defaultValue: answer?.values[name] ?? '',
    ...(answer?.wrong[name] ? { error: answer.wrong[name] } : {}),
  });
  return (
    <Page
      title={say.title(dataset.title)}
      lead={say.lead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: list },
        { title: dataset.title, to: `${list}/${dataset.slug}` },
        { title: say.grants },
      ]}
    >
      {answer ? <Alert kind="error">{answer.error}</Alert> : null}
      {said ? <Alert kind="success">{said}</Alert> : null}
      {dataset.access === 'agreement' ? null : (
        <Alert kind="info">
          {say.notAgreement(access[choiceOf(dataset)])}{' '}
          <Link to={`${list}/${dataset.slug}/publish#propose`}>{say.change}</Link>
        </Alert>
      )}
      <Section title={say.inForce} id="grants">
        <Table
          caption={say.inForce}
          captionHidden
          stacked
          empty={say.none}
          columns={[
            { title: say.person },
            { title: say.from },
            { title: say.until },
            { title: say.reason },
            { title: say.by },
            ...(mayGrant ? [{ title: say.end, act: true }] : []),
          ]}
          rows={grants
            .filter((grant) => !over(grant))
            .map((grant) => ({
              key: grant.id,
              cells: [...factsOf(grant), ...(mayGrant ? [<End key="end" grant={grant} />] : [])],
            }))}
        />
      </Section>
      {mayGrant ? (
        <Section title={say.make} id="make">
          <Form method="post" reloadDocument className="usa-form describe-form">
            <Input
              label={say.email}
              hint={say.emailHint}
              type="email"
              autoComplete="off"
              required
              maxLength={254}
              {...field('email')}
            />
            <div className="inline-form">
              <Input label={say.from} hint={say.fromHint} type="date" {...field('from')} />
              <Input label={say.until} hint={say.untilHint} type="date" {...field('until')} />
            </div>
            <Input label={say.reason} hint={say.reasonHint} required maxLength={1000} {...field('reason')} />
            <Button name="do" value="grant">
              {say.grant}
            </Button>
          </Form>
        </Section>
      ) : null}
      <Section title={say.past} id="past">
        <Table
          caption={say.past}
          captionHidden
          stacked
          empty={say.nonePast}
          columns={[
            { title: say.person },
            { title: say.from },
            { title: say.until },
            { title: say.reason },
            { title: say.by },
            { title: say.ended },
          ]}
          rows={past.map((grant) => ({
            key: grant.id,
            cells: [
              ...factsOf(grant),
              grant.endedAt ? (
                <span key="ended">
                  <Time at={grant.endedAt} />: {grant.endReason}
                </span>
              ) : (
                say.ranOut
              ),
            ],
          }))}
        />
      </Section>
    </Page>
  );

  function factsOf({ email, from, until, reason, grantedBy }: DatasetGrant) {
    return [
      email,
      <Time key="from" at={from} />,
      until ? <Time key="until" at={until} /> : say.noEnd,
      reason,
      grantedBy,
    ];
  }
}

function End({ grant: { id, email } }: { grant: DatasetGrant }) {
  const say = useMessages(grantMessages);
  return (
    <details>
      <summary>{say.endText(email)}</summary>
      <Form method="post" reloadDocument>
        <input type="hidden" name="grant" value={id} />
        <Input label={say.endReason} name="reason" required maxLength={1000} />
        <Button name="do" value="end" kind="outline" aria-label={say.endLabel(email)}>
          {say.end}
        </Button>
      </Form>
    </details>
  );
}

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
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { isPermitted } from '../../people/index.ts';
import { Button, Checkbox, Input } from '../../ui/form.tsx';
import { formatDay } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section, Table, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { decideCaseErasure } from '../decide-case-erasure.ts';
import { erasureMessages } from '../erasure-messages.ts';
import { listCaseErasures } from '../list-case-erasures.ts';
import { listErasableCases } from '../list-erasable-cases.ts';
import { proposeCaseErasure } from '../propose-case-erasure.ts';
import { withdrawCaseErasure } from '../withdraw-case-erasure.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => ({
    waiting: await listCaseErasures(ctx),
    closed: await listErasableCases(ctx),
    mayPropose: isPermitted(ctx, 'propose-case-erasure'),
    asker: `person:${ctx.actor.personId}`,
  }));
}

type Refused = { error: string; field: string; number: string; reason: string };

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const words = erasureMessages[language];
    const [wish, proposal, reason] = [field('do'), field('proposal'), field('reason')];
    const refuse = (error: string, wrong: string, status: number) =>
      data<Refused>({ error, field: wrong, number: field('number'), reason }, { status });
    try {
      if (wish === 'approved' && field('sure') !== 'yes') return refuse(words.unsure, '', 400);
      if (wish === 'propose') await proposeCaseErasure(ctx, { number: field('number'), reason });
      else if (wish === 'withdrawn') await withdrawCaseErasure(ctx, { proposal });
      else if (wish === 'approved' || wish === 'declined')
        await decideCaseErasure(ctx, { proposal, version: field('version'), decision: wish, reason });
      return redirect(`/${language}/staff/cases/erasures?done=${wish}`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      const wrong = String(error.details.field ?? '');
      const said = words[(error.kind === 'invalid' ? `wrong_${wrong}` : error.kind) as 'conflict'];
      if (!said) throw error;
      return refuse(said, wish === 'propose' ? wrong : '', httpStatus[error.kind]);
    }
  });
}

export default function CaseErasures() {
  const { waiting, closed, mayPropose, asker } = useLoaderData<typeof loader>();
  const failed = useActionData<Refused>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(erasureMessages)];
  const told = say[`done_${query.get('done')}` as 'done_propose'];
  const errorOf = (field: string) => (failed?.field === field ? failed.error : undefined);
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.title }]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && told ? <Alert kind="success">{told}</Alert> : null}
      <Section title={say.waitingTitle} id="waiting">
        {waiting.length === 0 ? <p>{say.none}</p> : null}
        {waiting.map((each) => {
          const { before } = each.content;
          const number = String(before.case);
          return (
            <article key={each.id} className="waiting" aria-label={number}>
              <Facts
                facts={[
                  { term: say.case, value: number },
                  { term: say.events, value: String(before.events) },
                  {
                    term: say.by,
                    value: (
                      <>
                        {each.proposer}, <Time at={each.proposedAt} />
                      </>
                    ),
                  },
                  { term: say.reason, value: each.reason },
                ]}
              />
              {each.proposedBy === asker ? (
                <Form method="post" reloadDocument>
                  <p>{say.own}</p>
                  <input type="hidden" name="proposal" value={each.id} />
                  <Button name="do" value="withdrawn" kind="outline" aria-label={say.withdrawLabel(number)}>
                    {say.withdraw}
                  </Button>
                </Form>
              ) : each.mayDecide ? (
                <Form method="post" reloadDocument className="usa-form">
                  <input type="hidden" name="proposal" value={each.id} />
                  <input type="hidden" name="version" value={each.version} />
                  <Checkbox name="sure" value="yes" label={say.sure} />
                  <Button name="do" value="approved" aria-label={say.approveLabel(number)}>
                    {say.approve}
                  </Button>
                  <Input label={say.declineReason} name="reason" maxLength={1000} />
                  <Button name="do" value="declined" kind="outline" aria-label={say.declineLabel(number)}>
                    {say.decline}
                  </Button>
                </Form>
              ) : null}
            </article>
          );
        })}
      </Section>
      <Section title={say.closedTitle} id="closed" intro={say.closedText}>
        <Table
          caption={say.closedTitle}
          captionHidden
          stacked
          empty={say.noneClosed}
          columns={[
            { title: say.case },
            { title: say.office },
            { title: say.closed },
            { title: say.why },
            ...(mayPropose ? [{ title: say.propose, act: true }] : []),
          ]}
          rows={closed.map((each) => ({
            key: each.number,
            cells: [
              each.number,
              [each.placeName, each.officeName].filter(Boolean).join(', '),
              formatDay(each.closedAt, language, each.timeZone),
              each.accountDeleted ? <Tag key="why">{say.accountDeleted}</Tag> : '–',
              ...(mayPropose
                ? [
                    <Link
                      key="choose"
                      to={`/${language}/staff/cases/erasures?number=${each.number}#propose`}
                      aria-label={say.chooseLabel(each.number)}
                      reloadDocument
                    >
                      {say.choose}
                    </Link>,
                  ]
                : []),
            ],
          }))}
        />
      </Section>
      {mayPropose ? (
        <Section title={say.proposeTitle} id="propose">
          <Form method="post" reloadDocument className="usa-form usa-form--large">
            <Input
              label={say.number}
              hint={say.numberHint}
              name="number"
              required
              defaultValue={failed?.number ?? query.get('number') ?? ''}
              error={errorOf('number')}
            />
            <Input
              label={say.reason}
              hint={say.reasonHint}
              name="reason"
              required
              maxLength={1000}
              defaultValue={failed?.field ? failed.reason : undefined}
              error={errorOf('reason')}
            />
            <Button name="do" value="propose">
              {say.propose}
            </Button>
          </Form>
        </Section>
      ) : null}
    </Page>
  );
}

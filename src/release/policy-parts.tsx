import type { ReactNode } from 'react';
import { Form } from 'react-router';
import { Button, Input } from '../ui/form.tsx';
import { formatNumber } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Facts, Section, Table } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import type { PolicyContent } from './policy.ts';
import { policyColumnLabel } from './policy-fields.tsx';
import { policyMessages } from './policy-messages.ts';
import type { PolicyState } from './read-policy.ts';
import { StepWords } from './step-words.tsx';

/** The policy in force, and what keeps it from being obeyed. */
export function PolicyNow({ state }: { state: PolicyState }) {
  const say = useMessages(policyMessages);
  const { dataset, faults, tableFault } = state;
  const faulty = [...faults, ...(tableFault ? [{ name: say.ofTable, fault: tableFault }] : [])];
  return (
    <Section title={say.now} id="now">
      {dataset.version > 0 ? (
        <p className="quiet">{say.version(dataset.version)}</p>
      ) : (
        <p className="quiet">{say.neverSet}</p>
      )}
      <StepWords steps={dataset.policy.steps} />
      {dataset.policy.reason ? <Facts facts={[{ term: say.why, value: dataset.policy.reason }]} /> : null}
      {state.settling ? <Alert kind="info">{say.settling}</Alert> : null}
      {faulty.length > 0 ? (
        <Alert kind="warning" title={say.faultsTitle}>
          <p>{say.faultText}</p>
          <ul className="usa-list">
            {faulty.map(({ name, fault }) => (
              <li key={name}>
                {name}
                {fault ? (
                  <>
                    {': '}
                    <span lang="en">{fault}</span>
                  </>
                ) : null}
              </li>
            ))}
          </ul>
        </Alert>
      ) : null}
    </Section>
  );
}

/** What would be in force instead, who asks and why, how it would look, and the buttons of whoever may decide. */
export function WaitingPolicy({
  state,
  waiting,
  asker,
  children,
}: {
  state: PolicyState;
  waiting: NonNullable<PolicyState['waiting']>;
  asker: string;
  children: ReactNode;
}) {
  const say = useMessages(policyMessages);
  const after = waiting.content.after as PolicyContent;
  const hints = state.hints.length;
  return (
    <Section title={say.waiting} id="waiting">
      <article className="waiting" aria-labelledby="becomes">
        <h3 id="becomes">{say.becomes}</h3>
        <StepWords steps={after.steps} />
        <Facts
          facts={[
            { term: say.why, value: after.reason },
            {
              term: say.askedBy,
              value: (
                <>
                  {waiting.proposer}, <Time at={waiting.proposedAt} />
                </>
              ),
            },
            { term: say.reason, value: waiting.reason },
            { term: say.approvalVersion, value: <code>{waiting.version.slice(0, 12)}</code> },
          ]}
        />
        <p className="quiet">{say.versionText}</p>
        {children}
        {hints > 0 ? (
          <Alert kind="warning">
            {say.hintsFirst(hints)} <a href="#hints">{say.toHints}</a>
          </Alert>
        ) : null}
        {waiting.proposedBy === asker ? (
          <Form method="post" reloadDocument>
            <p>{say.own}</p>
            <input type="hidden" name="proposal" value={waiting.id} />
            <Button name="do" value="withdraw" kind="outline">
              {say.withdraw}
            </Button>
          </Form>
        ) : state.mayDecide ? (
          <Form method="post" reloadDocument className="usa-form">
            <input type="hidden" name="proposal" value={waiting.id} />
            <input type="hidden" name="version" value={waiting.version} />
            <Input label={say.declineReason} name="reason" maxLength={1000} />
            {hints > 0 ? null : (
              <Button name="do" value="approve">
                {say.approve}
              </Button>
            )}
            <Button name="do" value="decline" kind="outline">
              {say.decline}
            </Button>
          </Form>
        ) : null}
      </article>
    </Section>
  );
}

/** What seems to be personal data, each for a person to look at; and what somebody has looked at. */
export function HintReviews({ state: { hints, reviews, mayReview } }: { state: PolicyState }) {
  const [language, say] = [useLanguage(), useMessages(policyMessages)];
  const label = (foundIn: string) => policyColumnLabel({ name: foundIn }, say);
  const kindWords = (kind: string) => say[kind as 'email'] ?? kind;
  return (
    <Section title={say.hints} id="hints">
      <p>{hints.length > 0 ? say.hintsText : say.noHints}</p>
      {hints.map(({ foundIn, kind, times, example }) => (
        <article
          key={`${foundIn} ${kind}`}
          className="hint-card"
          aria-labelledby={`hint-${kind}-${slugOf(foundIn)}`}
        >
          <h3 id={`hint-${kind}-${slugOf(foundIn)}`}>{say.looksLike(label(foundIn), kindWords(kind))}</h3>
          <p>
            {times === 1 ? say.once : say.times(formatNumber(times, language))}. {say.example}:{' '}
            <q>{example}</q>
          </p>
          {mayReview ? (
            <Form method="post" action="#hints" reloadDocument className="usa-form describe-form">
              <input type="hidden" name="foundIn" value={foundIn} />
              <input type="hidden" name="kind" value={kind} />
              <Input label={say.reviewReason} name="reason" required maxLength={1000} />
              <Button
                name="do"
                value="review"
                kind="outline"
                aria-label={`${say.review}: ${say.looksLike(label(foundIn), kindWords(kind))}`}
              >
                {say.review}
              </Button>
            </Form>
          ) : null}
        </article>
      ))}
      {reviews.length > 0 ? (
        <Table
          caption={say.reviewed}
          stacked
          columns={[
            { title: say.where },
            { title: say.looks },
            { title: say.reason },
            { title: say.by },
            { title: say.on },
          ]}
          rows={reviews.map(({ foundIn, kind, reason, by, at }) => ({
            key: `${foundIn} ${kind} ${at}`,
            cells: [label(foundIn), kindWords(kind), reason, by, <Time key="at" at={at} />],
          }))}
        />
      ) : null}
    </Section>
  );
}

const slugOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '-');

import { Form, Link } from 'react-router';
import { Button, Input } from '../ui/form.tsx';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Facts } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import { choiceOf } from './access-choice.ts';
import { accessMessages } from './access-messages.ts';
import type { Description } from './describe/description.ts';
import { License } from './describe/description-facts.tsx';
import type { ManagedDataset } from './list-managed-datasets.ts';

/** A change that waits: what is so, what would be so, who asks and why, and the buttons of whoever may decide. */
export function WaitingChange({ dataset, asker }: { dataset: ManagedDataset; asker: string }) {
  const [language, say] = [useLanguage(), useMessages(accessMessages)];
  const { waiting, title } = dataset;
  if (!waiting) return null;
  const { before, after } = waiting.content as Record<'before' | 'after', Record<string, unknown>>;
  const seenBy = (given: Record<string, unknown>) => say[choiceOf(given)];
  const described = before.described as Description | undefined;
  const own = waiting.proposedBy === asker;
  return (
    <article className="waiting" aria-labelledby={`change-${waiting.id}`}>
      <h3 id={`change-${waiting.id}`}>{say.asks(title, seenBy(after))}</h3>
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
          { term: say.now, value: seenBy(before) },
          { term: say.license, value: described && <License description={described} /> },
          { term: say.sensors, value: String((before.datastreams as string[] | undefined)?.length ?? 0) },
          { term: say.version, value: <code>{waiting.version.slice(0, 12)}</code> },
        ]}
      />
      <p>
        <Link to={`/${language}/staff/datasets/${dataset.slug}/publish`} aria-label={say.readAllOf(title)}>
          {say.readAll}
        </Link>
      </p>
      <p className="quiet">{say.versionText}</p>
      {own ? (
        <Form method="post" reloadDocument>
          <p>{say.own}</p>
          <input type="hidden" name="proposal" value={waiting.id} />
          <Button name="do" value="withdraw" kind="outline" aria-label={say.withdrawLabel(title)}>
            {say.withdraw}
          </Button>
        </Form>
      ) : dataset.mayDecide ? (
        <Form method="post" reloadDocument className="usa-form">
          <input type="hidden" name="proposal" value={waiting.id} />
          <input type="hidden" name="version" value={waiting.version} />
          <Input label={say.declineReason} name="reason" maxLength={1000} />
          <Button name="do" value="approve" aria-label={say.approveLabel(title)}>
            {say.approve}
          </Button>
          <Button name="do" value="decline" kind="outline" aria-label={say.declineLabel(title)}>
            {say.decline}
          </Button>
        </Form>
      ) : null}
    </article>
  );
}

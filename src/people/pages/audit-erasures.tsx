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
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { Button, Checkbox, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { auditMessages } from '../audit/audit-messages.ts';
import { EventContent, KindName, SameLink } from '../audit/audit-parts.tsx';
import { decideAuditErasure } from '../audit/decide-audit-erasure.ts';
import { proposeAuditErasure } from '../audit/propose-audit-erasure.ts';
import { type AuditErasure, readAuditErasures } from '../audit/read-audit-erasures.ts';
import { withdrawAuditErasure } from '../audit/withdraw-audit-erasure.ts';
import { isPermitted } from '../permissions.ts';
import { mostErasedAtOnce } from '../person-defaults.ts';
import { staffMessages } from '../roles/staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, url }) => {
    const erasures = await readAuditErasures(ctx);
    return {
      ...erasures,
      mayRead: isPermitted(ctx, 'read-audit-log'),
      numbers: url.searchParams.get('numbers') ?? '',
      done: url.searchParams.get('done') ?? '',
    };
  });
}

/** What was sent and refused: of the form that proposes, or of a proposal's (by its number). */
type Refused = {
  error: string;
  field?: string;
  form?: string;
  values?: { numbers: string; reason: string };
};

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const [wish, id, version] = [field('do'), field('proposal'), field('version')];
    const reason = field('reason');
    try {
      if (wish === 'approved' && field('sure') !== 'yes')
        return data<Refused>({ error: auditMessages[language].approveUnsure }, { status: 400 });
      if (wish === 'propose') await proposeAuditErasure(ctx, { numbers: field('numbers'), reason });
      else if (wish === 'withdrawn') await withdrawAuditErasure(ctx, { id });
      else if (wish === 'approved' || wish === 'declined')
        await decideAuditErasure(ctx, { id, version, reason, decision: wish });
      return redirect(`/${language}/staff/audit/erasures?done=${wish}`);
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'not-found', 'conflict', 'too-late'].includes(error.kind))
        throw error;
      const ofReason = error.details.field === 'reason';
      const refused: Refused = {
        error: sayRefusal(auditMessages[language], error, wish),
        field: ofReason ? 'reason' : 'numbers',
        form: wish === 'propose' ? wish : id,
        values: { numbers: field('numbers'), reason },
      };
      return data(refused, { status: httpStatus[error.kind] });
    }
  });
}

/** What went wrong, in the words of the page. */
function sayRefusal(
  words: (typeof auditMessages)['en'],
  { kind, details }: { kind: string; details: Record<string, unknown> },
  wish: string,
): string {
  if (details.field === 'reason') return words.reasonWrong;
  if (typeof details.number === 'string')
    return (kind === 'not-found' ? words.numberAbsent : words.numberBound)(details.number);
  if (kind === 'invalid') return words.numbersWrong(mostErasedAtOnce);
  return wish === 'propose' ? words.waitsAlready : words.overtaken;
}

export default function AuditErasures() {
  const { waiting, mayPropose, mayRead, numbers, done } = useLoaderData<typeof loader>();
  const failed = useActionData<Refused>();
  const errorOf = (form: string, field: string) =>
    failed?.form === form && failed.field === field ? failed.error : undefined;
  const filled = failed?.form === 'propose' ? failed.values : undefined;
  const [language, say] = [useLanguage(), useMessages(auditMessages)];
  const staff = useMessages(staffMessages);
  const log = `/${language}/staff/audit`;
  const said = {
    propose: say.proposed,
    approved: say.approved,
    declined: say.declined,
    withdrawn: say.withdrawn,
  };
  const told = Object.hasOwn(said, done) ? said[done as keyof typeof said] : undefined;
  return (
    <Page
      title={say.erasuresTitle}
      lead={say.erasuresLead}
      crumbs={[
        { title: staff.staff, to: `/${language}/staff` },
        ...(mayRead ? [{ title: say.title, to: log }] : []),
        { title: say.erasuresTitle },
      ]}
    >
      {failed?.error ? (
        <Alert kind="error" title={say.failed}>
          <p>{failed.error}</p>
        </Alert>
      ) : told ? (
        <Alert kind="success">
          <p>{told}</p>
        </Alert>
      ) : null}
      {mayPropose ? (
        <Section title={say.proposeTitle} id="propose">
          <Form method="post" reloadDocument className="usa-form usa-form--large">
            <Input
              label={say.numbers}
              hint={say.numbersHint}
              name="numbers"
              defaultValue={filled?.numbers ?? numbers}
              error={errorOf('propose', 'numbers')}
              maxLength={2000}
              required
            />
            <Input
              label={say.reason}
              hint={say.reasonHint}
              name="reason"
              maxLength={1000}
              required
              defaultValue={filled?.reason}
              error={errorOf('propose', 'reason')}
            />
            <Button name="do" value="propose">
              {say.propose}
            </Button>
          </Form>
        </Section>
      ) : null}
      <Section title={say.erasures} id="waiting">
        {waiting.length === 0 ? <p>{say.waitingNone}</p> : null}
        {waiting.map((erasure) => (
          <Waiting
            key={erasure.id}
            erasure={erasure}
            mayRead={mayRead}
            reasonError={errorOf(erasure.id, 'reason')}
          />
        ))}
      </Section>
      {mayRead ? (
        <p>
          <Link to={log}>{say.backToLog}</Link>
        </p>
      ) : null}
    </Page>
  );
}

function Waiting({
  erasure,
  mayRead,
  reasonError,
}: {
  erasure: AuditErasure;
  mayRead: boolean;
  reasonError?: string;
}) {
  const say = useMessages(auditMessages);
  const { id, version, reason, proposedBy, proposer, proposedAt, events, may } = erasure;
  return (
    <article aria-labelledby={`proposal-${id}`}>
      <h3 id={`proposal-${id}`}>{say.waiting(id)}</h3>
      <Facts
        facts={[
          { term: say.reason, value: reason },
          { term: say.proposedBy, value: proposer ?? proposedBy },
          { term: say.proposedAt, value: <Time at={proposedAt} /> },
        ]}
      />
      {events.map((event) => (
        <details key={event.number}>
          <summary>
            {say.eventTitle(event.number)}: <KindName kind={event.kind} />
          </summary>
          <p>
            {mayRead ? say.sameSubject : say.subject}:{' '}
            {mayRead ? <SameLink by="subject" value={event.subject} /> : event.subject}
          </p>
          <EventContent event={{ content: event.content, erasure: null }} />
        </details>
      ))}
      {may.decide ? (
        <Form method="post" reloadDocument className="usa-form usa-form--large">
          <input type="hidden" name="proposal" value={id} />
          <input type="hidden" name="version" value={version} />
          <Checkbox name="sure" value="yes" label={say.approveSure} />
          <Button name="do" value="approved">
            {say.approve}
          </Button>
          <Input label={say.declineReason} name="reason" maxLength={1000} error={reasonError} />
          <Button name="do" value="declined" kind="outline">
            {say.decline}
          </Button>
        </Form>
      ) : null}
      {may.withdraw ? (
        <Form method="post" reloadDocument>
          <input type="hidden" name="proposal" value={id} />
          <Button name="do" value="withdrawn" kind="outline">
            {say.withdraw}
          </Button>
        </Form>
      ) : null}
    </article>
  );
}

import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Facts, Section } from '../../ui/parts.tsx';
import { auditMessages } from '../audit/audit-messages.ts';
import { EventContent, EventTime, KindName, SameLink } from '../audit/audit-parts.tsx';
import { readAuditLog } from '../audit/read-audit-log.ts';
import { isPermitted } from '../permissions.ts';
import { staffMessages } from '../roles/staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const { events } = await readAuditLog(ctx, { number: params.number, limit: 1 });
    const [event] = events;
    if (!event) throw new Problem('not-found', 'There is no such event, or your role does not reach it.');
    return { event, mayPropose: isPermitted(ctx, 'propose-audit-erasure') };
  });
}

export default function AuditEventPage() {
  const { event, mayPropose } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(auditMessages)];
  const staff = useMessages(staffMessages);
  const log = `/${language}/staff/audit`;
  const title = say.eventTitle(event.number);
  return (
    <Page
      title={title}
      crumbs={[{ title: staff.staff, to: `/${language}/staff` }, { title: say.title, to: log }, { title }]}
    >
      <Facts
        facts={[
          { term: say.kind, value: <KindName kind={event.kind} /> },
          {
            term: say.at,
            value: (
              <>
                <EventTime event={event} /> · <code>{event.at}</code>
              </>
            ),
          },
          { term: say.actor, value: [event.actorName, event.actor].filter(Boolean).join(' · ') },
          { term: say.sameActor, value: <SameLink by="actor" value={event.actor} /> },
          { term: say.sameSubject, value: <SameLink by="subject" value={event.subject} /> },
          { term: say.hash, value: <code>{event.hash}</code> },
        ]}
      />
      <Section title={say.facts} id="facts">
        <EventContent event={event} />
        {mayPropose && event.content ? (
          <p>
            <Link to={`${log}/erasures?numbers=${event.number}`}>{say.proposeLink}</Link>
          </p>
        ) : null}
      </Section>
    </Page>
  );
}

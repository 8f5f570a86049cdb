import {
  type ActionFunctionArgs,
  Form,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { Button, Input, Select } from '../../ui/form.tsx';
import { zoneName } from '../../ui/format.ts';
import { useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Section, Table } from '../../ui/parts.tsx';
import { AuditChain, type Verified } from '../audit/audit-chain.tsx';
import { type AuditFilter, auditFilterOf, checkNumber } from '../audit/audit-filter.ts';
import { auditKindMessages } from '../audit/audit-kind-messages.ts';
import { auditMessages } from '../audit/audit-messages.ts';
import { EventContent, EventTime, KindName, SameLink } from '../audit/audit-parts.tsx';
import { readAuditHead } from '../audit/read-audit-head.ts';
import { readAuditLog } from '../audit/read-audit-log.ts';
import { verifyAuditLog } from '../audit/verify-audit-log.ts';
import { isPermitted } from '../permissions.ts';
import { auditVerifiedAtOnce } from '../person-defaults.ts';
import { staffMessages } from '../roles/staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, url }) => {
    const filter = auditFilterOf(url.searchParams);
    const before = url.searchParams.get('before') ?? undefined;
    const page = await readAuditLog(ctx, { ...filter, before });
    const head = await readAuditHead(ctx).catch((error: unknown) => {
      if (isProblem(error) && error.kind === 'not-allowed') return null;
      throw error;
    });
    return {
      ...page,
      filter,
      first: before === undefined,
      head: head && `${head.number}:${head.hash.toString('hex')}`,
      erasures: isPermitted(ctx, 'read-audit-erasures'),
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, form }) => {
    const after = BigInt(checkNumber('after', String((await form()).get('after') ?? '0')));
    const { head, faults, ...found } = await verifyAuditLog(ctx, { after, most: auditVerifiedAtOnce });
    const messages = faults.map(({ message }) => message);
    return {
      ...found,
      faults: messages,
      from: String(after + 1n),
      to: String(head.number),
    } satisfies Verified;
  });
}

export default function AuditLog() {
  const { events, next, filter, first, head, erasures } = useLoaderData<typeof loader>();
  const verified = useActionData<typeof action>();
  const [language, say] = [useLanguage(), useMessages(auditMessages)];
  const staff = useMessages(staffMessages);
  const here = `/${language}/staff/audit`;
  const query = new URLSearchParams(filter);
  const older = new URLSearchParams({ ...filter, before: next ?? '' });
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[{ title: staff.staff, to: `/${language}/staff` }, { title: say.title }]}
    >
      {head ? null : <p>{say.yourPart}</p>}
      {erasures ? (
        <p>
          <Link to={`${here}/erasures`}>{say.erasures}</Link>
        </p>
      ) : null}
      <Section title={say.filter} id="filter">
        <FilterForm key={query.toString()} filter={filter} action={here} />
      </Section>
      <Section title={say.events} id="events">
        <p>
          <a href={`/staff/audit.jsonl?${query}`} download>
            {say.download}
          </a>{' '}
          {say.downloadNote}
        </p>
        <Table
          caption={say.events}
          captionHidden
          stacked
          empty={say.none}
          columns={[
            { title: say.number },
            { title: say.at },
            { title: say.kind },
            { title: say.actor },
            { title: say.subject },
            { title: say.facts },
          ]}
          rows={events.map((event) => ({
            key: event.number,
            cells: [
              <Link key="number" to={`${here}/${event.number}`}>
                {event.number}
              </Link>,
              <EventTime key="at" event={event} />,
              <KindName key="kind" kind={event.kind} />,
              <SameLink key="actor" by="actor" value={event.actor} name={event.actorName} />,
              <SameLink key="subject" by="subject" value={event.subject} />,
              <details key="facts">
                <summary>{event.content ? say.more : event.erasure ? say.erased : say.lost}</summary>
                <EventContent event={event} />
              </details>,
            ],
          }))}
        />
        <p>
          {first ? null : <Link to={`${here}?${query}`}>{say.newest}</Link>}{' '}
          {next ? <Link to={`${here}?${older}`}>{say.older}</Link> : null}
        </p>
      </Section>
      {head ? <AuditChain head={head} verified={verified} /> : null}
    </Page>
  );
}

function FilterForm({ filter, action }: { filter: AuditFilter; action: string }) {
  const [language, say, kinds] = [useLanguage(), useMessages(auditMessages), useMessages(auditKindMessages)];
  const zone = say.zoneHint(zoneName(language, useTimeZone()));
  const options = Object.entries(kinds).map(([value, label]) => ({ value, label: label as string }));
  if (filter.kind && !Object.hasOwn(kinds, filter.kind))
    options.push({ value: filter.kind, label: filter.kind });
  options.sort((a, b) => a.label.localeCompare(b.label, language));
  return (
    <Form method="get" action={action} className="usa-form usa-form--large">
      <Select
        label={say.kind}
        name="kind"
        defaultValue={filter.kind}
        options={[{ value: '', label: say.anyKind }, ...options]}
      />
      <Input
        label={say.actor}
        hint={say.actorHint}
        name="actor"
        defaultValue={filter.actor}
        maxLength={200}
      />
      <Input
        label={say.subject}
        hint={say.subjectHint}
        name="subject"
        defaultValue={filter.subject}
        maxLength={1000}
      />
      <Input label={say.from} hint={zone} name="from" type="date" defaultValue={filter.from} />
      <Input label={say.to} hint={zone} name="to" type="date" defaultValue={filter.to} />
      <Button>{say.show}</Button> <Link to={action}>{say.all}</Link>
    </Form>
  );
}

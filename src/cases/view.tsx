import type { ReactNode } from 'react';
import { Form } from 'react-router';
import { Button, Input, Select } from '../ui/form.tsx';
import { formatDate, formatTime } from '../ui/format.ts';
import type { Language } from '../ui/language.ts';
import { useLanguage, useMessages, useTimeZone } from '../ui/language-context.tsx';
import { Facts, Section, Table, Tag } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import { caseMessages } from './case-messages.ts';
import type { Assignees } from './list-assignees.ts';
import type { CaseFile, StaffCaseFile } from './read-case.ts';

export { longestRemark } from './case.ts';
export { LetterPreview } from './letter-preview.tsx';
export { KeepLink, NoDeadline, PartyDeeds } from './party-parts.tsx';
export { PaperTools, Sheet } from './sheet.tsx';

/**
 * What the pages of every kind of case show, for features to put together: they bring the words for their own states and
 * events, and how their events and derivations read. The front door of this room for pages.
 */
export type CaseWords = {
  state: (state: string) => string;
  /** The feature's words for an event of its own; undefined for one of the spine's. */
  event: (kind: string) => string | undefined;
  /** What an event of the feature's says, beside its name. */
  said?: (kind: string, content: Record<string, unknown>) => ReactNode;
  deadline?: (kind: string) => string;
  /** How a day was counted. */
  derivation?: (derivation: Record<string, unknown>) => ReactNode;
};

/** The spine's own words, for a feature's page: what was done, what went wrong. */
export const caseWords = (language: Language) => caseMessages[language];

/** State and office, and `more` that the feature adds: what both staff and parties see first. */
export function CaseFacts({
  file,
  words,
  more = [],
}: {
  file: CaseFile;
  words: CaseWords;
  more?: { term: string; value: ReactNode }[];
}) {
  const say = useMessages(caseMessages);
  return (
    <Facts
      facts={[
        { term: say.number, value: file.number },
        { term: say.state, value: words.state(file.state) },
        { term: say.office, value: [file.placeName, file.officeName ?? say.noOffice].join(', ') },
        { term: say.opened, value: <Time at={file.openedAt} /> },
        ...(file.closedAt ? [{ term: say.closed, value: <Time at={file.closedAt} /> }] : []),
        ...more,
      ]}
    />
  );
}

/** Every day that was set, with how it was counted. Nothing is shown where none was. */
export function CaseDays({ file, words }: { file: CaseFile; words: CaseWords }) {
  const [language, say] = [useLanguage(), useMessages(caseMessages)];
  if (file.deadlines.length === 0) return null;
  const stateOf = (deadline: CaseFile['deadlines'][number]) =>
    deadline.ending ? say[deadline.ending as 'met'] : deadline.firedAt ? say.passed : '';
  return (
    <Section title={say.daysTitle} id="days">
      <ul className="usa-list">
        {file.deadlines.map((deadline) => (
          <li key={`${deadline.kind} ${deadline.dueAt}`}>
            {deadline.derivation.internal
              ? `${say.reviewTitle}: ${formatDate(String(deadline.derivation.day), language)}`
              : `${words.deadline?.(deadline.kind) ?? deadline.kind}: `}
            {deadline.derivation.internal ? null : <Time at={deadline.dueAt} />} {stateOf(deadline)}
            {words.derivation && !deadline.derivation.internal ? (
              <div className="quiet">{words.derivation(deadline.derivation)}</div>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function CaseHistory({ file, words }: { file: CaseFile; words: CaseWords }) {
  const say = useMessages(caseMessages);
  const nameOf = (kind: string) => words.event(kind) ?? String(say[kind as keyof typeof say] ?? kind);
  return (
    <Section title={say.historyTitle} id="history" intro={say.historyText}>
      <ol className="usa-list history">
        {file.events.map((event) => (
          <li key={event.number}>
            <strong>{nameOf(event.kind)}</strong>, <Time at={event.at} />{' '}
            {event.audience === 'office' ? <Tag>{say.internal}</Tag> : null}
            {event.content ? (words.said?.(event.kind, event.content) ?? null) : <p>{say.erased}</p>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** `hrefOf` makes the address of a document. */
export function CaseDocuments({ file, hrefOf }: { file: CaseFile; hrefOf: (id: string) => string }) {
  const say = useMessages(caseMessages);
  return (
    <Section title={say.documentsTitle} id="documents">
      {file.documents.length === 0 ? <p>{say.noDocuments}</p> : null}
      <ul className="usa-list">
        {file.documents.map((document) => (
          <li key={document.id}>
            <a href={hrefOf(document.id)}>{document.name}</a>, <Time at={document.addedAt} />{' '}
            {document.audience === 'office' ? <Tag>{say.internal}</Tag> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** For staff: the day on which they want to look again. */
export function CaseReview({ file }: { file: StaffCaseFile }) {
  const say = useMessages(caseMessages);
  const open = file.deadlines.find(({ derivation, endedAt }) => derivation.internal && !endedAt);
  return (
    <Section title={say.reviewTitle} id="review" intro={say.reviewText}>
      <Form method="post" reloadDocument className="usa-form">
        <Input
          label={say.reviewDay}
          hint={say.reviewHint}
          name="review"
          type="date"
          defaultValue={open ? String(open.derivation.day) : ''}
        />
        <Button name="do" value="review" kind="outline">
          {say.setReview}
        </Button>
      </Form>
    </Section>
  );
}

/** People, notes, tasks and to whom the case can be given: for staff alone. */
export function CaseWork({ file, assignees }: { file: StaffCaseFile; assignees: Assignees | null }) {
  const [language, say, timeZone] = [useLanguage(), useMessages(caseMessages), useTimeZone()];
  return (
    <>
      <Section title={say.partiesTitle} id="people">
        <ul className="usa-list">
          {file.parties.map((party) => (
            <li key={`${party.role} ${party.email} ${party.name}`}>
              {[party.name, party.email, party.address].filter(Boolean).join(', ') || '–'}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={say.notesTitle} id="notes" intro={say.notesText}>
        {file.notes.length === 0 ? <p>{say.noNotes}</p> : null}
        {file.notes.map((note) => (
          <article key={`${note.at} ${note.by}`} className="note">
            <p className="quiet">
              {note.by}, <Time at={note.at} />
            </p>
            <p>{note.body}</p>
          </article>
        ))}
        {file.mayWork ? (
          <Form method="post" reloadDocument className="usa-form">
            <Input label={say.note} name="body" required maxLength={5000} />
            <Button name="do" value="note" kind="outline">
              {say.addNote}
            </Button>
          </Form>
        ) : null}
      </Section>
      <Section title={say.tasksTitle} id="tasks">
        <Table
          caption={say.tasksTitle}
          captionHidden
          stacked
          empty={say.noTasks}
          columns={[{ title: say.task }, { title: say.assignee }, { title: say.state }]}
          rows={file.tasks.map((task) => ({
            key: task.id,
            cells: [
              task.title,
              task.assigneeName ?? task.officeName ?? say.nobody,
              task.doneAt ? (
                say.isDone(formatTime(task.doneAt, language, timeZone))
              ) : file.mayWork ? (
                <Form key="done" method="post" reloadDocument>
                  <input type="hidden" name="task" value={task.id} />
                  <Button name="do" value="done" kind="unstyled" aria-label={say.doneLabel(task.title)}>
                    {say.done}
                  </Button>
                </Form>
              ) : null,
            ],
          }))}
        />
        {file.mayWork ? (
          <Form method="post" reloadDocument className="usa-form">
            <Input label={say.task} name="title" required maxLength={200} />
            <Button name="do" value="task" kind="outline">
              {say.addTask}
            </Button>
          </Form>
        ) : null}
      </Section>
      {assignees ? (
        <Section title={say.assignTitle} id="assign">
          <Form method="post" reloadDocument className="usa-form">
            <Select
              label={say.assignTitle}
              name="to"
              defaultValue={[file.office ?? '', file.assignee ?? ''].join('/')}
              options={assignees.offices.flatMap((office) => [
                { value: `${office.slug}/`, label: office.name },
                ...assignees.people
                  .filter((person) => person.office === office.slug)
                  .map((person) => ({
                    value: `${office.slug}/${person.personId}`,
                    label: `${office.name}: ${person.name}`,
                  })),
              ])}
            />
            <Button name="do" value="assign" kind="outline">
              {say.assign}
            </Button>
          </Form>
        </Section>
      ) : null}
    </>
  );
}

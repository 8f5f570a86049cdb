import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted } from '../people/index.ts';
import { type Case, type CaseEvent, caseColumns } from './case.ts';

export type CaseDeadline = {
  kind: string;
  dueAt: string;
  derivation: Record<string, unknown>;
  firedAt: string | null;
  endedAt: string | null;
  ending: string | null;
};
export type CaseDocument = { id: string; name: string; mediaType: string; audience: string; addedAt: string };
export type CaseFile = Case & {
  placeName: string;
  officeName: string | null;
  timeZone: string;
  events: CaseEvent[];
  deadlines: CaseDeadline[];
  documents: CaseDocument[];
};
export type StaffCaseFile = CaseFile & {
  assigneeName: string | null;
  parties: { role: string; name: string | null; email: string | null; address: string | null }[];
  notes: { by: string; at: string; body: string }[];
  tasks: {
    id: string;
    title: string;
    officeName: string | null;
    assigneeName: string | null;
    dueAt: string | null;
    doneAt: string | null;
  }[];
  mayWork: boolean;
};

/** What an audience sees of case `c`; for the parties without what is for the office alone. */
const fileJson = (audience: 'parties' | 'office'): string => {
  const seen = (alias: string) => (audience === 'office' ? 'true' : `${alias}.audience = 'parties'`);
  return `
    (select coalesce(json_agg(json_build_object('number', e.number, 'at', e.at, 'actor', e.actor, 'kind', e.kind,
       'audience', e.audience, 'content', x.content - 'rows') order by e.number), '[]')
     from private.case_event e left join private.case_event_content x using (case_id, number)
     where e.case_id = c.id and ${seen('e')}) as events,
    (select coalesce(json_agg(json_build_object('kind', d.kind, 'dueAt', d.due_at, 'derivation', d.derivation,
       'firedAt', d.fired_at, 'endedAt', d.ended_at, 'ending', d.ending) order by d.id), '[]')
     from private.case_deadline d where d.case_id = c.id and ${audience === 'office' ? 'true' : "not d.derivation ? 'internal'"}) as deadlines,
    (select coalesce(json_agg(json_build_object('id', f.id::text, 'name', f.name, 'mediaType', f.media_type,
       'audience', f.audience, 'addedAt', f.added_at) order by f.id), '[]')
     from private.case_document f where f.case_id = c.id and ${seen('f')}) as documents`;
};
const names = `pl.name as "placeName", pl.time_zone as "timeZone", o.name as "officeName"`;
const joins = `join released.place pl on pl.slug = c.place left join released.office o on o.slug = c.office`;

/** A case with all that staff see of it. Errors: signed-out, not-allowed, not-found (also what lies beyond the asker's roles). */
export async function readCase(ctx: Ctx, input: { number: string }): Promise<StaffCaseFile> {
  checkPermission(ctx, 'see-cases');
  const { rows } = await ctx.app.query<Omit<StaffCaseFile, 'mayWork'>>(
    `select ${caseColumns}, ${names}, ${fileJson('office')}, coalesce(w.name, w.email) as "assigneeName",
       (select coalesce(json_agg(json_build_object('role', p.role, 'name', p.name, 'email', p.email,
          'address', p.address) order by p.id), '[]') from private.case_party p where p.case_id = c.id) as parties,
       (select coalesce(json_agg(json_build_object('by', coalesce(
            (select coalesce(a.name, a.email) from private.person a where 'person:' || a.id = n.written_by), n.written_by),
          'at', n.written_at, 'body', n.body) order by n.id), '[]') from private.case_note n where n.case_id = c.id) as notes,
       (select coalesce(json_agg(json_build_object('id', t.id::text, 'title', t.title, 'officeName', q.name,
          'assigneeName', coalesce(v.name, v.email), 'dueAt', t.due_at, 'doneAt', t.done_at) order by t.id), '[]')
        from private.case_task t left join released.office q on q.slug = t.office
          left join private.person v on v.id = t.assignee where t.case_id = c.id) as tasks
     from private.case_record c ${joins} left join private.person w on w.id = c.assignee where c.number = $1`,
    [input.number],
  );
  const found = rows[0];
  // Whoever may not see a case is not told that there is one.
  if (!found || !isPermitted(ctx, 'see-cases', found))
    throw new Problem('not-found', `There is no case ${input.number}.`);
  return { ...found, mayWork: isPermitted(ctx, 'work-on-cases', found) };
}

/** Columns and tables of a case as its parties see it. */
export const partiesFile = `${names}, ${fileJson('parties')} from private.case_record c ${joins}`;

/** What a party may see of it: who of the staff acted, and days that staff set for themselves, are the office's matter. */
export function asParty<T extends CaseFile>(file: T): T {
  const due = file.deadlines.filter(({ endedAt }) => !endedAt).map(({ dueAt }) => dueAt);
  return {
    ...file,
    assignee: null,
    dueAt: due.toSorted()[0] ?? null,
    events: file.events.map((event) => ({ ...event, actor: '' })),
  };
}

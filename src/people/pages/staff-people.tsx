import {
  type ActionFunctionArgs,
  data,
  Form,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { peopleMessages } from '../messages.ts';
import { isPermitted, type Role } from '../permissions.ts';
import { listRolePlaces } from '../roles/list-role-places.ts';
import { listStaff } from '../roles/list-staff.ts';
import { managePeople } from '../roles/manage-people.ts';
import { RoleEnd, RoleWhere } from '../roles/role-cells.tsx';
import { GiveForm, InviteForm, roleFormFields, type WrongRole } from '../roles/role-forms.tsx';
import { staffMessages } from '../roles/staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => {
    const mayManage = isPermitted(ctx, 'manage-staff');
    return {
      ...(await listStaff(ctx)),
      ownId: ctx.actor.personId,
      mayManage,
      mayAppoint: isPermitted(ctx, 'appoint-operators'),
      places: mayManage ? await listRolePlaces(ctx) : [],
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async (page) => {
    const fields = await page.form();
    try {
      const done = await managePeople(page, fields);
      return redirect(`/${page.language}/staff/people?done=${done}`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      const words = staffMessages[page.language];
      const field = String((error.details as { field?: string } | undefined)?.field ?? '');
      const said = {
        'not-allowed': words.refused,
        conflict: words.hasAlready,
        'not-found': words.gone,
      }[error.kind as string];
      const wrong = words[`wrong_${field}` as keyof typeof words];
      const wrongly: WrongRole = {
        form: String(fields.get('do')),
        values: Object.fromEntries(roleFormFields.map((name) => [name, String(fields.get(name) ?? '')])),
        error: said ?? String(wrong ?? error.message),
        field: ['place', 'office'].includes(field) ? 'where' : field,
      };
      return data(wrongly, { status: 400 });
    }
  });
}

export default function StaffPeople() {
  const { staff, invitations, ownId, mayManage, mayAppoint, places } = useLoaderData<typeof loader>();
  const failed = useActionData<WrongRole>();
  const [query] = useSearchParams();
  const [language, say, roles] = [useLanguage(), useMessages(staffMessages), useMessages(peopleMessages)];
  const said = say[`done_${query.get('done')}` as keyof typeof say];
  const nameOf = (person: { name: string; email: string }) => person.name || person.email;
  return (
    <Page
      title={say.peopleTitle}
      lead={say.peopleLead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.peopleTitle }]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      <Table
        caption={say.peopleTitle}
        captionHidden
        stacked
        columns={[
          { title: say.member },
          { title: say.role },
          { title: say.where },
          { title: say.until },
          ...(mayManage ? [{ title: say.take, act: true }] : []),
        ]}
        rows={staff.flatMap((person) =>
          person.roles.map((role, index) => ({
            key: role.grant,
            cells: [
              <span key="who">
                {nameOf(person)}
                {index === 0 && person.name ? <span className="quiet"> {person.email}</span> : null}
                {index === 0 && mayManage && person.personId !== ownId ? (
                  <>
                    <Act
                      what="reset"
                      name="person"
                      value={person.personId}
                      label={say.resetLabel(nameOf(person))}
                      text={say.reset}
                    />
                    <Act
                      what="end-sessions"
                      name="person"
                      value={person.personId}
                      label={say.endSessionsLabel(nameOf(person))}
                      text={say.endSessions}
                    />
                  </>
                ) : null}
              </span>,
              roles[role.role as Role],
              <RoleWhere key="where" role={role} />,
              <RoleEnd key="until" endsAt={role.endsAt} />,
              ...(mayManage
                ? [
                    person.personId === ownId ? null : (
                      <Act
                        key="take"
                        what="take"
                        name="grant"
                        value={role.grant}
                        label={say.takeLabel(roles[role.role as Role], nameOf(person))}
                        text={say.take}
                      />
                    ),
                  ]
                : []),
            ],
          })),
        )}
      />
      <Section title={say.invitationsTitle} id="invitations">
        <Table
          caption={say.invitationsTitle}
          captionHidden
          stacked
          empty={say.noInvitations}
          columns={[
            { title: say.name },
            { title: say.role },
            { title: say.invited },
            { title: say.expires },
            ...(mayManage ? [{ title: say.takeBack, act: true }] : []),
          ]}
          rows={invitations.map((invitation) => ({
            key: invitation.id,
            cells: [
              `${invitation.name} (${invitation.email})`,
              invitation.role ? (
                <span key="role">
                  {roles[invitation.role as Role]}, <RoleWhere role={invitation} />
                </span>
              ) : (
                say.forReset
              ),
              <Time key="made" at={invitation.invitedAt} />,
              <Time key="open" at={invitation.expiresAt} />,
              ...(mayManage
                ? [
                    <Act
                      key="back"
                      what="take-back"
                      name="invitation"
                      value={invitation.id}
                      label={say.takeBackLabel(invitation.email)}
                      text={say.takeBack}
                    />,
                  ]
                : []),
            ],
          }))}
        />
      </Section>
      {mayManage && places.length > 0 ? (
        <>
          <InviteForm places={places} mayAppoint={mayAppoint} wrong={failed} />
          <GiveForm
            places={places}
            mayAppoint={mayAppoint}
            wrong={failed}
            people={staff.filter(({ personId }) => personId !== ownId)}
          />
        </>
      ) : null}
    </Page>
  );
}

/** One button that does one thing to what its row is about. */
function Act({
  what,
  name,
  value,
  label,
  text,
}: {
  what: string;
  name: string;
  value: string;
  label: string;
  text: string;
}) {
  return (
    <Form method="post" reloadDocument>
      <input type="hidden" name={name} value={value} />
      <Button name="do" value={what} kind="unstyled" aria-label={label}>
        {text}
      </Button>
    </Form>
  );
}

import {
  type ActionFunctionArgs,
  Form,
  type LoaderFunctionArgs,
  redirect,
  useLoaderData,
} from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage, type PageRequest } from '../../page-context.ts';
import { Button } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Table } from '../../ui/parts.tsx';
import { peopleMessages } from '../messages.ts';
import type { Role } from '../permissions.ts';
import { listDemonstrationStaff } from '../roles/list-demonstration-staff.ts';
import { RoleWhere } from '../roles/role-cells.tsx';
import { signInToDemonstration } from '../roles/sign-in-to-demonstration.ts';
import { staffMessages } from '../roles/staff-messages.ts';
import { sessionCookie } from '../sign-in/session-cookie.ts';

/** The page is for a browser of the machine itself; the actions refuse too, by the settings. */
function checkNear({ thisMachine }: PageRequest): void {
  if (!thisMachine) throw new Problem('not-found', 'There is no such page.');
}

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async (page) => {
    checkNear(page);
    const people = await listDemonstrationStaff(page.ctx);
    if (people.length === 0) throw new Problem('not-found', 'There is no such page.');
    return people;
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async (page) => {
    checkNear(page);
    const { ctx, language, publicUrl, form } = page;
    const { secret, expiresAt } = await signInToDemonstration(ctx, {
      personId: String((await form()).get('person') ?? ''),
      browser: args.request.headers.get('user-agent') ?? '',
    });
    return redirect(`/${language}/staff`, {
      headers: { 'set-cookie': sessionCookie(publicUrl, secret, expiresAt) },
    });
  });
}

export default function Demonstration() {
  const people = useLoaderData<typeof loader>();
  const [say, roles] = [useMessages(staffMessages), useMessages(peopleMessages)];
  return (
    <Page title={say.tryTitle} lead={say.tryLead} crumbs={[{ title: say.tryTitle }]}>
      <p>{say.tryTwo}</p>
      <Table
        caption={say.tryTitle}
        captionHidden
        stacked
        columns={[{ title: say.name }, { title: say.role }, { title: say.tryAs, act: true }]}
        rows={people.map(({ personId, name, roles: held }) => ({
          key: personId,
          cells: [
            name,
            <ul key="roles" className="usa-list usa-list--unstyled">
              {held.map((role) => (
                <li key={role.grant}>
                  {roles[role.role as Role]}, <RoleWhere role={role} />
                </li>
              ))}
            </ul>,
            <Form key="as" method="post" reloadDocument>
              <input type="hidden" name="person" value={personId} />
              <Button kind="unstyled" aria-label={say.tryAsLabel(name)}>
                {say.tryAs}
              </Button>
            </Form>,
          ],
        }))}
      />
    </Page>
  );
}

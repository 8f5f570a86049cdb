import { useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Table } from '../../ui/parts.tsx';
import { peopleMessages } from '../messages.ts';
import { type Condition, type Permission, permissions, type Role } from '../permissions.ts';

export default function Permissions() {
  const say = useMessages(peopleMessages);
  const rows = Object.entries(permissions) as [Permission, (typeof permissions)[Permission]][];
  return (
    <Page title={say.permissionsTitle} lead={say.permissionsLead} crumbs={[{ title: say.permissionsTitle }]}>
      <Table
        caption={say.permissionsCaption}
        columns={[{ title: say.permission }, { title: say.who }, { title: say.actions }]}
        rows={rows.map(([permission, { actions, may }]) => ({
          key: permission,
          cells: [
            say[permission],
            <Who key="who" may={may} />,
            actions.length === 0 ? null : (
              <details key="actions">
                <summary>{say.actionCount(actions.length)}</summary>
                <ul className="usa-list usa-list--unstyled" lang="en">
                  {actions.map((action) => (
                    <li key={action}>
                      <code>{action}</code>
                    </li>
                  ))}
                </ul>
              </details>
            ),
          ],
        }))}
      />
      <p>{say.sourceNote}</p>
    </Page>
  );
}

function Who({ may }: { may: Partial<Record<Role, Condition>> }) {
  const say = useMessages(peopleMessages);
  // What everybody may do needs no list of the others.
  if (may.anonymous) return say.anonymous;
  return (
    <ul className="usa-list usa-list--unstyled">
      {(Object.entries(may) as [Role, Condition][]).map(([role, condition]) => (
        <li key={role}>{condition === 'always' ? say[role] : `${say[role]}, ${say[condition]}`}</li>
      ))}
    </ul>
  );
}

import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadPage, loadStaffPage } from '../../page-context.ts';
import { Button, Input, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Card, Cards, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { auditMessages } from '../audit/audit-messages.ts';
import { keyMessages } from '../keys/key-messages.ts';
import { peopleMessages } from '../messages.ts';
import { isPermitted, type Role } from '../permissions.ts';
import { delegateRole } from '../roles/delegate-role.ts';
import { endDelegation } from '../roles/end-delegation.ts';
import { listColleagues } from '../roles/list-colleagues.ts';
import { readOwnRoles } from '../roles/read-own-roles.ts';
import { RoleEnd, RoleWhere } from '../roles/role-cells.tsx';
import { staffMessages } from '../roles/staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => {
    const inForce = ctx.actor.grants.map(({ id }) => id);
    return {
      ...(await readOwnRoles(ctx)),
      inForce,
      colleagues: isPermitted(ctx, 'see-colleagues') ? await listColleagues(ctx) : [],
      may: {
        cases: isPermitted(ctx, 'see-cases'),
        caseErasures: isPermitted(ctx, 'see-case-erasures'),
        people: isPermitted(ctx, 'see-staff'),
        datasets: isPermitted(ctx, 'see-managed-datasets'),
        retention: isPermitted(ctx, 'see-retention'),
        harvest: isPermitted(ctx, 'see-harvest'),
        rules: isPermitted(ctx, 'see-rules'),
        keys: isPermitted(ctx, 'device-keys'),
        audit: isPermitted(ctx, 'read-audit-log'),
        erasures: isPermitted(ctx, 'read-audit-erasures'),
      },
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    try {
      if (field('do') === 'end') {
        await endDelegation(ctx, { grant: field('grant') });
        return redirect(`/${language}/staff?done=ended`);
      }
      await delegateRole(ctx, {
        grant: field('grant'),
        to: field('to'),
        firstDay: field('firstDay'),
        lastDay: field('lastDay'),
      });
      return redirect(`/${language}/staff?done=lent`);
    } catch (error) {
      if (!isProblem(error) || error.kind === 'signed-out') throw error;
      const words = staffMessages[language];
      const said = { conflict: words.lendTwice, 'not-found': words.gone }[error.kind as string];
      const at = String((error.details as { field?: string } | undefined)?.field ?? '');
      const wrong = { firstDay: words.lendWrongFirst, lastDay: words.lendWrongLast }[at];
      const values = Object.fromEntries(
        ['grant', 'to', 'firstDay', 'lastDay'].map((name) => [name, field(name)]),
      );
      return data({ error: said ?? wrong ?? words.lendWrong, field: at, values }, { status: 400 });
    }
  });
}

export default function Staff() {
  const audit = useMessages(auditMessages);
  const { held, lentOut, inForce, colleagues, may } = useLoaderData<typeof loader>();
  const done = useActionData<{ error: string; field: string; values: Record<string, string> }>();
  const [query] = useSearchParams();
  const [language, say, roles] = [useLanguage(), useMessages(staffMessages), useMessages(peopleMessages)];
  const keys = useMessages(keyMessages);
  const said = { lent: say.done_lent, ended: say.done_ended }[query.get('done') ?? ''];
  const lendable = held.filter((role) => inForce.includes(role.grant) && !role.lentBy);
  const work = [
    { may: may.cases, to: 'cases', title: say.casesLink, text: say.casesText },
    { may: may.caseErasures, to: 'cases/erasures', title: say.caseErasuresLink, text: say.caseErasuresText },
    { may: may.people, to: 'people', title: say.peopleLink, text: say.peopleText },
    { may: may.datasets, to: 'datasets', title: say.datasetsLink, text: say.datasetsText },
    { may: may.retention, to: 'retention', title: say.retentionLink, text: say.retentionText },
    { may: may.harvest, to: 'harvest', title: say.harvestLink, text: say.harvestText },
    { may: may.rules, to: 'rules', title: say.rulesLink, text: say.rulesText },
    { may: may.keys, to: 'keys', title: keys.staffTitle, text: keys.staffLead },
    { may: may.audit, to: 'audit', title: audit.title, text: audit.lead },
    { may: may.erasures, to: 'audit/erasures', title: audit.erasuresCard, text: audit.erasuresCardText },
  ].filter((each) => each.may);
  return (
    <Page title={say.staff} lead={say.staffLead} crumbs={[{ title: say.staff }]}>
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      {said && !done?.error ? <Alert kind="success">{said}</Alert> : null}
      {held.length > 0 && inForce.length === 0 ? (
        <Alert kind="warning" title={say.notInForce}>
          {say.notInForceText} <Link to={`/${language}/staff/sign-in`}>{say.signInAsStaff}</Link>
        </Alert>
      ) : null}
      {work.length > 0 ? (
        <Section title={say.workTitle} id="work">
          <Cards>
            {work.map(({ to, title, text }) => (
              <Card key={to} title={title} to={`/${language}/staff/${to}`}>
                <p>{text}</p>
              </Card>
            ))}
          </Cards>
        </Section>
      ) : null}
      <Section title={say.rolesTitle} id="roles">
        <Table
          caption={say.rolesTitle}
          captionHidden
          stacked
          empty={say.noRoles}
          columns={[{ title: say.role }, { title: say.where }, { title: say.from }, { title: say.until }]}
          rows={held.map((role) => ({
            key: role.grant,
            cells: [
              roles[role.role as Role],
              <RoleWhere key="where" role={role} />,
              <Time key="from" at={role.startsAt} />,
              <RoleEnd key="until" endsAt={role.endsAt} />,
            ],
          }))}
        />
      </Section>
      {lentOut.length > 0 ? (
        <Section title={say.lentTitle} id="lent">
          <Table
            caption={say.lentTitle}
            captionHidden
            stacked
            columns={[
              { title: say.role },
              { title: say.colleague },
              { title: say.from },
              { title: say.until },
              { title: say.endLent, act: true },
            ]}
            rows={lentOut.map((lent) => ({
              key: lent.grant,
              cells: [
                roles[lent.role as Role],
                lent.to,
                <Time key="from" at={lent.startsAt} />,
                <RoleEnd key="until" endsAt={lent.endsAt} />,
                <Form key="end" method="post" reloadDocument>
                  <input type="hidden" name="grant" value={lent.grant} />
                  <Button
                    name="do"
                    value="end"
                    kind="unstyled"
                    aria-label={say.endLentLabel(roles[lent.role as Role], lent.to)}
                  >
                    {say.endLent}
                  </Button>
                </Form>,
              ],
            }))}
          />
        </Section>
      ) : null}
      {lendable.length > 0 ? (
        <Section title={say.lendTitle} id="lend">
          <p>{say.lendText}</p>
          {colleagues.length === 0 ? (
            <p>{say.noColleagues}</p>
          ) : (
            <Form method="post" reloadDocument className="usa-form">
              <Select
                label={say.role}
                name="grant"
                defaultValue={done?.values.grant}
                options={lendable.map((role) => ({
                  value: role.grant,
                  label: `${roles[role.role as Role]} (${role.officeName ?? role.placeName ?? say.everywhere})`,
                }))}
              />
              <Select
                label={say.colleague}
                name="to"
                defaultValue={done?.values.to}
                options={colleagues.map(({ personId, name }) => ({ value: personId, label: name }))}
              />
              {(['firstDay', 'lastDay'] as const).map((name) => (
                <Input
                  key={name}
                  label={say[name]}
                  name={name}
                  type="date"
                  required
                  defaultValue={done?.values[name]}
                  error={done?.field === name ? done.error : undefined}
                />
              ))}
              <Button>{say.lend}</Button>
            </Form>
          )}
        </Section>
      ) : null}
    </Page>
  );
}

import { Form } from 'react-router';
import { Button, Input, Select } from '../../ui/form.tsx';
import { languageNames } from '../../ui/language.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Section } from '../../ui/parts.tsx';
import { peopleMessages } from '../messages.ts';
import { invitationDays } from '../person-defaults.ts';
import { staffRoles } from '../role.ts';
import { wherePhrase } from './invitation-letters.ts';
import type { RolePlace } from './list-role-places.ts';
import { staffMessages } from './staff-messages.ts';

export const roleFormFields = ['name', 'email', 'person', 'role', 'where', 'lastDay', 'language'] as const;
type FormField = (typeof roleFormFields)[number];
/** What was sent and refused: the form comes back as it was filled in, with the message at its field. */
export type WrongRole = { form: string; values: Record<string, string>; error: string; field: string };
type Given = { places: RolePlace[]; mayAppoint: boolean; wrong?: WrongRole };

function refill(form: string, wrong: WrongRole | undefined) {
  const ours = wrong?.form === form ? wrong : undefined;
  return (name: FormField) => ({
    defaultValue: ours?.values[name],
    error: ours?.field === name ? ours.error : undefined,
  });
}

/** Role, place with office, and last day: what every form that gives a role asks. */
function RoleFields({
  places,
  mayAppoint,
  filled,
}: Omit<Given, 'wrong'> & { filled: ReturnType<typeof refill> }) {
  const [say, roles] = [useMessages(staffMessages), useMessages(peopleMessages)];
  return (
    <>
      <Select
        label={say.role}
        name="role"
        {...filled('role')}
        options={staffRoles
          .filter((role) => mayAppoint || role !== 'installation-operator')
          .map((role) => ({ value: role, label: roles[role] }))}
      />
      <Select
        label={say.where}
        name="where"
        {...filled('where')}
        options={places.map(({ place, placeName, office, officeName }) => ({
          value: [place, office].filter(Boolean).join('/'),
          label: wherePhrase(say, placeName, officeName),
        }))}
      />
      <Input label={say.roleEnds} hint={say.roleEndsHint} name="lastDay" type="date" {...filled('lastDay')} />
    </>
  );
}

export function InviteForm({ wrong, ...given }: Given) {
  const [language, say] = [useLanguage(), useMessages(staffMessages)];
  const filled = refill('invite', wrong);
  return (
    <Section title={say.inviteTitle} id="invite">
      <p>{say.inviteText(invitationDays)}</p>
      <Form method="post" reloadDocument className="usa-form" noValidate>
        <Input label={say.name} name="name" required maxLength={100} {...filled('name')} />
        <Input label={say.email} name="email" type="email" required maxLength={254} {...filled('email')} />
        <RoleFields {...given} filled={filled} />
        <Select
          label={say.letterLanguage}
          name="language"
          defaultValue={filled('language').defaultValue ?? language}
          options={Object.entries(languageNames).map(([value, label]) => ({ value, label }))}
        />
        <Button name="do" value="invite">
          {say.invite}
        </Button>
      </Form>
    </Section>
  );
}

export function GiveForm({
  people,
  wrong,
  ...given
}: Given & { people: { personId: string; name: string; email: string }[] }) {
  const say = useMessages(staffMessages);
  const filled = refill('give', wrong);
  if (people.length === 0) return null;
  return (
    <Section title={say.giveTitle} id="give">
      <Form method="post" reloadDocument className="usa-form">
        <Select
          label={say.person}
          name="person"
          {...filled('person')}
          options={people.map(({ personId, name, email }) => ({
            value: personId,
            label: name ? `${name} (${email})` : email,
          }))}
        />
        <RoleFields {...given} filled={filled} />
        <Button name="do" value="give">
          {say.give}
        </Button>
      </Form>
    </Section>
  );
}

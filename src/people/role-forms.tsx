import { Form } from 'react-router';
import { Button, Input, Select } from '../ui/form.tsx';
import { languageNames } from '../ui/language.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Section } from '../ui/parts.tsx';
import { wherePhrase } from './invitation-letters.ts';
import type { RolePlace } from './list-role-places.ts';
import { peopleMessages } from './messages.ts';
import { invitationDays } from './person-defaults.ts';
import { staffRoles } from './role.ts';
import { staffMessages } from './staff-messages.ts';

type Given = { places: RolePlace[]; mayAppoint: boolean };

/** Role, place with office, and last day: what every form that gives a role asks. */
function RoleFields({ places, mayAppoint }: Given) {
  const [say, roles] = [useMessages(staffMessages), useMessages(peopleMessages)];
  return (
    <>
      <Select
        label={say.role}
        name="role"
        options={staffRoles
          .filter((role) => mayAppoint || role !== 'installation-operator')
          .map((role) => ({ value: role, label: roles[role] }))}
      />
      <Select
        label={say.where}
        name="where"
        options={places.map(({ place, placeName, office, officeName }) => ({
          value: [place, office].filter(Boolean).join('/'),
          label: wherePhrase(say, placeName, officeName),
        }))}
      />
      <Input label={say.roleEnds} hint={say.roleEndsHint} name="lastDay" type="date" />
    </>
  );
}

export function InviteForm({ wrong, ...given }: Given & { wrong?: { error?: string; field?: string } }) {
  const [language, say] = [useLanguage(), useMessages(staffMessages)];
  const errorOf = (field: string) => (wrong?.field === field ? wrong.error : undefined);
  return (
    <Section title={say.inviteTitle} id="invite">
      <p>{say.inviteText(invitationDays)}</p>
      <Form method="post" reloadDocument className="usa-form" noValidate>
        <Input label={say.name} name="name" required maxLength={100} error={errorOf('name')} />
        <Input
          label={say.email}
          name="email"
          type="email"
          required
          maxLength={254}
          error={errorOf('email')}
        />
        <RoleFields {...given} />
        <Select
          label={say.letterLanguage}
          name="language"
          defaultValue={language}
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
  ...given
}: Given & { people: { personId: string; name: string; email: string }[] }) {
  const say = useMessages(staffMessages);
  if (people.length === 0) return null;
  return (
    <Section title={say.giveTitle} id="give">
      <Form method="post" reloadDocument className="usa-form">
        <Select
          label={say.person}
          name="person"
          options={people.map(({ personId, name, email }) => ({
            value: personId,
            label: name ? `${name} (${email})` : email,
          }))}
        />
        <RoleFields {...given} />
        <Button name="do" value="give">
          {say.give}
        </Button>
      </Form>
    </Section>
  );
}

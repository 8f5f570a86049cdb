import { parseArgs } from 'node:util';
import { publicUrl } from '../kit/config.ts';
import {
  endSessions,
  invitePerson,
  linkFor,
  listStaff,
  resetSignIn,
  wordInvitation,
  wordReset,
} from '../people/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak staff invite ADDRESS --name NAME --role ROLE [--place SLUG] [--office SLUG] [--last-day YYYY-MM-DD] [--language en|es]
charter-oak staff list
charter-oak staff reset ADDRESS      a new link for somebody who lost what he signs in with
charter-oak staff end-sessions ADDRESS   signs anybody out everywhere, residents too`;

/** For an operator at the shell: the first staff, and the way back in when nobody else can help. */
export async function staff(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      role: { type: 'string' },
      place: { type: 'string' },
      office: { type: 'string' },
      'last-day': { type: 'string' },
      language: { type: 'string', default: 'en' },
    },
  });
  const [verb, email] = positionals;
  const { name, role, language } = values;
  if (verb === 'invite' && email && name && role && ['en', 'es'].includes(language)) {
    return withInstallation(async (ctx) => {
      const site = publicUrl(ctx.config);
      const letter = wordInvitation(site, language);
      await invitePerson(ctx, {
        email,
        name,
        role,
        language,
        place: values.place ?? null,
        office: values.office ?? null,
        lastDay: values['last-day'] ?? null,
        letter: (secret, given) => {
          console.log(linkFor(site, language, secret));
          return letter(secret, given);
        },
      });
      console.error('This link works once; the letter to the person holds it too.');
      return 0;
    });
  }
  if (verb === 'list') {
    return withInstallation(async (ctx) => {
      for (const person of (await listStaff(ctx)).staff) {
        console.log(`${person.email}  ${person.name}`);
        for (const { role, place, office, endsAt } of person.roles)
          console.log(
            `    ${role}  ${[place ?? 'everywhere', office].filter(Boolean).join('/')}  ${endsAt ? `until ${new Date(endsAt).toISOString()}` : ''}`,
          );
      }
      return 0;
    });
  }
  if (verb === 'reset' && email) {
    return withInstallation(async (ctx) => {
      const site = publicUrl(ctx.config);
      const found = (await listStaff(ctx)).staff.find((person) => person.email === email.toLowerCase());
      if (!found) {
        console.error(`There is no member of staff with the address ${email}.`);
        return 1;
      }
      await resetSignIn(ctx, {
        personId: found.personId,
        letter: (theirs) => (secret, given) => {
          console.log(linkFor(site, theirs, secret));
          return wordReset(site, theirs)(secret, given);
        },
      });
      console.error('This link works once; what the person had is void once it is used.');
      return 0;
    });
  }
  if (verb === 'end-sessions' && email) {
    return withInstallation(async (ctx) => {
      console.error(`Sessions ended: ${await endSessions(ctx, { email })}.`);
      return 0;
    });
  }
  console.error(usage);
  return 2;
}

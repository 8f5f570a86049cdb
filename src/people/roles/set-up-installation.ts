import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { type PlacesFile, upsertPlaces } from '../../places/index.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { emailAddress } from '../person.ts';
import { type InvitationLetter, sendInvitation } from './invite-person.ts';

/**
 * Makes a city (or region) with its offices on an empty database, and invites its first administrator by a link that
 * works once; there is no password to begin with. All of it or nothing.
 * Errors: not-allowed (operators only), invalid (the address or name), conflict (there is a city already).
 */
export async function setUpInstallation(
  ctx: Ctx,
  input: PlacesFile & {
    administrator: { email: string; name: string; language: string };
    letter: InvitationLetter;
  },
): Promise<void> {
  checkPermission(ctx, 'set-up-installation');
  const email = emailAddress.safeParse(input.administrator.email);
  const name = input.administrator.name.trim();
  if (!email.success) throw new Problem('invalid', `${input.administrator.email} is no e-mail address.`);
  if (!name || name.length > 100)
    throw new Problem('invalid', 'Give the administrator’s name, in up to 100 characters.');
  await withTransaction(ctx.app, async (tx) => {
    // Two who set up at once: the second finds what the first has made.
    await tx.query("select pg_advisory_xact_lock(hashtextextended('set up the installation', 0))");
    const { rows } = await tx.query<{ name: string; demonstration: boolean }>(
      'select name, demonstration from released.place where parent is null order by slug limit 1',
    );
    const there = rows[0];
    if (there) {
      throw new Problem(
        'conflict',
        there.demonstration
          ? 'This database holds the demonstration. Set up a city on an empty one: name another CHARTER_OAK_DATA or DATABASE_URL.'
          : `This installation serves ${there.name} already. To invite another administrator: charter-oak staff invite.`,
      );
    }
    await upsertPlaces(tx, input, { demonstration: false });
    await recordAudit(tx, ctx, {
      kind: 'installation-set-up',
      subject: `place:${input.places[0]?.slug}`,
      content: {
        places: input.places.map(({ slug }) => slug),
        offices: input.offices.map(({ slug }) => slug),
      },
    });
    await sendInvitation(tx, ctx, {
      email: email.data,
      name,
      language: input.administrator.language,
      role: 'city-administrator',
      place: input.places[0]?.slug ?? null,
      office: null,
      endsAt: null,
      letter: input.letter,
    });
  });
}

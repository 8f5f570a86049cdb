import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { emailAddress } from '../person.ts';
import { lockInvitationsTo, useInvitation } from '../roles/invitation.ts';
import type { Vouched } from './provider.ts';
import { refusal } from './provider-refusal.ts';

/**
 * Who somebody is at the identity provider: issuer and subject, never the mail address, which may change there and go to
 * somebody else. At the first sign-in a vouched address finds the person, or makes one without roles. Whoever has an
 * account of the provider already keeps it: a second one with the same address is refused, until an invitation to that
 * address is open again.
 */
export type Found = { personId: string; linked: boolean; replaced: boolean; invitations: string[] };

/** Errors: a refusal: mail, taken. */
export async function findPerson(tx: Tx, ctx: Ctx, account: Vouched, language: string): Promise<Found> {
  const { issuer, subject } = account;
  // Of two first sign-ins at once, the second finds what the first has made.
  await tx.query("select pg_advisory_xact_lock(hashtextextended('identity ' || $1 || ' ' || $2, 0))", [
    issuer,
    subject,
  ]);
  const { rows } = await tx.query<{ id: string; email: string }>(
    `select p.id::text, p.email from private.identity i join private.person p on p.id = i.person_id
     where i.issuer = $1 and i.subject = $2 for key share of p`,
    [issuer, subject],
  );
  const known = rows[0];
  const { data: address } = emailAddress.safeParse(account.email);
  const open =
    address && (!known || known.email === address) ? await lockInvitationsTo(tx, ctx, address) : [];
  // One without a role sets up signing in anew, which is more than this.
  const invitations = open.filter(({ role }) => role !== null);
  let personId = known?.id;
  // biome-ignore lint/correctness/useHookAtTopLevel: no hook of React
  for (const invitation of invitations) ({ personId } = await useInvitation(tx, ctx, invitation));
  const ids = invitations.map(({ id }) => id);
  if (known) return { personId: known.id, linked: false, replaced: false, invitations: ids };
  if (!address) throw refusal('mail');
  personId ??= await ensurePerson(tx, ctx, { address, name: account.name, language });
  const replaced = open.length > 0 && (await forgetAccount(tx, personId, issuer));
  const { rowCount } = await tx.query(
    `insert into private.identity (issuer, subject, person_id, created_at) values ($1, $2, $3, $4)
     on conflict (person_id, issuer) do nothing`,
    [issuer, subject, personId, ctx.clock.now()],
  );
  if (rowCount === 0) throw refusal('taken');
  return { personId, linked: true, replaced, invitations: ids };
}

async function ensurePerson(
  tx: Tx,
  ctx: Ctx,
  { address, name, language }: { address: string; name: string | null; language: string },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.person (email, name, language, created_at) values ($1, $2, $3, $4)
     on conflict (email) do update set name = coalesce(person.name, excluded.name) returning id::text`,
    [address, name, language, ctx.clock.now()],
  );
  return (rows[0] as { id: string }).id;
}

/** Unlinks the account that somebody had at the provider, and ends the sessions begun with it. */
async function forgetAccount(tx: Tx, personId: string, issuer: string): Promise<boolean> {
  const { rowCount } = await tx.query('delete from private.identity where person_id = $1 and issuer = $2', [
    personId,
    issuer,
  ]);
  if (!rowCount) return false;
  await tx.query("delete from private.session where person_id = $1 and method = 'provider'", [personId]);
  return true;
}

import type { Ctx } from '../kit/context.ts';
import { checkPermission, signedIn } from '../people/index.ts';
import { caseColumns } from './case.ts';
import { asParty, type CaseFile, partiesFile } from './read-case.ts';

/** A case as its party sees it, with what he gave of himself for it. */
export type OwnCase = CaseFile & {
  party: { role: string; name: string | null; email: string | null; address: string | null };
};

/** The cases that the person who is signed in brought or takes part in, the newest first. Errors: signed-out. */
export async function listOwnCases(ctx: Ctx): Promise<OwnCase[]> {
  checkPermission(ctx, 'own-account');
  const { rows } = await ctx.app.query<OwnCase>(
    `select ${caseColumns}, own.party, ${partiesFile}
     join lateral (
       select json_build_object('role', p.role, 'name', p.name, 'email', p.email, 'address', p.address) as party
       from private.case_party p where p.case_id = c.id and p.person_id = $1 order by p.id limit 1) own on true
     where c.id in (select case_id from private.case_party where person_id = $1)
     order by c.opened_at desc, c.id desc`,
    [signedIn(ctx).personId],
  );
  return rows.map(asParty);
}

import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { recordAudit } from './audit/record-audit.ts';
import { nameOf } from './condition.ts';

/**
 * Two-person approval, the one mechanism for every change that one person must not make alone. A proposal is open until
 * it is approved, declined (both by another person than who proposed it) or withdrawn (by who proposed it). It says what
 * is so now (`before`) and what would be so (`after`); its version is the hash of both. An approval names the version
 * that was read, and holds only while the thing still is as it was: what was changed meanwhile must be proposed anew.
 * The feature whose change it is checks its own row of the permission table and carries the change out in the same
 * transaction.
 */
export type ProposalContent = { before: JsonObject; after: JsonObject };

export type Proposal = {
  id: string;
  kind: string;
  subject: string;
  place: string | null;
  office: string | null;
  content: ProposalContent;
  /** Hexadecimal. */
  version: string;
  reason: string;
  proposedBy: string;
  proposedAt: string;
};

/** The columns of private.proposal as a Proposal. */
const columns = `id::text, kind, subject, place, office, content, encode(version, 'hex') as version, reason,
  proposed_by as "proposedBy", proposed_at as "proposedAt"`;

/** An open proposal `alias` of private.proposal as JSON, with what its proposer is called. */
export const proposalJson = (alias: string): string =>
  `json_build_object('id', ${alias}.id::text, 'kind', ${alias}.kind, 'subject', ${alias}.subject, 'place', ${alias}.place,
     'office', ${alias}.office, 'content', ${alias}.content, 'version', encode(${alias}.version, 'hex'),
     'reason', ${alias}.reason, 'proposedBy', ${alias}.proposed_by, 'proposedAt', ${alias}.proposed_at,
     'proposer', coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = ${alias}.proposed_by), ${alias}.proposed_by))`;

export function versionOf(content: ProposalContent): string {
  return createHash('sha256')
    .update(canonicalJson(content as Json))
    .digest('hex');
}

/** Asks for a change. Errors: conflict, when one about the same thing is open; invalid, without a reason. */
export async function openProposal(
  tx: Tx,
  ctx: Ctx,
  input: Pick<Proposal, 'kind' | 'subject' | 'place' | 'office' | 'content' | 'reason'>,
): Promise<{ id: string; version: string }> {
  const reason = input.reason.trim();
  if (reason.length === 0 || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  const version = versionOf(input.content);
  // Whose account is being deleted at this moment would leave a proposal that no longer bars him.
  if (ctx.actor.kind === 'person') {
    const asker = await tx.query('select from private.person where id = $1 for key share', [
      ctx.actor.personId,
    ]);
    if (!asker.rowCount) throw new Problem('signed-out', 'This account has been deleted.');
  }
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.proposal (kind, subject, place, office, content, version, reason, proposed_by, proposed_at)
     values ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9)
     on conflict (kind, subject) where decision is null do nothing returning id`,
    [
      input.kind,
      input.subject,
      input.place,
      input.office,
      input.content,
      version,
      reason,
      nameOf(ctx.actor),
      ctx.clock.now(),
    ],
  );
  const id = rows[0]?.id;
  if (!id)
    throw new Problem(
      'conflict',
      'A change of this is already waiting for approval. Decide or withdraw that one first.',
    );
  await recordAudit(tx, ctx, {
    kind: 'change-proposed',
    subject: input.subject,
    content: { proposal: id, kind: input.kind, version, content: input.content as JsonObject, reason },
  });
  return { id, version };
}

/** An open proposal, locked until the transaction ends. Errors: not-found; too-late, when it has been decided. */
export async function lockProposal(tx: Tx, kind: string, id: string): Promise<Proposal> {
  const { rows } = await tx.query<Proposal & { decision: string | null }>(
    `select ${columns}, decision from private.proposal where id::text = $1 and kind = $2 for update`,
    [id, kind],
  );
  const row = rows[0];
  if (!row) throw new Problem('not-found', 'There is no such proposal.');
  const { decision, ...proposal } = row;
  if (decision) throw new Problem('too-late', `This proposal has been ${decision} already.`);
  return proposal;
}

/** The open proposals about a thing, or of a person, locked until the transaction ends: before the thing is. */
export async function lockOpenProposals(
  tx: Tx,
  of: { subject: string } | { proposedBy: string },
): Promise<Proposal[]> {
  const { rows } = await tx.query<Proposal>(
    `select ${columns} from private.proposal
     where decision is null and (subject = $1 or proposed_by = $2) order by id for update`,
    ['subject' in of ? of.subject : null, 'proposedBy' in of ? of.proposedBy : null],
  );
  return rows;
}

/** Closes proposals that lockOpenProposals gave, because what they hang on is gone. Last before the commit. */
export async function closeProposals(
  tx: Tx,
  ctx: Ctx,
  proposals: readonly Proposal[],
  input: { decision: 'withdrawn' } | { decision: 'declined'; reason: string },
): Promise<void> {
  for (const proposal of proposals) {
    const { version, content } = proposal;
    await decideProposal(tx, ctx, proposal, { ...input, version, before: content.before });
  }
}

/**
 * Decides a proposal that lockProposal gave. `before` is what is so at this moment, read under a lock of the caller's
 * transaction. Errors: conflict, when another version was read or the thing has changed since; not-allowed, when who
 * proposed it decides or somebody else withdraws it; invalid, when it is declined without a reason.
 */
export async function decideProposal(
  tx: Tx,
  ctx: Ctx,
  proposal: Proposal,
  input: {
    decision: 'approved' | 'declined' | 'withdrawn';
    version: string;
    before: JsonObject;
    reason?: string;
  },
): Promise<void> {
  const decidedBy = nameOf(ctx.actor);
  const own = decidedBy === proposal.proposedBy;
  if (input.decision === 'withdrawn' ? !own : own) {
    throw new Problem(
      'not-allowed',
      own ? 'Nobody decides what he proposed.' : 'Only who proposed it can withdraw it.',
    );
  }
  const reason = input.reason?.trim() ?? '';
  if (reason.length > 1000 || reason.includes('\0') || (input.decision === 'declined' && !reason))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  if (input.decision === 'approved') {
    if (input.version !== proposal.version)
      throw new Problem('conflict', 'This is not the version that was proposed. Read it again.');
    if (versionOf({ before: input.before, after: proposal.content.after }) !== proposal.version) {
      throw new Problem(
        'conflict',
        'What it would change has changed since it was proposed. Decline it, and have it proposed anew.',
      );
    }
  }
  await tx.query(
    `update private.proposal set decision = $2, decided_by = $3, decided_at = $4, decision_reason = nullif($5, '')
     where id::text = $1`,
    [proposal.id, input.decision, decidedBy, ctx.clock.now(), reason],
  );
  await recordAudit(tx, ctx, {
    kind: `change-${input.decision}`,
    subject: proposal.subject,
    content: {
      proposal: proposal.id,
      kind: proposal.kind,
      version: proposal.version,
      reason: reason || null,
    },
  });
}

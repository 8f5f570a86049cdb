import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { checkPermission, isPermitted, permittedSql } from '../permissions.ts';
import type { Proposal } from '../proposal.ts';
import { erasureKind } from './audit-erasure.ts';

export type AuditErasure = Pick<Proposal, 'id' | 'version' | 'reason' | 'proposedBy' | 'proposedAt'> & {
  /** Who proposed it, by name; null for one who is gone. */
  proposer: string | null;
  /** What would be erased, as it stands: who decides must know what it is. */
  events: { number: string; kind: string; subject: string; content: JsonObject | null }[];
  /** What whoever asks may do about it. */
  may: { decide: boolean; withdraw: boolean };
};

/** The erasures that wait for a second person, as far as the asker's roles reach, oldest first. Errors: not-allowed. */
export async function readAuditErasures(ctx: Ctx): Promise<{ waiting: AuditErasure[]; mayPropose: boolean }> {
  checkPermission(ctx, 'read-audit-erasures');
  const values: unknown[] = [erasureKind];
  const columns = { place: 'p.place', proposedBy: 'p.proposed_by' };
  const visible = permittedSql(ctx, 'read-audit-erasures', columns, values);
  const decidable = permittedSql(ctx, 'decide-audit-erasure', columns, values);
  const person = `person:${ctx.actor.kind === 'person' ? ctx.actor.personId : ''}`;
  const { rows } = await ctx.app.query<AuditErasure>(
    `select p.id::text, encode(p.version, 'hex') as version, p.reason, p.proposed_by as "proposedBy",
       (select coalesce(nullif(who.name, ''), who.email) from private.person who where 'person:' || who.id = p.proposed_by) as proposer,
       to_json(p.proposed_at)::jsonb #>> '{}' as "proposedAt",
       json_build_object('decide', ${decidable}, 'withdraw', p.proposed_by = $${values.push(person)}::text) as may,
       (select json_agg(json_build_object('number', e.number::text, 'kind', e.kind, 'subject', e.subject,
          'content', c.content) order by e.number)
        from private.audit_event e left join private.audit_content c using (number)
        where e.number in (select key::bigint from jsonb_object_keys(p.content -> 'before' -> 'commitments') key)) as events
     from private.proposal p
     where p.kind = $1 and p.decision is null and ${visible} order by p.id limit 100`,
    values,
  );
  return { waiting: rows, mayPropose: isPermitted(ctx, 'propose-audit-erasure') };
}

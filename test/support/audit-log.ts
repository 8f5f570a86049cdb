import assert from 'node:assert/strict';
import type { Head, JsonObject } from '../../src/kit/chain.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { recordAudit } from '../../src/people/audit/record-audit.ts';
import { verifyAuditLog } from '../../src/people/audit/verify-audit-log.ts';
import type { TestContext } from './context.ts';

/** What the tests of the audit log share: events, somebody who means harm, and what verifying finds. */
export function openAuditLog(test: { readonly ctx: TestContext }) {
  const record = (kind: string, subject: string, content: JsonObject = {}, ctx = test.ctx) =>
    withTransaction(ctx.app, (tx) => recordAudit(tx, ctx, { kind, subject, content }));

  /** As an owner who means harm: the triggers and foreign keys are out of the way. */
  const tamper = (...statements: string[]) =>
    withTransaction(test.ctx.owner, async (tx) => {
      await tx.query('alter table private.audit_event disable trigger append_only');
      await tx.query('alter table private.audit_content disable trigger user');
      await tx.query('set local session_replication_role = replica');
      for (const statement of statements) await tx.query(statement);
      await tx.query('alter table private.audit_event enable always trigger append_only');
      await tx.query('alter table private.audit_content enable always trigger kept');
      await tx.query('alter table private.audit_content enable always trigger erased_by_approval');
    });

  const faults = async (remembered?: Head) =>
    (await verifyAuditLog(test.ctx, { remembered })).faults.map(({ number, kind }) => `${number} ${kind}`);

  const clear = () =>
    tamper(
      'truncate private.audit_event, private.audit_content',
      "update private.audit_head set number = 0, hash = decode(repeat('00', 32), 'hex')",
    );

  async function twelve(): Promise<Head> {
    for (let i = 1; i <= 12; i += 1) {
      test.ctx.clock.advance(1_001);
      await record(i % 3 === 0 ? 'key-revoked' : 'key-created', `key:${i}`, { name: `key ${i}`, i });
    }
    const { head, faultCount } = await verifyAuditLog(test.ctx);
    assert.equal(faultCount, 0);
    return head;
  }
  return { record, tamper, faults, clear, twelve };
}

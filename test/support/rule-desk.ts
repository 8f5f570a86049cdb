import assert from 'node:assert/strict';
import type { Ctx } from '../../src/kit/context.ts';
import type { StaffRole } from '../../src/people/role.ts';
import { readRulebook } from '../../src/rulebook/read-rulebook.ts';
import { decideRule } from '../../src/rulebook/staff/decide-rule.ts';
import { listRuleProposals } from '../../src/rulebook/staff/list-rule-proposals.ts';
import { proposeRule } from '../../src/rulebook/staff/propose-rule.ts';
import type { Rule } from '../../src/rules/index.ts';
import type { TestContext } from './context.ts';
import { makeStaff } from './staff.ts';

/** What the tests of staff's work on rules share: a gap of Danbury, and how it is filled. */
export const fine = 'danbury.sensors.fine';
export const citation = {
  instrument: 'Answer of the City Clerk',
  level: 'policy',
  locator: 'letter of November 20',
  publisher: 'City of Danbury',
  readAt: '2026-11-23',
  how: 'text',
};
export const proposed = ({ recordedAt: _, supersedes: __, ...rule }: Rule) => rule;

export function openRuleDesk(db: { readonly ctx: TestContext }) {
  const staff = async (role: StaffRole, place?: string, name = 'one'): Promise<Ctx> =>
    (
      await makeStaff(db.ctx, {
        email: `${name}-${role}-${place}@example.org`,
        role,
        ...(place ? { place } : {}),
      })
    ).ctx;
  const standing = async (id = fine): Promise<Rule> => {
    const rule = (await readRulebook(db.ctx)).current.get(id);
    assert.ok(rule, id);
    return rule;
  };
  /** The gap, filled: what a form would send. */
  const filled = async (max = 9000, id = fine) => ({
    ...proposed(await standing(id)),
    says: { en: 'Misuse may cost up to 90 dollars.', es: 'El mal uso puede costar hasta 90 dólares.' },
    value: { state: 'specified', value: { kind: 'money', max, per: 'offense' }, cite: [citation] },
  });
  const propose = async (ctx: Ctx, rule?: unknown, more: object = {}) =>
    proposeRule(ctx, {
      rule: rule ?? (await filled()),
      corrects: (await standing()).recordedAt,
      reason: 'The clerk has answered.',
      ...more,
    });
  const waiting = async (ctx: Ctx, id: string) => {
    const found = (await listRuleProposals(ctx)).find((each) => each.id === id);
    assert.ok(found);
    return found;
  };
  const approve = async (ctx: Ctx, id: string) =>
    decideRule(ctx, {
      proposal: id,
      version: (await waiting(ctx, id)).version,
      decision: 'approved',
      reason: '',
    });
  const records = async () =>
    (await db.ctx.owner.query('select count(*)::int as n from released.rule')).rows[0]?.n as number;
  return { staff, standing, filled, propose, waiting, approve, records };
}

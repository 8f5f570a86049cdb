import type { Ctx } from '../../src/kit/context.ts';
import type { Subject } from '../../src/people/index.ts';
import { grantDataset } from '../../src/release/index.ts';
import { proposePolicy } from '../../src/release/propose-policy.ts';
import type { TestContext } from './context.ts';
import type { Ask } from './reach-asks.ts';
import { makeStaff } from './staff.ts';

type Waiting = { proposal: string; version: string; grant: string };

/** A policy of the dataset `cameras` that waits, and a grant of it. */
export async function preparePolicy(ctx: TestContext, steward: Ctx): Promise<Waiting> {
  const { id: proposal } = await proposePolicy(steward, {
    dataset: 'cameras',
    policy: { steps: [{ do: 'coarsen-place', to: '500-m' }], reason: 'canary policy' },
    reason: 'Asked.',
  });
  await makeStaff(ctx, { email: 'granted@example.org', role: 'clerk', place: 'elmford' });
  const { id: grant } = await grantDataset(steward, {
    dataset: 'cameras',
    email: 'granted@example.org',
    reason: 'canary agreement',
  });
  const { rows } = await ctx.owner.query<{ version: string }>(
    `select encode(version, 'hex') as version from private.proposal where id = $1`,
    [proposal],
  );
  return { proposal, version: rows[0]?.version ?? '', grant };
}

/** What staff can ask of release policies and grants over HTTP. */
export function policyAsks(
  works: Subject,
  { proposal, version, grant, proposedBy }: Waiting & { proposedBy: string },
): Ask[] {
  const path = '/en/staff/datasets/cameras/policy';
  const grants = '/en/staff/datasets/cameras/grants';
  const form = (permission: Ask['permission'], subject: Subject, to: string, fields: Ask['fields']): Ask => ({
    permission,
    subject,
    path: to,
    ...(fields ? { fields } : {}),
  });
  return [
    { permission: 'preview-policy', subject: works, path, secret: /canary policy/ },
    { permission: 'see-grants', subject: works, path: grants, secret: /canary agreement/ },
    form('preview-policy', works, path, { do: 'preview', time: 'day' }),
    form('propose-policy', works, '/en/staff/datasets/plates/policy', {
      do: 'propose',
      time: 'day',
      why: 'w',
      reason: 'r',
    }),
    form('review-hints', works, path, { do: 'review', foundIn: 'Thing name', kind: 'name', reason: 'r' }),
    form('decide-policy', { ...works, proposedBy }, path, { do: 'approve', proposal, version }),
    form('grant-datasets', works, grants, { do: 'grant', email: 'granted@example.org', reason: 'r' }),
    form('grant-datasets', works, grants, { do: 'end', grant, reason: 'r' }),
  ];
}

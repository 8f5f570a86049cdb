import { storeReadings } from '../../src/observations/index.ts';
import { placeHoldByHand } from '../../src/release/retention/place-hold-by-hand.ts';
import { proposeDisposition } from '../../src/release/retention/propose-disposition.ts';
import { runDestruction } from '../../src/release/retention/run-destruction.ts';
import type { TestContext } from './context.ts';
import { makeDatastream } from './make.ts';
import type { Ask } from './reach-asks.ts';
import { govern, period, recordRetentionRule } from './retention.ts';
import { makeStaff } from './staff.ts';

const works = { place: 'oakton', office: 'oakton-works' };

/** A dataset of Public Works with a rule, leave, a hold, a request that waits, and a certificate: what may be asked of them. */
export async function prepareRetentionAsks(ctx: TestContext): Promise<Ask[]> {
  const { datastreamId } = await makeDatastream(ctx, { access: 'restricted', dataset: 'meters' });
  await ctx.owner.query(
    `update private.dataset set place = 'oakton', office = 'oakton-works' where slug = 'meters'`,
  );
  await storeReadings(ctx, {
    readings: [{ datastreamId, phenomenonStart: '2026-01-01T00:00:00Z', result: 1 }],
    repeats: 'allow',
  });
  const records = await makeStaff(ctx, {
    email: 'keeper@example.org',
    role: 'records-officer',
    place: 'oakton',
  });
  const approver = await makeStaff(ctx, { email: 'second@example.org', role: 'approver', place: 'oakton' });
  const rule = 'oakton.meters.retention';
  await recordRetentionRule(ctx, rule, period(1));
  await govern(
    { records: records.ctx, approver: approver.ctx },
    { dataset: 'meters', rule, until: '2026-02-01' },
  );
  await runDestruction(ctx, { dataset: 'meters' });
  const proposal = await proposeDisposition(records.ctx, {
    dataset: 'meters',
    series: '*',
    until: '2026-03-01',
    standing: false,
    formNumber: 'RC-075',
    formDate: '2026-01-01',
    reason: 'Due.',
  });
  const hold = await placeHoldByHand(records.ctx, {
    datasets: ['meters'],
    cause: 'audit',
    reason: 'The canary audit',
    source: 'A letter',
    reviewOn: '2999-01-01',
  });
  const { rows } = await ctx.owner.query('select id::text from private.disposition');
  const disposition = (rows[0] as { id: string }).id;
  const own = `person:${records.personId}`;
  const page = '/en/staff/retention/meters';
  const set = { do: 'set', dataset: 'meters', series: '*', rule, duty: 'may', clock: 'another', reason: 'r' };
  const ask = {
    do: 'propose',
    dataset: 'meters',
    series: '*',
    until: '2026-04-01',
    formNumber: 'x',
    formDate: '2026-01-01',
    reason: 'r',
  };
  const decide = { do: 'approve', proposal: proposal.id, version: proposal.version, reason: '', sure: 'yes' };
  return [
    { permission: 'see-retention', subject: works, path: '/en/staff/retention', secret: /Dataset meters/ },
    { permission: 'see-retention', subject: works, path: page, secret: /Dataset meters/ },
    { permission: 'see-retention', subject: works, path: '/en/staff/holds', secret: /The canary audit/ },
    {
      permission: 'see-retention',
      subject: works,
      path: '/en/staff/certificates/1',
      secret: /Dataset meters/,
    },
    { permission: 'set-retention', subject: works, path: page, fields: set },
    { permission: 'propose-disposition', subject: works, path: page, fields: ask },
    {
      permission: 'propose-disposition',
      subject: { ...works, place: 'nowhere' },
      path: page,
      fields: { do: 'withdraw', proposal: proposal.id },
    },
    { permission: 'decide-disposition', subject: { ...works, proposedBy: own }, path: page, fields: decide },
    {
      permission: 'end-disposition',
      subject: works,
      path: page,
      fields: { do: 'end', disposition, reason: 'r' },
    },
    {
      permission: 'destroy-readings',
      subject: works,
      path: page,
      fields: { do: 'destroy', dataset: 'meters', series: '*', sure: 'yes' },
    },
    {
      permission: 'keep-holds',
      subject: works,
      path: '/en/staff/holds',
      fields: { do: 'release', hold: hold.id, reason: 'r' },
    },
    {
      permission: 'keep-holds',
      subject: works,
      path: '/en/staff/holds',
      fields: { do: 'review', hold: hold.id, note: 'r', reviewOn: '2999-01-01' },
    },
    {
      permission: 'keep-holds',
      subject: works,
      path: '/en/staff/holds',
      fields: {
        do: 'place',
        datasets: 'meters',
        cause: 'audit',
        reason: 'r',
        source: 's',
        reviewOn: '2999-01-01',
      },
    },
  ];
}

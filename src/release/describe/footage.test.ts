import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import { withTransaction } from '../../kit/database.ts';
import { isProblem, type ProblemKind } from '../../kit/problem.ts';
import { decideAccessChange } from '../decide-access-change.ts';
import { ensureDataset } from '../ensure-dataset.ts';
import { proposeAccessChange } from '../propose-access-change.ts';
import { setAccess } from '../set-access.ts';
import { createDataset } from './create-dataset.ts';
import { describeFootage } from './describe-footage.ts';
import { editDescription } from './edit-description.ts';
import { readDescription } from './read-description.ts';

const database = testDatabase();
const camera = {
  camera: 'One fixed camera, day and night.',
  location: 'Main Street at Elm Street',
  basis: '',
};
const made = {
  title: 'Bridge camera',
  description: 'What the camera on the bridge records.',
  topic: 'traffic',
  office: 'oakton-works',
  slug: '',
  kind: 'footage',
};
const refuses = (promise: Promise<unknown>, kind: ProblemKind, message: RegExp) =>
  assert.rejects(promise, (error) => isProblem(error) && error.kind === kind && message.test(error.message));

describe('footage', () => {
  let steward: Awaited<ReturnType<typeof makeStaff>>;
  let approver: Awaited<ReturnType<typeof makeStaff>>;
  before(async () => {
    const { ctx } = database;
    await makePlaces(ctx);
    await ctx.owner.query(
      `update released.office set email = 'works@example.org' where slug = 'oakton-works'`,
    );
    steward = await makeStaff(ctx, {
      email: 's@example.org',
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-works',
    });
    approver = await makeStaff(ctx, { email: 'a@example.org', role: 'approver', place: 'oakton' });
  });

  test('is an entry that two people publish, and nothing can be put into it', async () => {
    const { ctx } = database;
    const dataset = await createDataset(steward.ctx, made);
    const lacks = async () =>
      (await readDescription(steward.ctx, { dataset })).missing.map(({ lack }) => lack);
    assert.deepEqual(await lacks(), ['spanish', 'keywords', 'footage', 'retention']);
    const listed = { dataset, access: 'restricted', listed: true, reason: 'Asked.' } as const;
    await refuses(proposeAccessChange(steward.ctx, listed), 'conflict', /lacks 4/);
    await refuses(
      describeFootage(steward.ctx, { dataset, fields: { ...camera, camera: ' ' } }),
      'invalid',
      /camera/,
    );
    await refuses(
      describeFootage(steward.ctx, { dataset, fields: { ...camera, basis: 'made.up' } }),
      'invalid',
      /No rule/,
    );
    await describeFootage(steward.ctx, { dataset, fields: camera });
    await editDescription(steward.ctx, {
      dataset,
      section: 'words',
      fields: {
        title: made.title,
        description: made.description,
        topic: 'traffic',
        titleEs: 'Cámara',
        descriptionEs: 'Del puente.',
        keywords: 'camera',
      },
    });
    await editDescription(steward.ctx, {
      dataset,
      section: 'retention',
      fields: { rule: '', ask: 'oakton-clerk' },
    });
    assert.deepEqual(await lacks(), []);

    for (const access of ['open', 'key', 'agreement'] as const) {
      await refuses(proposeAccessChange(steward.ctx, { ...listed, access }), 'conflict', /without content/);
      await refuses(setAccess(ctx, { dataset, access }), 'conflict', /without content/);
    }
    const { id } = await proposeAccessChange(steward.ctx, listed);
    const version = async () =>
      (
        await ctx.owner.query(
          `select encode(version, 'hex') as version from private.proposal where id = $1`,
          [id],
        )
      ).rows[0].version;
    // What is approved is what was read: the camera is part of it.
    await describeFootage(steward.ctx, { dataset, fields: { ...camera, location: 'Elsewhere' } });
    const approve = { proposal: id, version: await version(), decision: 'approved', reason: '' } as const;
    await refuses(decideAccessChange(approver.ctx, approve), 'conflict', /./);
    await describeFootage(steward.ctx, { dataset, fields: camera });
    await decideAccessChange(approver.ctx, approve);
    const { rows } = await ctx.public.query(
      'select kind, access, particulars from released.dataset where slug = $1',
      [dataset],
    );
    assert.deepEqual(rows, [
      { kind: 'footage', access: 'restricted', particulars: { ...camera, basis: null } },
    ]);

    await refuses(
      withTransaction(ctx.app, (tx) =>
        ensureDataset(tx, { ...made, slug: dataset, topic: 'traffic', office: null } as never),
      ),
      'invalid',
      /./,
    );
    await refuses(
      withTransaction(ctx.app, (tx) =>
        ensureDataset(tx, { slug: dataset, title: 't', description: 'd', topic: 'other' }),
      ),
      'conflict',
      /without content/,
    );
    await assert.rejects(
      ctx.app.query(
        `insert into private.thing (dataset_id, name, description) select id, 'n', 'd' from private.dataset where slug = $1`,
        [dataset],
      ),
      /without content/,
    );
  });

  test('is described by its own office’s steward alone; a dataset of data is none', async () => {
    const { ctx } = database;
    const dataset = await createDataset(steward.ctx, { ...made, title: 'Second camera' });
    const other = await makeStaff(ctx, {
      email: 'o@example.org',
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-clerk',
    });
    await refuses(describeFootage(other.ctx, { dataset, fields: camera }), 'not-allowed', /./);
    await refuses(describeFootage(approver.ctx, { dataset, fields: camera }), 'not-allowed', /./);
    const own = await createDataset(steward.ctx, { ...made, title: 'Counts', kind: '' });
    await refuses(describeFootage(steward.ctx, { dataset: own, fields: camera }), 'conflict', /no footage/);
  });
});

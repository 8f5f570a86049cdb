import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { readAuditLog } from '../people/index.ts';
import { setAccess } from './set-access.ts';

const db = testDatabase();

test('a change of access is in the audit log with what was and what is; a refused one is not', async () => {
  const { dataset, datasetId } = await makeDatastream(db.ctx);
  await setAccess(db.ctx, { dataset, access: 'restricted', listed: true });
  await assert.rejects(setAccess(db.ctx, { dataset: 'no-such', access: 'open' }), { kind: 'not-found' });
  const { events } = await readAuditLog(db.ctx, {});
  assert.deepEqual(
    events.map(({ number, actor, kind, subject, content }) => ({ number, actor, kind, subject, content })),
    [
      {
        number: '1',
        actor: 'operator',
        kind: 'access-changed',
        subject: `dataset:${datasetId}`,
        content: {
          dataset,
          from: { access: 'open', listed: false },
          to: { access: 'restricted', listed: true },
        },
      },
    ],
  );
});

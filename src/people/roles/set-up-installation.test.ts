import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestContext, testDatabase } from '../../../test/support/context.ts';
import { as } from '../../kit/context.ts';
import type { PlacesFile } from '../../places/index.ts';
import { verifyAuditLog } from '../audit/verify-audit-log.ts';
import { setUpInstallation } from './set-up-installation.ts';

const db = testDatabase();
const city: PlacesFile = {
  places: [
    {
      slug: 'oakton',
      kind: 'city',
      name: 'Oakton',
      state: 'CT',
      timeZone: 'America/New_York',
      at: [-73, 41],
    },
  ],
  offices: [
    { slug: 'clerk', place: 'oakton', name: 'Clerk', duty: 'Keeps.', shares: [], source: 'made for a test' },
  ],
};
const input = {
  ...city,
  administrator: { email: 'First@Example.org', name: 'First', language: 'en' },
  letter: (secret: string) => ({ subject: 's', text: secret }),
};

test('a city, its offices and one invitation, once, also of two at once', async () => {
  const tries = await Promise.allSettled([
    setUpInstallation(db.ctx, input),
    setUpInstallation(db.ctx, input),
  ]);
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  await assert.rejects(setUpInstallation(db.ctx, input), {
    kind: 'conflict',
    message: /serves Oakton already/,
  });
  const { rows } = await db.ctx.owner.query(
    `select (select count(*)::int from released.place) as places, (select count(*)::int from released.office) as offices,
       (select count(*)::int from private.person) as people, i.email, i.role, i.place
     from private.invitation i`,
  );
  assert.deepEqual(rows, [
    {
      places: 1,
      offices: 1,
      people: 0,
      email: 'first@example.org',
      role: 'city-administrator',
      place: 'oakton',
    },
  ]);
  assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
});

test('nothing is left of what fails halfway, and the demonstration is not built upon', async () => {
  const other = await openTestContext();
  try {
    const count = async () =>
      (
        await other.ctx.owner.query(
          'select (select count(*)::int from released.place) + (select count(*)::int from private.audit_event) as n',
        )
      ).rows[0]?.n;
    const broken = {
      ...input,
      offices: city.offices.map((office) => ({ ...office, place: 'elsewhere' })),
    };
    await assert.rejects(setUpInstallation(other.ctx, broken));
    const wrongAddress = { ...input, administrator: { ...input.administrator, email: 'nobody' } };
    await assert.rejects(setUpInstallation(other.ctx, wrongAddress), { kind: 'invalid' });
    await assert.rejects(setUpInstallation(as(other.ctx, { kind: 'anonymous' }), input), {
      kind: 'not-allowed',
    });
    assert.equal(await count(), 0);
    await other.ctx.owner.query(
      `insert into released.place (slug, kind, name, state, time_zone, longitude, latitude, demonstration)
       values ('demo', 'region', 'Demo', 'CT', 'UTC', 0, 0, true)`,
    );
    await assert.rejects(setUpInstallation(other.ctx, input), { message: /holds the demonstration/ });
  } finally {
    await other.close();
  }
});

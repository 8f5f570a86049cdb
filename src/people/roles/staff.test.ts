import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces, makeStaff, openStaffSession } from '../../../test/support/staff.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { isPermitted } from '../permissions.ts';
import { openSession } from '../sign-in/open-session.ts';
import { readSession } from '../sign-in/read-session.ts';
import { delegateRole } from './delegate-role.ts';
import { endDelegation } from './end-delegation.ts';
import { endSessions } from './end-sessions.ts';
import { grantRole } from './grant-role.ts';
import { lockInvitation, useInvitation } from './invitation.ts';
import { invitePerson } from './invite-person.ts';
import { listColleagues } from './list-colleagues.ts';
import { listStaff } from './list-staff.ts';
import { readOwnRoles } from './read-own-roles.ts';
import { resetSignIn } from './reset-sign-in.ts';
import { revokeInvitation } from './revoke-invitation.ts';
import { revokeRole } from './revoke-role.ts';

const db = testDatabase();
const again = async (secret: string): Promise<Ctx> =>
  as(db.ctx, ((await readSession(db.ctx, secret)) ?? { kind: 'anonymous' }) as Actor);
const roles = (ctx: Ctx) => (ctx.actor.kind === 'person' ? ctx.actor.grants.map(({ role }) => role) : []);

type Admin = Awaited<ReturnType<typeof makeStaff>>;
let oakton: Admin;
let elmford: Admin;
async function invite(
  ctx: Ctx,
  email: string,
  role: string,
  place: string | null,
  office: string | null = null,
) {
  let secret = '';
  const letter = (made: string) => {
    secret = made;
    return { subject: 's', text: made };
  };
  const { id } = await invitePerson(ctx, { email, name: 'N', language: 'en', role, place, office, letter });
  return { id, secret };
}
const accept = (secret: string) =>
  withTransaction(db.ctx.app, async (tx) =>
    useInvitation(tx, db.ctx, await lockInvitation(tx, db.ctx, secret)),
  );

describe('staff', () => {
  before(async () => {
    await makePlaces(db.ctx);
    oakton = await makeStaff(db.ctx, {
      email: 'oak@example.org',
      role: 'city-administrator',
      place: 'oakton',
    });
    elmford = await makeStaff(db.ctx, {
      email: 'elm@example.org',
      role: 'city-administrator',
      place: 'elmford',
    });
  });

  describe('inviting', () => {
    test('an administrator invites to the own city alone, and never makes an operator', async () => {
      await invite(oakton.ctx, 'a@example.org', 'clerk', 'oakton', 'oakton-clerk');
      await invite(oakton.ctx, 'a@example.org', 'officer', 'hilltop');
      for (const place of ['elmford', 'valley', null])
        await assert.rejects(invite(oakton.ctx, 'b@example.org', 'clerk', place), { kind: 'not-allowed' });
      await assert.rejects(invite(oakton.ctx, 'b@example.org', 'installation-operator', 'oakton'), {
        kind: 'not-allowed',
      });
      await assert.rejects(invite(oakton.ctx, 'oak@example.org', 'auditor', 'oakton'), {
        kind: 'not-allowed',
      });
      await assert.rejects(invite(as(db.ctx, { kind: 'anonymous' }), 'b@example.org', 'clerk', 'oakton'), {
        kind: 'signed-out',
      });
    });

    test('what does not exist is refused by name', async () => {
      const refusals: [string, string, string | null, string][] = [
        ['king', 'oakton', null, 'role'],
        ['clerk', 'oakton', 'no-office', 'office'],
      ];
      for (const [role, place, office, field] of refusals) {
        await assert.rejects(invite(oakton.ctx, 'c@example.org', role, place, office), {
          kind: 'invalid',
          details: { field },
        });
      }
      await assert.rejects(invite(db.ctx, 'c@example.org', 'clerk', 'atlantis'), {
        details: { field: 'place' },
      });
      await assert.rejects(invite(db.ctx, 'c', 'clerk', 'oakton'), { details: { field: 'email' } });
      for (const lastDay of ['2026-02-30', '2020-01-01', 'soon']) {
        await assert.rejects(
          invitePerson(oakton.ctx, {
            email: 'c@example.org',
            name: 'C',
            language: 'en',
            role: 'clerk',
            place: 'oakton',
            office: null,
            lastDay,
            letter: () => ({ subject: '', text: '' }),
          }),
          { kind: 'invalid', details: { field: 'lastDay' } },
        );
      }
    });

    test('is used once, by one of many at once; a newer one voids the older; taken back it is void', async () => {
      const { secret } = await invite(oakton.ctx, 'd@example.org', 'clerk', 'oakton');
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => accept(secret)));
      assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
      await assert.rejects(invite(oakton.ctx, 'd@example.org', 'clerk', 'oakton'), { kind: 'conflict' });
      const older = await invite(oakton.ctx, 'e@example.org', 'clerk', 'oakton');
      const newer = await invite(oakton.ctx, 'e@example.org', 'clerk', 'oakton');
      await assert.rejects(accept(older.secret), { kind: 'too-late' });
      await assert.rejects(revokeInvitation(elmford.ctx, { invitation: newer.id }), { kind: 'not-allowed' });
      await revokeInvitation(oakton.ctx, { invitation: newer.id });
      await assert.rejects(accept(newer.secret), { kind: 'too-late' });
      await assert.rejects(revokeInvitation(oakton.ctx, { invitation: newer.id }), { kind: 'not-found' });
    });
  });

  describe('roles', () => {
    test('count in a staff session alone, end at once when they are taken, and by their last day', async () => {
      const { personId, secret, ctx, grant } = await makeStaff(db.ctx, {
        email: 'f@example.org',
        role: 'auditor',
        place: 'oakton',
      });
      assert.deepEqual(roles(ctx), ['auditor']);
      const link = await withTransaction(db.ctx.app, (tx) =>
        openSession(tx, db.ctx, { personId, method: 'link', browser: '' }),
      );
      assert.deepEqual(roles(await again(link.secret)), [], 'a mailbox alone is one factor');
      await assert.rejects(revokeRole(elmford.ctx, { grant }), { kind: 'not-allowed' });
      assert.deepEqual(roles(await again(secret)), ['auditor'], 'and nothing was done by halves');
      await revokeRole(oakton.ctx, { grant });
      assert.deepEqual(roles(await again(secret)), []);
      await grantRole(oakton.ctx, {
        personId,
        role: 'clerk',
        place: 'oakton',
        office: 'oakton-clerk',
        lastDay: '2026-11-20',
      });
      assert.deepEqual(roles(await again(secret)), ['clerk']);
      const { rows } = await db.ctx.owner.query<{ ends: string }>(
        `select to_char(ends_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as ends from private.role_grant where role = 'clerk' and person_id = $1`,
        [personId],
      );
      assert.equal(rows[0]?.ends, '2026-11-21 05:00', 'midnight in the zone of the city');
    });

    test('reach the place and what lies below it', async () => {
      const regional = await makeStaff(db.ctx, { email: 'g@example.org', role: 'auditor', place: 'valley' });
      const local = await makeStaff(db.ctx, { email: 'h@example.org', role: 'auditor', place: 'oakton' });
      const sees = (ctx: Ctx, place: string | null) => isPermitted(ctx, 'see-staff', { place });
      assert.deepEqual(
        ['valley', 'oakton', 'hilltop', 'elmford', null].map((place) => sees(regional.ctx, place)),
        [true, true, true, true, false],
      );
      assert.deepEqual(
        ['valley', 'oakton', 'hilltop', 'elmford', null].map((place) => sees(local.ctx, place)),
        [false, true, true, false, false],
      );
    });

    test('nobody gives himself one, nor twice the same, also at once', async () => {
      const self = { personId: oakton.personId, role: 'approver', place: 'oakton', office: null };
      await assert.rejects(grantRole(oakton.ctx, self), { kind: 'not-allowed' });
      await assert.rejects(revokeRole(oakton.ctx, { grant: oakton.grant }), { kind: 'not-allowed' });
      const clerk = await makeStaff(db.ctx, { email: 'i@example.org', role: 'clerk', place: 'oakton' });
      const tries = await Promise.allSettled(
        Array.from({ length: 5 }, () => grantRole(oakton.ctx, { ...self, personId: clerk.personId })),
      );
      assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
      await assert.rejects(grantRole(oakton.ctx, { ...self, personId: '999' }), { kind: 'not-found' });
    });

    test('of an administrator takes his open invitations along, and nobody else’s', async () => {
      const leaving = await makeStaff(db.ctx, {
        email: 'z@example.org',
        role: 'city-administrator',
        place: 'oakton',
      });
      const his = await invite(leaving.ctx, 'himself@example.org', 'city-administrator', 'oakton');
      const other = await invite(oakton.ctx, 'other@example.org', 'clerk', 'oakton');
      await revokeRole(oakton.ctx, { grant: leaving.grant });
      await assert.rejects(accept(his.secret), { kind: 'too-late' });
      await accept(other.secret);
    });

    test('are given to people within reach alone: others are invited, and their names stay theirs', async () => {
      const given = { role: 'clerk', place: 'oakton', office: null };
      await assert.rejects(grantRole(oakton.ctx, { ...given, personId: elmford.personId }), {
        kind: 'not-found',
      });
    });

    test('an office’s administrator makes nobody who reaches further than the office', async () => {
      const where = { place: 'oakton', office: 'oakton-works' };
      const works = await makeStaff(db.ctx, { email: 'w@example.org', role: 'city-administrator', ...where });
      const { personId } = await makeStaff(db.ctx, { email: 'x@example.org', role: 'clerk', ...where });
      for (const role of [
        'approver',
        'auditor',
        'records-officer',
        'hearing-officer',
        'city-administrator',
      ]) {
        await assert.rejects(
          grantRole(works.ctx, { personId, role, ...where }),
          { kind: 'not-allowed' },
          role,
        );
        await assert.rejects(invite(works.ctx, 'y@example.org', role, where.place, where.office), {
          kind: 'not-allowed',
        });
      }
      await grantRole(works.ctx, { personId, role: 'data-steward', ...where });
      await grantRole(oakton.ctx, { personId, role: 'approver', ...where });
    });

    test('an operator’s sign-in and invitation are other operators’ to reset and to take back', async () => {
      const everywhere = await makeStaff(db.ctx, { email: 'all@example.org', role: 'city-administrator' });
      const operator = await makeStaff(db.ctx, { email: 'op@example.org', role: 'installation-operator' });
      const other = await makeStaff(db.ctx, { email: 'op2@example.org', role: 'installation-operator' });
      const letter = () => (secret: string) => ({ subject: 's', text: secret });
      const { id } = await invite(other.ctx, 'op3@example.org', 'installation-operator', null);
      const refused = { kind: 'not-allowed' };
      await assert.rejects(resetSignIn(everywhere.ctx, { personId: operator.personId, letter }), refused);
      await assert.rejects(revokeInvitation(everywhere.ctx, { invitation: id }), refused);
      await assert.rejects(endSessions(everywhere.ctx, { personId: operator.personId }), refused);
      await resetSignIn(other.ctx, { personId: operator.personId, letter });
      await revokeInvitation(other.ctx, { invitation: id });
    });

    test('a list shows those in reach alone', async () => {
      const { staff } = await listStaff(elmford.ctx);
      assert.deepEqual(
        staff.map(({ email }) => email),
        ['elm@example.org'],
      );
      const all = await listStaff(oakton.ctx);
      assert.ok(all.staff.some(({ email }) => email === 'i@example.org'));
      assert.ok(
        all.staff.every((each) => each.roles.every(({ place }) => place === 'oakton' || place === 'hilltop')),
      );
      assert.ok(all.invitations.every(({ placeName }) => placeName === 'Oakton' || placeName === 'Hilltop'));
      await assert.rejects(listStaff(as(db.ctx, { kind: 'anonymous' })), { kind: 'signed-out' });
    });

    test('a lost second factor is set up anew by whoever manages every role of the person', async () => {
      const both = await makeStaff(db.ctx, { email: 'j@example.org', role: 'clerk', place: 'oakton' });
      await makeStaff(db.ctx, { email: 'j@example.org', role: 'clerk', place: 'elmford' });
      const letter = () => (secret: string) => ({ subject: 's', text: secret });
      await assert.rejects(resetSignIn(oakton.ctx, { personId: both.personId, letter }), {
        kind: 'not-allowed',
      });
      await assert.rejects(resetSignIn(oakton.ctx, { personId: oakton.personId, letter }), {
        kind: 'not-allowed',
      });
      await resetSignIn(db.ctx, { personId: both.personId, letter });
      const { rows } = await db.ctx.owner.query(
        "select role from private.invitation where email = 'j@example.org'",
      );
      assert.deepEqual(rows, [{ role: null }]);
    });

    test('somebody else’s sessions end at once, by whoever manages all his roles, and that is recorded', async () => {
      const clerk = await makeStaff(db.ctx, { email: 'q@example.org', role: 'clerk', place: 'oakton' });
      const { personId } = clerk;
      const link = await withTransaction(db.ctx.app, (tx) =>
        openSession(tx, db.ctx, { personId, method: 'link', browser: '' }),
      );
      const lives = async () =>
        [await readSession(db.ctx, clerk.secret), await readSession(db.ctx, link.secret)].filter(Boolean)
          .length;
      const recorded = async () =>
        (
          await db.ctx.owner.query(
            `select e.actor, e.subject, c.content from private.audit_event e
             join private.audit_content c using (number) where e.kind = 'sessions-ended' order by e.number`,
          )
        ).rows;
      for (const [ctx, whose] of [
        [elmford.ctx, personId],
        [clerk.ctx, oakton.personId],
        [oakton.ctx, oakton.personId],
      ] as const)
        await assert.rejects(endSessions(ctx, { personId: whose }), { kind: 'not-allowed' });
      await assert.rejects(endSessions(oakton.ctx, { personId: '999999' }), { kind: 'not-found' });
      assert.deepEqual([await lives(), (await recorded()).length], [2, 0]);
      const ended = await Promise.all([1, 2, 3].map(() => endSessions(oakton.ctx, { personId })));
      assert.deepEqual([ended.sort(), await lives()], [[0, 0, 2], 0], 'at once, each session ends once');
      const [event, ...more] = await recorded();
      assert.deepEqual([event.actor, event.subject], [`person:${oakton.personId}`, `person:${personId}`]);
      assert.deepEqual([event.content.sessions.length, more], [2, []]);
      // A resident is within nobody's places, so the operator alone does it.
      const { secret, email } = await openStaffSession(db.ctx, { email: 'resident@example.org' });
      await assert.rejects(endSessions(oakton.ctx, { email }), { kind: 'not-allowed' });
      assert.equal(await endSessions(db.ctx, { email: 'Resident@Example.org' }), 1);
      assert.equal(await readSession(db.ctx, secret), undefined);
    });
  });

  describe('lending a role', () => {
    test('lasts from its first day through its last, goes no further, and ends with the role', async () => {
      const owner = await makeStaff(db.ctx, { email: 'k@example.org', role: 'approver', place: 'oakton' });
      const colleague = await makeStaff(db.ctx, { email: 'l@example.org', role: 'clerk', place: 'oakton' });
      const stranger = await makeStaff(db.ctx, { email: 'm@example.org', role: 'clerk', place: 'elmford' });
      const lend = (
        ctx: Ctx,
        to: string,
        grant = owner.grant,
        firstDay = '2026-11-21',
        lastDay = '2026-11-22',
      ) => delegateRole(ctx, { grant, to, firstDay, lastDay });
      assert.ok((await listColleagues(owner.ctx)).some(({ personId }) => personId === colleague.personId));
      await assert.rejects(lend(owner.ctx, stranger.personId), { kind: 'not-found' });
      await assert.rejects(lend(owner.ctx, owner.personId), { kind: 'not-found' });
      await assert.rejects(lend(colleague.ctx, stranger.personId), { kind: 'not-allowed' });
      await assert.rejects(lend(owner.ctx, colleague.personId, owner.grant, '2026-11-23', '2026-11-22'), {
        kind: 'invalid',
      });
      await assert.rejects(lend(owner.ctx, colleague.personId, owner.grant, 'x', '2026-11-22'), {
        details: { field: 'firstDay' },
      });
      await lend(owner.ctx, colleague.personId);
      await assert.rejects(lend(owner.ctx, colleague.personId), { kind: 'conflict' });
      // Read at a moment, without the session's own end in the way.
      const rolesAt = async (now: string) => {
        db.ctx.clock.set(now);
        const fresh = await withTransaction(db.ctx.app, (tx) =>
          openSession(tx, db.ctx, { personId: colleague.personId, method: 'passkey', browser: '' }),
        );
        const ctx = await again(fresh.secret);
        db.ctx.clock.set('2026-11-20T15:00:00Z');
        return ctx;
      };
      assert.deepEqual(roles(await rolesAt('2026-11-21T04:59:00Z')), ['clerk'], 'not before its first day');
      const during = await rolesAt('2026-11-21T05:00:00Z');
      assert.deepEqual(roles(during), ['clerk', 'approver']);
      assert.deepEqual(roles(await rolesAt('2026-11-23T05:00:00Z')), ['clerk'], 'nor after its last');
      const lent = (during.actor.kind === 'person' ? during.actor.grants : []).find(
        ({ role }) => role === 'approver',
      )?.id as string;
      await assert.rejects(lend(during, owner.personId, lent), { kind: 'not-allowed' });
      assert.deepEqual(
        (await readOwnRoles(owner.ctx)).lentOut.map(({ to }) => to),
        ['l@example.org'],
      );
      await revokeRole(oakton.ctx, { grant: owner.grant });
      assert.deepEqual(roles(await rolesAt('2026-11-21T12:00:00Z')), ['clerk']);
    });

    test('is ended early by either of the two', async () => {
      const owner = await makeStaff(db.ctx, { email: 'n@example.org', role: 'approver', place: 'oakton' });
      const colleague = await makeStaff(db.ctx, { email: 'o@example.org', role: 'clerk', place: 'oakton' });
      await delegateRole(owner.ctx, {
        grant: owner.grant,
        to: colleague.personId,
        firstDay: '2026-11-20',
        lastDay: '2026-11-22',
      });
      const now = await again(colleague.secret);
      assert.deepEqual(roles(now), ['clerk', 'approver']);
      const lent = (await readOwnRoles(owner.ctx)).lentOut[0]?.grant as string;
      await assert.rejects(endDelegation(elmford.ctx, { grant: lent }), { kind: 'not-found' });
      const byLink = as(db.ctx, { ...colleague.ctx.actor, method: 'link' } as Actor);
      await assert.rejects(
        endDelegation(byLink, { grant: lent }),
        { kind: 'not-allowed' },
        'a mailbox alone',
      );
      await endDelegation(colleague.ctx, { grant: lent });
      assert.deepEqual(roles(await again(colleague.secret)), ['clerk']);
      await assert.rejects(endDelegation(owner.ctx, { grant: lent }), { kind: 'not-found' });
    });
  });
});

import { type TOTP, URI } from 'otpauth';
import { type Actor, as, type Ctx } from '../../src/kit/context.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { makeSecret } from '../../src/people/person.ts';
import type { StaffRole } from '../../src/people/role.ts';
import { openSession } from '../../src/people/sign-in/open-session.ts';
import { readSession } from '../../src/people/sign-in/read-session.ts';
import { beginEnrollment } from '../../src/people/staff/begin-enrollment.ts';
import { finishEnrollment } from '../../src/people/staff/finish-enrollment.ts';
import { readEnrollment } from '../../src/people/staff/read-enrollment.ts';
import type { TestContext } from './context.ts';

let counter = 0;

/** An open invitation, as if it had been sent: the secret of its link. Without a role it resets. */
export async function inviteStaff(
  ctx: Ctx,
  options: {
    email?: string;
    name?: string;
    role?: StaffRole | null;
    place?: string | null;
    office?: string | null;
    days?: number;
    invitedBy?: string;
  } = {},
): Promise<{ secret: string; email: string }> {
  const { secret, hash } = makeSecret();
  const email = options.email ?? `staff${++counter}@example.gov`;
  const now = ctx.clock.now();
  await ctx.app.query(
    `insert into private.invitation
       (secret_hash, email, name, language, role, place, office, invited_by, created_at, expires_at)
     values ($1, $2, $3, 'en', $4, $5, $6, $7, $8, $9)`,
    [
      hash,
      email,
      options.name ?? 'Sam Staff',
      options.role === undefined ? 'clerk' : options.role,
      options.place ?? null,
      options.office ?? null,
      options.invitedBy ?? 'operator',
      now,
      new Date(now.getTime() + (options.days ?? 7) * 86_400_000),
    ],
  );
  return { secret, email };
}

/**
 * The context of somebody who has just signed in with a second factor, in the role given: for tests of what staff may
 * do. Without a role, somebody who has none.
 */
export async function signInAsStaff(
  ctx: Ctx,
  options: {
    role?: StaffRole;
    place?: string | null;
    office?: string | null;
    email?: string;
    name?: string;
  } = {},
): Promise<Ctx & { actor: Extract<Actor, { kind: 'person' }> }> {
  const { secret } = await openStaffSession(ctx, options);
  const actor = await readSession(as(ctx, { kind: 'anonymous' }), secret);
  if (actor?.kind !== 'person') throw new Error('The session that was just opened cannot be read.');
  return { ...ctx, actor };
}

/** The same as a session's secret, for a browser's cookie. */
export async function openStaffSession(
  ctx: Ctx,
  { role, place = null, office = null, ...options }: Parameters<typeof signInAsStaff>[1] = {},
): Promise<{ secret: string; personId: string; email: string }> {
  const email = options.email ?? `staff${++counter}@example.gov`;
  const now = ctx.clock.now();
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.person (email, name, language, created_at) values ($1, $2, 'en', $3)
       on conflict (email) do update set name = excluded.name returning id`,
      [email, options.name ?? 'Sam Staff', now],
    );
    const { id: personId } = rows[0] as { id: string };
    if (role) {
      await tx.query(
        `insert into private.role_grant (person_id, role, place, office, starts_at, granted_by, created_at)
         values ($1, $2, $3, $4, $5, 'operator', $5)`,
        [personId, role, place, office, now],
      );
    }
    const { secret } = await openSession(tx, as(ctx, { kind: 'anonymous' }), {
      personId,
      method: 'second-factor',
      browser: 'test',
    });
    return { secret, personId, email };
  });
}

/** A member of staff with one role, signed in: the context, and what a test asks about next. */
export async function makeStaff(
  ctx: Ctx,
  given: { email: string; role: StaffRole; place?: string; office?: string },
): Promise<{ ctx: Ctx; personId: string; grant: string; secret: string }> {
  const { secret, personId } = await openStaffSession(ctx, { name: given.email, ...given });
  const { rows } = await ctx.app.query<{ id: string }>(
    'select max(id)::text as id from private.role_grant where person_id = $1',
    [personId],
  );
  const actor = (await readSession(as(ctx, { kind: 'anonymous' }), secret)) as Actor;
  return { ctx: as(ctx, actor), personId, grant: rows[0]?.id as string, secret };
}

/** A region with two cities, one of them with a neighborhood and two offices: what roles are given for in tests. */
export async function makePlaces(ctx: TestContext): Promise<void> {
  await ctx.owner.query(
    `insert into released.place (slug, kind, parent, name, state, time_zone, longitude, latitude, code) values
       ('valley', 'region', null, 'Valley', 'CT', 'America/New_York', -73, 41, 'VAL'),
       ('oakton', 'city', 'valley', 'Oakton', 'CT', 'America/New_York', -73, 41, 'OAK'),
       ('hilltop', 'neighborhood', 'oakton', 'Hilltop', 'CT', 'America/New_York', -73, 41, null),
       ('elmford', 'city', 'valley', 'Elmford', 'CT', 'America/New_York', -73, 41, 'ELM')`,
  );
  await ctx.owner.query(
    `insert into released.office (slug, place, name, duty, source) values
       ('oakton-clerk', 'oakton', 'City Clerk', 'Keeps records.', 'made for a test'),
       ('oakton-works', 'oakton', 'Public Works', 'Mends roads.', 'made for a test')`,
  );
}

export const goodPassword = 'tuba lantern ferry oatmeal';

/** Somebody who was invited and has set up a password and an authenticator app; `code` computes what the app shows. */
export async function enrollStaff(
  ctx: Ctx,
  options: Parameters<typeof inviteStaff>[1] & { password?: string } = {},
) {
  const anonymous = as(ctx, { kind: 'anonymous' });
  const { secret: invitation, email } = await inviteStaff(ctx, options);
  const choice = { password: options.password ?? goodPassword };
  const { pending } = await beginEnrollment(anonymous, { invitation, choice });
  const app = await readEnrollment(anonymous, { purpose: 'enroll', pending: pending.secret, email });
  const totp = URI.parse(app?.uri ?? '') as TOTP;
  const code = (now = ctx.clock.now()) => totp.generate({ timestamp: now.getTime() });
  const input = { invitation, pending: pending.secret, proof: { code: code() }, agent: 'test' };
  const enrolled = await finishEnrollment(anonymous, input);
  return { ...enrolled, invitation, email, password: choice.password, totp, code };
}

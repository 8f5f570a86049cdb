import { listQueue } from '../src/cases/list-queue.ts';
import { type Actor, as, type Ctx } from '../src/kit/context.ts';
import type { StaffRole } from '../src/people/role.ts';
import { readSession } from '../src/people/sign-in/read-session.ts';
import { openStaffSession } from '../test/support/staff.ts';
import { openBenchInstallation } from './bench-database.ts';
import { type Figure, percentile, thousands } from './figure.ts';
import { get, openLoop } from './load.ts';
import { startServer } from './serve.ts';

const most = 50;
const cities = 4;
const offices = 8;

type Asker = { who: string; cookie: string; ctx: Ctx };

/** The queue of open cases at 20 requests a second, for askers who see little, much, and everything of it. */
export async function measureQueue(scale: number): Promise<Figure[]> {
  const count = Math.round(100_000 * scale);
  const installation = await openBenchInstallation();
  try {
    const { ctx, env } = installation;
    await fillQueue(ctx, count);
    const askers = await makeAskers(ctx);
    await installation.analyze();
    const server = await startServer(env);
    const health = await openLoop(20, 5_000, () => get(`${server.url}/healthz`, 'end'));
    const figures: Figure[] = [];
    for (const { who, cookie, ctx: asker } of askers) {
      const action = await timesOfAction(asker);
      // The first page, and one from the middle.
      const pages = [`${server.url}/en/staff/cases`, `${server.url}/en/staff/cases?after=${middle(count)}`];
      let next = 0;
      const page = () => get(pages[next++ % pages.length] as string, 'end', { cookie });
      await openLoop(20, 3_000, page);
      const load = await openLoop(20, 15_000, page);
      figures.push({
        name: `queue of ${thousands(count)} open cases at 20 requests/s: ${who}`,
        value: `p95 ${load.p95.toFixed(1)} ms`,
        baseline: `p95 ${health.p95.toFixed(1)} ms (/healthz, the same server)`,
        ratio: null,
        more: `p50 ${load.p50.toFixed(1)} ms, p99 ${load.p99.toFixed(1)} ms; the action alone p95 ${action.toFixed(1)} ms; ${load.failures} failures of ${load.count + load.failures}`,
        target: `p95 < ${most} ms`,
        met: load.p95 < most && load.failures === 0,
      });
    }
    await server.stop();
    return figures;
  } finally {
    await installation.remove();
  }
}

/**
 * Four cities with eight offices each. Some of the cases have a day; none of the last city's has, so that all of them stand
 * behind the others' in the queue of everything.
 */
async function fillQueue(ctx: Ctx, count: number): Promise<void> {
  await ctx.app.query(
    `insert into released.place (slug, kind, parent, name, state, time_zone, longitude, latitude, code)
     values ('valley', 'region', null, 'Valley', 'CT', 'America/New_York', -73, 41, 'VAL');
     insert into released.place (slug, kind, parent, name, state, time_zone, longitude, latitude, code)
     select 'city-' || c, 'city', 'valley', 'City ' || c, 'CT', 'America/New_York', -73, 41, 'C' || chr(65 + c)
     from generate_series(0, ${cities - 1}) c;
     insert into released.office (slug, place, name, duty, source)
     select 'city-' || c || '-office-' || o, 'city-' || c, 'Office ' || o, 'Works.', 'bench'
     from generate_series(0, ${cities - 1}) c, generate_series(0, ${offices - 1}) o`,
  );
  await ctx.app.query(
    `insert into private.case_record (number, kind, state, place, office, title, opened_at, due_at, link_hash)
     select 'BEN-ASK-2026-' || lpad(n::text, 7, '0'), 'question', 'sent', 'city-' || c,
       'city-' || c || '-office-' || o, 'What is the rule, asked for the ' || n || 'th time?',
       timestamptz '2026-01-01' + n * interval '4 minutes',
       case when n % 8 = 0 or n % 8 = 2 or n % 8 = 5 then timestamptz '2026-01-10' + mod(n * 7919, 400000) * interval '1 minute' else 'infinity' end,
       sha256(n::text::bytea)
     from generate_series(1, $1::int) n, lateral (select mod(n, ${cities}) as c, mod(n / ${cities}, ${offices}) as o) w`,
    [count],
  );
}

async function makeAskers(ctx: Ctx): Promise<Asker[]> {
  const make = async (who: string, grants: { role: StaffRole; place?: string; office?: string }[]) => {
    const [first, ...more] = grants;
    const { secret, personId } = await openStaffSession(ctx, {
      ...(first as { role: StaffRole }),
      email: `${who.replaceAll(' ', '-')}@bench.example`,
    });
    for (const { role, place = null, office = null } of more)
      await ctx.app.query(
        `insert into private.role_grant (person_id, role, place, office, starts_at, granted_by, created_at)
         values ($1, $2, $3, $4, now() - interval '1 minute', 'operator', now())`,
        [personId, role, place, office],
      );
    const actor = (await readSession(as(ctx, { kind: 'anonymous' }), secret)) as Actor;
    return { who, cookie: `charter-oak=${secret}`, ctx: as(ctx, actor) };
  };
  return [
    await make('a clerk of one office', [{ role: 'clerk', place: 'city-1', office: 'city-1-office-3' }]),
    await make('an officer with two roles', [
      { role: 'officer', place: 'city-1', office: 'city-1-office-3' },
      { role: 'inspector', place: 'city-2', office: 'city-2-office-5' },
    ]),
    await make('an auditor of a city', [{ role: 'auditor', place: 'city-3' }]),
    await make('an auditor of every place', [{ role: 'auditor' }]),
  ];
}

/** Where the middle of all that have a day lies, as a cursor. */
const middle = (count: number) => Buffer.from(`2026-06-01 00:00:00+00|${count}`).toString('base64url');

async function timesOfAction(ctx: Ctx): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 220; n++) {
    const start = performance.now();
    await listQueue(ctx, {});
    if (n >= 20) times.push(performance.now() - start);
  }
  return percentile(
    times.sort((a, b) => a - b),
    0.95,
  );
}

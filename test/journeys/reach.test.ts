import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type Actor, as } from '../../src/kit/context.ts';
import { isPermitted, permissions } from '../../src/people/index.ts';
import type { Permission, Role } from '../../src/people/permissions.ts';
import { staffRoles } from '../../src/people/role.ts';
import { readSession } from '../../src/people/sign-in/read-session.ts';
import { type Ask, prepareAsks } from '../support/reach-asks.ts';
import { openSite, type Site } from '../support/site.ts';
import { makePlaces, makeStaff, openStaffSession } from '../support/staff.ts';

/**
 * Each role, tried in turn at everything that staff and signed-in people can do over HTTP: what the permission table does
 * not give it is refused, and nothing in the database has changed. The subjects all lie in Oakton, under Public Works.
 */
let site: Site;
before(async () => {
  site = await openSite({ region: false, env: { LIMIT_PAGES: 'off' } });
  await makePlaces(site.ctx);
});
after(() => site.close());

type Tried = { name: string; actor: Actor; cookie: string };
async function everyone(): Promise<Tried[]> {
  const { ctx } = site;
  const tried: Tried[] = [{ name: 'anonymous', actor: { kind: 'anonymous' }, cookie: '' }];
  const add = async (name: string, secret: string) => {
    const actor = (await readSession(ctx, secret)) as Actor;
    tried.push({ name, actor, cookie: `charter-oak=${secret}` });
  };
  await add('a person without a role', (await openStaffSession(ctx, {})).secret);
  for (const role of staffRoles) {
    const make = (place: string, office?: string) =>
      makeStaff(ctx, {
        email: `${role}-${office ?? place}@example.org`,
        role,
        place,
        ...(office ? { office } : {}),
      });
    // The same role where nothing of this lies, at another office, and where all of it lies.
    await add(`${role} of Elmford`, (await make('elmford')).secret);
    await add(`${role} of Oakton’s Clerk`, (await make('oakton', 'oakton-clerk')).secret);
    await add(`${role} of Oakton`, (await make('oakton')).secret);
  }
  return tried;
}

/** Every row of every table, without what a mere look leaves behind. */
async function fingerprint(): Promise<Record<string, string>> {
  const quiet = ['session', 'limit_use', 'key_usage', 'audit_event', 'audit_content', 'audit_head'];
  const { rows: tables } = await site.ctx.owner.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('private', 'released', 'granted') and tablename <> all($1) order by 1`,
    [quiet],
  );
  const sum: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await site.ctx.owner.query<{ sum: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from ${name} t`,
    );
    sum[name] = rows[0]?.sum ?? '';
  }
  return sum;
}

function send(ask: Ask, cookie: string): Promise<Response> {
  const headers: Record<string, string> = cookie ? { cookie } : {};
  if (!ask.fields) return fetch(site.url + ask.path, { headers, redirect: 'manual' });
  headers.origin = site.url;
  return fetch(site.url + ask.path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(ask.fields),
    redirect: 'manual',
  });
}

describe('what each role reaches over HTTP', () => {
  test('is what the permission table gives it, and nothing else', async () => {
    const asks = await prepareOnce();
    const actors = await everyone();
    const before = await fingerprint();
    const { rows: heads } = await site.ctx.owner.query('select number from private.audit_head');
    const events = heads[0]?.number;
    let refused = 0;
    let shown = 0;
    for (const { name, actor, cookie } of actors) {
      for (const ask of asks) {
        const may = isPermitted(as(site.ctx, actor), ask.permission, ask.subject);
        // What somebody may do is tried elsewhere; here it would change what the others are tried at.
        if (may && ask.fields) continue;
        const answer = await send(ask, cookie);
        const text = await answer.text();
        const what = `${name}: ${ask.fields ? `POST ${JSON.stringify(ask.fields)}` : 'GET'} ${ask.path}`;
        if (may) {
          assert.equal(answer.status, 200, what);
          if (ask.secret) assert.match(text, ask.secret, `${what} shows what it is for`);
          shown += 1;
          continue;
        }
        refused += 1;
        const away = answer.status === 302 && /sign-in/.test(answer.headers.get('location') ?? '');
        // Somebody who has the role elsewhere sees the page, but not what lies here.
        const elsewhere = !ask.fields && isPermitted(as(site.ctx, actor), ask.permission);
        assert.ok(
          away || [400, 401, 403, 404, 405].includes(answer.status) || (elsewhere && answer.status === 200),
          `${what} was answered ${answer.status}`,
        );
        // A refused form shows its page again, to whoever may see that.
        const page = asks.find(({ path, fields }) => path === ask.path && !fields);
        const seesPage = page && isPermitted(as(site.ctx, actor), page.permission, page.subject);
        if (page?.secret && !seesPage) assert.ok(!page.secret.test(text), `${what} shows what is not for it`);
      }
    }
    assert.deepEqual(await fingerprint(), before, 'nothing has changed');
    const { rows: recorded } = await site.ctx.owner.query(
      'select distinct kind from private.audit_event where number > $1 order by 1',
      [events],
    );
    assert.deepEqual(
      recorded.map(({ kind }) => kind),
      ['audit-log-downloaded', 'audit-log-read', 'restricted-data-read'],
      'the log tells of auditors who read it, of stewards who saw a preview, and of nothing done',
    );
    assert.ok(refused > 500 && shown > 50, `${refused} refused, ${shown} shown`);
  });

  test('is tried at every page that posts and every permission of people', async () => {
    const asks = await prepareOnce();
    const tried = new Set(asks.map(({ permission }) => permission));
    const shell: Role[] = ['operator', 'key', 'open-writes'];
    const untried = (Object.keys(permissions) as Permission[]).filter((permission) => {
      const may = Object.keys(permissions[permission].may) as Role[];
      return (
        !may.includes('anonymous') && may.some((role) => !shell.includes(role)) && !tried.has(permission)
      );
    });
    assert.deepEqual(
      untried,
      ['see-colleagues', 'read-with-a-key'],
      'one is part of another page; the other is for keys (src/observations/keyed-reading.test.ts)',
    );
    const routes = await readFile(new URL('../../src/routes.ts', import.meta.url), 'utf8');
    const staffPaths = [...routes.matchAll(/route\('((?:staff|account)[^']*)'/g)].map(
      ([, path]) => path as string,
    );
    const paths = asks.map(({ path }) =>
      path
        .replace('/en/', '')
        .replace(/\?.*/, '')
        .replace(/\/(\d+|[A-Z]+-[A-Z]+-\d+-\d+)$/, '/:')
        .replace(/rules\/oakton.*/, 'rules/:')
        .replace(/retention\/meters$/, 'retention/:')
        .replace(/datasets\/(cameras|plates)$/, 'datasets/:')
        .replace(/datasets\/(cameras|plates)\//, 'datasets/:slug/'),
    );
    const missing = staffPaths.filter((path) => !paths.includes(path.replace(/:\w+$/, ':')));
    assert.deepEqual(
      missing.sort(),
      ['account/keys/:id', 'staff/passkey-question', 'staff/sign-in', 'staff/sign-in/second-step'],
      'pages of signing in are for everybody; one’s own key is tried with keys',
    );
  });
});

let once: Promise<Ask[]> | undefined;
function prepareOnce(): Promise<Ask[]> {
  once ??= prepareAsks(site);
  return once;
}

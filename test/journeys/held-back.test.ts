import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createKey } from '../../src/people/index.ts';
import { revokeKey } from '../../src/people/keys/revoke-key.ts';
import { makeDatastream } from '../support/make.ts';
import { openSite, type Site } from '../support/site.ts';
import { makePlaces, makeStaff } from '../support/staff.ts';

let site: Site;
before(async () => {
  site = await openSite({ region: false });
  await makePlaces(site.ctx);
});
after(() => site.close());

/** Sends all of a request but the last byte; `finish` sends that and returns the answer. */
async function holdBack(head: string, body: string): Promise<{ finish(): Promise<string> }> {
  const { port } = new URL(site.url);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  const lines = [
    head,
    `Host: 127.0.0.1:${port}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
    '',
    '',
  ];
  socket.write(lines.join('\r\n') + body.slice(0, -1));
  // Long enough that the head has been read, and whoever asks with it.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    finish: async () => {
      socket.write(body.slice(-1));
      await once(socket, 'close');
      return answer;
    },
  };
}

describe('the last byte held back', () => {
  test('keeps no role that has been taken away meanwhile', async () => {
    const { ctx } = site;
    const staff = { role: 'city-administrator', place: 'oakton' } as const;
    const invite = (secret: string, email: string) =>
      holdBack(
        `POST /en/staff/people HTTP/1.1\r\nCookie: charter-oak=${secret}\r\nContent-Type: application/x-www-form-urlencoded`,
        `do=invite&name=X&email=${email}&role=clerk&where=oakton&language=en`,
      );
    const fired = await makeStaff(ctx, { email: 'fired@example.org', ...staff });
    const left = await makeStaff(ctx, { email: 'left@example.org', ...staff });
    const stays = await makeStaff(ctx, { email: 'stays@example.org', ...staff });
    const [first, second, third] = [
      await invite(fired.secret, 'one@example.org'),
      await invite(left.secret, 'two@example.org'),
      await invite(stays.secret, 'three@example.org'),
    ];
    await ctx.owner.query('update private.role_grant set revoked_at = now() where id = $1', [fired.grant]);
    await ctx.owner.query('delete from private.session where person_id = $1', [left.personId]);
    await Promise.all([first.finish(), second.finish(), third.finish()]);
    const { rows } = await ctx.owner.query('select email from private.invitation');
    assert.deepEqual(rows, [{ email: 'three@example.org' }]);
  });

  test('keeps no key that has been revoked meanwhile', async () => {
    const { ctx } = site;
    await makeDatastream(ctx, { dataset: 'air' });
    const { key, id } = await createKey(ctx, { name: 'device', datasets: ['air'] });
    const make = () =>
      holdBack(
        `POST /v1.1/Things HTTP/1.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json`,
        '{"name":"late","description":"late"}',
      );
    assert.match(await (await make()).finish(), /^HTTP\/1\.1 201 /);
    const held = await make();
    await revokeKey(ctx, { id });
    assert.match(await held.finish(), /^HTTP\/1\.1 401 /);
    const { rows } = await ctx.owner.query(`select count(*)::int from private.thing where name = 'late'`);
    assert.deepEqual(rows, [{ count: 1 }]);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSite, type Site } from '../support/site.ts';
import { makePlaces } from '../support/staff.ts';

let site: Site;
before(async () => {
  site = await openSite({ region: false, env: { LIMIT_PAGES: 'off' } });
  await makePlaces(site.ctx);
});
after(() => site.close());

describe('a page of staff that somebody asked for without having signed in', () => {
  test('is where signing in leads; nothing else that a cookie says', async () => {
    const { onward } = await import('../../src/people/staff/cookies.ts');
    const answer = await fetch(`${site.url}/es/staff/cases?mine=1`, { redirect: 'manual' });
    assert.equal(answer.headers.get('location'), '/es/staff/sign-in');
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const leadsTo = (header: string) =>
      onward(
        new Request(site.url, { headers: { cookie: header } }),
        'en',
        undefined,
        new Headers(),
      ).headers.get('location');
    assert.equal(leadsTo(`a=1; ${cookie}`), '/es/staff/cases?mine=1');
    for (const path of [
      '//evil.example',
      '/en/staff/../..//evil',
      '/en/staffs',
      '/en/catalog',
      '%',
      '/en/staff\\evil',
    ]) {
      const to = leadsTo(`charter-oak-next=${path === '%' ? path : encodeURIComponent(path)}`) ?? '';
      assert.ok(new URL(to, site.url).origin === new URL(site.url).origin && to.startsWith('/en/staff'), to);
    }
  });
});

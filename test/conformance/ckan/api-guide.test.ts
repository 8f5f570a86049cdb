import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useCatalog } from './service.ts';

/** CKAN's documentation, “API guide”, by its sections [https://docs.ckan.org/en/latest/api/]. */
describe('API guide', () => {
  const catalog = useCatalog();

  test('Making an API request: a dictionary posted as JSON, an answer of help, success, result', async () => {
    const { status, envelope } = await catalog.post('group_list', {});
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(envelope), ['help', 'success', 'result']);
    assert.equal(envelope.success, true);
    assert.ok(envelope.result.includes('environment'));
    assert.match(envelope.help, /\/api\/3\/action\/help_show\?name=group_list$/);
    const help = await catalog.get('help_show', { name: 'group_list' });
    assert.match(help.envelope.result, /^group_list/);
  });

  test('Making an API request: what clients post is read, whatever they call it', async () => {
    const url = `${catalog.site.url}/api/3/action/package_show`;
    for (const [type, body] of [
      ['application/json', '{"id":"air"}'],
      ['application/x-www-form-urlencoded', 'id=air'],
      ['application/x-www-form-urlencoded', encodeURIComponent('{"id":"air"}')],
      ['application/x-www-form-urlencoded', '{"id":"air"}'],
      ['text/plain', '{"id":"air"}'],
    ] as const) {
      const { status, envelope } = await catalog.call(url, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      assert.equal(status, 200, `${type} ${body}`);
      assert.equal(envelope.result.name, 'air');
    }
    const broken = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":',
    });
    assert.equal(broken.status, 400);
    assert.match((await broken.json()) as string, /^Bad request - JSON Error/);
    const list = await fetch(url, { method: 'POST', body: '["air"]' });
    assert.equal(list.status, 400);
  });

  test('Making an API request: an error has its type and its status', async () => {
    const missing = await catalog.get('package_show', { id: 'nothing' });
    assert.equal(missing.status, 404);
    assert.deepEqual(Object.keys(missing.envelope), ['help', 'success', 'error']);
    assert.equal(missing.envelope.success, false);
    assert.equal(missing.envelope.error?.__type, 'Not Found Error');
    assert.match(missing.envelope.error?.message ?? '', /^Not found/);
    const empty = await catalog.get('package_show');
    assert.equal(empty.status, 409);
    assert.deepEqual(empty.envelope.error, { __type: 'Validation Error', id: ['Missing value'] });
    const wrong = await catalog.get('package_search', { no_such: '1' });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.envelope.error?.__type, 'Search Query Error');
  });

  test('Making an API request: an action that is not known is a bad request, in bare words', async () => {
    for (const name of [
      'no_such_action',
      'datastore_search_sql',
      'package_create',
      'constructor',
      '__proto__',
    ]) {
      const response = await fetch(`${catalog.site.url}/api/3/action/${name}`);
      assert.equal(response.status, 400, name);
      assert.equal(await response.json(), `Bad request - Action name not known: ${name}`);
    }
  });

  test('API versions: with and without a number; the root tells which', async () => {
    assert.equal((await catalog.call(`${catalog.site.url}/api/action/package_list`)).status, 200);
    for (const path of ['/api/3', '/api/3/', '/api'])
      assert.deepEqual(await (await fetch(catalog.site.url + path)).json(), { version: 3 });
  });

  test('Authentication and API keys: a key of ours that is not valid is refused in CKAN’s words', async () => {
    const { status, envelope } = await catalog.get(
      'package_list',
      {},
      {
        headers: { authorization: `Bearer co_${'x'.repeat(40)}` },
      },
    );
    assert.equal(status, 401);
    assert.equal(envelope.error?.__type, 'Authorization Error');
    // What CKAN's own clients send names no scheme; it is no key of ours.
    const theirs = await catalog.get('package_list', {}, { headers: { authorization: 'XXX' } });
    assert.equal(theirs.status, 200);
  });

  test('GET-able API functions: parameters in the address, a list by repeating it', async () => {
    const url = `${catalog.site.url}/api/3/action/package_search?fq=groups:environment&fq=license_id:CC0-1.0`;
    const { envelope } = await catalog.call(url);
    assert.deepEqual(
      envelope.result.results.map((each: { name: string }) => each.name),
      ['air'],
    );
  });

  test('JSONP support: a call of the function that was named, and of no other text', async () => {
    const url = `${catalog.site.url}/api/3/action/package_show?id=air&callback=`;
    const script = await fetch(`${url}my.function`);
    assert.match(script.headers.get('content-type') ?? '', /^application\/javascript/);
    assert.match(await script.text(), /^\/\*\*\/my\.function\(\{"help".*\}\);$/s);
    const trick = await fetch(`${url}${encodeURIComponent('alert(1)//')}`);
    assert.match(trick.headers.get('content-type') ?? '', /^application\/json/);
  });

  test('an answer has a tag, is open to any site, and HEAD tells of it without a body', async () => {
    const first = await catalog.get(
      'package_show',
      { id: 'air' },
      { headers: { origin: 'https://example.org' } },
    );
    const etag = first.headers.get('etag') as string;
    assert.equal(first.headers.get('access-control-allow-origin'), '*');
    assert.ok(first.headers.get('ratelimit-policy') === null, 'limits are off in this test');
    const url = `${catalog.site.url}/api/3/action/package_show?id=air`;
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    const head = await fetch(url, { method: 'HEAD' });
    assert.equal(head.headers.get('etag'), etag);
    assert.equal(await head.text(), '');
  });
});

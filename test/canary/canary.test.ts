import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSite, type Site } from '../support/site.ts';
import { makePlaces } from '../support/staff.ts';
import { cases, guesses } from './cases.ts';
import { everyRoute } from './routes.ts';
import { keyedTrace, type Scene, setScene, traces } from './scene.ts';

/**
 * The release gate, tried at every route that the program has: what a policy or an access class keeps back appears in no
 * answer, and no filter, order, count or error tells that it is there.
 */
describe('no route shows what is not released', () => {
  const doors: { method: string | string[]; url: string }[] = [];
  let site: Site;
  let scene: Scene;
  before(async () => {
    site = await openSite({ region: false, onRoute: ({ method, url }) => doors.push({ method, url }) });
    await makePlaces(site.ctx);
    scene = await setScene(site.ctx);
  });
  after(() => site?.close());

  // What answers GET answers HEAD in the same words, without the body.
  const routes = () => everyRoute(doors).filter((route) => !route.startsWith('HEAD '));

  test('each route is asked, and each that is asked exists', () => {
    assert.deepEqual(routes(), Object.keys(cases).sort(), 'add a case to test/canary/cases.ts');
  });

  test('the canaries are there to be found', async () => {
    const { rows } = await site.ctx.owner.query<{ said: string }>(
      `select string_agg(o::text, '') || (select string_agg(t::text, '') from private.thing t) as said from private.observation o`,
    );
    for (const trace of [/Zugvogel/, /987654\.321/, /2019-07-23/])
      assert.match((rows[0] as { said: string }).said, trace);
  });

  test('what is open is shown, so that silence means something', async () => {
    const { dataset, datastreamId } = scene.open;
    for (const address of [
      `/v1.1/Datastreams(${datastreamId})/Observations`,
      `/datasets/${dataset}/readings.csv?period=all`,
      `/en/datasets/${dataset}`,
      `/live/datasets/${dataset}?lastEventId=0-0`,
    ]) {
      const { status, text } = await ask(site.url + address, { stream: address.startsWith('/live') });
      assert.equal(status, 200, address);
      assert.match(text, /"result":9|,9,|open-birds/, address);
    }
  });

  for (const asker of ['a stranger', 'a key to which nothing was granted'] as const) {
    test(`nothing that ${asker} reads shows a canary`, async () => {
      const shown: string[] = [];
      const opened: string[] = [];
      let asked = 0;
      for (const [route, { reads, streams, shut }] of Object.entries(cases)) {
        const addresses = reads?.(scene) ?? (shut ? [fill(route)] : []);
        for (const address of addresses.flatMap((each) => [each, ...dataOf(route, each)])) {
          asked++;
          const said = await ask(site.url + address, {
            stream: streams ?? false,
            ...(asker === 'a stranger' ? {} : { headers: { authorization: `Bearer ${scene.key}` } }),
          });
          if (shut && said.status === 200 && !said.text.includes('sign-in')) shown.push(`${address} answers`);
          const kept = asker === 'a stranger' ? [...traces, keyedTrace] : traces;
          const seen = kept.filter((trace) => trace.test(withoutQuestion(said.text, address)));
          if (keyedTrace.test(said.text)) opened.push(address);
          if (seen.length > 0) shown.push(`${address}: ${seen.join(', ')}`);
        }
      }
      assert.deepEqual(shown, []);
      assert.ok(asked > 150, `${asked} addresses`);
      // A key does open what takes a key: else its silence would mean nothing.
      if (asker !== 'a stranger') assert.ok(opened.length > 3, opened.join(' '));
    });
  }

  test('what a stranger writes is refused in words that tell nothing', async () => {
    const shown: string[] = [];
    for (const [route, { writes }] of Object.entries(cases)) {
      const method = route.split(' ')[0] as string;
      for (const { path, body, type } of writes?.(scene) ?? []) {
        const said = await ask(site.url + path, {
          method,
          ...(method === 'TRACE' ? {} : { body: JSON.stringify(body) }),
          headers: { 'content-type': type ?? 'application/json' },
        });
        if (said.status < 400 && !['OPTIONS', 'QUERY'].includes(method))
          shown.push(`${route} ${path}: ${said.status}`);
        if (traces.some((trace) => trace.test(withoutQuestion(said.text, `${path}${JSON.stringify(body)}`))))
          shown.push(`${route} ${path}`);
      }
    }
    assert.deepEqual(shown, []);
  });

  test('a guess that is right is answered like one that is wrong', async () => {
    const told: string[] = [];
    for (const { hidden, nowhere, values } of guesses(scene)) {
      const [right, wrong] = await Promise.all([ask(site.url + hidden), ask(site.url + nowhere)]);
      if (right.status >= 500) told.push(`${hidden}: ${right.status}`);
      if (anonymous(right.text, values) !== anonymous(wrong.text, values) || right.status !== wrong.status)
        told.push(`${hidden}: ${right.status} ${wrong.status}`);
    }
    assert.deepEqual(told, []);
  });
});

type Said = { status: number; text: string };

async function ask(url: string, options: RequestInit & { stream?: boolean } = {}): Promise<Said> {
  const { stream, ...init } = options;
  const response = await fetch(url, { redirect: 'manual', ...init });
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const text = stream ? await firstOf(response) : await response.text();
  return { status: response.status, text: `${headers}\n\n${text}` };
}

/** What a live feed sends in its first moments: everything that it replays. */
async function firstOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const until = Date.now() + 400;
  for (;;) {
    const left = new Promise<undefined>((resolve) => setTimeout(resolve, until - Date.now()));
    const part = await Promise.race([reader.read(), left]);
    if (!part || part.done) break;
    text += decoder.decode(part.value, { stream: true });
  }
  await reader.cancel();
  return text;
}

/** The answer without the words that came with the question, however they are written in it. */
function withoutQuestion(text: string, question: string): string {
  const words = /zugvogel4711x?/gi;
  return words.test(question) ? text.replace(words, '') : text;
}

/** Without the value that was asked for, and without what differs between any two answers. */
function anonymous(text: string, values: readonly string[]): string {
  const words = values.flatMap((value) => [value, encodeURIComponent(value)]);
  return text
    .replace(new RegExp(`(?<![\\w-])(${words.join('|')})(?![\\w-])`, 'g'), '¿')
    .replace(/^(date|etag|content-length|ratelimit|content-security-policy|set-cookie): .*$/gim, '')
    .replace(/nonce="[^"]*"/g, '');
}

/** Pages are asked as a browser asks once its script runs, too. */
function dataOf(route: string, address: string): string[] {
  if (!route.startsWith('page ')) return [];
  const [path = '', query] = address.split(/\?(.*)/s);
  return [`${path === '/' ? '/_root' : path}.data${query ? `?${query}` : ''}`];
}

/** An address of a route that nobody is let into, its parts filled with something. */
const fill = (route: string) => route.replace(/^\w+ /, '').replace(':lang', 'en').replace(/:\w+/g, '1');

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { setAccess } from '../../../src/release/index.ts';
import { makeDatastream } from '../../support/make.ts';
import { openSite, type Site } from '../../support/site.ts';

type Json = Record<string, unknown>;
const schema = async (name: string) =>
  JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8')) as Json;

/** Draft 4 as Ajv reads it: `id` is `$id`. */
async function validator11(): Promise<ValidateFunction> {
  const [catalog, dataset] = [
    await schema('pod-1.1-catalog.json'),
    await schema('pod-1.1-dataset-non-federal.json'),
  ];
  const modern = (from: Json): Json => {
    const text = JSON.stringify(from)
      .replace(/"\$schema":"[^"]*",/g, '')
      .replaceAll('"id":"https:', '"$id":"https:');
    return JSON.parse(text) as Json;
  };
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  ajv.addSchema(modern(dataset));
  return ajv.compile(modern(catalog));
}

async function validator3(): Promise<ValidateFunction> {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('iri', (text: string) => URL.canParse(text));
  const definitions = JSON.parse(
    await readFile(new URL('dcat-us-3.0.json', import.meta.url), 'utf8'),
  ) as (Json & { $id: string })[];
  for (const definition of definitions) ajv.addSchema(definition);
  return ajv.getSchema('https://resources.data.gov/dcat-us/3.0.0/definitions/catalog') as ValidateFunction;
}

describe('DCAT-US', () => {
  let site: Site;
  const get = async (path: string) => {
    const response = await fetch(site.url + path);
    assert.equal(response.status, 200);
    return (await response.json()) as Json & { dataset: Json[] };
  };
  before(async () => {
    site = await openSite();
    await makeDatastream(site.ctx, { dataset: 'aaa-bare' });
    await makeDatastream(site.ctx, { dataset: 'hidden-one', access: 'restricted' });
    await site.ctx.owner.query(
      `update released.dataset set title = 'Bare </script> "x"' where slug = 'aaa-bare'`,
    );
  });
  after(() => site?.close());

  test('1.1: /data.json is valid by the published schema, every open and listed dataset in it', async () => {
    const validate = await validator11();
    const catalog = await get('/data.json');
    assert.ok(validate(catalog), JSON.stringify(validate.errors?.slice(0, 3)));
    const { rows } = await site.ctx.owner.query<{ n: number }>(
      'select count(*)::int as n from released.dataset',
    );
    assert.equal(catalog.dataset.length, rows[0]?.n);
    assert.ok(!JSON.stringify(catalog).includes('hidden-one'));
    const levels = new Set(catalog.dataset.map((each) => each.accessLevel));
    assert.deepEqual([...levels].sort(), ['non-public', 'public']);
    // What the schema must notice, so that its silence means something.
    for (const broken of [
      { title: undefined },
      { accessLevel: 'secret' },
      { contactPoint: { '@type': 'vcard:Contact' } },
      { modified: 'yesterday' },
      { distribution: [{ '@type': 'dcat:Distribution', downloadURL: 'https://example.org/x' }] },
    ]) {
      const wrong = { ...catalog, dataset: [{ ...catalog.dataset[0], ...broken }] };
      assert.equal(validate(JSON.parse(JSON.stringify(wrong))), false, JSON.stringify(broken));
    }
  });

  test('3.0: /dcat-us-3.json is valid by the published schema', async () => {
    const validate = await validator3();
    const catalog = await get('/dcat-us-3.json');
    assert.ok(validate(catalog), JSON.stringify(validate.errors?.slice(0, 3)));
    assert.equal(catalog.dataset.length, (await get('/data.json')).dataset.length);
    for (const broken of [
      { title: undefined },
      { contactPoint: { fn: 'x' } },
      { publisher: {} },
      { modified: 'yesterday' },
      { accrualPeriodicity: 'often' },
    ]) {
      const wrong = { ...catalog, dataset: [{ ...catalog.dataset[0], ...broken }] };
      assert.equal(validate(JSON.parse(JSON.stringify(wrong))), false, JSON.stringify(broken));
    }
  });

  test('what is not stated is left out: license, mail address, federal codes', async () => {
    const bare = (await get('/data.json')).dataset[0] as Json;
    assert.equal(bare.title, 'Bare </script> "x"');
    for (const member of ['license', 'bureauCode', 'programCode', 'spatial'])
      assert.ok(!(member in bare), member);
    assert.deepEqual(bare.keyword, ['environment']);
    assert.deepEqual((await get('/dcat-us-3.json')).dataset[0]?.contactPoint, []);
  });

  test('every file of a distribution is there', async () => {
    const { dataset } = await get('/data.json');
    const open = dataset.find(
      (each) => each.accessLevel === 'public' && each.title !== 'Bare </script> "x"',
    ) as Json;
    const distributions = open.distribution as { downloadURL?: string; mediaType?: string }[];
    assert.ok(distributions.length >= 7);
    for (const { downloadURL, mediaType } of distributions) {
      if (!downloadURL) continue;
      const { pathname } = new URL(downloadURL);
      const response = await fetch(site.url + pathname, { method: 'HEAD' });
      assert.equal(response.status, 200, pathname);
      assert.ok(response.headers.get('content-type')?.startsWith(mediaType as string), pathname);
    }
  });

  test('a tag holds until something changes; a dataset that is closed is gone at once', async () => {
    const { ctx } = site;
    for (const path of ['/data.json', '/dcat-us-3.json', '/sitemap.xml']) {
      const etag = (await fetch(site.url + path, { method: 'HEAD' })).headers.get('etag') as string;
      const same = await fetch(site.url + path, { headers: { 'if-none-match': etag } });
      assert.equal(same.status, 304, path);
    }
    const etag = (await fetch(`${site.url}/data.json`)).headers.get('etag') as string;
    await setAccess(ctx, { dataset: 'aaa-bare', access: 'restricted' });
    const after = await fetch(`${site.url}/data.json`, { headers: { 'if-none-match': etag } });
    assert.equal(after.status, 200);
    assert.ok(!(await after.text()).includes('aaa-bare'));
  });

  test('sitemap.xml and robots.txt tell of what is public', async () => {
    const sitemap = await (await fetch(`${site.url}/sitemap.xml`)).text();
    assert.match(sitemap, /^<\?xml/);
    assert.ok(!sitemap.includes('hidden-one'));
    const addresses = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1] as string);
    assert.ok(addresses.length > 20);
    for (const address of addresses.filter((_, index) => index % 5 === 0)) {
      const { pathname } = new URL(address);
      assert.equal((await fetch(site.url + pathname)).status, 200, pathname);
    }
    const robots = await (await fetch(`${site.url}/robots.txt`)).text();
    assert.match(robots, /^User-agent: \*\n(Disallow: .+\n)+Sitemap: http.*\/sitemap\.xml\n$/);
  });
});

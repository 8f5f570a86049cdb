import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { ckan, ckanPackage, openPortal, type Portal } from '../../../test/support/portal.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import { withTransaction } from '../../kit/database.ts';
import { isProblem, type ProblemKind } from '../../kit/problem.ts';
import { ensureDataset, setAccess } from '../../release/index.ts';
import { parseCatalogChoice } from '../catalog.ts';
import { searchPackages } from '../ckan/search-packages.ts';
import { exportCatalog } from '../dcat/export-catalog.ts';
import { readDataset } from '../read-dataset.ts';
import { searchCatalog } from '../search-catalog.ts';
import { harvestDue } from './harvest-due.ts';
import { harvestSource } from './harvest-source.ts';
import { hideEntry } from './hide-entry.ts';
import { listSources } from './list-sources.ts';
import { readSource } from './read-source.ts';
import { saveSource } from './save-source.ts';
import type { SourceInput } from './source.ts';
import { switchSource } from './switch-source.ts';
import { withdrawEntries } from './withdraw-entries.ts';

const realAnswer = new URL('../../../../shared/data/catalogue/package_search.json', import.meta.url);

const database = testDatabase();
let portal: Portal;
let source: string;
let counter = 0;
const fields = (more: Partial<SourceInput> = {}): SourceInput => ({
  name: 'Old portal',
  kind: 'ckan',
  url: `${portal.url}/${++counter}`,
  office: 'oakton-works',
  every: 'P1D',
  ...more,
});
const refuses = (promise: Promise<unknown>, kind: ProblemKind, message: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(isProblem(error), String(error));
    assert.match(error.message, message);
    return error.kind === kind;
  });
async function entries() {
  const { rows } = await database.ctx.public.query(
    `select slug, title, missing_since as since, particulars from released.dataset where harvest_source_id = $1 order by title`,
    [source],
  );
  return rows as {
    slug: string;
    title: string;
    since: string | null;
    particulars: { distributions: { url: string }[]; formats: string[] };
  }[];
}
const titles = async () => (await entries()).map(({ title }) => title);

describe('a catalog of another portal', () => {
  before(async () => {
    portal = await openPortal();
    await makePlaces(database.ctx);
    database.ctx.config = { ...database.ctx.config, FETCH_INTERNAL: [portal.host] };
  });
  after(() => portal.close());
  beforeEach(async () => {
    source = await saveSource(database.ctx, { fields: fields() });
  });

  test('is read page by page; entries come, change, vanish and come back', async () => {
    const { ctx } = database;
    const many = Array.from({ length: 95 }, (_, index) => ckanPackage(`p${index}`));
    portal.answer(ckan(many));
    assert.deepEqual(await harvestSource(ctx, { source }), {
      entries: 95,
      made: 95,
      changed: 0,
      missing: 0,
      back: 0,
      faultCount: 0,
    });
    assert.equal((await entries()).length, 95);
    assert.deepEqual(await harvestSource(ctx, { source }), {
      entries: 95,
      made: 0,
      changed: 0,
      missing: 0,
      back: 0,
      faultCount: 0,
    });
    const seen = (await readSource(ctx, { source })).source.lastOkAt;
    ctx.clock.advance(86_400_000);
    portal.answer(
      ckan(
        [...many.slice(2), ckanPackage('p2', { title: 'Other title' }), ckanPackage('new')].filter(
          (_, index) => index !== 0,
        ),
      ),
    );
    const second = await harvestSource(ctx, { source });
    assert.deepEqual(
      { ...second, faultCount: 0 },
      { entries: 94, made: 1, changed: 1, missing: 2, back: 0, faultCount: 0 },
    );
    const gone = (await readSource(ctx, { source })).gone;
    assert.deepEqual(gone.map(({ title }) => title).sort(), ['Title p0', 'Title p1']);
    assert.ok(
      gone.every(({ lastSeenAt }) => lastSeenAt === seen),
      'last seen when it was last listed',
    );
    assert.equal((await entries()).length, 96, 'what vanished is still shown');
    portal.answer(ckan([...many.slice(1), ckanPackage('new')]));
    const third = await harvestSource(ctx, { source });
    assert.deepEqual([third.back, third.missing, third.changed], [1, 0, 1]);
  });

  test('stands in catalog, CKAN and DCAT as what it is', async () => {
    const { ctx } = database;
    portal.answer(
      ckan([
        ckanPackage('tree', {
          title: 'Quercus census',
          license_id: 'uk-ogl',
          license_title: 'OGL',
          license_url: 'https://ogl.example.org/3',
        }),
      ]),
    );
    await harvestSource(ctx, { source });
    const found = await searchCatalog(ctx, {
      choice: parseCatalogChoice(new URLSearchParams('q=quercus&access=elsewhere')),
      language: 'en',
    });
    assert.deepEqual(
      found.entries.map(({ access, portal: at }) => [access, at]),
      [['elsewhere', 'Old portal']],
    );
    assert.deepEqual(found.facets.format, [], 'formats are those that are offered here');
    const slug = found.entries[0]?.slug as string;
    const { dataset, sensors } = await readDataset(ctx, { slug, language: 'en', sensorsPage: 1 });
    assert.equal(dataset.external?.licenseText, 'OGL');
    assert.equal(dataset.license, null, 'a license that we do not know is not given an identifier');
    assert.deepEqual(sensors, []);
    const packages = await searchPackages(ctx, { q: 'quercus', fq: 'access:elsewhere' });
    assert.equal(packages.entries[0]?.external?.landingPage, `${portal.url}/${counter}/dataset/name-tree`);
    let text = '';
    for await (const part of (await exportCatalog(ctx, { format: 'dcat-us-1.1' })).text ?? []) text += part;
    const told = JSON.parse(text).dataset.find(({ title }: { title: string }) => title === 'Quercus census');
    assert.equal(told.publisher.name, 'Parks');
    assert.equal(told.license, 'https://ogl.example.org/3');
    assert.equal(told.distribution[0].accessURL, 'https://data.example.org/tree.csv');
    assert.equal(told.distribution[0].conformsTo, undefined);
  });

  test('holds the titles of a real portal', {
    skip: existsSync(realAnswer) ? false : 'the folder of real data is not beside the repository',
  }, async () => {
    const { ctx } = database;
    const real = JSON.parse(readFileSync(realAnswer, 'utf8'));
    portal.answer(ckan(real.result.results));
    const { entries: read, faultCount } = await harvestSource(ctx, { source });
    assert.equal(read, 10);
    assert.deepEqual((await readSource(ctx, { source })).faults, []);
    assert.equal(faultCount, 0);
    const kept = await entries();
    assert.equal(
      kept.reduce((sum, { particulars }) => sum + particulars.distributions.length, 0),
      54,
    );
  });

  test('is read in the words of Socrata, ArcGIS and DCAT-US', async () => {
    const { ctx } = database;
    const read = async (kind: SourceInput['kind'], path: string, answer: Parameters<Portal['answer']>[0]) => {
      portal.answer(answer);
      source = await saveSource(ctx, { fields: fields({ kind, url: portal.url + path }) });
      portal.asked.length = 0;
      await harvestSource(ctx, { source });
      return entries();
    };
    const socrata = await read('socrata', `/s${counter}`, {
      resultSetSize: 1,
      results: [
        {
          resource: {
            id: 'abcd-1234',
            name: 'Potholes',
            description: 'Where.',
            type: 'dataset',
            updatedAt: '2026-01-02T03:04:05.000Z',
          },
          classification: { domain_category: 'Transportation', domain_tags: ['road'] },
          permalink: 'https://data.example.org/d/abcd-1234',
        },
      ],
    });
    assert.match(portal.asked[0] ?? '', /^\/api\/catalog\/v1\?domains=127\.0\.0\.1&/);
    assert.deepEqual(socrata[0]?.particulars.formats, ['CSV', 'JSON']);
    const hub = await read('arcgis', `/hub${counter}`, {
      dataset: [
        {
          identifier: 'https://h.example.org/1',
          title: 'Parcels',
          distribution: [
            { title: 'Map', format: 'ArcGIS GeoServices REST API', accessURL: 'https://h.example.org/rest' },
          ],
        },
      ],
    });
    assert.match(portal.asked[0] ?? '', /\/api\/feed\/dcat-us\/1\.1\.json$/);
    assert.deepEqual(
      hub.map(({ title }) => title),
      ['Parcels'],
    );
    const server = await read(
      'arcgis',
      `/a${counter}/arcgis/rest/services`,
      (_: IncomingMessage, response: ServerResponse, url: URL) =>
        response.end(
          JSON.stringify(
            url.pathname.endsWith('/Utilities')
              ? { services: [{ name: 'Utilities/Storm_Drains', type: 'MapServer' }] }
              : { folders: ['Utilities'], services: [{ name: 'Hydrants', type: 'FeatureServer' }] },
          ),
        ),
    );
    assert.deepEqual(
      server.map(({ title }) => title),
      ['Hydrants', 'Storm Drains'],
    );
    assert.ok(
      server[1]?.particulars.distributions[0]?.url.endsWith(
        '/arcgis/rest/services/Utilities/Storm_Drains/MapServer',
      ),
    );
    const json = await read('data-json', `/d${counter}`, {
      dataset: [
        {
          identifier: 'x',
          title: 'Wells',
          keyword: ['water quality'],
          license: 'https://creativecommons.org/publicdomain/zero/1.0/',
          accessLevel: 'public',
        },
        { identifier: 'y', title: 'Secret', accessLevel: 'non-public' },
      ],
    });
    assert.deepEqual(
      json.map(({ title }) => title),
      ['Wells'],
    );
  });

  test('is a stranger’s: its texts are made plain, its addresses looked at', async () => {
    const { ctx } = database;
    portal.answer(
      ckan([
        ckanPackage('evil', {
          title: 'A\u202eB <b>bold</b>\u0000',
          notes: `<p>One</p><script>alert(1)</script><p>Two &lt;img src=x onerror=alert(1)&gt;</p>${'x'.repeat(9000)}`,
          tags: [{ name: 'z'.repeat(500) }, null, 7, { name: { a: 1 } }],
          resources: [
            { name: 'js', url: 'javascript:alert(1)' },
            { name: 'file', url: 'file:///etc/passwd' },
            { name: 'pw', url: 'https://me:pw@example.org/' },
            { name: 'ok', url: 'https://example.org/ok', format: '<i>CSV</i>' },
            'nonsense',
            null,
          ],
          organization: 'text where an object should be',
          license_url: 'javascript:alert(1)',
        }),
        ckanPackage('no-title', { title: '', name: '' }),
        ckanPackage('evil'),
        ckanPackage('hidden', { private: true }),
        null,
        [],
        'text',
      ]),
    );
    const { faultCount, entries: read } = await harvestSource(ctx, { source });
    assert.equal(read, 1);
    assert.ok(faultCount >= 10, String(faultCount));
    const [kept] = await entries();
    assert.equal(kept?.title, 'AB bold');
    assert.deepEqual(kept?.particulars.distributions, [
      { title: 'ok', format: 'CSV', url: 'https://example.org/ok' },
    ]);
    const { rows } = await ctx.public.query(
      'select description, keywords from released.dataset where harvest_source_id = $1',
      [source],
    );
    assert.match(rows[0].description, /^One\nTwo <img/);
    assert.ok(!rows[0].description.includes('alert(1)</script'));
    assert.equal(rows[0].description.length, 5000);
    const { faults } = await readSource(ctx, { source });
    assert.ok(faults.some(({ what }) => what === 'left out: its id occurs twice'));
  });

  test('that is down, slow, lies, sends too much or leads inside leaves what there was, and says why', async () => {
    const { ctx } = database;
    portal.answer(ckan([ckanPackage('a'), ckanPackage('b')]));
    await harvestSource(ctx, { source });
    const stays = async (answer: Parameters<Portal['answer']>[0], reason: RegExp, limits = {}) => {
      portal.answer(answer);
      await refuses(harvestSource(ctx, { source, limits }), 'invalid', reason);
      assert.deepEqual(await titles(), ['Title a', 'Title b'], String(reason));
      assert.ok(
        (await entries()).every(({ since }) => since === null),
        'nothing is marked as vanished',
      );
      const { runs } = await readSource(ctx, { source });
      assert.match(runs[0]?.error ?? '', reason, 'the page says why');
    };
    const page =
      (status: number, text: string, type = 'text/html') =>
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(status, { 'content-type': type }).end(text);
    await stays(page(503, 'busy'), /answered 503/);
    await stays(page(200, '<html>Sign in</html>'), /a web page/);
    await stays(page(200, '{"success": true', 'application/json'), /no JSON/);
    await stays({ success: false, error: 'no' }, /not answer as CKAN/);
    await stays({ success: true, result: { count: 0, results: [] } }, /lists nothing/);
    await stays({ success: true, result: { count: 9, results: [] } }, /counts 9 entries and shows 0/);
    await stays({ success: true, result: { results: [ckanPackage('c')] } }, /does not say how many/);
    await stays(
      { success: true, result: { count: 1e9, results: [ckanPackage('c')] } },
      /more than 500 parts/,
    );
    await stays(
      ckan(Array.from({ length: 300 }, (_, index) => ckanPackage(`q${index}`))),
      /more than 200 entries/,
      { entries: 200 },
    );
    await stays((_: IncomingMessage, response: ServerResponse) => void response.write('{'), /took too long/, {
      milliseconds: 400,
    });
    await stays(
      (_: IncomingMessage, response: ServerResponse) => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
      /more than 1 MB/,
      { answerBytes: 1024 * 1024 },
    );
    await stays(
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
      /inside this network/,
    );
    await stays((request: IncomingMessage) => request.destroy(), /cannot be read/);
    const { sources } = await listSources(ctx);
    assert.match(sources.find(({ id }) => id === source)?.error ?? '', /cannot be read/);
  });

  test('is read when its time has come, once, also by two at once', async () => {
    const { ctx } = database;
    await ctx.owner.query('update private.harvest_source set enabled = false where id <> $1', [source]);
    portal.answer(ckan([ckanPackage('a')]));
    const [one, two] = await Promise.all([harvestDue(ctx), harvestDue(ctx)]);
    assert.equal(one + two, 1);
    assert.equal(await harvestDue(ctx), 0, 'not before its time');
    ctx.clock.advance(86_400_000);
    assert.equal(await harvestDue(ctx), 1);
    await switchSource(ctx, { source, to: 'now' });
    portal.answer((request: IncomingMessage) => request.destroy());
    assert.equal(await harvestDue(ctx), 0);
    assert.equal(await harvestDue(ctx), 0, 'a failure waits');
    portal.answer(ckan([ckanPackage('a')]));
    ctx.clock.advance(3_600_000);
    assert.equal(await harvestDue(ctx), 1, 'and is made up for within the hour');
    // One process died while it read.
    await ctx.owner.query(
      `update private.harvest_source set claimed_until = $2, next_at = $3 where id = $1`,
      [source, new Date(ctx.clock.now().getTime() + 600_000), ctx.clock.now()],
    );
    await refuses(harvestSource(ctx, { source }), 'conflict', /being read/);
    ctx.clock.advance(700_000);
    assert.equal(await harvestDue(ctx), 1);
  });

  test('is in the hands of its office’s data steward', async () => {
    const { ctx } = database;
    const works = await makeStaff(ctx, {
      email: `w${counter}@example.org`,
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-works',
    });
    const clerk = await makeStaff(ctx, {
      email: `c${counter}@example.org`,
      role: 'data-steward',
      place: 'oakton',
      office: 'oakton-clerk',
    });
    const auditor = await makeStaff(ctx, {
      email: `a${counter}@example.org`,
      role: 'auditor',
      place: 'oakton',
    });
    assert.ok((await listSources(works.ctx)).sources.some(({ id }) => id === source));
    assert.deepEqual((await listSources(clerk.ctx)).sources, []);
    assert.equal((await readSource(auditor.ctx, { source })).mayManage, false);
    await refuses(readSource(clerk.ctx, { source }), 'not-found', /no such source/);
    await refuses(switchSource(clerk.ctx, { source, to: 'stopped' }), 'not-found', /no such source/);
    await refuses(
      saveSource(clerk.ctx, { source, fields: fields({ office: 'oakton-clerk' }) }),
      'not-found',
      /no such source/,
    );
    await refuses(saveSource(clerk.ctx, { fields: fields() }), 'not-allowed', /not for/);
    await refuses(saveSource(auditor.ctx, { fields: fields() }), 'not-allowed', /not for/);
    for (const url of ['ftp://example.org', 'javascript:alert(1)', 'https://u:p@example.org/', 'example.org'])
      await refuses(saveSource(works.ctx, { fields: fields({ url }) }), 'invalid', /url/);
    const given = fields();
    await saveSource(works.ctx, { fields: given });
    await refuses(saveSource(works.ctx, { fields: { ...given, name: 'Again' } }), 'conflict', /already/);
  });

  test('leaves the catalog by hand: what vanished, one entry, or all of one that is stopped', async () => {
    const { ctx } = database;
    portal.answer(ckan([ckanPackage('a'), ckanPackage('b'), ckanPackage('c')]));
    await harvestSource(ctx, { source });
    const slug = (await entries()).find(({ title }) => title === 'Title b')?.slug as string;
    await hideEntry(ctx, { source, entry: `https://city.example/en/datasets/${slug}?x=1`, hidden: true });
    portal.answer(ckan([ckanPackage('b', { title: 'Title b, again' }), ckanPackage('c')]));
    await harvestSource(ctx, { source });
    assert.deepEqual(await titles(), ['Title a', 'Title c'], 'one that was taken out by hand stays out');
    assert.equal(await withdrawEntries(ctx, { source, which: 'missing' }), 1);
    assert.deepEqual(await titles(), ['Title c']);
    await refuses(withdrawEntries(ctx, { source, which: 'all' }), 'conflict', /Stop the source/);
    await hideEntry(ctx, { source, entry: slug, hidden: false });
    assert.deepEqual(await titles(), ['Title b, again', 'Title c']);
    await switchSource(ctx, { source, to: 'stopped' });
    await refuses(harvestSource(ctx, { source }), 'conflict', /stopped/);
    assert.equal(await withdrawEntries(ctx, { source, which: 'all' }), 2);
    assert.deepEqual(await titles(), []);
    await switchSource(ctx, { source, to: 'started' });
    portal.answer(ckan([ckanPackage('a'), ckanPackage('c')]));
    assert.equal((await harvestSource(ctx, { source })).back, 2);
    assert.deepEqual(await titles(), ['Title a', 'Title c']);
  });

  test('has no content, whoever tries', async () => {
    const { ctx } = database;
    portal.answer(ckan([ckanPackage('a')]));
    await harvestSource(ctx, { source });
    const slug = (await entries())[0]?.slug as string;
    await refuses(
      withTransaction(ctx.app, (tx) =>
        ensureDataset(tx, { slug, title: 't', description: 'd', topic: 'other' }),
      ),
      'conflict',
      /without content/,
    );
    await refuses(setAccess(ctx, { dataset: slug, access: 'open' }), 'conflict', /another portal/);
    const { rows } = await ctx.owner.query('select id from private.dataset where slug = $1', [slug]);
    await assert.rejects(
      ctx.app.query(`insert into private.thing (dataset_id, name, description) values ($1, 'n', 'd')`, [
        rows[0].id,
      ]),
      /without content/,
    );
    await assert.rejects(
      ctx.app.query(`update private.dataset set access = 'open' where slug = $1`, [slug]),
      /dataset_without_content/,
    );
  });

  test('of twenty thousand entries is read in time', async () => {
    const { ctx } = database;
    const many = Array.from({ length: 20_000 }, (_, index) => ({
      identifier: `i${index}`,
      title: `Entry ${index}`,
      description: 'Words. '.repeat(30),
      keyword: ['a'],
      distribution: [{ title: 'x', format: 'CSV', downloadURL: `https://example.org/${index}.csv` }],
    }));
    portal.answer({ dataset: many });
    source = await saveSource(ctx, { fields: fields({ kind: 'data-json' }) });
    const began = performance.now();
    assert.equal((await harvestSource(ctx, { source })).made, 20_000);
    const first = performance.now() - began;
    assert.equal((await harvestSource(ctx, { source })).changed, 0);
    console.log(
      `20,000 entries: ${Math.round(first)} ms, again ${Math.round(performance.now() - began - first)} ms`,
    );
    portal.answer({ dataset: [...many, { identifier: 'one too many', title: 'x' }] });
    await refuses(harvestSource(ctx, { source }), 'invalid', /more than 20000 entries/);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromUuid, uuidOf } from '../../../src/datasets/resources.ts';
import { useCatalog } from './service.ts';

type Named = { name: string };
const namesOf = (result: Named[]) => result.map(({ name }) => name);

/** CKAN's documentation, “Action API reference”, ckan.logic.action.get, by its functions. */
describe('ckan.logic.action.get', () => {
  const catalog = useCatalog();
  const search = async (parameters: Record<string, string>) =>
    (await catalog.get('package_search', parameters)).envelope.result;

  test('package_list(limit, offset)', async () => {
    assert.deepEqual((await catalog.get('package_list')).envelope.result, ['air', 'bicycles', 'listed']);
    assert.deepEqual((await catalog.post('package_list', { limit: 1, offset: 1 })).envelope.result, [
      'bicycles',
    ]);
    const wrong = await catalog.get('package_list', { limit: 'many' });
    assert.equal(wrong.status, 409);
    assert.deepEqual(wrong.envelope.error?.limit, ['Invalid integer']);
  });

  test('current_package_list_with_resources(limit, offset, page)', async () => {
    const { result } = (await catalog.get('current_package_list_with_resources', { limit: '2' })).envelope;
    assert.deepEqual(namesOf(result), ['air', 'bicycles']);
    assert.ok(result[0].resources.length > 3);
    const next = await catalog.get('current_package_list_with_resources', { limit: '2', offset: '2' });
    assert.deepEqual(namesOf(next.envelope.result), ['listed']);
  });

  test('package_show(id): by name and by id', async () => {
    const { result } = (await catalog.get('package_show', { id: 'air' })).envelope;
    assert.equal(result.title, 'Air quality in Oakton');
    assert.equal(result.license_id, 'CC0-1.0');
    assert.equal(result.isopen, true);
    assert.equal(result.organization.title, 'Office of Air, Oakton');
    assert.equal(result.owner_org, result.organization.id);
    assert.deepEqual(namesOf(result.groups), ['environment']);
    assert.deepEqual(namesOf(result.tags), ['air', 'fine dust']);
    assert.equal(result.num_resources, result.resources.length);
    assert.match(result.metadata_modified, /^2026-03-01T00:00:00/);
    const extras = Object.fromEntries(
      result.extras.map(({ key, value }: { key: string; value: string }) => [key, value]),
    );
    assert.equal(extras.title_es, 'Calidad del aire');
    const again = await catalog.get('package_show', { id: result.id });
    assert.deepEqual(again.envelope.result, result);
    for (const { url } of result.resources) {
      const response = await fetch(url.replace(/^https?:\/\/[^/]+/, catalog.site.url));
      assert.equal(response.status, 200, url);
      await response.body?.cancel();
    }
  });

  test('package_show: a listed dataset has an entry without resources; a hidden one is not there', async () => {
    const { result } = (await catalog.get('package_show', { id: 'listed' })).envelope;
    assert.deepEqual(result.resources, []);
    assert.equal(result.license_id, null, 'a license that nobody stated is not made up');
    const { rows } = await catalog.site.ctx.owner.query<{ id: string }>(
      `select id from private.dataset where slug = 'hidden'`,
    );
    const hidden = rows[0]?.id as string;
    const said = new Set<string>();
    for (const id of ['hidden', 'nothing', uuidOf('dataset', hidden), uuidOf('dataset', '999999')]) {
      const { status, envelope } = await catalog.get('package_show', { id });
      assert.equal(status, 404);
      said.add(JSON.stringify(envelope.error).replace(id, '…'));
    }
    assert.equal(said.size, 1);
  });

  test('resource_show(id)', async () => {
    const { result } = (await catalog.get('package_show', { id: 'air' })).envelope;
    for (const resource of result.resources) {
      assert.deepEqual((await catalog.get('resource_show', { id: resource.id })).envelope.result, resource);
      assert.equal(resource.package_id, result.id);
    }
    assert.equal((await catalog.get('resource_show', { id: result.id })).status, 404);
  });

  test('organization_list, organization_show: the offices', async () => {
    assert.deepEqual((await catalog.get('organization_list')).envelope.result, [
      'oakton-air',
      'oakton-roads',
    ]);
    const all = (await catalog.get('organization_list', { all_fields: 'true', sort: 'package_count desc' }))
      .envelope.result;
    assert.deepEqual(
      all.map((each: { package_count: number }) => each.package_count),
      [1, 1],
    );
    const { result } = (
      await catalog.get('organization_show', { id: 'oakton-air', include_datasets: 'true' })
    ).envelope;
    assert.equal(result.is_organization, true);
    assert.deepEqual(namesOf(result.packages), ['air']);
    assert.equal((await catalog.get('organization_show', { id: 'x' })).status, 404);
  });

  test('group_list, group_show, group_package_show: the topics', async () => {
    const { result } = (await catalog.get('group_list', { all_fields: 'true' })).envelope;
    const environment = result.find(({ name }: Named) => name === 'environment');
    assert.equal(environment.package_count, 2);
    const shown = (await catalog.get('group_show', { id: 'environment', include_datasets: 'true' })).envelope
      .result;
    assert.deepEqual(namesOf(shown.packages), ['air', 'listed']);
    assert.deepEqual(namesOf((await catalog.get('group_package_show', { id: 'traffic' })).envelope.result), [
      'bicycles',
    ]);
  });

  test('tag_list(query, all_fields), tag_show', async () => {
    assert.deepEqual((await catalog.get('tag_list')).envelope.result, ['air', 'bicycles', 'fine dust']);
    assert.deepEqual((await catalog.get('tag_list', { query: 'DUST' })).envelope.result, ['fine dust']);
    assert.equal(
      (await catalog.get('tag_list', { all_fields: 'true' })).envelope.result[0].display_name,
      'air',
    );
    const { result } = (await catalog.get('tag_show', { id: 'fine dust', include_datasets: 'true' }))
      .envelope;
    assert.deepEqual(namesOf(result.packages), ['air']);
  });

  test('license_list()', async () => {
    const { result } = (await catalog.get('license_list')).envelope;
    const zero = result.find(({ id }: { id: string }) => id === 'CC0-1.0');
    assert.equal(zero.is_okd_compliant, true);
    assert.match(zero.title, /Zero/);
  });

  test('site_read(), status_show()', async () => {
    assert.equal((await catalog.get('site_read')).envelope.result, true);
    const { result } = (await catalog.get('status_show')).envelope;
    assert.ok(result.site_title && result.site_url && result.ckan_version);
    assert.deepEqual(result.extensions, ['datastore']);
  });

  test('package_search(q): words, in either language, phrases, beginnings', async () => {
    for (const [q, names] of [
      ['', ['air', 'bicycles', 'listed']],
      ['*:*', ['air', 'bicycles', 'listed']],
      ['particles', ['air']],
      ['particle gas', ['air']],
      ['aire', ['air']],
      ['dust', ['air']],
      ['"fine dust"', ['air']],
      ['"dust fine"', []],
      ['Oakton', ['air']],
      ['roads', ['bicycles']],
      ['bicyc*', ['bicycles']],
      ['the bicycles', ['bicycles']],
      ['bicycles OR particles', ['air', 'bicycles']],
      ['-bicycles', ['air', 'listed']],
      ['title:air', ['air']],
      ['title:particles', []],
      ['notes:particles', ['air']],
      ['zeppelin', []],
      ["'; drop table x --", []],
    ] as const) {
      const { count, results } = await search({ q, sort: 'name asc' });
      assert.deepEqual(namesOf(results), names, q);
      assert.equal(count, names.length, q);
    }
  });

  test('package_search(fq): fields, their values, ranges, both sides of a condition', async () => {
    for (const [fq, names] of [
      ['organization:oakton-air', ['air']],
      ['+organization:oakton-air +tags:"fine dust"', ['air']],
      ['organization:(oakton-air OR oakton-roads)', ['air', 'bicycles']],
      ['-groups:traffic', ['air', 'listed']],
      ['NOT groups:traffic', ['air', 'listed']],
      ['res_format:CSV', ['air', 'bicycles']],
      ['license_id:*', ['air']],
      ['-license_id:*', ['bicycles', 'listed']],
      ['name:b*', ['bicycles']],
      ['metadata_modified:[2026-02-01T00:00:00Z TO *]', ['air', 'bicycles']],
      ['metadata_modified:[* TO 2026-01-15T00:00:00Z]', ['listed']],
      ['(groups:environment AND license_id:CC0-1.0) OR groups:traffic', ['air', 'bicycles']],
      ['place:oakton', ['air']],
      ['private:false AND state:active', ['air', 'bicycles', 'listed']],
      ['constructor:x', []],
      ['no_such_field:x', []],
    ] as const) {
      assert.deepEqual(namesOf((await search({ fq, sort: 'name asc' })).results), names, fq);
    }
    for (const q of [
      '(air',
      'air)',
      'title:(',
      '"air',
      `${'('.repeat(30)}air${')'.repeat(30)}`,
      'a'.repeat(3000),
    ]) {
      const { status, envelope } = await catalog.get('package_search', { q });
      assert.equal(status, 400, q);
      assert.equal(envelope.error?.__type, 'Search Query Error');
    }
  });

  test('package_search(sort, rows, start)', async () => {
    assert.deepEqual(namesOf((await search({})).results), ['air', 'bicycles', 'listed'], 'newest first');
    assert.deepEqual(namesOf((await search({ sort: 'title desc' })).results), ['listed', 'bicycles', 'air']);
    const page = await search({ sort: 'name asc', rows: '1', start: '1' });
    assert.deepEqual([page.count, namesOf(page.results)], [3, ['bicycles']]);
    assert.deepEqual(namesOf((await search({ rows: '0' })).results), []);
    assert.equal((await catalog.get('package_search', { sort: 'name; drop' })).status, 400);
    assert.equal((await catalog.get('package_search', { rows: '-1' })).status, 409);
  });

  test('package_search(facet, facet.field, facet.limit)', async () => {
    const result = await search({
      'facet.field': '["tags", "groups", "organization", "nothing"]',
      rows: '0',
    });
    assert.deepEqual(result.facets, {
      tags: { air: 1, bicycles: 1, 'fine dust': 1 },
      groups: { environment: 2, traffic: 1 },
      organization: { 'oakton-air': 1, 'oakton-roads': 1 },
      nothing: {},
    });
    assert.deepEqual(result.search_facets.organization.items[0], {
      name: 'oakton-air',
      display_name: 'Office of Air, Oakton',
      count: 1,
    });
    const one = await search({ 'facet.field': '["tags"]', 'facet.limit': '1', rows: '0' });
    assert.deepEqual(one.facets, { tags: { air: 1 } });
    assert.deepEqual((await search({ facet: 'false', 'facet.field': '["tags"]' })).facets, {});
  });

  test('an id of a package is a UUID that stands for its number', () => {
    assert.equal(uuidOf('dataset', '42'), '00000000-0000-8000-8000-00000000002a');
    assert.deepEqual(fromUuid(uuidOf('csv', '9223372036854775807')), {
      kind: 'csv',
      id: '9223372036854775807',
    });
    for (const text of [
      '',
      'air',
      '00000000-0000-4000-8000-00000000002a',
      'ffffffff-ffff-8000-8000-00000000ffff',
    ])
      assert.equal(fromUuid(text), undefined, text);
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeRulebook } from '../../test/support/rulebook.ts';
import { conflict, makeRule, specified, unverified } from '../../test/support/rules.ts';
import { as } from '../kit/context.ts';
import { checkCity } from './check-city.ts';
import { exportRules } from './export-rules.ts';
import { type CityFolder, importCity } from './import-city.ts';
import { readRulebook } from './read-rulebook.ts';
import { readRulesFile } from './read-rules-file.ts';
import { rulesYaml } from './rules-yaml.ts';

const db = testDatabase({ now: '2026-11-24T15:00:00Z' });
const folders = async (place?: string): Promise<CityFolder[]> => {
  const files = [...(await exportRules(db.ctx, place === undefined ? {} : { place }))];
  const byFolder = Map.groupBy(files, ([path]) => path.split('/')[0] as string);
  return [...byFolder].map(([name, own]) => ({
    name,
    files: new Map(own.map(([path, text]) => [path.slice(name.length + 1), text])),
  }));
};

describe('the rule base as files', () => {
  before(() => makeRulebook(db.ctx));

  test('comes back without any change', async () => {
    const before = await readRulebook(db.ctx);
    const all = await folders();
    assert.deepEqual(
      all.map(({ name }) => name),
      ['ct', 'danbury', 'norwalk', 'region', 'stamford'],
    );
    const { rules } = await importCity(db.ctx, { folders: all });
    assert.deepEqual(rules, { added: [], changed: [], same: before.current.size, overridden: [] });
    const after = await readRulebook(db.ctx);
    assert.deepEqual(after.rules, before.rules);
    assert.deepEqual(after.topics, before.topics);
    const one = await folders('danbury');
    assert.equal(one.length, 1);
    assert.ok(one[0]?.files.has('city.yaml') && one[0].files.has('letters.yaml'));
    const part = await folders('north-stamford');
    assert.deepEqual(
      part.map(({ name }) => name),
      ['stamford'],
      'a neighborhood stands in its city’s folder',
    );
    await assert.rejects(exportRules(db.ctx, { place: 'atlantis' }), { kind: 'not-found' });
  });

  test('every state and kind of value comes back', () => {
    const rules = [
      makeRule('elm', 'records', 'fee', conflict, { custodian: 'elm-police', bullets: ['S0.1'] }),
      makeRule('elm', 'records', 'fine', unverified),
      makeRule(
        'elm',
        'records',
        'form',
        specified({ kind: 'form', name: 'Form: 7 #1', url: 'https://elm.example/7' }),
      ),
      makeRule('elm', 'records', 'cap', specified({ kind: 'statement' }, { validFrom: '2026-01-01' }), {
        says: { en: 'yes: "no"\n- a', es: '# 007' },
      }),
    ];
    const [first] = rules;
    assert.ok(first);
    const read = readRulesFile(rulesYaml(rules), 'f', { recordedAt: first.recordedAt }).rules;
    const sorted = (all: typeof rules) =>
      JSON.parse(JSON.stringify(all.toSorted((a, b) => a.id.localeCompare(b.id))));
    assert.deepEqual(sorted(read), sorted(rules));
  });

  test('a check says what an import would do, and stores nothing', async () => {
    const before = await readRulebook(db.ctx);
    const [city] = await folders('danbury');
    const text = city?.files.get('rules.yaml') ?? '';
    const edited = (change: (text: string) => string): CityFolder[] => [
      { name: 'danbury', files: new Map([['rules.yaml', change(text)]]) },
    ];
    const found = await checkCity(db.ctx, {
      folders: edited((all) => all.replace('The cited page gives no fine', 'No page gives a fine')),
    });
    assert.deepEqual(found.rules.changed, ['danbury.sensors.fine']);
    await assert.rejects(
      checkCity(db.ctx, { folders: edited((all) => all.replace('topic: sensors', 'topic: moon')) }),
      { kind: 'invalid', message: /danbury\/rules\.yaml:\d+: rules\.\d+\.topic: there is no topic moon/ },
    );
    assert.equal((await readRulebook(db.ctx)).version, before.version);
    const { rows } = await db.ctx.owner.query(`select count(*)::int as n from released.rule`);
    assert.equal(rows[0]?.n, before.rules.length);
    for (const work of [
      checkCity(as(db.ctx, { kind: 'anonymous' }), { folders: [] }),
      exportRules(as(db.ctx, { kind: 'anonymous' })),
    ])
      await assert.rejects(work, { kind: 'not-allowed' });
  });
});

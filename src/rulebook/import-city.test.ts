import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '../../test/support/context.ts';
import { as } from '../kit/context.ts';
import { closestRule, placeChain } from '../rules/index.ts';
import { type CityFolder, importCity } from './import-city.ts';
import { readFolder } from './read-folder.ts';
import { readRulebook } from './read-rulebook.ts';

const db = testDatabase();
const cities = fileURLToPath(new URL('../../cities/', import.meta.url));
const folder = (name: string) => readFolder(`${cities}${name}`);
const ours = () => Promise.all(['connecticut', 'danbury', 'norwalk', 'stamford'].map(folder));
const changed = (
  { name, files }: CityFolder,
  path: string,
  change: (text: string) => string,
): CityFolder => ({
  name,
  files: new Map([...files].map(([each, text]) => [each, each === path ? change(text) : text])),
});
/** An invented city, of which no code knows. */
const fourth: CityFolder = {
  name: 'cities/millbrook',
  files: new Map([
    [
      'city.yaml',
      `places:
  - { slug: millbrook, kind: city, name: Millbrook, state: CT, timeZone: America/New_York, at: [-72, 41] }
  - { slug: upper-millbrook, kind: neighborhood, parent: millbrook, name: Upper Millbrook, state: CT, timeZone: America/New_York, at: [-72, 41] }
offices:
  - { slug: millbrook-clerk, place: millbrook, name: Town Clerk, duty: Keeps records., source: invented for a test }
`,
    ],
    [
      'rules.yaml',
      `sources:
  code: { instrument: Code of Millbrook, level: city, publisher: Millbrook, readAt: 2026-11-20, how: text }
rules:
  - id: millbrook.sensors.fine
    topic: sensors
    aspect: fine
    place: millbrook
    says: { en: Misuse costs up to 50 dollars., es: El mal uso cuesta hasta 50 dólares. }
    state: specified
    value: { kind: money, max: 5000, per: offense }
    cite: [{ source: code, locator: §1 }]
    offices: [millbrook-clerk]
`,
    ],
    [
      'guides/sensors.yaml',
      `place: millbrook
title: { en: Sensors in Millbrook, es: Sensores en Millbrook }
lead: { en: What is known., es: Lo que se sabe. }
sections:
  - { id: overview, title: { en: Overview, es: Panorama }, items: [{ rule: millbrook.sensors.fine }] }
`,
    ],
  ]),
};
const count = async (table: string) =>
  (await db.ctx.owner.query(`select count(*)::int as n from released.${table}`)).rows[0]?.n;

describe('bringing cities in from their folders', () => {
  before(async () => {
    await db.ctx.owner.query(
      `insert into released.place (slug, kind, name, state, time_zone, longitude, latitude, code)
       values ('region', 'region', 'Region', 'CT', 'America/New_York', -73, 41, 'REG')`,
    );
  });

  test('the three that ship, with the state; a second time nothing is new', async () => {
    const first = await importCity(db.ctx, { folders: await ours(), under: 'region' });
    assert.ok(first.rules.added.length > 150 && first.rules.changed.length === 0);
    assert.equal(await count('rule'), first.rules.added.length);
    const again = await importCity(db.ctx, { folders: await ours(), under: 'region' });
    assert.deepEqual(again.rules, { added: [], changed: [], same: first.rules.added.length, overridden: [] });
  });

  test('a fourth, invented one, without touching code', async () => {
    await importCity(db.ctx, { folders: [fourth] });
    const tops = await db.ctx.owner.query('select slug from released.place where parent is null');
    assert.deepEqual(tops.rows, [{ slug: 'region' }], 'it goes below the region that is there');
    const { rules, topics, places } = await readRulebook(db.ctx);
    const answer = closestRule(
      { rules, topics },
      {
        topic: 'sensors',
        aspect: 'fine',
        places: placeChain(places, 'upper-millbrook'),
        lawDay: '2026-11-20',
        knownAt: '2026-12-01T00:00:00Z',
      },
    );
    assert.equal(answer.found === 'rule' && answer.rule.id, 'millbrook.sensors.fine');
  });

  test('a changed rule is a new record that supersedes the old, and readers know it at once', async () => {
    const before = await readRulebook(db.ctx);
    db.ctx.clock.advance(60_000);
    const folder = changed(fourth, 'rules.yaml', (text) => text.replace('max: 5000', 'max: 6000'));
    const done = await importCity(db.ctx, { folders: [folder], under: 'region' });
    assert.deepEqual(done.rules, { added: [], changed: ['millbrook.sensors.fine'], same: 0, overridden: [] });
    const after = await readRulebook(db.ctx);
    assert.equal(after.rules.length, before.rules.length + 1);
    const now = after.current.get('millbrook.sensors.fine');
    assert.equal(
      now?.value.state === 'specified' && now.value.value.kind === 'money' && now.value.value.max,
      6000,
    );
    assert.equal(now?.supersedes?.id, 'millbrook.sensors.fine');
  });

  test('what is wrong is refused with file, line and reason, and nothing of it is stored', async () => {
    const stored = async () => [
      await count('rule'),
      await count('place'),
      await count('guide'),
      (await readRulebook(db.ctx)).version,
    ];
    const before = await stored();
    const theirs = [...(await readRulebook(db.ctx)).current.values()].find(
      ({ place }) => place === 'norwalk',
    );
    const wrong: [string, (text: string) => string, RegExp][] = [
      [
        'rules.yaml',
        (text) => text.replace('topic: sensors', 'topic: moon'),
        /rules\.yaml:5: rules\.0\.topic: there is no topic moon/,
      ],
      [
        'rules.yaml',
        (text) => text.replace('max: 5000', 'max: 9900000'),
        /rules\.yaml:\d+: rules\.0\.value: 9900000 cents is more than/,
      ],
      [
        'rules.yaml',
        (text) => text.replace('millbrook-clerk', 'nobody'),
        /rules\.yaml:\d+: rules\.0\.offices: there is no office nobody/,
      ],
      ['city.yaml', (text) => text.replace('offices:', 'ofices:'), /city\.yaml:4: ofices: unknown name/],
      [
        'guides/sensors.yaml',
        (text) => text.replace('millbrook.sensors.fine', 'millbrook.lost'),
        /guides\/sensors\.yaml: there is no rule millbrook\.lost/,
      ],
    ];
    wrong.push(
      [
        'guides/sensors.yaml',
        (text) => text.replace('place: millbrook', 'place: danbury'),
        /guides\/sensors\.yaml: danbury is not of millbrook/,
      ],
      [
        'guides/sensors.yaml',
        (text) => text.replace('place: millbrook', 'place: nowhere'),
        /guides\/sensors\.yaml: there is no place nowhere/,
      ],
      [
        'rules.yaml',
        (text) =>
          text
            .replace('millbrook.sensors.fine', 'millbrook.sensors.duty')
            .replace('aspect: fine', 'aspect: duty')
            .replace(
              '    state: specified',
              `    supersedes: { id: ${theirs?.id}, recordedAt: '${theirs?.recordedAt}' }\n    state: specified`,
            ),
        /rules\.yaml:\d+: rules\.0\.supersedes: norwalk\.\S+ is a rule of norwalk, not of millbrook/,
      ],
    );
    for (const [path, change, message] of wrong) {
      const folder = changed(fourth, path, change);
      await assert.rejects(
        importCity(db.ctx, { folders: [folder], under: 'region' }),
        { kind: 'invalid', message },
        path,
      );
    }
    const letters = (await folder('danbury')).files.get('letters.yaml') as string;
    const homeless = { name: 'cities/x', files: new Map([['letters.yaml', letters]]) };
    await assert.rejects(importCity(db.ctx, { folders: [homeless] }), {
      kind: 'invalid',
      message: /letters\.yaml: there is no place/,
    });
    const stray = { name: 'cities/x', files: new Map([['rule.yaml', 'rules: []']]) };
    await assert.rejects(importCity(db.ctx, { folders: [stray] }), {
      message: /rule\.yaml: no such file is known/,
    });
    await assert.rejects(importCity(as(db.ctx, { kind: 'anonymous' }), { folders: [fourth] }), {
      kind: 'not-allowed',
    });
    assert.deepEqual(await stored(), before);
  });

  test('when a rule was recorded is the import’s to say, not the file’s', async () => {
    const later = changed(fourth, 'rules.yaml', (text) =>
      text
        .replace('millbrook.sensors.fine', 'millbrook.sensors.duty')
        .replace('aspect: fine', `recordedAt: '2099-01-01T00:00:00Z'\n    aspect: duty`)
        .replace('value: { kind: money, max: 5000, per: offense }\n    ', ''),
    );
    const only = {
      name: later.name,
      files: new Map([['rules.yaml', later.files.get('rules.yaml') as string]]),
    };
    assert.deepEqual((await importCity(db.ctx, { folders: [only] })).rules.added, ['millbrook.sensors.duty']);
    const { recordedAt } = (await readRulebook(db.ctx)).current.get('millbrook.sensors.duty') ?? {};
    assert.ok(recordedAt && recordedAt < '2027', recordedAt);
  });

  test('the database refuses to rewrite a rule', async () => {
    await assert.rejects(db.ctx.app.query(`update released.rule set body = '{}'`), /permission denied/);
    await assert.rejects(db.ctx.owner.query('delete from released.rule'), /append-only/);
  });
});

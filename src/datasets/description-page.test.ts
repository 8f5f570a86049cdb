import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { makeRule, notSpecified, specified } from '../../test/support/rules.ts';
import { makePlaces } from '../../test/support/staff.ts';
import { as } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { storeReadings } from '../observations/index.ts';
import { ensureDictionary, setAccess } from '../release/index.ts';
import { freshnessOf } from './freshness.ts';
import { readDataset } from './read-dataset.ts';
import { readDatasetRules } from './read-dataset-rules.ts';
import { readVersions } from './read-versions.ts';

const db = testDatabase();
const read = (slug: string) =>
  readDataset(as(db.ctx, { kind: 'anonymous' }), { slug, language: 'en', sensorsPage: 1 });

test('late is older than twice the promise; missing is a promise without a reading', () => {
  const now = '2026-11-20T12:00:00Z';
  const of = (lastAt: string | null, promisedSeconds: number | null) =>
    freshnessOf({ lastAt, promisedSeconds, now });
  assert.equal(of('2026-11-20T11:30:00Z', 900), 'on-time', 'exactly twice');
  assert.equal(of('2026-11-20T11:29:59Z', 900), 'late');
  assert.equal(of(null, 900), 'missing');
  assert.equal(of(null, null), null, 'nothing is promised');
  assert.equal(of('2020-01-01T00:00:00Z', null), null);
});

describe('a dataset’s page', () => {
  test('tells of gaps and flagged readings among the newest, and of what columns mean', async () => {
    const made = await makeDatastream(db.ctx, { name: 'Heat', plausibleLow: 0, plausibleHigh: 100 });
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    const minutes = [0, 1, 2, 3, 4, 10, 11, 12, 13, 14];
    await storeReadings(db.ctx, {
      repeats: 'allow',
      readings: minutes.map((minute) => ({
        datastreamId: made.datastreamId,
        phenomenonStart: at(minute),
        result: minute === 3 ? 500 : 20,
      })),
    });
    await withTransaction(db.ctx.app, (tx) =>
      ensureDictionary(
        tx,
        made.datasetId,
        ['Heat', 'To come'].map((name) => ({
          name: `result:${name}`,
          kind: 'number',
          unit: null,
          meaning: { en: `${name}.`, es: `${name}!` },
          sensitivity: 'none',
        })),
        db.ctx.clock.now(),
      ),
    );
    const { dataset, measured, columns } = await read(made.dataset);
    assert.deepEqual(dataset.quality, {
      typicalSeconds: 60,
      readings: 10,
      flagged: 1,
      intervals: 9,
      gaps: 1,
    });
    assert.deepEqual(
      measured.map(({ name, meaning, unit }) => [name, meaning, unit]),
      [['Heat', { en: 'Heat.', es: 'Heat!' }, '°C']],
    );
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['result:To come'],
    );
    assert.deepEqual(dataset.box, [-73.45, 41.39, -73.45, 41.39]);
    await setAccess(db.ctx, { dataset: made.dataset, access: 'restricted', listed: true });
    const listed = await read(made.dataset);
    assert.deepEqual([listed.measured, listed.columns, listed.dataset.quality.readings], [[], [], 0]);
    assert.equal(listed.dataset.box, null);
    assert.equal(listed.dataset.version, null);
  });

  test('names the version that was in force on a day, and has each at its address', async () => {
    const { dataset, datasetId } = await makeDatastream(db.ctx);
    const change = async (day: string, title: string) => {
      db.ctx.clock.set(`${day}T15:00:00Z`);
      await db.ctx.owner.query('update private.dataset set title = $2, modified_at = $3 where id = $1', [
        datasetId,
        title,
        db.ctx.clock.now(),
      ]);
      await setAccess(db.ctx, { dataset, access: 'open' });
    };
    const { total } = await readVersions(db.ctx, { slug: dataset, language: 'en' });
    await change('2027-01-10', 'Second');
    await change('2027-01-20', 'Third');
    const on = async (day: string) =>
      (await readVersions(db.ctx, { slug: dataset, language: 'en', on: day })).shown?.content.description
        .title;
    assert.equal(total, 1);
    assert.equal(await on('2020-01-01'), undefined);
    assert.equal(await on('2027-01-10'), 'Second');
    assert.equal(await on('2027-01-19'), 'Second');
    assert.equal(await on('2027-01-20'), 'Third');
    const second = await readVersions(db.ctx, { slug: dataset, language: 'en', number: 2 });
    assert.equal(second.shown?.content.description.title, 'Second');
    assert.equal(second.title, 'Third', 'the dataset is called as it is now');
    await assert.rejects(readVersions(db.ctx, { slug: dataset, language: 'en', number: 9 }), {
      kind: 'not-found',
    });
    for (const day of ['2027-02-30', 'yesterday', "' or 1=1"])
      await assert.rejects(readVersions(db.ctx, { slug: dataset, language: 'en', on: day }), {
        kind: 'invalid',
      });
    await assert.rejects(readVersions(db.ctx, { slug: 'no-such', language: 'en' }), { kind: 'not-found' });
  });

  test('shows the rules of its place and topic, the chosen retention rule first, with their source', async () => {
    await makePlaces(db.ctx);
    const rules = [
      makeRule('oakton', 'sensor-data', 'fine', notSpecified, { offices: [] }),
      makeRule('oakton', 'data-license', 'license', specified({ kind: 'statement' }), { offices: [] }),
      makeRule('oakton', 'sensor-data', 'retention', specified({ kind: 'statement' }), { offices: [] }),
      makeRule('elmford', 'sensor-data', 'access', specified({ kind: 'statement' }), { offices: [] }),
      makeRule('oakton', 'building', 'fine', specified({ kind: 'statement' }), { offices: [] }),
    ];
    for (const rule of rules)
      await db.ctx.owner.query(
        `insert into released.rule (id, recorded_at, body, recorded_by) values ($1, $2, $3, 'test')`,
        [rule.id, rule.recordedAt, rule],
      );
    await db.ctx.owner.query('update released.rulebook set version = version + 1');
    const [fine, license, retention] = rules;
    const found = await readDatasetRules(db.ctx, {
      place: 'hilltop',
      topic: 'traffic',
      retentionRule: retention?.id ?? '',
      language: 'en',
    });
    assert.equal(found.retention?.id, retention?.id);
    assert.ok(found.retention?.cite);
    assert.deepEqual(
      found.rules.map(({ id, state }) => [id, state]),
      [
        [license?.id, 'specified'],
        [fine?.id, 'not-specified'],
      ],
    );
    assert.equal(found.licenseRule, license?.id);
    const nowhere = { place: null, topic: 'traffic', retentionRule: 'gone', language: 'en' } as const;
    assert.deepEqual(await readDatasetRules(db.ctx, nowhere), {
      retention: null,
      rules: [],
      licenseRule: null,
    });
  });
});

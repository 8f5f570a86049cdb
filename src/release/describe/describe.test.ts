import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makeDatastream } from '../../../test/support/make.ts';
import { makePlaces, makeStaff } from '../../../test/support/staff.ts';
import { canonicalJson } from '../../kit/chain.ts';
import { verifyAuditLog } from '../../people/index.ts';
import { listManagedDatasets } from '../list-managed-datasets.ts';
import { proposeAccessChange } from '../propose-access-change.ts';
import { setAccess } from '../set-access.ts';
import { setOwner } from '../set-owner.ts';
import { completeness } from './completeness.ts';
import { createDataset, slugOf } from './create-dataset.ts';
import { decideSensitivity } from './decide-sensitivity.ts';
import { describeColumns } from './describe-columns.ts';
import { duration, isWeaker, promiseOf } from './description.ts';
import { editDescription } from './edit-description.ts';
import { checksumOf } from './project-descriptions.ts';
import { readDescription } from './read-description.ts';
import type { SectionName } from './section-input.ts';
import { withdrawSensitivity } from './withdraw-sensitivity.ts';

const db = testDatabase();
type Staff = Awaited<ReturnType<typeof makeStaff>>;
let steward: Staff;
let second: Staff;
let approver: Staff;
let elsewhere: Staff;

const save = (dataset: string, section: SectionName, fields: Record<string, string>, ctx = steward.ctx) =>
  editDescription(ctx, { dataset, section, fields });
const words = {
  title: 'Air in Oakton',
  description: 'Temperature of the air.',
  titleEs: 'Aire en Oakton',
  descriptionEs: 'Temperatura del aire.',
  topic: 'environment',
  keywords: 'air, weather;air\n temperature ',
};
const license = { license: '', gapPage: '', gapUrl: '', gapReadOn: '', terms: '' };
const coverage = { promise: 'none', count: '', unit: 'hour', area: '', from: '2026-01-01', to: '' };
const column = (more: Record<string, unknown> = {}) => ({
  name: 'result:Air temperature',
  kind: 'number',
  unit: '°F',
  meaning: { en: 'Temperature in the shade.', es: 'Temperatura a la sombra.' },
  sensitivity: 'none',
  ...more,
});
let counter = 0;
const create = (ctx = steward.ctx, office = 'oakton-works') =>
  createDataset(ctx, {
    title: `Air in Oakton ${++counter}`,
    description: 'Temperature.',
    topic: 'environment',
    office,
    slug: '',
  });
async function createFully(): Promise<string> {
  const dataset = await create();
  await save(dataset, 'words', words);
  await save(dataset, 'people', { custodian: 'oakton-clerk', contact: 'air@oakton.example' });
  await save(dataset, 'license', {
    ...license,
    gapPage: 'Open data of Oakton',
    gapUrl: 'https://oakton.example/data',
    gapReadOn: '2026-11-20',
  });
  await save(dataset, 'coverage', coverage);
  await save(dataset, 'retention', { rule: '', ask: 'oakton-clerk' });
  await describeColumns(steward.ctx, { dataset, columns: [column()], reason: '' });
  return dataset;
}
const publish = (dataset: string) => setAccess(db.ctx, { dataset, access: 'open' });
const lacksOf = async (dataset: string) =>
  (await readDescription(steward.ctx, { dataset })).missing.map(({ lack }) => lack);
const versions = async (dataset: string) =>
  (
    await db.ctx.public.query(
      `select v.number, v.changed, v.checksum, v.content, v.citation from released.dataset_version v
       join released.dataset ds on ds.id = v.dataset_id where ds.slug = $1 order by number`,
      [dataset],
    )
  ).rows;
const fields = (error: unknown) => (error as { details: { fields: Record<string, string> } }).details.fields;

describe('a description', () => {
  before(async () => {
    await makePlaces(db.ctx);
    const staff = (
      email: string,
      role: Parameters<typeof makeStaff>[1]['role'],
      place: string,
      office?: string,
    ) => makeStaff(db.ctx, { email: `${email}@example.org`, role, place, ...(office ? { office } : {}) });
    steward = await staff('steward', 'data-steward', 'oakton', 'oakton-works');
    second = await staff('second', 'data-steward', 'oakton');
    approver = await staff('approver', 'approver', 'oakton');
    elsewhere = await staff('elsewhere', 'data-steward', 'elmford');
  });

  test('is made from nothing and filled in until nothing is missing; only then it can be proposed', async () => {
    const dataset = await create();
    assert.deepEqual(await lacksOf(dataset), [
      'spanish',
      'keywords',
      'contact',
      'license',
      'promise',
      'period',
      'retention',
      'columns',
    ]);
    const propose = (slug: string) =>
      proposeAccessChange(steward.ctx, { dataset: slug, access: 'open', listed: false, reason: 'Asked.' });
    await assert.rejects(propose(dataset), { kind: 'conflict', message: /lacks 8 things/ });
    const full = await createFully();
    assert.deepEqual(await lacksOf(full), []);
    await propose(full);
    const list = await listManagedDatasets(approver.ctx);
    assert.equal(list.find(({ slug }) => slug === full)?.missing, 0);
    assert.equal(list.find(({ slug }) => slug === dataset)?.missing, 8);
    const { description } = await readDescription(approver.ctx, { dataset: full });
    assert.deepEqual(description.keywords, ['air', 'weather', 'temperature']);
    assert.deepEqual(description.licenseGap, {
      page: 'Open data of Oakton',
      url: 'https://oakton.example/data',
      readOn: '2026-11-20',
    });
    assert.deepEqual(await versions(full), [], 'nothing outside yet');
    assert.deepEqual((await verifyAuditLog(db.ctx)).faults, []);
  });

  test('is for stewards of its office; of another city’s nobody learns that it is there', async () => {
    const dataset = await createFully();
    await assert.rejects(save(dataset, 'words', words, elsewhere.ctx), { kind: 'not-allowed' });
    await assert.rejects(save(dataset, 'words', words, approver.ctx), { kind: 'not-allowed' });
    await assert.rejects(readDescription(elsewhere.ctx, { dataset }), { kind: 'not-found' });
    await assert.rejects(create(steward.ctx, 'oakton-clerk'), { kind: 'not-allowed' });
    await assert.rejects(create(elsewhere.ctx), { kind: 'not-allowed' });
    await assert.rejects(save('no-such', 'words', words), { kind: 'not-found' });
    await assert.rejects(describeColumns(elsewhere.ctx, { dataset, columns: [column()], reason: '' }), {
      kind: 'not-allowed',
    });
    assert.equal((await readDescription(approver.ctx, { dataset })).mayDescribe, false);
    assert.equal((await readDescription(second.ctx, { dataset })).mayDescribe, true);
  });

  test('says which field is wrong, and keeps what was', async () => {
    const dataset = await createFully();
    const wrong = async (section: SectionName, given: Record<string, string>, field: string) => {
      await assert.rejects(
        save(dataset, section, given),
        (error) => field in fields(error),
        `${section} ${field}`,
      );
    };
    await wrong('words', { ...words, title: ' ' }, 'title');
    await wrong('words', { ...words, titleEs: '' }, 'titleEs');
    await wrong('words', { ...words, topic: 'nothing' }, 'topic');
    await wrong('words', { ...words, description: 'x'.repeat(5001) }, 'description');
    await wrong('people', { custodian: 'elm-office', contact: '' }, 'custodian');
    await wrong('license', { ...license, license: 'WTFPL-9' }, 'license');
    await wrong('license', { ...license, license: 'constructor' }, 'license');
    await wrong('license', { ...license, gapPage: 'A page' }, 'gapReadOn');
    await wrong('license', { ...license, gapPage: 'A page', gapReadOn: '2026-11-31' }, 'gapReadOn');
    await wrong('license', { ...license, gapPage: 'A page', gapReadOn: '2027-01-01' }, 'gapReadOn');
    await wrong(
      'license',
      { ...license, gapUrl: 'javascript:alert(1)', gapPage: 'x', gapReadOn: '2026-01-01' },
      'gapUrl',
    );
    await wrong('license', { ...license, terms: 'none such' }, 'terms');
    await wrong('coverage', { ...coverage, promise: 'every' }, 'count');
    await wrong('coverage', { ...coverage, promise: 'every', count: '1.5' }, 'count');
    await wrong('coverage', { ...coverage, from: '2026-02-01', to: '2026-01-01' }, 'to');
    await wrong('retention', { rule: 'no.such.rule', ask: '' }, 'rule');
    await wrong('retention', { rule: '', ask: 'elm-office' }, 'ask');
    const bad = (more: Record<string, unknown>, field: string) =>
      assert.rejects(
        describeColumns(steward.ctx, { dataset, columns: [column(), column(more)], reason: '' }),
        (error) => `1.${field}` in fields(error),
        field,
      );
    await bad({ meaning: { en: '', es: 'x' } }, 'meaning.en');
    await bad({ sensitivity: '' }, 'sensitivity');
    await bad({ kind: 'picture' }, 'kind');
    await bad({ name: 'result:' }, 'name');
    await assert.rejects(describeColumns(steward.ctx, { dataset, columns: [], reason: '' }), {
      kind: 'invalid',
    });
    const { description } = await readDescription(steward.ctx, { dataset });
    assert.equal(description.title, words.title);
    assert.equal(description.custodian, 'oakton-clerk');
  });

  test('of two that take one address, one is made', async () => {
    const given = { title: 'Twice', description: 'd', topic: 'other', office: 'oakton-works', slug: 'twice' };
    const tries = await Promise.allSettled([1, 2, 3].map(() => createDataset(steward.ctx, given)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const each of tries)
      if (each.status === 'rejected') assert.deepEqual(fields(each.reason), { slug: 'taken' });
    await assert.rejects(createDataset(steward.ctx, { ...given, slug: 'new' }), { kind: 'invalid' });
    await assert.rejects(createDataset(steward.ctx, { ...given, slug: '', title: '¿?' }), {
      kind: 'invalid',
    });
    assert.equal(slugOf('Air, École St. — 2'), 'air-ecole-st-2');
  });

  test('once public, every change is a version with a checksum that anyone can compute', async () => {
    const dataset = await createFully();
    await publish(dataset);
    const [first] = await versions(dataset);
    assert.deepEqual(first.changed, ['published']);
    assert.equal(first.checksum, checksumOf(JSON.parse(canonicalJson(first.content))));
    assert.match(first.citation, /^Public Works, Oakton\. Air in Oakton\. Version 1, 2026-11-20\.$/);
    db.ctx.clock.advance(86_400_000);
    await save(dataset, 'coverage', { ...coverage, promise: 'every', count: '15', unit: 'minute' });
    await save(dataset, 'coverage', { ...coverage, promise: 'every', count: '15', unit: 'minute' });
    await describeColumns(steward.ctx, { dataset, columns: [column({ unit: '°C' })], reason: '' });
    const all = await versions(dataset);
    assert.deepEqual(
      all.map(({ number, changed }) => [number, changed]),
      [
        [1, ['published']],
        [2, ['noPromise', 'updateEvery']],
        [3, ['column:result:Air temperature']],
      ],
      'saving the same again is no version',
    );
    assert.equal(all[0].content.description.updateEvery, null, 'as it was');
    assert.equal(all[1].content.description.updateEvery, 'PT15M');
    await setAccess(db.ctx, { dataset, access: 'restricted', listed: true });
    assert.deepEqual(await versions(dataset), [], 'of what is restricted nothing lies outside');
    const { rows } = await db.ctx.public.query(
      'select from released.dictionary_column c join released.dataset ds on ds.id = c.dataset_id where ds.slug = $1',
      [dataset],
    );
    assert.equal(rows.length, 0);
    await publish(dataset);
    assert.equal((await versions(dataset)).length, 3, 'what was cited is there again');
    await assert.rejects(db.ctx.app.query('delete from private.dataset_version'), /permission denied/);
  });

  test('changed by many at once, versions have no gap', async () => {
    const dataset = await createFully();
    await publish(dataset);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        save(dataset, 'people', { custodian: '', contact: `c${n}@example.org` }),
      ),
    );
    assert.deepEqual(
      (await versions(dataset)).map(({ number }) => number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  });
});

describe('sensitivity', () => {
  const describeIt = (dataset: string, sensitivity: string, reason = '', ctx = steward.ctx) =>
    describeColumns(ctx, { dataset, columns: [column({ sensitivity })], reason });
  const now = async (dataset: string) =>
    (await readDescription(steward.ctx, { dataset })).dictionary[0]?.sensitivity;
  const waiting = async (dataset: string) => (await readDescription(approver.ctx, { dataset })).waiting;

  test('is made stronger at once, and weaker by two people', async () => {
    const dataset = await createFully();
    assert.deepEqual(await describeIt(dataset, 'personal'), { asked: false });
    await assert.rejects(describeIt(dataset, 'none'), (error) => 'reason' in fields(error));
    assert.deepEqual(await describeIt(dataset, 'none', 'It counts vehicles alone.'), { asked: true });
    assert.equal(await now(dataset), 'personal', 'asking changes nothing');
    const change = await waiting(dataset);
    assert.ok(change);
    const { id: proposal, version } = change;
    await assert.rejects(describeIt(dataset, 'none', 'Again.'), { kind: 'conflict' });
    const decide = (ctx = approver.ctx) =>
      decideSensitivity(ctx, { proposal, version, decision: 'approved', reason: '' });
    await assert.rejects(decide(steward.ctx), { kind: 'not-allowed' });
    await assert.rejects(decide(elsewhere.ctx), { kind: 'not-allowed' });
    await assert.rejects(withdrawSensitivity(second.ctx, { proposal }), { kind: 'not-allowed' });
    const tries = await Promise.allSettled([decide(), decide()]);
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await now(dataset), 'none');
    assert.equal(await waiting(dataset), null);
  });

  test('an approval is of the column as it was read', async () => {
    const dataset = await createFully();
    await describeIt(dataset, 'security');
    await describeIt(dataset, 'personal', 'Nothing to break in there.');
    const change = await waiting(dataset);
    assert.ok(change);
    const columns = [column({ sensitivity: 'security', meaning: { en: 'Door codes.', es: 'Claves.' } })];
    await describeColumns(steward.ctx, { dataset, columns, reason: '' });
    const given = { proposal: change.id, version: change.version };
    await assert.rejects(decideSensitivity(approver.ctx, { ...given, decision: 'approved', reason: '' }), {
      kind: 'conflict',
    });
    await withdrawSensitivity(steward.ctx, { proposal: change.id });
    assert.equal(await now(dataset), 'security');
  });

  test('a change that waits ends when the dataset gets another owner', async () => {
    const dataset = await createFully();
    await describeIt(dataset, 'personal');
    await describeIt(dataset, 'none', 'Asked.');
    await setOwner(db.ctx, { dataset, office: 'oakton-clerk' });
    assert.equal(await waiting(dataset), null);
  });
});

describe('what data tell', () => {
  test('is proposed for the dictionary, and is missing until somebody has confirmed it', async () => {
    const made = await makeDatastream(db.ctx, {
      access: 'restricted',
      name: 'Noise',
      plausibleLow: 20,
      plausibleHigh: 120,
    });
    await db.ctx.owner.query(
      `update private.dataset set place = 'oakton', office = 'oakton-works' where slug = $1`,
      [made.dataset],
    );
    await db.ctx.owner.query('delete from private.dictionary_column where dataset_id = $1', [made.datasetId]);
    const { facts, missing } = await readDescription(steward.ctx, { dataset: made.dataset });
    assert.deepEqual(facts.columns, [
      {
        name: 'result:Noise',
        kind: 'number',
        units: ['°C'],
        low: 20,
        high: 120,
        said: 'Made for a test.',
        series: 1,
      },
    ]);
    assert.deepEqual(missing, [{ lack: 'column', column: 'result:Noise' }]);
  });

  test('completeness is pure, and asks for terms only where a key or an agreement is needed', async () => {
    const loaded = await readDescription(steward.ctx, { dataset: await createFully() });
    const of = (access: string) =>
      completeness({ ...loaded, facts: { ...loaded.facts, access, termsPublished: true } }).map(
        ({ lack }) => lack,
      );
    assert.deepEqual(of('open'), []);
    assert.deepEqual(of('key'), ['terms']);
    assert.deepEqual(of('agreement'), ['terms']);
  });

  test('promises are written and read the same; weaker is whatever protects less or otherwise', () => {
    for (const [count, unit] of [
      [15, 'minute'],
      [1, 'hour'],
      [3, 'month'],
      [2, 'week'],
    ] as const)
      assert.deepEqual(promiseOf(duration(count, unit)), { count: String(count), unit });
    assert.deepEqual(promiseOf('P1DT2H'), { count: '', unit: 'hour' });
    assert.equal(isWeaker(undefined, 'none'), false);
    assert.equal(isWeaker('none', 'personal'), false);
    assert.equal(isWeaker('personal', 'security'), true);
    assert.equal(isWeaker('personal', 'personal'), false);
  });
});

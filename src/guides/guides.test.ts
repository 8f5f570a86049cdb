import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '../../test/support/context.ts';
import { regionFolder } from '../../test/support/rulebook.ts';
import { as, type Ctx } from '../kit/context.ts';
import { importCity, readFolder, readRulebook } from '../rulebook/index.ts';
import { findOffice } from './find-office.ts';
import { matterRules, matters, owners } from './finder.ts';
import { glossary } from './glossary.ts';
import type { Fact } from './guide-view.ts';
import { listGuides } from './list-guides.ts';
import { readDirectory } from './read-directory.ts';
import { readGuide } from './read-guide.ts';
import { readRuleFile } from './read-rule-file.ts';
import { viewRule } from './rule-view.ts';

const db = testDatabase();
const root = fileURLToPath(new URL('../../cities/', import.meta.url));
const folder = (name: string) => readFolder(`${root}${name}`);
let ctx: Ctx;
const operator = () => as(db.ctx, { kind: 'operator' });

describe('what residents read of the rules', () => {
  before(async () => {
    const folders = ['connecticut', 'danbury', 'norwalk', 'stamford'];
    await importCity(operator(), { folders: [regionFolder, ...(await Promise.all(folders.map(folder)))] });
    ctx = as(db.ctx, { kind: 'anonymous' });
  });

  describe('guides', () => {
    test('stand for the three cities; a neighborhood has its city’s', async () => {
      const { places } = await listGuides(ctx, { language: 'en' });
      assert.deepEqual(
        places.map(({ slug, guides }) => [slug, guides.length]),
        [
          ['danbury', 2],
          ['norwalk', 1],
          ['stamford', 1],
        ],
      );
      const part = await listGuides(ctx, { language: 'es', place: 'east-norwalk' });
      assert.deepEqual(
        part.places.map(({ slug }) => slug),
        ['norwalk'],
      );
      const guide = await readGuide(ctx, { language: 'es', place: 'east-norwalk', slug: 'smart-city-data' });
      assert.equal(guide.place.slug, 'norwalk');
      await assert.rejects(readGuide(ctx, { language: 'en', place: 'danbury', slug: 'none' }), {
        kind: 'not-found',
      });
    });

    test('each fact has its footnotes, each footnote leads back, and a gap names whom to ask', async () => {
      const { places } = await listGuides(ctx, { language: 'en' });
      for (const { guides } of places)
        for (const { place, slug } of guides) {
          const guide = await readGuide(ctx, { language: 'en', place, slug });
          const facts = guide.sections.flatMap(({ items }) =>
            items.flatMap((item): Fact[] =>
              item.kind === 'text' ? [] : item.kind === 'rule' ? [item.fact] : item.facts,
            ),
          );
          assert.equal(facts.length, guide.facts);
          assert.equal(new Set(facts.map(({ anchor }) => anchor)).size, facts.length);
          for (const { rule, notes, anchor } of facts) {
            assert.ok(rule, `${slug}: ${anchor} has a rule`);
            if (rule.state === 'specified') assert.ok(notes.length > 0, `${rule.id} has a source`);
            else assert.ok(rule.ask.length > 0, `${rule.id}: whom to ask`);
            for (const number of notes) assert.ok(guide.notes[number - 1]?.uses.includes(anchor));
          }
          assert.deepEqual(
            guide.notes.map(({ number }) => number),
            guide.notes.map((_, index) => index + 1),
          );
          assert.ok(guide.gaps > 0 && guide.words.length > 3, slug);
        }
    });

    test('words are explained where they occur, and nowhere else', () => {
      assert.deepEqual(
        glossary('Ask for an API key.', 'en').map(({ term }) => term),
        ['API (interface)', 'Key'],
      );
      assert.deepEqual(glossary('Nothing hard here.', 'en'), []);
      assert.ok(glossary('La vía pública.', 'es').some(({ term }) => term === 'Vía pública'));
    });
  });

  describe('offices', () => {
    test('a city’s directory has topics from the rules, missing contacts as missing, and the state’s offices', async () => {
      const { offices, stateOffices, parts } = await readDirectory(ctx, { language: 'en', place: 'danbury' });
      const clerk = offices.find(({ slug }) => slug === 'danbury-city-clerk');
      assert.ok(clerk?.topics.some(({ id }) => id === 'public-records'));
      assert.equal(clerk?.email, null);
      assert.deepEqual(
        stateOffices.map(({ slug }) => slug),
        ['ct-foi-commission'],
      );
      const topics = parts.map(({ topic, place }) => `${topic.id} ${place}`);
      assert.equal(new Set(topics).size, topics.length, 'each topic stands once');
      for (const { topic, duties } of parts)
        for (const { aspect, state, texts, offices } of duties) {
          assert.ok(offices.length > 0 && offices.every(({ name, slug }) => name !== slug));
          if (state === 'specified') assert.ok(texts.length > 0, `${topic.id} ${aspect}: a text says so`);
        }
      const fine = parts
        .flatMap(({ duties }) => duties)
        .find(({ ruleId }) => ruleId === 'danbury.sensors.fine');
      assert.ok(fine?.state === 'not-specified' && fine.aspect === 'fine');
      assert.deepEqual(fine.offices[0]?.slug, 'danbury-city-clerk');
      const part = await readDirectory(ctx, { language: 'en', place: 'north-stamford' });
      assert.equal(part.city.slug, 'stamford');
      const state = await readDirectory(ctx, { language: 'en', place: 'CT' });
      assert.equal(state.city.name, 'Connecticut');
      await assert.rejects(readDirectory(ctx, { language: 'en', place: 'nowhere' }), { kind: 'not-found' });
    });

    test('the finder names the office that the rule names, with the rule and its source', async () => {
      const first = async (place: string, about: string, whose: string) =>
        (await findOffice(ctx, { language: 'en', place, about, whose })).found?.[0];
      assert.equal((await first('danbury', 'complaint', 'police'))?.slug, 'danbury-police');
      assert.equal((await first('danbury', 'records', 'records'))?.slug, 'danbury-city-clerk');
      assert.equal((await first('danbury', 'permit', 'building'))?.place, 'danbury');
      assert.equal((await first('East Norwalk', 'records', 'any'))?.slug, 'norwalk-city-clerk');
      assert.equal((await first('East Norwalk', 'data', 'any'))?.slug, 'norwalk-information-technology');
      const appeal = await first('stamford', 'appeal', 'building');
      assert.equal(appeal?.because[0]?.id, 'stamford.appeals.appeal', 'not how to look up a permit');
      assert.equal(
        (await first('danbury', 'appeal', 'records'))?.because[0]?.id,
        'danbury.records-denial.how',
        'the steps after a refusal',
      );
      assert.ok(
        ['stamford-building', 'stamford-planning-zoning'].includes(
          (await first('north-stamford', 'permit', 'building'))?.slug ?? '',
        ),
      );
    });

    test('whatever is chosen, each office found has a reason; what is no choice is refused', async () => {
      for (const place of ['danbury', 'norwalk', 'stamford'])
        for (const about of matters)
          for (const whose of owners) {
            const { found = [], general } = await findOffice(ctx, { language: 'es', place, about, whose });
            assert.ok(found.length > 0, `${place} ${about} ${whose}: nobody`);
            if (whose === 'any') assert.ok(!general || matterRules[about].topics, `${place} ${about}`);
            for (const { slug, because } of found) {
              assert.ok(because.length > 0, `${place} ${about} ${whose}: ${slug}`);
              for (const { offices, ask } of because)
                assert.ok([...offices, ...ask].some((office) => office.slug === slug));
            }
          }
      await assert.rejects(findOffice(ctx, { language: 'en', place: 'danbury', about: 'love', whose: '' }), {
        kind: 'invalid',
      });
    });
  });

  describe('a rule’s page', () => {
    test('says of each period that may end on a closed day that no source tells what then, and whom to ask', async () => {
      const book = await readRulebook(ctx);
      let open = 0;
      for (const rule of book.current.values()) {
        const { value } = rule;
        const period = value.state === 'specified' && value.value.kind === 'period' ? value.value : undefined;
        const says = period !== undefined && period.unit !== 'business-day';
        const view = viewRule(book, rule, 'en');
        assert.equal(view.openEnd !== undefined, says, rule.id);
        if (says) open += 1;
        for (const { slug } of view.openEnd ?? [])
          assert.ok(
            book.offices.some((office) => office.slug === slug),
            slug,
          );
      }
      assert.ok(open >= 9);
      const appeal = book.current.get('ct.foi-commission.appeal');
      assert.ok(appeal);
      assert.deepEqual(
        viewRule(book, appeal, 'en').openEnd?.map(({ slug }) => slug),
        ['ct-foi-commission'],
      );
      const zoning = book.current.get('ct.zoning.appeal');
      assert.ok(zoning);
      assert.deepEqual(
        viewRule(book, zoning, 'en').openEnd,
        [],
        'nobody is sent to an office of another subject',
      );
      const own = { ...appeal, offices: ['danbury-police'] };
      assert.deepEqual(
        viewRule(book, own, 'en').openEnd?.map(({ slug }) => slug),
        ['danbury-police'],
      );
      const back = { ...appeal, aspect: 'look-back' as const };
      assert.equal(viewRule(book, back, 'en').openEnd, undefined);
    });

    test('tells what was law when and what was known when; a correction adds a record', async () => {
      const id = 'danbury.sensors.instrument';
      const ask = (days: Partial<{ lawDay: string; knownDay: string }> = {}) =>
        readRuleFile(ctx, { language: 'en', id, lawDay: '', knownDay: '', ...days });
      const before = await ask();
      assert.equal(before.records.length, 1);
      assert.ok(before.guides.some(({ slug }) => slug === 'sensors-and-ai'));
      assert.equal(before.replay, undefined);

      const danbury = await folder('danbury');
      const files = new Map(danbury.files);
      files.set(
        'rules.yaml',
        (files.get('rules.yaml') ?? '').replace(
          'Danbury has no single ordinance on smart sensors.',
          'Danbury has several rules on smart sensors.',
        ),
      );
      await importCity(operator(), { folders: [{ name: danbury.name, files }] });

      const after = await ask();
      const [newest, oldest] = after.records;
      assert.match(newest?.rule.says ?? '', /several rules/);
      assert.equal(newest?.knownTo, undefined);
      assert.match(oldest?.rule.says ?? '', /no single ordinance/);
      assert.equal(oldest?.knownTo, newest?.knownFrom);
      assert.equal((await ask({ knownDay: '2020-01-01' })).replay?.number, null);
      assert.equal((await ask({ lawDay: '2026-01-01' })).replay?.number, 2);
      await assert.rejects(ask({ lawDay: 'soon' }), { kind: 'invalid' });
      await assert.rejects(readRuleFile(ctx, { language: 'en', id: 'no.such', lawDay: '', knownDay: '' }), {
        kind: 'not-found',
      });
    });
  });
});

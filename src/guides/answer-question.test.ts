import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { testDatabase } from '../../test/support/context.ts';
import { regionFolder } from '../../test/support/rulebook.ts';
import { as, type Ctx } from '../kit/context.ts';
import { importCity, readFolder, readRulebook } from '../rulebook/index.ts';
import { type Citation, pagesOf, type Rule } from '../rules/index.ts';
import { answerQuestion } from './answer-question.ts';
import { viewRule } from './rule-view.ts';

type Asked = { place: string; lang: 'en' | 'es'; ask: string; rule: string; gap?: string };
const db = testDatabase();
const root = fileURLToPath(new URL('../../', import.meta.url));
const { questions }: { questions: Asked[] } = parse(
  await readFile(`${root}test/fixtures/questions.yaml`, 'utf8'),
);
type Strange = {
  place: string;
  lang?: 'en' | 'es';
  ask: string;
  rule?: string[];
  nothing?: string;
  outside?: true;
  absent?: string;
  office?: string[];
};
const { questions: strange }: { questions: Strange[] } = parse(
  await readFile(`${root}test/fixtures/strangers-questions.yaml`, 'utf8'),
);
const { questions: fresh }: { questions: Strange[] } = parse(
  await readFile(`${root}test/fixtures/fresh-questions.yaml`, 'utf8'),
);
const { questions: beyond }: { questions: Strange[] } = parse(
  await readFile(`${root}test/fixtures/outside-questions.yaml`, 'utf8'),
);
let ctx: Ctx;

describe('a question about the rules', () => {
  before(async () => {
    const folders = ['connecticut', 'danbury', 'norwalk', 'stamford'];
    await importCity(as(db.ctx, { kind: 'operator' }), {
      folders: [
        regionFolder,
        ...(await Promise.all(folders.map((name) => readFolder(`${root}cities/${name}`)))),
      ],
    });
    ctx = as(db.ctx, { kind: 'anonymous' });
  });
  const ask = (input: Partial<Parameters<typeof answerQuestion>[1]>) =>
    answerQuestion(ctx, { language: 'en', ...input });

  test('as residents ask it is answered by its rule, first or among the other readings', async () => {
    const wrong: string[] = [];
    let first = 0;
    for (const { place, lang, ask: q, rule } of questions) {
      const { answer, others } = await ask({ q, place, language: lang });
      if (answer?.rule?.id === rule) first += 1;
      else {
        const offered = await Promise.all(
          others.map(
            async ({ topic, aspect }) => (await ask({ place, topic: topic.id, aspect })).answer?.rule?.id,
          ),
        );
        if (!offered.includes(rule)) wrong.push(`${place}: ${q} → ${answer?.rule?.id}, not ${rule}`);
      }
    }
    assert.ok(first >= questions.length * 0.85, `${first} of ${questions.length} come first`);
    assert.ok(wrong.length <= questions.length * 0.03, wrong.join('\n'));
  });

  /** How a list of questions fares: `first` as the best reading, `head` as the answer itself, `missed` not among three. */
  async function fare(questions: readonly Strange[]) {
    const tally = {
      first: 0,
      right: 0,
      head: 0,
      headRight: 0,
      office: 0,
      missed: [] as string[],
      wrong: [] as string[],
    };
    for (const { place, lang, ask: q, rule = [], nothing, outside, absent, office } of questions) {
      const found = await ask({ q, place, language: lang ?? 'en' });
      const { answer, close, others } = found;
      const fits = absent
        ? found.absentPlace === absent || found.unknownPlace !== undefined
        : outside
          ? found.outside !== undefined && answer === undefined
          : nothing
            ? answer?.found === 'nothing' && answer.topic.id === nothing
            : rule.includes(answer?.rule?.id ?? '');
      if (fits) tally.first += 1;
      if (fits && !close) tally.right += 1;
      const shown = (close ?? others).slice(0, close || answer ? 3 : 5);
      if (!fits && !shown.some((pair) => rule.includes(pair.rule)))
        tally.missed.push(`${q} → ${answer?.rule?.id}`);
      if (answer && !close) {
        tally.head += 1;
        if (fits) tally.headRight += 1;
        else tally.wrong.push(`${q} → ${answer.rule?.id ?? `nothing on ${answer.topic.id}`}`);
      }
      const named = [
        ...(found.turnTo?.offices ?? []),
        ...(answer && !close ? [] : (shown[0]?.offices ?? [])),
      ];
      if (office && named.some(({ slug }) => office.includes(slug))) tally.office += 1;
    }
    return tally;
  }

  // What it reached when it was measured; the questions are not for mending it. Lower no number.
  test('as strangers ask it, in words that nobody has foreseen, it is mostly answered, and seldom missed', async () => {
    assert.ok(strange.length >= 60);
    const { first, head, headRight, missed, wrong } = await fare(strange);
    console.log(
      `strangers: ${first} of ${strange.length} first, ${missed.length} missed; ${headRight} of ${head} answers right`,
    );
    assert.ok(first >= 52, `${first} come first`);
    assert.ok(missed.length <= 7, missed.join('\n'));
    assert.ok(headRight >= head * 0.9, wrong.join('\n'));
  });

  test('forty more, by which no threshold of the answer was chosen: what stands as the answer is nearly always right, and the office is named', async () => {
    assert.equal(fresh.length, 40);
    const { first, right, head, headRight, office, missed, wrong } = await fare(fresh);
    console.log(
      `fresh: ${right} of 40 right at once, ${first} first, ${missed.length} missed; ${headRight} of ${head} answers right; ${office} offices`,
    );
    assert.ok(right >= 23, `${right} right at once`);
    assert.ok(wrong.length <= 2, wrong.join('\n'));
    assert.ok(missed.length <= 4, missed.join('\n'));
    assert.ok(office >= 32, `${office} offices`);
  });

  test('what no rule is about is said to be so, and never answered by a rule or a gap', async () => {
    const told = [];
    for (const { place, ask: q } of beyond) {
      const { answer, close, outside, strange: words, turnTo } = await ask({ q, place });
      assert.ok(!answer || close, `${q} → ${answer?.rule?.id}`);
      if (outside) told.push(q);
      assert.equal(outside === 'strange', words !== undefined, q);
      assert.ok(turnTo?.offices.length, q);
    }
    assert.ok(told.length >= beyond.length * 0.75, `${told.length} of ${beyond.length} are told apart`);
    const placeless = await ask({ q: 'my pharmacy lost my prescription', place: '' });
    assert.deepEqual(placeless.strange, ['pharmacy', 'prescription']);
  });

  test('what is asked of no subject is answered by the rules on it, the closest first and few', async () => {
    const fees = await ask({ q: 'what is the fine', place: 'norwalk' });
    assert.equal(fees.answer, undefined);
    assert.ok(fees.others.length > 1 && fees.others.length <= 5);
    assert.ok(fees.others.every(({ aspect, offices }) => aspect === 'fine' && offices.length > 0));
    assert.equal(fees.others[0]?.rule, 'norwalk.sensors.fine');
  });

  test('"nothing is recorded" does not stand above a rule that answers', async () => {
    const found = await ask({ q: 'where can i download parking numbers', place: 'norwalk' });
    assert.notEqual(found.answer?.found, 'nothing');
    assert.ok(found.close?.some(({ rule }) => rule === 'norwalk.sensor-data.access'));
  });
  test('what is no matter of a city is said to be none, with whom to ask all the same', async () => {
    for (const [q, kind] of [
      ['My landlord has a camera in the hall', 'private'],
      ['someone stole my facebook account', 'elsewhere'],
      ['What is the weather tomorrow?', 'everyday'],
      ['¿Va a llover hoy?', 'everyday'],
    ] as const) {
      const found = await ask({ q, place: 'danbury' });
      assert.equal(found.outside, kind, q);
      assert.equal(found.answer, undefined, q);
      assert.ok(found.turnTo?.unsure && found.turnTo.offices.length > 0, q);
    }
    for (const q of [
      'Who is in charge of police cameras?',
      'My neighbor mines bitcoin',
      'weather sensor data',
    ])
      assert.equal((await ask({ q, place: 'stamford' })).outside, undefined, q);
  });

  test('a place that is not held here is named as absent, not answered by another', async () => {
    for (const [q, absent] of [
      ['What is the fine for misusing a sensor in Hartford?', 'Hartford'],
      ['Does Waterbury have face recognition?', 'Waterbury'],
      ['how do I get records in bridgeport', 'bridgeport'],
      ['¿Cuál es la multa en Nueva York?', 'Nueva York'],
    ] as const) {
      const found = await ask({ q });
      assert.equal(found.absentPlace, absent, q);
      assert.equal(found.answer, undefined, q);
      assert.ok((await ask({ q, place: 'danbury' })).place, 'a place that was chosen is answered for');
    }
    for (const { ask: q } of questions) assert.equal((await ask({ q })).absentPlace, undefined, q);
  });

  test('no answer shows a rule twice, and where nothing is found an office is named', async () => {
    for (const { place, ask: q } of [...questions, ...strange.filter(({ place }) => place)]) {
      const { answer, others, turnTo } = await ask({ q, place });
      const shown = [
        ...(answer?.rule ? [answer.rule] : []),
        ...(answer ? [...answer.doubts, ...answer.ofCustodians, ...answer.nearest, ...answer.elsewhere] : []),
        ...(answer?.cap ? [answer.cap] : []),
        ...(answer?.widerGap ? [answer.widerGap] : []),
        ...(answer?.analogies.map(({ rule }) => rule) ?? []),
      ].map(({ id }) => id);
      const all = [...shown, ...others.map(({ rule }) => rule)];
      assert.equal(new Set(all).size, all.length, q);
      assert.ok((turnTo?.offices.length ?? 0) > 0, `${q}: whom to turn to`);
    }
  });

  test('readings that lie close together are offered side by side, and the words that speak for one are named', async () => {
    const clear = await ask({ q: 'Where do I complain about how the police use cameras?', place: 'danbury' });
    assert.equal(clear.close, undefined);
    assert.ok(clear.why?.words.includes('cameras') && clear.why.words.includes('complain'));
    const weak = await ask({ q: 'sensors', place: 'norwalk' });
    assert.ok(weak.close && weak.close.length >= 2 && weak.close.length <= 3);
  });

  test('a gap is answered as a gap: pages read, whom to ask, no number', async () => {
    const book = await readRulebook(ctx);
    const gaps = questions.flatMap(({ place, rule }) => {
      const found = book.current.get(rule);
      return found && found.value.state !== 'specified' ? [{ place, rule: found }] : [];
    });
    assert.ok(gaps.length > 20, `${gaps.length} gaps`);
    for (const { place, rule } of gaps) {
      const { topic, aspect, custodian = '' } = rule;
      const { answer } = await ask({ place, topic, aspect, custodian });
      assert.equal(answer?.found, 'gap', rule.id);
      assert.equal(answer?.rule?.value, undefined, `${rule.id} shows no value`);
      assert.ok((answer?.ask.length ?? 0) > 0, `${rule.id}: whom to ask`);
      if (rule.value.state === 'not-specified') assert.ok(answer?.rule?.cite.length, `${rule.id}: pages`);
    }
  });

  test('scenario H: not specified, pages read, the nearest statute, the offices', async () => {
    const { place, answer, lawDay } = await ask({
      q: 'what is the fine for misusing sensor data in Danbury?',
    });
    assert.equal(place?.slug, 'danbury');
    assert.equal(answer?.rule?.id, 'danbury.sensor-data.fine');
    assert.equal(answer?.rule?.state, 'not-specified');
    assert.ok(answer?.rule?.cite.every(({ readAt }) => readAt));
    assert.ok(answer?.nearest.some(({ id }) => id === 'ct.ordinance.cap'));
    assert.ok(answer?.ask.some(({ slug }) => slug === 'danbury-city-clerk'));
    assert.match(lawDay ?? '', /^\d{4}-\d\d-\d\d$/);
  });

  test('a neighborhood is asked as part of its city, also as typed', async () => {
    for (const place of ['east-norwalk', 'East Norwalk', ' east norwalk ', 'East Norwlk']) {
      const found = await ask({ place, topic: 'sensors', aspect: 'fine' });
      assert.deepEqual(found.place?.city, { slug: 'norwalk', name: 'Norwalk' }, place);
      assert.equal(found.answer?.rule?.place.slug, 'norwalk');
    }
  });

  test('the rule of an office counts for what it holds, and is named beside the general one', async () => {
    const question = { place: 'danbury', topic: 'sensor-data', aspect: 'retention' };
    const general = await ask(question);
    assert.equal(general.answer?.rule?.id, 'danbury.sensor-data.retention');
    assert.deepEqual(
      general.answer?.ofCustodians.map(({ id }) => id),
      ['danbury.sensor-data.retention-police'],
    );
    const police = await ask({ ...question, custodian: 'danbury-police' });
    assert.equal(police.answer?.rule?.id, 'danbury.sensor-data.retention-police');
  });

  test('where nothing is recorded, that is the answer, not something else', async () => {
    const { answer } = await ask({ q: 'is crypto mining allowed?', place: 'danbury' });
    assert.equal(answer?.found, 'nothing');
    assert.equal(answer?.topic.id, 'mining-rigs');
    assert.ok(answer?.elsewhere.every(({ place }) => place.slug !== 'danbury'));
    assert.ok((answer?.ask.length ?? 0) > 0);
  });

  test('a rule on something else of the same subject is not passed off as the answer', async () => {
    const ticket = await ask({ q: 'parking ticket fine', place: 'danbury' });
    assert.equal(ticket.notExactly, 'fine');
    const exact = await ask({ q: 'fine for misusing a camera', place: 'danbury' });
    assert.equal(exact.answer?.aspect, 'fine');
    assert.equal(exact.notExactly, undefined);
  });

  test('what is unverified or in conflict is shown with its doubt and without a value', async () => {
    const book = await readRulebook(ctx);
    const base = book.current.get('danbury.sensor-data.fine') as Rule;
    const cite = pagesOf(base)[0] as Citation;
    const candidate = (max: number) => ({
      state: 'specified' as const,
      value: { kind: 'money' as const, max },
      cite: [cite] as [Citation],
    });
    const unverified: Rule = {
      ...base,
      value: {
        state: 'unverified',
        value: { kind: 'money', max: 9_900 },
        cite: [cite],
        ask: ['danbury-police'],
      },
    };
    const conflict: Rule = {
      ...base,
      value: { state: 'conflict', candidates: [candidate(100), candidate(200)], ask: ['danbury-police'] },
    };
    const doubtful = viewRule(book, unverified, 'en');
    assert.deepEqual([doubtful.state, doubtful.value], ['unverified', undefined]);
    const disputed = viewRule(book, conflict, 'en');
    assert.deepEqual([disputed.state, disputed.value], ['conflict', undefined]);
    for (const one of disputed.candidates)
      assert.ok(one.value && one.cite.length > 0, 'each with its source');
    assert.deepEqual(
      disputed.ask.map(({ name }) => name),
      ['Police Department'],
    );
  });

  test('an analogy is one, and never the answer', async () => {
    const book = await readRulebook(ctx);
    let proposed = 0;
    for (const place of ['danbury', 'stamford'])
      for (const { id } of book.topics)
        for (const aspect of ['permit', 'complaint']) {
          const { answer } = await ask({ place, topic: id, aspect });
          for (const { rule, way, reason } of answer?.analogies ?? []) {
            proposed += 1;
            assert.notEqual(answer?.found, 'rule');
            assert.notEqual(rule.id, answer?.rule?.id);
            assert.ok(way.length > 1 && reason.length > 0);
          }
        }
    assert.ok(proposed > 10, `${proposed} analogies`);
  });

  test('words of no topic are not understood; a place that is none is said; what is asked may be understood alone', async () => {
    assert.deepEqual((await ask({ q: 'xyzzy', place: 'danbury' })).strange, ['xyzzy']);
    assert.equal((await ask({ q: 'how high is the property tax', place: 'danbury' })).notUnderstood, true);
    assert.equal((await ask({ q: 'fines', place: 'Atlantis' })).unknownPlace, 'Atlantis');
    const fines = await ask({ q: 'how much is the fine?', place: 'danbury' });
    assert.ok(fines.others.length > 2 && fines.others.every(({ aspect }) => aspect === 'fine'));
  });

  test('what is no topic, aspect, office or day is refused', async () => {
    const place = 'danbury';
    for (const [input, message] of [
      [{ place, topic: 'nothing' }, /no topic/],
      [{ place, topic: 'sensors', aspect: 'price' }, /nothing that can be asked/],
      [{ place, topic: 'sensors', custodian: 'nobody' }, /no office/],
      [{ place, topic: 'sensors', day: '2026-02-30' }, /no day/],
      [{ place, q: 'x'.repeat(501) }, /500 characters/],
    ] as const)
      await assert.rejects(ask(input), { kind: 'invalid', message });
  });

  test('an answer takes a few milliseconds', async () => {
    const q = 'How many days does the city have to answer my records request?';
    for (let i = 0; i < 5; i++) await ask({ q, place: 'danbury' });
    const start = performance.now();
    for (let i = 0; i < 20; i++) await ask({ q, place: 'danbury' });
    const each = (performance.now() - start) / 20;
    console.log(`an answer: ${each.toFixed(1)} ms`);
    // Wide, for a busy machine; it is about five.
    assert.ok(each < 60, `${each} ms`);
  });
});

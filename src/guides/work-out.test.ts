import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeRulebook } from '../../test/support/rulebook.ts';
import { cents, makeRule, notSpecified, specified, unverified } from '../../test/support/rules.ts';
import type { Ctx } from '../kit/context.ts';
import { type Rulebook, readRulebook } from '../rulebook/index.ts';
import type { Rule } from '../rules/index.ts';
import { type DeadlineWork, type PeriodRule, workDeadline } from './work-deadline.ts';
import { workFee } from './work-fee.ts';
import { workOut } from './work-out.ts';
import { workPenalty } from './work-penalty.ts';

const db = testDatabase();
let ctx: Ctx;
let book: Rulebook;
const about = { language: 'en' as const, today: '2026-11-25', knownAt: '2026-12-31T00:00:00Z' };
/** The rules that ship, and others beside them. */
const withRules = (...rules: Rule[]): Rulebook => ({
  ...book,
  rules: [...book.rules, ...rules],
  current: new Map([...book.current, ...rules.map((rule) => [rule.id, rule] as const)]),
});
const rule = (id: string, from = book): Rule => {
  const found = from.current.get(id);
  assert.ok(found, id);
  return found;
};
const dayOf = (id: string, fields: Record<string, string>, from = book, language: 'en' | 'es' = 'en') =>
  workDeadline(from, rule(id, from) as PeriodRule, language, fields);
const workedOut = ({ result }: DeadlineWork) => {
  assert.equal(result?.state, 'worked-out');
  return result as Extract<DeadlineWork['result'], { state: 'worked-out' }>;
};

describe('what a rule’s page works out', () => {
  before(async () => {
    await makeRulebook(db.ctx);
    ctx = db.ctx;
    book = await readRulebook(ctx);
  });

  describe('a deadline', () => {
    test('is counted over a holiday, with its derivation, and says what nobody has checked', () => {
      const { due, text, notes } = workedOut(dayOf('ct.records.response', { day: '2026-11-20' }));
      assert.equal(due, '2026-11-27');
      assert.equal(
        text,
        'Filed Fri 20 Nov 2026: day 1 Mon 23, 2 Tue 24, 3 Wed 25, Thu 26 skipped (Thanksgiving), 4 Fri 27; due Fri 27 Nov',
      );
      assert.match(notes.join(), /Thu 26 Nov 2026 is counted as a holiday without a source that was read/);
      const es = workedOut(dayOf('ct.records.response', { day: '2026-11-20' }, book, 'es'));
      assert.match(es.text, /^Presentado el vie 20 nov 2026: día 1 lun 23/);
    });

    test('of calendar days that ends on a day off says that no source tells what then', () => {
      const { due, notes } = workedOut(dayOf('ct.records.appeal', { day: '2026-11-27' }));
      assert.equal(due, '2026-12-27');
      assert.match(notes.join(), /is no business day \(weekend\). The sources do not say/);
    });

    test('is not counted with a rule that was not in force', () => {
      const { result } = dayOf('ct.plate-readers.retention', { day: '2026-09-30' });
      assert.deepEqual(result, { state: 'not-in-force', day: '2026-09-30' });
      assert.equal(workedOut(dayOf('ct.plate-readers.retention', { day: '2026-10-01' })).due, '2026-10-22');
    });

    test('refuses in words what is no day, and what the holidays do not reach', () => {
      const fault = (fields: Record<string, string>) => dayOf('ct.records.response', fields).faults;
      assert.deepEqual(fault({}), { day: 'missing' });
      for (const day of ['2026-02-31', 'tomorrow', '2026-1-1', '20261120', "2026-11-20'--"])
        assert.deepEqual(fault({ day }), { day: 'no-day' }, day);
      for (const day of ['1999-12-31', '2041-01-01', '9999-12-31'])
        assert.deepEqual(fault({ day }), { day: 'out-of-range' }, day);
      assert.deepEqual(fault({ day: '2040-12-31' }), { day: 'beyond-calendar' });
      assert.deepEqual(fault({ day: ' 2026-11-20 ' }), {});
    });

    test('in hours takes a time of day there, and no time that does not exist', () => {
      const hours = makeRule(
        'danbury',
        'sensors',
        'deadline',
        specified({ kind: 'period', count: 24, unit: 'hour', from: 'notice', statutory: true }),
      );
      const more = withRules(hours);
      const at = (day: string, time: string) => dayOf(hours.id, { day, time }, more);
      assert.equal(workedOut(at('2026-03-07', '12:00')).dueAt, '2026-03-08T17:00:00Z', 'elapsed hours');
      assert.deepEqual(at('2026-03-08', '02:30').faults, { time: 'time-twice' });
      assert.deepEqual(at('2026-11-01', '01:30').faults, { time: 'time-twice' });
      assert.deepEqual(at('2026-11-02', '25:00').faults, { time: 'no-time' });
      assert.deepEqual(at('2026-11-02', '').faults, { time: 'missing' });
    });

    test('that a city set itself skips its own closures; one set by law does not', () => {
      const period = (statutory: boolean) =>
        makeRule(
          'danbury',
          statutory ? 'sensors' : 'cameras',
          'deadline',
          specified({ kind: 'period', count: 1, unit: 'business-day', from: 'request', statutory }),
        );
      const [target, statutory] = [period(false), period(true)];
      const snow = {
        day: '2026-12-01',
        name: { en: 'Snow', es: 'Nieve' },
        kind: 'closure' as const,
        source: 'x',
      };
      const more = withRules(target, statutory);
      const closed: Rulebook = {
        ...more,
        calendars: new Map([
          ...book.calendars,
          [
            'danbury',
            {
              from: '2026-01-01',
              to: '2026-12-31',
              holidays: new Map(),
              closures: new Map([[snow.day, snow]]),
            },
          ],
        ]),
      };
      assert.equal(workedOut(dayOf(target.id, { day: '2026-11-30' }, closed)).due, '2026-12-02');
      assert.equal(workedOut(dayOf(statutory.id, { day: '2026-11-30' }, closed)).due, '2026-12-01');
    });
  });

  describe('a fee', () => {
    const fee = (id: string, fields: Record<string, string>, from = book) =>
      workFee(from, rule(id, from), about, { day: '2026-11-25', ...fields });

    test('is itemized by what the schedule asks for, with the source of each line', () => {
      const { units, result, place } = fee('ct.records.copy-fee', {
        'n.record-copies': '12',
        'n.own-scanner': '1',
      });
      assert.deepEqual(
        units.map(({ topic, per }) => [topic, per]),
        [
          ['record-copies', 'page'],
          ['computer-copies', 'unknown'],
          ['own-scanner', 'once'],
        ],
      );
      assert.deepEqual(place.cities.map(({ slug }) => slug).toSorted(), ['danbury', 'norwalk', 'stamford']);
      assert.equal(result?.price.state, 'priced');
      if (result?.price.state !== 'priced') return;
      assert.deepEqual([result.price.least, result.price.most], [undefined, 2600]);
      assert.deepEqual(
        result.price.lines.map(({ count, most, rule: { id } }) => [count, most, id]),
        [
          [12, 600, 'ct.records.copy-fee'],
          [1, 2000, 'ct.records.scanner-fee'],
        ],
      );
      assert.equal(result.price.prepayment, 'unknown', 'known from memory alone');
      assert.equal(result.prepayment?.state, 'unverified');
    });

    test('with one line that no source prices is unpriced, and says whom to ask', () => {
      const unpriced = (id: string, fields: Record<string, string>) => {
        const { result } = fee(id, fields);
        assert.equal(result?.price.state, 'unpriced');
        return result?.price.state === 'unpriced' ? result.price.missing : [];
      };
      const [gap] = unpriced('danbury.records-fees.fee', { 'n.records-fees': '1', 'n.record-copies': '3' });
      assert.equal(gap?.why, 'not-specified');
      assert.ok((gap?.ask.length ?? 0) > 0);
      const [other] = unpriced('ct.records.copy-fee', { 'n.computer-copies': '2' });
      assert.equal(other?.why, 'other-unit');
    });

    test('takes the city’s rule before the state’s', () => {
      const own = makeRule('norwalk', 'record-copies', 'fee', specified(cents(25, { per: 'page' })));
      const asked = { city: 'norwalk', 'n.record-copies': '4' };
      const { result } = fee('ct.records.copy-fee', asked, withRules(own));
      assert.equal(result?.price.state === 'priced' && result.price.most, 100);
      const { result: alone } = fee('ct.records.copy-fee', { 'n.record-copies': '4' }, withRules(own));
      assert.equal(alone?.price.state === 'priced' && alone.price.most, 200);
    });

    test('refuses in words what is no number, too many, nothing, and no city', () => {
      const fault = (fields: Record<string, string>) => fee('ct.records.copy-fee', fields).faults;
      for (const count of ['-1', '1.5', 'ten', '1e3', '0x10'])
        assert.deepEqual(fault({ 'n.record-copies': count }), { 'n.record-copies': 'no-count' }, count);
      assert.deepEqual(fault({ 'n.record-copies': '1000001' }), { 'n.record-copies': 'too-many' });
      assert.deepEqual(fault({}), { 'n.record-copies': 'missing' });
      assert.deepEqual(fault({ 'n.record-copies': '1', city: 'boston' }), { city: 'no-place' });
      assert.deepEqual(fault({ 'n.record-copies': '1', day: '2026-02-31' }), { day: 'no-day' });
    });
  });

  describe('a penalty', () => {
    const penalty = (id: string, fields: Record<string, string>, from = book) =>
      workPenalty(from, rule(id, from), about, fields);
    const fine = (place: string, topic: string) => makeRule(place, topic, 'fine', specified(cents(10_000)));

    test('that no source sets has no sum: each rung is shown as it is, and whom to ask', () => {
      const { result } = penalty('danbury.sensors.fine', { day: '2026-11-20' });
      assert.equal(result?.price.state, 'unpriced');
      const missing = result?.price.state === 'unpriced' ? result.price.missing : [];
      assert.equal(missing[0]?.rung, 'fine');
      assert.equal(missing[0]?.why, 'not-specified');
      assert.ok((missing[0]?.ask.length ?? 0) > 0);
      assert.equal(result?.ladder.find(({ rung }) => rung === 'fine')?.rule?.state, 'not-specified');
      assert.equal(result?.ladder.at(-1)?.rung, 'cap');
      const copy = penalty('stamford.section-140-3.fine', { day: '2026-11-20' }).result;
      assert.equal(copy?.price.state, 'unpriced', 'an unverified copy prices nothing');
    });

    test('of the state has its range; of a city, no more than the state’s limit', () => {
      const { result } = penalty('ct.building.fine', { day: '2026-11-20' });
      assert.ok(result);
      const topic = book.topics.find(({ parent }) => parent === 'ordinances')?.id ?? 'ordinances';
      const own = makeRule('danbury', topic, 'fine-daily', specified(cents(10_000, { per: 'day' })));
      const more = withRules(fine('danbury', topic), own);
      const { result: city } = penalty(own.id, { day: '2026-11-20', further: '4' }, more);
      assert.equal(city?.price.state, 'priced');
      if (city?.price.state !== 'priced') return;
      assert.equal(city.price.most, 25_000, '$100 and four times $100, under a limit of $250');
      assert.deepEqual(city.price.cap, { most: 25_000, bites: true });
    });

    test('of a repeat needs the look-back and the fine for repeats', () => {
      const topic = 'ordinances';
      const more = withRules(
        fine('danbury', topic),
        makeRule('danbury', topic, 'fine-repeat', specified(cents(20_000))),
      );
      const { result } = penalty(
        `danbury.${topic}.fine`,
        { day: '2026-11-20', earlier1: '2026-05-01' },
        more,
      );
      assert.deepEqual(
        result?.price.state === 'unpriced' && result.price.missing.map(({ rung, why }) => [rung, why]),
        [['look-back', 'no-rule']],
      );
      const known = withRules(
        ...[...more.current.values()].filter(({ id }) => id.startsWith(`danbury.${topic}.fine`)),
        makeRule(
          'danbury',
          topic,
          'look-back',
          specified({ kind: 'period', count: 1, unit: 'year', from: 'offense', statutory: true }),
        ),
      );
      const again = penalty(
        `danbury.${topic}.fine`,
        { day: '2026-11-20', earlier1: '2026-05-01' },
        known,
      ).result;
      assert.equal(again?.price.state === 'priced' && again.price.nth, 2);
      assert.equal(again?.price.state === 'priced' && again.price.most, 20_000);
      const old = penalty(
        `danbury.${topic}.fine`,
        { day: '2026-11-20', earlier1: '2024-05-01' },
        known,
      ).result;
      assert.equal(old?.price.state === 'priced' && old.price.nth, 1, 'beyond the look-back');
    });

    test('is not priced under a nearer rule that is in doubt', () => {
      const more = withRules(
        makeRule('danbury', 'building', 'fine', unverified),
        makeRule('danbury', 'building', 'look-back', notSpecified),
      );
      const { result } = penalty('ct.building.fine', { day: '2026-11-20', city: 'danbury' }, more);
      assert.equal(result?.ladder[0]?.doubts[0]?.state, 'unverified');
      assert.deepEqual(
        result?.price.state === 'unpriced' && result.price.missing.map(({ rung, why }) => [rung, why]).at(0),
        ['fine', 'doubtful'],
      );
    });

    test('refuses in words what is no day, no number, and an earlier offense that is later', () => {
      const fault = (fields: Record<string, string>) => penalty('danbury.sensors.fine', fields).faults;
      assert.deepEqual(fault({ day: '2026-02-31' }), { day: 'no-day' });
      assert.deepEqual(fault({ day: '2026-11-20', further: '-3' }), { further: 'no-count' });
      assert.deepEqual(fault({ day: '2026-11-20', further: '3651' }), { further: 'too-many' });
      assert.deepEqual(fault({ day: '2026-11-20', earlier1: '2026-11-20' }), { earlier1: 'not-before' });
      assert.deepEqual(fault({ day: '2026-11-20', earlier2: 'soon' }), { earlier2: 'no-day' });
    });
  });

  test('is offered for every rule on file that holds one, and for no other', async () => {
    for (const { id, aspect, value } of book.current.values()) {
      const worked = await workOut(ctx, { language: 'en', id, fields: {} });
      const kind = worked?.work.kind;
      if (aspect === 'fee') assert.equal(kind, 'fee', id);
      else if (/^fine|^cap$|^look-back$/.test(aspect)) assert.equal(kind, 'penalty', id);
      else if (value.state === 'specified' && value.value.kind === 'period')
        assert.equal(kind, 'deadline', id);
      else assert.equal(kind, undefined, id);
      assert.deepEqual(worked?.work.faults ?? {}, {}, `${id}: nothing is wrong before it is sent`);
      // Whatever is sent, there is a result or a fault, and never an error.
      if (!kind) continue;
      for (const day of ['2000-01-01', '2026-11-20', '2040-12-31'])
        for (const language of ['en', 'es'] as const) {
          const fields = { work: '1', day, further: '3', 'n.record-copies': '2' };
          const sent = await workOut(ctx, { language, id, fields });
          assert.ok(sent?.work.result || Object.keys(sent?.work.faults ?? {}).length > 0, id);
        }
    }
    assert.equal(await workOut(ctx, { language: 'en', id: 'no.such', fields: {} }), undefined);
  });
});

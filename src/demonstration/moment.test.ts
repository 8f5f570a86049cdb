import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { momentAt } from './moment.ts';

const at = (time: string) => momentAt(Date.parse(time), 'America/New_York');

test('tells the local hour, weekday and month on both sides of a change of clocks', () => {
  const before = at('2026-11-01T05:30:00Z');
  assert.deepEqual([before.hour, before.weekday, before.month, before.offset], [1.5, 0, 11, -4]);
  const after = at('2026-11-01T06:30:00Z');
  assert.deepEqual([after.hour, after.weekday, after.month, after.offset], [1.5, 0, 11, -5]);
  assert.equal(at('2026-03-08T07:00:00Z').hour, 3);
  assert.equal(at('2027-01-01T04:59:00Z').month, 12);
  assert.equal(Math.floor(at('2027-01-01T04:59:00Z').yearDay), 364);
});

test('agrees with Intl at any time, in any zone', () => {
  const zones = ['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2015), max: Date.UTC(2035) }),
      fc.constantFrom(...zones),
      (ms, zone) => {
        const moment = momentAt(ms, zone);
        const said = new Intl.DateTimeFormat('en-US', {
          timeZone: zone,
          hour: 'numeric',
          minute: 'numeric',
          hourCycle: 'h23',
          weekday: 'short',
        }).formatToParts(ms);
        const part = (type: string) => said.find((each) => each.type === type)?.value;
        assert.equal(Math.floor(moment.hour), Number(part('hour')));
        assert.equal(Math.floor((moment.hour * 60 + 1e-6) % 60), Number(part('minute')));
        assert.equal(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][moment.weekday], part('weekday'));
      },
    ),
  );
});

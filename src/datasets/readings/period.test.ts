import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clip, localDate, resolvePeriod, startOfDay } from './period.ts';

const zone = 'America/New_York';
const now = new Date('2026-11-20T15:00:00Z');
const hoursIn = (span: { start?: string; end?: string }) =>
  (Date.parse(span.end ?? '') - Date.parse(span.start ?? '')) / 3_600_000;

describe('the instants that a period means', () => {
  it('counts 23 hours on the day the clocks go forward, 25 on the day they go back', () => {
    const forward = resolvePeriod({ from: '2026-03-08', to: '2026-03-08' }, zone, now);
    assert.deepEqual(forward, { start: '2026-03-08T05:00:00Z', end: '2026-03-09T04:00:00Z' });
    assert.equal(hoursIn(forward), 23);
    const back = resolvePeriod({ from: '2026-11-01', to: '2026-11-01' }, zone, now);
    assert.deepEqual(back, { start: '2026-11-01T04:00:00Z', end: '2026-11-02T05:00:00Z' });
    assert.equal(hoursIn(back), 25);
  });

  it('begins a day whose midnight does not exist at the first time that does', () => {
    // Paraguay moved its clocks at midnight.
    assert.equal(startOfDay('2023-10-01', 'America/Asuncion'), '2023-10-01T04:00:00Z');
    assert.equal(localDate('2023-10-01T04:00:00Z', 'America/Asuncion'), '2023-10-01');
  });

  it('gives neighboring days that meet without a gap or an overlap, in every zone', () => {
    const zones = fc.constantFrom(
      zone,
      'UTC',
      'Europe/Madrid',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
    );
    const day = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(zones, day, (inZone, date) => {
        const { start, end } = resolvePeriod({ from: date, to: date }, inZone, now);
        const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
        assert.equal(end, resolvePeriod({ from: next }, inZone, now).start);
        // Apia has no 2011-12-30: that day is empty.
        if (start !== end) {
          assert.equal(localDate(start as string, inZone), date);
          assert.ok(Date.parse(end as string) > Date.parse(start as string));
        }
      }),
    );
  });

  it('takes the latest days from what has come, and never gives an instant that the database cannot read', () => {
    const absurd = { from: '2026-11-01T00:00:00Z', to: '9999-12-31T23:59:59Z' };
    const latest = { ...absurd, latest: '2026-11-05T12:00:00Z' };
    assert.deepEqual(resolvePeriod({ preset: 'latest' }, zone, now, latest), {
      start: '2026-10-30T04:00:00Z',
      end: '2026-11-06T05:00:00Z',
    });
    for (const inZone of ['UTC', zone, 'Asia/Tokyo']) {
      const span = resolvePeriod({ preset: 'latest' }, inZone, now, absurd);
      assert.match(span.start ?? '', /^9999-/);
      assert.match(span.end ?? '0', /^\d/);
    }
  });

  it('counts presets back from now, exactly', () => {
    assert.deepEqual(resolvePeriod({ preset: '24h' }, zone, now), {
      start: '2026-11-19T15:00:00Z',
      end: '2026-11-20T15:00:00Z',
    });
    assert.equal(hoursIn(resolvePeriod({ preset: '90d' }, zone, now)), 2160);
  });

  it('takes the last seven local days that hold readings for “latest”', () => {
    const extent = { from: '2012-10-03T00:00:00+00:00', to: '2019-05-31T03:00:00+00:00' };
    assert.deepEqual(resolvePeriod({ preset: 'latest' }, zone, now, extent), {
      start: '2019-05-24T04:00:00Z',
      end: '2019-05-31T04:00:00Z',
    });
    assert.deepEqual(resolvePeriod({ preset: 'latest' }, zone, now), {});
  });

  it('leaves a side open where no date is given', () => {
    assert.deepEqual(resolvePeriod({ from: '2026-01-01' }, 'UTC', now), { start: '2026-01-01T00:00:00Z' });
    assert.deepEqual(resolvePeriod({ to: '2026-01-01' }, 'UTC', now), { end: '2026-01-02T00:00:00Z' });
    assert.deepEqual(resolvePeriod({ preset: 'all' }, 'UTC', now), {});
  });

  it('clips a span to what holds readings', () => {
    const extent = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    assert.deepEqual(clip({}, extent), { start: Date.parse(extent.from), end: Date.parse(extent.to) });
    assert.equal(clip({ start: '2026-03-01T00:00:00Z' }, extent), undefined);
    assert.equal(clip({}, undefined), undefined);
  });
});

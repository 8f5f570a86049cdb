import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureOf, seriesNames } from './series-names.ts';

test('Datastreams of one sensor and one measure are told apart, others keep their measure', () => {
  const stream = (id: string, thing: string, measure: string, name: string) => ({ id, thing, measure, name });
  const names = seriesNames([
    stream('1', 'a', 'PM2.5', 'Left probe'),
    stream('2', 'a', 'PM2.5', 'Right probe'),
    stream('3', 'a', 'Humidity', 'Humidity'),
    stream('4', 'b', 'PM2.5', 'Left probe'),
    stream('5', 'c', 'PM2.5', 'Probe'),
    stream('6', 'c', 'PM2.5', 'Probe'),
  ]);
  assert.deepEqual(
    [...names],
    [
      ['1', 'Left probe'],
      ['2', 'Right probe'],
      ['5', 'Probe (5)'],
      ['6', 'Probe (6)'],
    ],
  );
  assert.equal(measureOf({ measure: 'PM2.5', seriesName: names.get('2') }), 'PM2.5: Right probe');
  assert.equal(measureOf({ measure: 'Humidity', seriesName: names.get('3') }), 'Humidity');
});

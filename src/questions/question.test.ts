import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { afterDeed, deeds, isEnd, questionStates } from './question.ts';

describe('the states of a question', () => {
  test('are these', () => {
    const table = questionStates.map((state) => [
      state,
      ...deeds.map((deed) => `${deed}: ${afterDeed(state, deed) ?? '–'}`),
    ]);
    assert.deepEqual(table, [
      ['sent', 'route: sent', 'answer: answered', 'close: closed', 'withdraw: withdrawn', 'remark: sent'],
      ['answered', 'route: –', 'answer: answered', 'close: closed', 'withdraw: –', 'remark: answered'],
      ['closed', 'route: –', 'answer: –', 'close: –', 'withdraw: –', 'remark: –'],
      ['withdrawn', 'route: –', 'answer: –', 'close: –', 'withdraw: –', 'remark: –'],
    ]);
    assert.equal(afterDeed('toString', 'answer'), undefined);
  });

  test('whatever is done in whatever order, an end is never left and an answer never unsaid', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...deeds)), (done) => {
        let state: (typeof questionStates)[number] = 'sent';
        let ended = false;
        let answered = false;
        for (const deed of done) {
          const next = afterDeed(state, deed);
          if (ended) assert.equal(next, undefined);
          if (!next) continue;
          if (answered) assert.ok(next === 'answered' || next === 'closed');
          state = next;
          answered ||= state === 'answered';
          ended = isEnd(state);
        }
      }),
    );
  });
});

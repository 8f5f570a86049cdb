import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsByField, faultWords } from './fault-words.ts';
import { ruleFormMessages } from './rule-form-messages.ts';

const said = (message: string, language: 'en' | 'es' = 'es') => faultWords({ field: 'x', message }, language);

test('what the engines say of a file is said beside a field in both languages', () => {
  const es = ruleFormMessages.es;
  const pairs: [string, string][] = [
    ['there is no topic moon', es.noSuch('moon')],
    ['there is no other rule danbury.x of danbury', es.noSuch('danbury.x')],
    ['2027-01-01 is still to come', es.toCome],
    ['is in force at the same time as danbury.a.b, for the same question', es.sameTime('danbury.a.b')],
    [
      '9900000 cents is more than the 25000 that ct.ordinance.cap allows; if the city’s text …',
      es.overCap('$99,000.00', '$250.00', 'ct.ordinance.cap'),
    ],
    ['stands already: elm.a.fine. Correct it, or choose another name', es.stands('elm.a.fine')],
    ['begins with its place: elm.a.fine', es.begins('elm.a.fine')],
    ['a correction stays with its place, elm', es.staysPlace('elm')],
    ['2026-01-01 lies before 2026-05-01', es.backwards],
    ['Invalid input: expected string, received undefined', es.needed],
    ['Too small: expected string to have >=1 characters', es.needed],
    ['min 5 is more than max 2', es.minOverMax],
    [
      'norwalk.a.fine: 300 cents is more than the 200 that ct.cap allows; …',
      es.ofOther(es.overCap('$3.00', '$2.00', 'ct.cap')),
    ],
    ['something that nobody foresaw', es.unreadable],
  ];
  for (const [message, words] of pairs) assert.equal(said(message), words);
});

test('each fault stands beside the field that it is about, the first of a field alone', () => {
  const faults = [
    { field: 'value', message: '300 cents is more than the 200 that ct.cap allows' },
    { field: 'ask', message: 'there is no office nobody' },
    { field: 'cite', message: 'what is only remembered (how: memory) is unverified, never specified' },
    { field: 'place', message: "must be a place's short name" },
    { field: 'place', message: 'there is no place ' },
  ];
  const by = faultsByField(faults, 'en', { place: '' });
  assert.deepEqual(Object.keys(by), ['max', 'ask.0', 'cite.0.instrument', 'place']);
  assert.equal(by.place, ruleFormMessages.en.needed, 'an empty field is needed, not unreadable');
});

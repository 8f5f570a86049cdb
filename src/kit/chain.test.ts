import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  check,
  commit,
  type Envelope,
  emptyHead,
  type Head,
  isCommitted,
  type Json,
  type Sealed,
  seal,
} from './chain.ts';
import { isProblem } from './problem.ts';

type Unsealed = Omit<Envelope, 'number'>;
const text = fc.string({ unit: 'binary' }).filter((s) => !s.includes('\0'));
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array));
const unsealed: fc.Arbitrary<Unsealed> = fc.record({
  at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  actor: text,
  kind: text,
  subject: text,
  commitment: bytes,
});
const chain = fc.array(unsealed, { minLength: 1, maxLength: 12 }).map((list) => sealAll(list));
const chainAndPlace = chain.chain((sealed) =>
  fc.tuple(fc.constant(sealed), fc.nat({ max: sealed.length - 1 })),
);

function sealAll(list: Unsealed[], head: Head = emptyHead): Sealed[] {
  const sealed: Sealed[] = [];
  for (const next of list) sealed.push(seal(sealed.at(-1) ?? head, next));
  return sealed;
}

/** Whether a list is the chain that ended with this head. */
function holds(list: Sealed[], head: Head): boolean {
  let last = emptyHead;
  for (const next of list) {
    if (check(last, next)) return false;
    last = next;
  }
  return last.number === head.number && last.hash.equals(head.hash);
}
const headOf = (list: Sealed[]): Head => list.at(-1) ?? emptyHead;

// Numbers that JavaScript writes with an exponent are refused; they have their own test.
const json = fc.letrec<{ value: Json; list: Json[]; object: { [key: string]: Json } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !/e/.test(String(n))),
    fc.integer(),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
})).value;

function backwards(value: Json): Json {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, backwards(each)]),
  );
}

describe('the chain', () => {
  it('holds as it was sealed', () => {
    fc.assert(fc.property(chain, (sealed) => holds(sealed, headOf(sealed))));
  });

  it('finds any changed field, at the event itself', () => {
    const change = fc.oneof(
      fc.record({ field: fc.constantFrom('at', 'actor', 'kind', 'subject'), value: text }),
      fc.record({ field: fc.constantFrom('commitment', 'hash'), value: bytes }),
    );
    fc.assert(
      fc.property(chainAndPlace, change, ([sealed, place], { field, value }) => {
        const event = sealed[place] as Sealed;
        fc.pre(String(value) !== String(event[field as keyof Sealed]));
        const changed = { ...event, [field]: value };
        assert.equal(check(sealed[place - 1] ?? emptyHead, changed), 'changed');
        assert.ok(!holds(sealed.with(place, changed), headOf(sealed)));
      }),
    );
  });

  it('finds text moved over the border between two fields', () => {
    const one = seal(emptyHead, {
      at: '',
      actor: 'a","b',
      kind: 'c',
      subject: '',
      commitment: Buffer.alloc(32),
    });
    assert.equal(check(emptyHead, { ...one, actor: 'a', kind: 'b","c' }), 'changed');
  });

  it('finds a changed event that was sealed anew', () => {
    fc.assert(
      fc.property(chainAndPlace, text, ([sealed, place], actor) => {
        const event = sealed[place] as Sealed;
        fc.pre(actor !== event.actor);
        const anew = seal(sealed[place - 1] ?? emptyHead, { ...event, actor });
        assert.ok(!holds(sealed.with(place, anew), headOf(sealed)));
        // Whoever seals all that follows too is only found by a head kept elsewhere.
        const rest = sealAll(sealed.slice(place + 1), anew);
        const rewritten = [...sealed.slice(0, place), anew, ...rest];
        assert.ok(holds(rewritten, headOf(rewritten)));
        assert.ok(!holds(rewritten, headOf(sealed)));
      }),
    );
  });

  it('finds what was taken out, numbered anew or not', () => {
    fc.assert(
      fc.property(chainAndPlace, fc.boolean(), ([sealed, place], renumber) => {
        const list = sealed
          .toSpliced(place, 1)
          .map((event, i) => (renumber ? { ...event, number: BigInt(i + 1) } : event));
        assert.ok(!holds(list, headOf(sealed)));
      }),
    );
  });

  it('finds two that changed places, numbered anew or not', () => {
    fc.assert(
      fc.property(chainAndPlace, fc.nat(), fc.boolean(), ([sealed, a], other, renumber) => {
        const b = other % sealed.length;
        fc.pre(a !== b);
        const list = sealed
          .with(a, sealed[b] as Sealed)
          .with(b, sealed[a] as Sealed)
          .map((event, i) => (renumber ? { ...event, number: BigInt(i + 1) } : event));
        assert.ok(!holds(list, headOf(sealed)));
      }),
    );
  });

  it('finds what was put in, whether it copies an event or is well sealed', () => {
    fc.assert(
      fc.property(chainAndPlace, unsealed, fc.boolean(), ([sealed, place], stranger, copy) => {
        const event = copy ? (sealed[place] as Sealed) : seal(sealed[place - 1] ?? emptyHead, stranger);
        const plain = sealed.toSpliced(place, 0, event);
        assert.ok(!holds(plain, headOf(sealed)));
        const renumbered = plain.map((each, i) => ({ ...each, number: BigInt(i + 1) }));
        assert.ok(!holds(renumbered, headOf(sealed)));
      }),
    );
  });

  it('says what is wrong', () => {
    const [one, two, three] = sealAll(
      ['a', 'b', 'c'].map((actor) => ({
        at: '',
        actor,
        kind: '',
        subject: '',
        commitment: Buffer.alloc(32),
      })),
    ) as [Sealed, Sealed, Sealed];
    assert.equal(check(one, two), undefined);
    assert.equal(check(one, three), 'missing');
    assert.equal(check(three, two), 'out-of-order');
    assert.equal(check(two, two), 'out-of-order');
    assert.equal(check(one, { ...two, actor: 'x' }), 'changed');
  });
});

describe('commitments', () => {
  it('hold for the same content, however its keys are ordered', () => {
    fc.assert(
      fc.property(json, (content) => {
        const { text: stored, salt, commitment } = commit(content);
        assert.ok(isCommitted({ text: stored, salt }, commitment));
        assert.ok(isCommitted({ text: JSON.stringify(backwards(content)), salt }, commitment));
      }),
    );
  });

  it('do not hold for other content or another salt', () => {
    fc.assert(
      fc.property(json, json, bytes, (content, other, otherSalt) => {
        const { text: stored, salt, commitment } = commit(content);
        const otherText = canonicalJson(other);
        if (otherText !== stored) assert.ok(!isCommitted({ text: otherText, salt }, commitment));
        assert.ok(!isCommitted({ text: stored, salt: otherSalt }, commitment));
      }),
    );
  });

  it('see a number whose digits changed, though JavaScript reads the same', () => {
    const { salt, commitment } = commit({ n: 9007199254740992 });
    assert.ok(isCommitted({ text: '{"n": 9007199254740992}', salt }, commitment));
    assert.ok(!isCommitted({ text: '{"n": 9007199254740993}', salt }, commitment));
    assert.ok(!isCommitted({ text: '{"n": 9007199254740992.0}', salt }, commitment));
  });

  it('refuse what a jsonb column would not give back', () => {
    for (const content of [
      '\0',
      '\ud800',
      { '\udc00': 1 },
      1e21,
      1e-7,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]) {
      assert.throws(
        () => commit(content),
        (error) => isProblem(error) && error.kind === 'invalid',
      );
    }
  });

  it('write one text', () => {
    assert.equal(
      canonicalJson({ b: [1, -0, 0.5], a: { 10: 'ü', 9: null } }),
      '{"a":{"10":"ü","9":null},"b":[1,0,0.5]}',
    );
  });
});

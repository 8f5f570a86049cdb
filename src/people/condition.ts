import type { Actor } from '../kit/context.ts';

/**
 * The conditions of the permission table, as data: each is a list of tests that must all hold. One list of tests is
 * read twice: by `holds`, about one subject, and by `conditionSql`, about each row of a list; a test on random data
 * shows that both agree. Pure and safe for the browser.
 */
type Test =
  /** The subject lies in a place that the role covers. A subject without a place is in reach of roles for every place alone. */
  | { test: 'in-place' }
  /** The subject is the role's own office's; a role without an office has those of its whole place. */
  | { test: 'in-office' }
  /** The key was made for all of these datasets, or for all of the Things whose readings are added; or for everything. */
  | { test: 'in-scope' }
  /** The subject is whoever asks, or belongs to him. */
  | { test: 'by-asker'; field: 'person' }
  /** The subject belongs to nobody as a private person. */
  | { test: 'of-nobody' }
  /** A case of one of these kinds; of any other kind. A subject that tells no kind is neither. */
  | { test: 'of-kind' | 'of-other-kind'; kinds: readonly string[] }
  /** A statutory bar: the field does not name whoever asks. A subject that names nobody bars nobody. */
  | { test: 'not-by-asker'; field: 'proposedBy' | 'issuedBy' | 'person' };

export const conditions = {
  always: [],
  /** Within what a key was made for. */
  'own-scope': [{ test: 'in-scope' }],
  own: [{ test: 'by-asker', field: 'person' }],
  'own-office-no-person': [{ test: 'in-place' }, { test: 'in-office' }, { test: 'of-nobody' }],
  'own-place': [{ test: 'in-place' }],
  'own-office': [{ test: 'in-place' }, { test: 'in-office' }],
  /** Personal data that got out is for whoever may see breaches. */
  'own-place-no-breach': [{ test: 'in-place' }, { test: 'of-other-kind', kinds: ['breach'] }],
  'own-office-no-breach': [
    { test: 'in-place' },
    { test: 'in-office' },
    { test: 'of-other-kind', kinds: ['breach'] },
  ],
  /** The cases that are about a dataset. */
  'own-office-data-cases': [
    { test: 'in-place' },
    { test: 'in-office' },
    { test: 'of-kind', kinds: ['report', 'breach'] },
  ],
  /** Nobody gives himself a role. */
  'own-office-another-person': [
    { test: 'in-place' },
    { test: 'in-office' },
    { test: 'not-by-asker', field: 'person' },
  ],
  /** Nobody approves what he proposed. */
  'own-place-not-proposer': [{ test: 'in-place' }, { test: 'not-by-asker', field: 'proposedBy' }],
  /** Who issued a citation does not hear it. */
  'own-place-not-issuer': [{ test: 'in-place' }, { test: 'not-by-asker', field: 'issuedBy' }],
} as const satisfies Record<string, readonly Test[]>;
export type Condition = keyof typeof conditions;

/** Whether a role's place counts and its office does not. */
export function asksPlaceAlone(condition: Condition): boolean {
  const tests = (conditions[condition] as readonly Test[]).map(({ test }) => test);
  return tests.includes('in-place') && !tests.includes('in-office');
}

/** Whether the condition lets cases of this kind through, wherever they are. */
export function asksNoOtherKind(condition: Condition, kind: string): boolean {
  return (conditions[condition] as readonly Test[]).every(
    (test) => !('kinds' in test) || isOfKind(test, kind),
  );
}

function isOfKind({ test, kinds }: Extract<Test, { kinds: unknown }>, kind: string): boolean {
  return kinds.includes(kind) === (test === 'of-kind');
}

/** What an action is about, as far as a condition asks. Persons are named as the audit log names them: `person:7`. */
export type Subject = {
  place?: string | null;
  office?: string | null;
  /** Of a case. */
  kind?: string | null;
  /** The datasets that it would change; null is shared vocabulary. */
  datasetIds?: readonly (string | null)[];
  /** The Things to whose Datastreams it would add readings, when it would do nothing else. */
  thingIds?: readonly string[];
  proposedBy?: string | null;
  issuedBy?: string | null;
  person?: string | null;
};

/**
 * A role that a person has, as far as it reaches: the places it covers (null: every place) and the office it is for
 * (null: every office of these places).
 */
export type Reach = { places: readonly string[] | null; office: string | null };

/** Who asks, and in which role. */
export type Asker = { actor: Actor; reach: Reach };

export const everywhere: Reach = { places: null, office: null };

/** The same asker for each of his places, where his role has several and is for no office: together they reach as far. */
export function byPlace({ actor, reach: { places, office } }: Asker): Asker[] {
  const parts = places && office === null ? places.map((place) => [place]) : [places];
  return parts.map((each) => ({ actor, reach: { places: each, office } }));
}

/** Whether the condition holds for this subject. What a subject does not tell counts as absent. */
export function holds(condition: Condition, asker: Asker, subject: Subject): boolean {
  return (conditions[condition] as readonly Test[]).every((test) => passes(test, asker, subject));
}

function passes(test: Test, { actor, reach }: Asker, subject: Subject): boolean {
  switch (test.test) {
    case 'in-place':
      return reach.places === null || reach.places.includes(subject.place ?? '');
    case 'in-office':
      return reach.office === null || reach.office === subject.office;
    case 'in-scope': {
      if (actor.kind !== 'key') return false;
      const { datasets, things } = actor;
      if (things) return !!subject.thingIds?.length && subject.thingIds.every((id) => things.includes(id));
      return (
        datasets === null || (subject.datasetIds ?? []).every((id) => id !== null && datasets.includes(id))
      );
    }
    case 'by-asker':
      return subject[test.field] === nameOf(actor);
    case 'of-nobody':
      return (subject.person ?? null) === null;
    case 'of-kind':
    case 'of-other-kind':
      return !!subject.kind && isOfKind(test, subject.kind);
    case 'not-by-asker':
      return subject[test.field] !== nameOf(actor);
  }
}

/** The SQL of a subject's fields in the query of a list, such as `{place: 'd.place', office: 'd.office'}`. */
export type Columns = { [Field in Exclude<keyof Subject, 'datasetIds' | 'thingIds'>]?: string } & {
  datasetId?: string;
  /** Given by lists of what would get readings alone. */
  thingId?: string;
};

/**
 * The same condition for each row of a list, as SQL for a where clause: it is true where the condition holds, else
 * false or null. Values go to `values` (the
 * statement's parameters); the columns are ours, never an asker's.
 */
export function conditionSql(
  condition: Condition,
  asker: Asker,
  columns: Columns,
  values: unknown[],
): string {
  const tests = (conditions[condition] as readonly Test[]).map((test) =>
    testSql(test, asker, columns, values),
  );
  return tests.length === 0 ? 'true' : `(${tests.join(' and ')})`;
}

function testSql(test: Test, { actor, reach }: Asker, columns: Columns, values: unknown[]): string {
  const column = (field: keyof Columns): string => {
    const sql = columns[field];
    if (!sql) throw new Error(`A condition asks for ${field}, which this list does not give.`);
    return sql;
  };
  const value = (given: unknown): string => `$${values.push(given)}`;
  switch (test.test) {
    case 'in-place':
      if (reach.places === null) return 'true';
      // Equality keeps the order of an index that begins with the place.
      if (reach.places.length === 1) return `${column('place')} = ${value(reach.places[0])}::text`;
      return `${column('place')} = any(${value(reach.places)}::text[])`;
    case 'in-office':
      if (reach.office === null) return 'true';
      return `${column('office')} = ${value(reach.office)}::text`;
    case 'in-scope':
      if (actor.kind !== 'key') return 'false';
      if (actor.things)
        return columns.thingId ? `${columns.thingId} = any(${value(actor.things)}::bigint[])` : 'false';
      if (actor.datasets === null) return 'true';
      return `${column('datasetId')} = any(${value(actor.datasets)}::bigint[])`;
    case 'by-asker':
      return `${column(test.field)} = ${value(nameOf(actor))}::text`;
    case 'of-nobody':
      return `${column('person')} is null`;
    case 'of-kind':
      return `${column('kind')} = any(${value(test.kinds)}::text[])`;
    case 'of-other-kind':
      return `${column('kind')} <> all(${value(test.kinds)}::text[])`;
    case 'not-by-asker':
      return `${column(test.field)} is distinct from ${value(nameOf(actor))}::text`;
  }
}

/** Who acted, as the audit log writes it: `key:12`, `person:7`, `operator`. */
export function nameOf(actor: Actor): string {
  switch (actor.kind) {
    case 'key':
    case 'reading-key':
    case 'demo-key':
      return `key:${actor.keyId}`;
    case 'person':
      return `person:${actor.personId}`;
    case 'anonymous':
    case 'open-writes':
    case 'operator':
      return actor.kind;
  }
}

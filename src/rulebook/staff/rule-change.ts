import { canonicalJson, type Json, type JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { type BaseFault, checkRuleBase, type Day, plusDays, type Rule, rule } from '../../rules/index.ts';
import { loadRulebook, type Rulebook } from '../read-rulebook.ts';
import { nextMoment } from '../store-rule.ts';

/** The kind under which a change of the rules waits for a second person. */
export const ruleChange = 'rule-change';

/** What a record would say; when it was recorded and what it supersedes is settled at the approval. */
export const proposedRule = rule.omit({ recordedAt: true, supersedes: true });
export type ProposedRule = Omit<Rule, 'recordedAt' | 'supersedes'>;

/** `closes`: a rule that stops being law the day before this one starts, for the law has changed. */
export type Change = { rule: ProposedRule; closes?: { id: string; validTo: Day } };

/** A wrong field, by the name that the form gives it: `cite.0.readAt`. */
export type FieldFault = { field: string; message: string };

export function refuse(faults: readonly FieldFault[]): never {
  throw new Problem('invalid', faults.map(({ field, message }) => `${field}: ${message}`).join('\n'), {
    details: { faults },
  });
}

/** The rules as they stand, locked: nobody else records any until the transaction ends. */
export async function lockRulebook(tx: Tx): Promise<Rulebook> {
  await tx.query('select version from released.rulebook for update');
  return loadRulebook(tx);
}

/**
 * The place for which a role must be held to work on a rule. State law belongs to whoever covers the place above all
 * others of the state; where several stand at the top, only to roles for every place (null).
 */
export function responsiblePlace(places: Rulebook['places'], place: string): string | null {
  if (places.some(({ slug }) => slug === place)) return place;
  const top = places.filter(({ parent, state }) => state === place && !parent);
  return top.length === 1 ? (top[0]?.slug ?? null) : null;
}

/** What is so now, as far as the change would touch it. */
export function standingBefore(book: Rulebook, { rule, closes }: Change): JsonObject {
  const stands = (id: string) => plain(book.current.get(id) ?? null);
  return { rule: stands(rule.id), ...(closes ? { closed: stands(closes.id) } : {}) };
}

/** The records that a change adds. */
export function recordsOf(ctx: Ctx, book: Rulebook, { rule, closes }: Change): Rule[] {
  const recordedAt = nextMoment(book.rules, ctx.clock.now());
  const after = (id: string) => {
    const before = book.current.get(id);
    return before ? { supersedes: { id, recordedAt: before.recordedAt } } : {};
  };
  const closed = closes && book.current.get(closes.id);
  const records: Rule[] = [{ ...rule, recordedAt, ...after(rule.id) }];
  if (closes && closed)
    records.unshift({
      ...closed,
      value: { ...closed.value, validTo: closes.validTo },
      recordedAt,
      ...after(closes.id),
    });
  return records;
}

/** What would be wrong with the whole base that is not wrong now, by field; of other rules, by the field `value`. */
export function faultsOfBase(book: Rulebook, records: readonly Rule[]): FieldFault[] {
  const { rules, topics, places, offices } = book;
  const known = new Set(checkRuleBase({ rules, topics, places, offices }).map(nameOfFault));
  const own = records.at(-1)?.id;
  return checkRuleBase({ rules: [...rules, ...records], topics, places, offices })
    .filter((fault) => !known.has(nameOfFault(fault)))
    .map(({ rule, field, message }) =>
      rule === own ? { field, message } : { field: 'value', message: `${rule}: ${message}` },
    );
}

const nameOfFault = ({ rule, index, field, message }: BaseFault) => [rule, index, field, message].join('\n');

/** The change of law that a new rule with a first day makes to the one before it. */
export function closing(closes: string | undefined, validFrom: Day | undefined): Change['closes'] {
  if (closes === undefined) return undefined;
  if (validFrom === undefined)
    refuse([{ field: 'validFrom', message: 'is needed: the day from which the new law holds' }]);
  return { id: closes, validTo: plusDays(validFrom, -1) };
}

/** A rule takes the place of one of its own question; two people who look at one fact would else end another, unseen. */
export const sameQuestion = (a: ProposedRule, b: ProposedRule): boolean =>
  a.topic === b.topic && a.aspect === b.aspect && a.place === b.place && a.custodian === b.custodian;
export const endsAnother = (id: string): FieldFault => ({
  field: 'closes',
  message: `answers another question: ${id}`,
});

/** Whether two records say the same. */
export function saysTheSame(a: object, b: object): boolean {
  const body = ({ recordedAt: _, supersedes: __, ...rest }: Partial<Rule>) => canonicalJson(plain(rest));
  return body(a) === body(b);
}

/** Without what JSON leaves out. */
export function plain<T>(value: T): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

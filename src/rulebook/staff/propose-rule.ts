import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, openProposal } from '../../people/index.ts';
import { type Citation, type RuleValue, type Sourced, straightText } from '../../rules/index.ts';
import type { Rulebook } from '../read-rulebook.ts';
import { checkNote } from './check-note.ts';
import {
  type Change,
  closing,
  endsAnother,
  type FieldFault,
  faultsOfBase,
  lockRulebook,
  type ProposedRule,
  plain,
  proposedRule,
  recordsOf,
  refuse,
  responsiblePlace,
  ruleChange,
  sameQuestion,
  saysTheSame,
  standingBefore,
} from './rule-change.ts';

/**
 * Asks that a rule be added or corrected; a second person decides. `corrects` is when the record was recorded that the
 * change was made from (null: there is none, the rule is new). `closes` names the rule that the new one takes the place
 * of because the law has changed: of the same topic, aspect, place and custodian; it ends the day before. `case` is the case whose answer the rule rests on: its number
 * goes into the reason and the citations. Errors: signed-out, not-allowed, invalid (`details.faults`: field and message),
 * conflict (the rule has changed since, says the same already, or another change of it waits).
 */
export async function proposeRule(
  ctx: Ctx,
  input: { rule: unknown; corrects: string | null; closes?: string; case?: string; reason: string },
): Promise<{ id: string }> {
  checkPermission(ctx, 'propose-rule');
  const rule = parseRule(straight(input.rule), input.case);
  const reason = checkNote('reason', input.reason);
  const change: Change = { rule };
  const closes = closing(input.closes, rule.value.validFrom);
  if (closes) change.closes = closes;
  return withTransaction(ctx.app, async (tx) => {
    const book = await lockRulebook(tx);
    const place = responsiblePlace(book.places, rule.place);
    if (!book.places.some(({ slug, state }) => slug === rule.place || state === rule.place))
      refuse([{ field: 'place', message: `there is no place ${rule.place}` }]);
    checkPermission(ctx, 'propose-rule', { place });
    refuseStale(book, change, input.corrects);
    const faults = [...daysAhead(ctx, book, rule), ...faultsOfBase(book, recordsOf(ctx, book, change))];
    if (faults.length > 0) refuse(faults);
    return openProposal(tx, ctx, {
      kind: ruleChange,
      subject: `rule:${rule.id}`,
      place,
      office: null,
      content: { before: standingBefore(book, change), after: plain(change) as JsonObject },
      reason: withCase(reason, input.case),
    });
  });
}

/** Every text of it, as questions keep theirs: turning marks that came along with something pasted are left out. */
function straight(given: unknown): unknown {
  if (typeof given === 'string') return straightText(given);
  if (Array.isArray(given)) return given.map(straight);
  if (given === null || typeof given !== 'object') return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, straight(value)]));
}

function parseRule(given: unknown, caseNumber: string | undefined): ProposedRule {
  if (caseNumber !== undefined && !/^[A-Z0-9][A-Z0-9-]{2,39}$/.test(caseNumber))
    throw new Problem('invalid', 'A case is named by its number, such as DAN-ASK-2026-00012.');
  const rule = readRule(given);
  // Read again, for the number makes a citation longer.
  return caseNumber === undefined ? rule : readRule({ ...rule, value: citing(rule.value, caseNumber) });
}

function readRule(given: unknown): ProposedRule {
  const read = proposedRule.safeParse(given);
  if (!read.success)
    refuse(read.error.issues.map(({ path, message }) => ({ field: fieldOf(path), message })));
  return read.data as ProposedRule;
}

/** Where a member of a rule stands in a form or a file: the value's members lie beside the rule's own. */
function fieldOf(path: readonly PropertyKey[]): string {
  let steps = path.map(String);
  if (steps[0] === 'value') steps = steps.slice(1);
  if (steps[0] === 'candidates' && steps.length > 2) steps = steps.slice(2);
  if (steps[0] === 'value' && steps.length > 1) steps = steps.slice(1);
  return steps.map((step) => (step === 'pagesRead' ? 'cite' : step)).join('.');
}

function citing(value: Sourced<RuleValue>, number: string): Sourced<RuleValue> {
  const named = <T extends Citation[]>(all: T): T =>
    (all.some(({ locator }) => locator.includes(number))
      ? all
      : all.map((one, n) => (n === 0 ? { ...one, locator: `${one.locator}, ${number}` } : one))) as T;
  switch (value.state) {
    case 'specified':
    case 'unverified':
      return { ...value, cite: named(value.cite as Citation[]) } as Sourced<RuleValue>;
    case 'not-specified':
      return { ...value, pagesRead: named(value.pagesRead) };
    case 'conflict': {
      const last = value.candidates.length - 1;
      const candidates = value.candidates.map((one, n) => (n === last ? citing(one, number) : one));
      return { ...value, candidates } as unknown as Sourced<RuleValue>;
    }
  }
}

const withCase = (reason: string, number: string | undefined) =>
  number === undefined || reason.trim() === '' || reason.includes(number) ? reason : `${number}: ${reason}`;

/** The change must be made from what stands now, for the same place; a new rule needs a name of its own. */
function refuseStale(book: Rulebook, { rule, closes }: Change, corrects: string | null): void {
  const before = book.current.get(rule.id);
  if (corrects === null) {
    if (before)
      refuse([{ field: 'id', message: `stands already: ${rule.id}. Correct it, or choose another name` }]);
    if (!rule.id.startsWith(`${rule.place.toLowerCase()}.`))
      refuse([
        {
          field: 'id',
          message: `begins with its place: ${rule.place.toLowerCase()}.${rule.topic}.${rule.aspect}`,
        },
      ]);
  } else if (before?.recordedAt !== corrects)
    throw new Problem('conflict', 'The rule has been changed since you opened it. Read it again.');
  else if (before.place !== rule.place)
    refuse([{ field: 'place', message: `a correction stays with its place, ${before.place}` }]);
  else if (saysTheSame(before, rule)) throw new Problem('conflict', 'The rule says the same already.');
  if (!closes) return;
  const closed = book.current.get(closes.id);
  if (!closed || closed.place !== rule.place || closes.id === rule.id)
    refuse([{ field: 'closes', message: `there is no other rule ${closes.id} of ${rule.place}` }]);
  if (!sameQuestion(closed, rule)) refuse([endsAnother(closes.id)]);
  const { validTo } = closed.value;
  // To close it would make it law for longer than it was.
  if (validTo !== undefined && validTo <= closes.validTo)
    refuse([{ field: 'closes', message: `ended on ${validTo} already: ${closes.id}` }]);
}

/** Nobody has read a text tomorrow. */
function daysAhead(ctx: Ctx, { places }: Rulebook, rule: ProposedRule): FieldFault[] {
  const zone =
    places.find(({ slug, state }) => slug === rule.place || state === rule.place)?.timeZone ?? 'UTC';
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ctx.clock.now());
  const { value } = rule;
  const faults: FieldFault[] = [];
  const late = (field: string, day: string | undefined) => {
    if (day !== undefined && day > today) faults.push({ field, message: `${day} is still to come` });
  };
  const one = value.state === 'conflict' ? value.candidates.at(-1) : value;
  if (!one) return faults;
  const cite = one.state === 'not-specified' ? one.pagesRead : one.cite;
  for (const [n, { readAt }] of cite.entries()) late(`cite.${n}.readAt`, readAt);
  if (one.state === 'not-specified') late('checkedAt', one.checkedAt);
  return faults;
}

export { kinship } from './aspect-words.ts';
export {
  businessDay,
  type Calendar,
  countBusinessDays,
  dayOff,
  daysBetween,
  type Holiday,
  isDay,
  makeCalendar,
  nextBusinessDay,
  type Off,
  plusDays,
  previousBusinessDay,
  Refusal,
  weekday,
} from './calendar.ts';
export { type BaseFault, checkRuleBase, type WholeBase } from './check-rule-base.ts';
export {
  type Analogy,
  type Answer,
  closestCap,
  closestRule,
  custodiansOf,
  pagesOf,
  type Question,
  type RuleBase,
  type Step,
} from './closest-rule.ts';
export {
  type ClockKind,
  type Deadline,
  type DeadlineDifference,
  type DeadlineInput,
  deriveDeadline,
  type Note,
  type Pause,
  type PeriodUnit,
  rederive,
  replay,
  type Skipped,
} from './deadline.ts';
export { deadlineNotes, deadlineText } from './deadline-text.ts';
export { type DecidedPenalty, type Discretion, decidePenalty } from './decide-penalty.ts';
export {
  type Fee,
  type FeeItem,
  type FeeLine,
  type FeeSchedule,
  feeSchedule,
  type MissingFee,
  priceFee,
} from './fees.ts';
export { findRules, type Hit } from './find-rules.ts';
export { calendarOf, type Expected, expectedHolidays, holidayFaults, holidaysFile } from './holidays.ts';
export { type Amount, type Money, type MoneyRefusal, money } from './money.ts';
export { absentPlace, type Outside, outsideOf, strangeWords } from './outside.ts';
export {
  type Ladder,
  type Line,
  type Missing,
  type Offense,
  offense,
  type Penalty,
  type PricedPenalty,
  penaltyLadder,
  pricePenalty,
  type Rung,
  rungs,
} from './penalty.ts';
export { placeChain, type RulePlace } from './place-chain.ts';
export { isPrintable, straightText } from './printable.ts';
export {
  type Aspect,
  aspects,
  type Bilingual,
  bilingual,
  isSpecifiedRule,
  knownRules,
  type MoneyValue,
  moneyUnits,
  type PeriodValue,
  periodUnits,
  type Rule,
  type RuleValue,
  rule,
  ruleShape,
  ruleValue,
  type SpecifiedRule,
} from './rule.ts';
export {
  type Found,
  hasOwnSubject,
  type Match,
  pairKey,
  type SearchIndex,
  search,
  searchIndex,
} from './search.ts';
export {
  type Citation,
  type Cited,
  citation,
  type Day,
  day,
  type Gap,
  type Instant,
  inForce,
  instant,
  isSpecified,
  levels,
  type NotSpecified,
  type RuleId,
  readings,
  ruleId,
  type Sourced,
  type Specified,
  slug,
  source,
  sourcedSchema,
  type Unverified,
} from './sourced.ts';
export { checkTopics, type Topic, topic, topicsUp } from './topic.ts';

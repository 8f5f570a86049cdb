import type { MoneyValue } from './rule.ts';
import type { Citation, Specified } from './sourced.ts';

declare const fromRules: unique symbol;
/**
 * A sum in US cents that came out of specified rules, with the texts that say so. `least` is absent where the text names
 * no lower end. Only this file makes one: there is no way to an Amount from a bare number or from a gap.
 */
export type Amount = {
  readonly least?: number;
  readonly most: number;
  readonly cite: readonly Citation[];
  readonly [fromRules]: true;
};
export type MoneyRefusal = 'gap' | 'uncited' | 'from-memory' | 'no-upper-amount';
export type Money = { ok: true; amount: Amount } | { ok: false; why: MoneyRefusal };

/**
 * The sum that a specified rule names, for the `nth` offense where it tells them apart. A gap does not fit the type, and
 * one that comes in all the same (out of JSON, by a cast) is refused.
 */
export function money(value: Specified<MoneyValue>, nth = 1): Money {
  if (value.state !== 'specified' || value.value?.kind !== 'money') return { ok: false, why: 'gap' };
  if (!value.cite || value.cite.length === 0) return { ok: false, why: 'uncited' };
  if (value.cite.every(({ how }) => how === 'memory')) return { ok: false, why: 'from-memory' };
  const { offenses } = value.value;
  const range = offenses ? offenses.findLast((step) => step.nth <= nth) : value.value;
  if (range?.max === undefined) return { ok: false, why: 'no-upper-amount' };
  return { ok: true, amount: make(range.min, range.max, value.cite) };
}

export function times(amount: Amount, count: number): Amount {
  const least = amount.least === undefined ? undefined : amount.least * count;
  return make(least, amount.most * count, amount.cite);
}

/** What is certain at the lower end adds up; a part without a lower end takes nothing of that away. */
export function sum(first: Amount, ...others: Amount[]): Amount {
  return others.reduce((total, amount) => {
    const known = [total.least, amount.least].filter((least) => least !== undefined);
    const least = known.length > 0 ? known.reduce((a, b) => a + b) : undefined;
    return make(least, total.most + amount.most, [...total.cite, ...amount.cite]);
  }, first);
}

/** No more than the limit; the limit's text joins the sources where it bites. */
export function limit(amount: Amount, cap: Amount): Amount {
  if (amount.most <= cap.most) return amount;
  const least = amount.least === undefined ? undefined : Math.min(amount.least, cap.most);
  return make(least, cap.most, [...amount.cite, ...cap.cite]);
}

/** Nothing to pay, because a specified rule says so. */
export function waived(by: Specified<unknown>): Amount {
  return make(0, 0, by.cite);
}

function make(least: number | undefined, most: number, cite: readonly Citation[]): Amount {
  return { ...(least === undefined ? {} : { least }), most, cite: [...new Set(cite)] } as unknown as Amount;
}

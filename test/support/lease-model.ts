import { type Limit, slots, type Use } from '../../src/people/limits/allowance.ts';

export const emptyUse: Use = { slot: 0, used: [] };

/** What the statement of src/people/limits/limits.ts does to a row, in as many words. */
export function take(
  use: Use,
  limit: Limit,
  slot: number,
  wanted: number,
  past?: { slot: number; left: number },
): { use: Use; granted: number } {
  const newest = use.slot >= slot && use.slot <= slot + slots ? use.slot : slot;
  const used = Array.from({ length: slots + 1 }, (_, age) => {
    const at = newest - age;
    const count = use.used[use.slot - at] ?? 0;
    return Math.max(0, at === past?.slot ? count - past.left : count);
  });
  const total = used.reduce((sum, count) => sum + count, 0);
  const granted = Math.max(0, Math.min(wanted, limit.requests - total));
  used[0] = (used[0] as number) + granted;
  return { use: { slot: newest, used }, granted };
}

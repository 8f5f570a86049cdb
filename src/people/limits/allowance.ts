/**
 * How many requests one asker may make in any window of so many seconds. The window is cut into slots; every request is
 * counted in the slot of its arrival, and all slots that the window touches may together hold the limit and no more.
 * A process does not count one by one: it leases a few requests, which are counted at once in the slot of that moment
 * and may be spent in that slot only; what is left then goes back. So the limit holds exactly, over all processes, and
 * what a request gives up is that it may be counted for a slot longer than the window.
 */
export type Limit = { requests: number; seconds: number };

/** The slots of a window. */
export const slots = 20;
const leaseShare = 0.025;

/** An asker's row: requests leased in `slot` and in each one before it, newest first. */
export type Use = { slot: number; used: readonly number[] };

/** What a process knows of an asker: requests left to spend up to the end of `slot`, and what is free beside them. */
export type Lease = {
  slot: number;
  left: number;
  free: number;
  /** Milliseconds since 1970: when the oldest requests counted leave the window. */
  opensAt: number;
};

const slotMs = (limit: Limit): number => (limit.seconds * 1000) / slots;

/** The number of the slot that holds `at` (milliseconds since 1970). */
export function slotAt(limit: Limit, at: number): number {
  return Math.floor(at / slotMs(limit));
}

export function leaseSize(limit: Limit): number {
  return Math.max(1, Math.floor(limit.requests * leaseShare));
}

/** The lease that `granted` requests make, by the row as it is after granting them. */
export function leaseFrom(limit: Limit, use: Use, granted: number): Lease {
  const total = use.used.reduce((sum, count) => sum + count, 0);
  const oldest =
    use.slot -
    Math.max(
      0,
      use.used.findLastIndex((count) => count > 0),
    );
  return {
    slot: use.slot,
    left: granted,
    free: Math.max(0, limit.requests - total),
    opensAt: (oldest + slots + 1) * slotMs(limit),
  };
}

/** Spends one request of the lease if it may. `ask`: the lease cannot tell, the table must. */
export function spend(limit: Limit, lease: Lease | undefined, at: number): 'granted' | 'refused' | 'ask' {
  if (!lease) return 'ask';
  // A slot ahead of the clock is another process's; counted later than spent, a request is only counted longer.
  if (lease.left > 0 && slotAt(limit, at) <= lease.slot) {
    lease.left--;
    return 'granted';
  }
  return isClosed(lease, at) ? 'refused' : 'ask';
}

/** Whether nothing can be had before the oldest requests leave the window. */
export function isClosed(lease: Lease, at: number): boolean {
  return lease.left === 0 && lease.free === 0 && at < lease.opensAt;
}

/** Whole seconds until the oldest requests counted leave the window, at least 1. */
export function secondsToOpen(lease: Lease, at: number): number {
  return Math.max(1, Math.ceil((lease.opensAt - at) / 1000));
}

/** Deterministic chance: the same seed and time give the same value in every process, for ever. Pure. */

/** A 32-bit seed from text (FNV-1a, then mixed). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** Every bit of the input moves every bit of the output (the finalizer of MurmurHash3). */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Another seed, as far from the first as any. */
export function vary(seed: number, by: number): number {
  return mix(seed + Math.imul(by + 1, 0x9e3779b1));
}

/** Evenly spread over [0, 1). */
export function chance(seed: number, index: number): number {
  return mix(seed ^ mix(Math.imul(index | 0, 0x9e3779b1) + 0x7f4a7c15)) / 4_294_967_296;
}

/** A smooth curve within [-1, 1] that turns about once in `period` milliseconds. */
export function wander(seed: number, ms: number, period: number): number {
  const position = ms / period;
  const index = Math.floor(position);
  const part = position - index;
  const from = chance(seed, index);
  const to = chance(seed, index + 1);
  return (from + (to - from) * part * part * (3 - 2 * part)) * 2 - 1;
}

/** Noise of one reading within [-1, 1], mostly small. */
export function jitter(seed: number, ms: number): number {
  const second = Math.floor(ms / 1000);
  return chance(seed, second) + chance(~seed, second) - 1;
}

const hour = 3_600_000;

export type Spells = {
  /** One spell at most begins in each block of so many hours. */
  blockHours: number;
  probability: number;
  minHours: number;
  /** At most blockHours. Short spells are commoner than long ones. */
  maxHours: number;
};

/** When the spell (an outage, a stuck value) began that holds at this time; undefined outside spells. */
export function spellAt(seed: number, ms: number, spells: Spells): number | undefined {
  const length = spells.blockHours * hour;
  const block = Math.floor(ms / length);
  for (let index = block; index >= block - 1; index--) {
    if (chance(seed, index) >= spells.probability) continue;
    const start = Math.floor((index + chance(vary(seed, 1), index)) * length);
    const share = chance(vary(seed, 2), index) ** 3;
    if (ms >= start && ms < start + (spells.minHours + (spells.maxHours - spells.minHours) * share) * hour)
      return start;
  }
  return undefined;
}

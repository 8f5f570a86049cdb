/** Plain words made comparable: no accents, no endings. Rough on purpose; both languages share one small set of rules. */

export function stems(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}'’]+/gu, '');
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map(stem);
}

export const smallWords: ReadonlySet<string> = new Set(
  `a an and are at be by do does for from have i if in is it me my of on or our that the this to was we what with you your
  al como con de del e el en es esta estan la las le lo los me mi para por que se si su sus un una y`
    .split(/\s+/)
    .map(stem),
);

/** A phrase without its small words, unless it has no others. */
export function phraseOf(text: string): string[] {
  const all = stems(text);
  const weighty = all.filter((word) => !smallWords.has(word));
  return weighty.length > 0 ? weighty : all;
}

/** `misusing` and `misuse`, `cámaras` and `cámara`, `scanned` and `scan` get the same stem. */
export function stem(word: string): string {
  let left = word;
  const cut = (ending: RegExp, least: number, by = '') => {
    const shorter = left.replace(ending, by);
    if (shorter !== left && shorter.length >= least) left = shorter;
  };
  cut(/ies$/, 3, 'y');
  cut(/ces$/, 3, 'z');
  cut(/(?<=[^s])s$/, 3);
  cut(/(ando|iendo|aron|ing|ed)$/, 4);
  cut(/(ado|ada|ido|ida|arse|arme|ar|ir)$/, 4);
  cut(/([b-df-hj-np-tv-z])\1$/, 3, '$1');
  cut(/[aeo]$/, 3);
  return left;
}

/** A small slip: one letter wrong, missing, extra or swapped; two in a long word. */
export function isNear(a: string, b: string): boolean {
  const longest = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < 4 || a[0] !== b[0]) return false;
  const allowed = longest >= 8 ? 2 : 1;
  return Math.abs(a.length - b.length) <= allowed && distance(a, b) <= allowed;
}

/** Edits between two words, where two neighbors that changed places are one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swapped));
    }
  }
  return at(a.length, b.length);
}

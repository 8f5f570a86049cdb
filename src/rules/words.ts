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

/** Words that any question may hold and that tell nothing of what it is about; more of them than a phrase may lose. */
export const fillers: ReadonlySet<string> = new Set(
  `about after again ago all almost already also although always am another any anybody anyone anything anyway anywhere around as
  away back because been before being between both but bunch came can cannot cant come could couldnt did didnt does doesnt doing done
  dont down during each either else even ever every everybody everyone everything few find first found gave get gets getting give
  given gives go goes going gone gonna got gotta great guy had happen happens happened has hasnt havent having he hello help her here
  hey hi his hope how however ill im into isnt its ive just keep kind know knows known last least less let lets like likely little
  look looks lot lots made make makes making many matter maybe mean means might mine more most much must myself need needs needed
  never new nice no nobody none nor not nothing now off ok okay one ones only or other others ought our out over own part people
  person please put puts quite rather really right said same saw say says see seen seem seems she should shouldnt since so some
  somebody someone something somewhere sort still stuff such supposed sure take takes taken tell than thank thanks their them
  themselves then theyre theres there these they thing things think those though through thru til till time today together told too
  took tried try two under until up upon us use used using very via wanna want wanted wants was wasnt way well went were werent whats
  when whenever where wheres whether which while who whoever whole whom whos whose why will with within without wont work would
  wouldnt yeah yes yet youre yours yourself
  ahora alguien algo algún alguna aquí así aun aunque bien cada casi cómo cosa cuál cuáles cualquier cuando cuándo cuánto cuánta cuántos
  cuántas da dar dan debe debo deben decir desde dice dijo donde dónde dos ella ellos ese eso esos esto estos está están estoy fue fueron
  gente ha haber había hace hacer hago hay han he hoy ir le les más mismo mucho muchos muy nada nadie ni no nos nosotros o otra otro otros
  pasa pero poco podemos poder porque porqué puede pueden puedo pues qué quién quiénes quiero ser si sí sido siempre sin sobre solo son soy
  sus también tan tanto te tener tengo ti tiene tienen toda todas todo todos tú u un unos usted ustedes va van ver vez voy ya yo`
    .split(/\s+/)
    .flatMap(stems)
    .concat([...smallWords]),
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

import { type Found, hasOwnSubject, type SearchIndex } from './search.ts';
import { phraseOf, stems } from './words.ts';

/**
 * Questions that no city's rules answer. `private`: between private persons; `elsewhere`: a company, the state or the
 * country; `everyday`: no matter of rules at all; `strange`: most of what it tells is in none of the rules.
 */
export type Outside = 'private' | 'elsewhere' | 'everyday' | 'strange';

const wordsOf = (text: string) => new Set(stems(text));
// Where one of these stands, the city has a part in it.
const official = wordsOf(
  `city municipal police cop cops clerk department permit license licence code ordinance bylaw zoning official records foi
  foia portal dataset api mining miner bitcoin crypto citation hearing sensor sensors building wiring complain complaint
  ciudad municipal policía secretaría permiso licencia código ordenanza registros portal minería sensor sensores quejarse`,
);
const persons = wordsOf(
  `landlord landlady boss employer coworker colleague ex husband wife boyfriend girlfriend roommate flatmate friend cousin brother
  sister mother father mom dad son daughter kid neighbor neighbors neighbour tenant dentist doctor teacher casero jefe jefa
  patrón esposo esposa marido mujer novio novia vecino vecina amigo amiga primo hermano hermana`,
);
const dealings = wordsOf(
  `camera cam webcam video film filmed filming record recorded recording spy spies spying watch watches tracks track tracking photo
  photos picture pictures pic pics email emails e-mail phone text texts messages message password account post posted posts
  listen listens doorbell ring read reads cámara grabar graba filma espía rastrea foto fotos correo teléfono mensajes cuenta`,
);
const companies = wordsOf(
  `instagram facebook tiktok snapchat whatsapp youtube twitter google amazon netflix uber ebay paypal apple iphone android airbnb
  doorbell walmart`,
);
const states = wordsOf(
  `federal irs passport visa immigration dmv medicare medicaid social-security unemployment divorce custody alimony bankruptcy
  pasaporte inmigración divorcio`,
);
const everyday = wordsOf(
  `pizza restaurant restaurants burger coffee cafe bar pub hotel motel beach movie movies cinema concert football soccer baseball
  basketball game match team score recipe cook weather forecast rain raining rains snow snowing sunny horoscope lottery joke
  song music birthday flight airport train bus ticket-price shopping haircut invest investing stock stocks price-prediction
  restaurante playa película cine fútbol partido receta tiempo pronóstico lluvia llover lloverá llueve nieve nevar horóscopo
  lotería chiste canción cumpleaños vuelo aeropuerto tren juega juegan invertir`,
);
const advice = [
  ['should', 'buy'],
  ['should', 'sell'],
  ['should', 'invest'],
  ['debo', 'comprar'],
].map((pair) => pair.flatMap(stems));

/** Whether a question in plain words seems to be no matter of a city, and of which kind. */
export function outsideOf(question: string, index: SearchIndex): Outside | undefined {
  const asked = new Set(stems(question.slice(0, 500)));
  const has = (set: ReadonlySet<string>) => [...asked].some((word) => set.has(word));
  if (advice.some((pair) => pair.every((word) => asked.has(word)))) return 'everyday';
  if (has(official)) return undefined;
  if (has(companies) || has(states)) return 'elsewhere';
  if (has(persons) && has(dealings)) return 'private';
  if (!has(everyday)) return undefined;
  // "Weather sensor", "bus data": what else is asked is a subject of ours.
  const others = [...asked].filter((word) => !everyday.has(word) && strong.has(word));
  return others.length === 0 || index.topics.entries.length === 0 ? 'everyday' : undefined;
}

// Chosen by the questions on file and by some forty that no city answers: among those that it answers, none lies below both.
const leastCover = 0.45;
const mostStrange = 0.25;
/**
 * The words that carry the question and that no rule, topic or question on file knows, where what is left of it says little
 * (`cover` is how much of it the rule that covers most speaks of) or names no subject of its own. Else empty.
 */
export function strangeWords(index: SearchIndex, found: Found, cover: number): string[] {
  const { telling, topics } = found;
  const weigh = (words: Found['telling']) => words.reduce((sum, { weight }) => sum + weight, 0);
  const whole = weigh(telling);
  const strange = telling.filter(({ meant }) => meant.size === 0);
  // A subject of the tree is one of ours, also where no rule is on it.
  const subject = weigh(telling.filter(({ typed }) => topics[0]?.words.includes(typed)));
  const most = Math.max(cover * whole, subject);
  const little = most < leastCover * whole || !hasOwnSubject(index, found);
  return little && weigh(strange) >= mostStrange * whole ? strange.map(({ typed }) => typed) : [];
}

const strong = wordsOf(
  `data measurement measurements reading readings camera cameras video permit fine fee rule rules law records document station
  level noise traffic parking datos medición lecturas cámara multa tarifa norma ley documentos`,
);

const notPlaces = wordsOf(
  `january february march april may june july august september october november december monday tuesday wednesday thursday friday
  saturday sunday english spanish advance person writing private public secret trouble court danger charge general total
  hiding prison jail winter summer spring autumn order force question time here there home office mind connecticut america
  enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves
  viernes sábado domingo inglés español público privado secreto peligro total casa persona`,
);
const named =
  /(?:^|[\s(])(?:[Ii]n|[Aa]t|[Ff]rom|[Nn]ear|of|for|to|[Dd]oes|[Ii]s|[Ee]n|de|[Dd]esde|por|para)\s+((?:New|East|West|North|South|San|Saint|St\.?|Los|Las|El|La|Old)?\s?\p{Lu}[\p{L}'’-]{2,}(?:\s\p{Lu}[\p{L}'’-]{2,})?)/gu;
const small = /\b(?:in|en)\s+(\p{Ll}{5,}(?:\s\p{Ll}{4,})?)\s*[?.!]*$/u;

/** A place that the question names and that is none of ours, as it was typed: "in Hartford". Ours are found by search. */
export function absentPlace(question: string, index: SearchIndex): string | undefined {
  const ours = new Set(index.places.entries.flatMap(({ phrases }) => phrases.flat()));
  const foreign = (words: string) =>
    phraseOf(words).every(
      (word) => !index.known.has(word) && !notPlaces.has(word) && !companies.has(word) && !everyday.has(word),
    ) && !phraseOf(words).some((word) => ours.has(word));
  const text = question.slice(0, 500);
  for (const match of text.matchAll(named)) {
    const place = match[1]?.trim().replace(/['’]s$/, '');
    const last = place?.split(' ').at(-1);
    if (place && last && foreign(last) && !ours.has(stems(last)[0] ?? '')) return place;
  }
  const last = small.exec(text)?.[1];
  return last && foreign(last) ? last : undefined;
}

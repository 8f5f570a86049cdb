/**
 * Hints of personal data in text: what looks like a plate, a telephone number, a mail address or a name. Some are
 * wrong, and some personal data give none, which is why a person looks. Pure and safe for the browser.
 */
export const hintKinds = ['email', 'phone', 'plate', 'name'] as const;
export type HintKind = (typeof hintKinds)[number];

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u;
// North American numbers as people write them; a bare run of ten digits is more often an id.
const phone =
  /(?<![\p{L}\p{N}.-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])\+\d{1,3}[ .-]?(?:\d[ .-]?){7,12}\d(?![\p{L}\p{N}])/u;
/** Words of letters and digits, as plates are: `AB-12345`, `7ABC123`, `ABC 1234`. */
const plate =
  /(?<![\p{L}\p{N}])(?:[A-Z]{1,3}[ -]\d{3,5}|[A-Z]{2,3}\d{3,5}|\d[A-Z]{3}\d{3}|\d{3}[ -]?[A-Z]{3}|[A-Z]{3}[ -]?\d[A-Z]\d{2}|[A-Z]{1,3}[ -]\d{2,3}[ -][A-Z]{1,3})(?![\p{L}\p{N}])/u;
const aboutVehicles = /\b(?:plate|license|licence|tag|vehicle|registration|placa|matr[ií]cula)\b/iu;
// Names begin with capital letters, so only the words before them are read in either case.
const aboutPeople =
  /(?<!\p{L})(?:[Oo]wner|[Dd]river|[Rr]esident|[Tt]enant|[Nn]ame|[Cc]ontact|[Rr]eported by|[Cc]aller|[Cc]omplainant|[Pp]atient|[Pp]erson|[Dd]ueñ[oa]|[Pp]ropietari[oa]|[Cc]onductora?|[Rr]esidente|[Ii]nquilin[oa]|[Nn]ombre|[Cc]ontacto|[Pp]aciente)(?!\p{L})\s*[:=]?\s*(?:is\s|es\s)?\s*\p{Lu}[\p{L}'’-]+\s+\p{Lu}[\p{L}'’.-]+/u;

/** The kinds of hints in a text, each once. `near` is what the text is called, such as the name of its column. */
export function findHints(text: string, near = ''): HintKind[] {
  const found: HintKind[] = [];
  if (email.test(text)) found.push('email');
  if (phone.test(text)) found.push('phone');
  const whole = text.trim();
  const isPlate = plate.exec(text);
  // A code among other words is a plate only where plates are spoken of.
  if (isPlate && (isPlate[0].length === whole.length || aboutVehicles.test(text) || aboutVehicles.test(near)))
    found.push('plate');
  if (aboutPeople.test(text) || (aboutPeopleNear.test(near) && twoNames.test(whole))) found.push('name');
  return found;
}

const aboutPeopleNear =
  /(?:^|[^\p{L}])(?:owner|driver|resident|tenant|person|caller|complainant|patient|dueñ[oa]|propietari[oa]|conductor|residente|inquilin[oa]|paciente)(?:$|[^\p{L}])/iu;
const twoNames = /^\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’.-]*){1,3}$/u;

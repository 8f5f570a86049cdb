/**
 * The code on a sensor's pole: its Thing's id in Crockford base 32 (https://www.crockford.com/base32.html), which
 * survives being read aloud: no I, L, O or U, either case, O read as 0, I and L as 1, hyphens ignored.
 */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const largest = 2n ** 63n - 1n;

/** An id (decimal digits) as its code, upper case. */
export function shortCode(id: string): string {
  let rest = BigInt(id);
  if (rest < 0n) throw new RangeError(`An id is not negative: ${id}`);
  let code = '';
  do {
    code = digits[Number(rest % 32n)] + code;
    rest /= 32n;
  } while (rest > 0n);
  return code;
}

/** The id (decimal digits) and the code as it should be written, or undefined when it is none. */
export function parseShortCode(text: string): { id: string; code: string } | undefined {
  const plain = text.replaceAll('-', '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  if (plain.length === 0 || plain.length > 20) return undefined;
  let id = 0n;
  for (const character of plain) {
    const digit = digits.indexOf(character);
    if (digit < 0) return undefined;
    id = id * 32n + BigInt(digit);
  }
  return id > largest ? undefined : { id: id.toString(), code: shortCode(id.toString()) };
}

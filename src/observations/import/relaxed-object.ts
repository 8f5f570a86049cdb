import { Problem } from '../../kit/problem.ts';
import { exactNumber } from './parse-json.ts';

/** What a payload decodes to. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const mostDepth = 16;

/**
 * Reads JSON whose member names may lack their quotes, as small devices send it: `{wid:"6d31",T:[23.3,22.7],cso:0}`.
 * Nothing else is relaxed and nothing is evaluated.
 * @throws Problem `invalid` with the position
 */
export function parseRelaxedObject(text: string): Json {
  let at = 0;

  const fault = (what: string) =>
    new Problem('invalid', `${what} at character ${at + 1} of ${JSON.stringify(text.slice(0, 80))}`, {
      details: { at },
    });
  const blank = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const expect = (sign: string) => {
    blank();
    if (text[at] !== sign) throw fault(`"${sign}" is missing`);
    at++;
  };
  /** True when the list goes on; false when `close` ended it. */
  const more = (close: string): boolean => {
    blank();
    if (text[at] === close) {
      at++;
      return false;
    }
    expect(',');
    return true;
  };

  const string = (): string => {
    const quoted = take(/"(?:[^"\\\p{Cc}]|\\.)*"/uy);
    if (quoted === undefined) throw fault('a text that is not closed or not allowed');
    try {
      return String(JSON.parse(quoted));
    } catch (cause) {
      throw new Problem('invalid', `a wrong escape in ${quoted}`, { cause });
    }
  };

  const value = (depth: number): Json => {
    if (depth > mostDepth) throw fault('nested too deeply');
    blank();
    const sign = text[at];
    if (sign === '"') return string();
    if (sign === '[') {
      at++;
      const list: Json[] = [];
      blank();
      if (text[at] === ']') {
        at++;
        return list;
      }
      do list.push(value(depth + 1));
      while (more(']'));
      return list;
    }
    if (sign === '{') {
      at++;
      const members = new Map<string, Json>();
      blank();
      if (text[at] === '}') {
        at++;
        return {};
      }
      do {
        blank();
        const name = text[at] === '"' ? string() : take(/[A-Za-z_$][\w$]*/y);
        if (name === undefined) throw fault('a member name is missing');
        if (members.has(name)) throw fault(`the name "${name}" occurs twice`);
        expect(':');
        members.set(name, value(depth + 1));
      } while (more('}'));
      return Object.fromEntries(members);
    }
    const number = take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y);
    if (number !== undefined) return exactNumber(number);
    const word = take(/true|false|null/y);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    throw fault('a value is missing');
  };

  const result = value(0);
  blank();
  if (at < text.length) throw fault('something follows the end');
  return result;
}

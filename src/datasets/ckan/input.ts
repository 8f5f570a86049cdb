import { Problem } from '../../kit/problem.ts';

/** The parameters of a call, as they came: text from an address, any JSON from a body. */
export type Input = Record<string, unknown>;

/** A parameter is wrong: CKAN's Validation Error, by the name of the parameter. */
export function invalid(name: string, message: string): Problem {
  return new Problem('invalid', `${name}: ${message}`, { details: { fields: { [name]: [message] } } });
}

/** What CKAN calls a Search Query Error. */
export function wrongQuery(message: string): Problem {
  return new Problem('invalid', message, { details: { searchQuery: true } });
}

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw invalid(name, 'Must be text');
  // No text in the database holds it.
  if (value.includes('\0')) throw invalid(name, 'Must not contain a null character');
  return value;
}

export function required(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined) throw invalid(name, 'Missing value');
  return value;
}

export function whole(input: Input, name: string, fallback: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = text(input, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^-?\d{1,15}$/.test(value.trim())) throw invalid(name, 'Invalid integer');
  if (number < 0) throw invalid(name, 'Must be a natural number');
  return Math.min(number, most);
}

export function flag(input: Input, name: string, fallback: boolean): boolean {
  const value = text(input, name)?.toLowerCase();
  if (value === undefined) return fallback;
  return ['true', 'yes', 't', 'y', '1', 'on'].includes(value);
}

/** A list: JSON, or repeated in an address, or separated by commas. */
export function list(input: Input, name: string): string[] {
  const value = json(input[name]);
  if (value === undefined || value === null || value === '') return [];
  const items = Array.isArray(value) ? value : String(value).split(',');
  if (items.length > 1000 || items.some((item) => typeof item !== 'string' || item.includes('\0'))) {
    throw invalid(name, 'Must be a list of up to 1000 texts');
  }
  return (items as string[]).map((item) => item.trim()).filter(Boolean);
}

/** A dictionary, as JSON or as text that is JSON. */
export function dictionary(input: Input, name: string): Record<string, unknown> {
  const value = json(input[name]);
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(name, 'Must be a dictionary');
  return value as Record<string, unknown>;
}

/** Text that looks like JSON is; an address can carry nothing else. */
export function json(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

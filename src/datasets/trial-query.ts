import { Problem } from '../kit/problem.ts';

const root = '/v1.1/';

/**
 * The path of a SensorThings query that somebody typed, below /v1.1/ whatever it contains; a leading slash or version
 * is forgiven. Throws Problem `invalid`.
 */
export function trialPath(text: string): string {
  const query = text.trim().replace(/^\/?(v1\.1\/?)?/, '');
  const parsed = URL.parse(root + query, 'http://localhost');
  if (
    query.length > 1000 ||
    !parsed ||
    parsed.origin !== 'http://localhost' ||
    !parsed.pathname.startsWith(root)
  ) {
    throw new Problem('invalid', 'A query has at most 1,000 characters and stays below /v1.1/.');
  }
  return parsed.pathname + parsed.search;
}

/** JSON indented for people; anything else as it came. */
export function prettyAnswer(body: string, contentType: string): string {
  if (!contentType.includes('json')) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

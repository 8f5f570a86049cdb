import { licenseIds } from '../licenses.ts';

/**
 * What a portal sends is a stranger's text: it is made plain, and bounded, before anything keeps it. Pure. Each reader tells
 * by `tell` what it had to change or leave out.
 */
export type Tell = (what: string) => void;

/** Control characters but line ends and tabs, marks that turn text around or are not seen, halves of characters. */
const unfit =
  /(?![\n\t])\p{Cc}|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** Plain text of one value; undefined when there is none. */
export function plain(value: unknown, most: number, tell: Tell, name: string): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value).slice(0, most);
  if (typeof value !== 'string') return undefined;
  // Whatever is longer than this is no text of a catalog: it is not searched for tags.
  let text = value.slice(0, most * 20).replace(/\r\n?/g, '\n');
  const fit = text.replace(unfit, '');
  if (fit.length !== text.length) tell(`${name}: characters that cannot be printed were taken out`);
  text = withoutTags(fit)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  if (text.length > most) {
    tell(`${name}: cut at ${most} characters`);
    text = `${[...text]
      .slice(0, most - 1)
      .join('')
      .slice(0, most - 1)
      .replace(/\p{Cs}$/u, '')}…`;
  }
  return text === '' ? undefined : text;
}

/** One line of text. */
export function line(value: unknown, most: number, tell: Tell, name: string): string | undefined {
  return plain(value, most, tell, name)?.replace(/\s+/g, ' ');
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Markup becomes text: blocks end lines, everything else of it goes. */
function withoutTags(text: string): string {
  if (!/[<&]/.test(text)) return text;
  return text
    .replace(/<(script|style)\b[^>]{0,500}>[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<(?:br|\/p|\/div|\/li|\/h[1-6]|\/tr)\b[^<>]{0,500}>/gi, '\n')
    .replace(/<\/?[a-z!][^<>]{0,2000}>/gi, '')
    .replace(/&(?:#(\d{1,6})|([a-z]{2,6}));/gi, (whole, code, name) => {
      if (name) return entities[name.toLowerCase()] ?? whole;
      const point = Number(code);
      // Not a way around what was taken out above.
      return point < 32 ||
        (point > 126 && point < 161) ||
        point > 0xffff ||
        /\p{Cf}|\p{Cs}/u.test(String.fromCharCode(point))
        ? ''
        : String.fromCharCode(point);
    });
}

/** An address of the web; undefined, and told, when it is another kind of address. */
export function webLink(value: unknown, tell: Tell, name: string, base?: string): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const url = URL.parse(value.trim(), base);
  if (!url || value.length > 2000 || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    tell(`${name}: not an address of the web`);
    return undefined;
  }
  return url.href;
}

export function keywordsOf(values: unknown, tell: Tell): string[] {
  if (!Array.isArray(values)) return [];
  const words = values
    .slice(0, 200)
    .map((value) =>
      line(
        (value as { display_name?: unknown } | null)?.display_name ??
          (value as { name?: unknown } | null)?.name ??
          value,
        60,
        tell,
        'keyword',
      ),
    )
    .filter((word) => word !== undefined);
  const unique = [...new Set(words)];
  if (unique.length > 30) tell('more than 30 keywords');
  return unique.slice(0, 30);
}

/** A moment of the past or the near future, ISO 8601 in UTC. A time without a zone is read as UTC, as CKAN writes it. */
export function moment(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}(-\d{2}|$)/.test(value)) return undefined;
  const time = Date.parse(/T[\d:.]+$/.test(value) ? `${value}Z` : value);
  return time > -6e12 && time < 5e12 ? new Date(time).toISOString() : undefined;
}

/** The license that these words mean beyond doubt. A family without its version is none. */
export function licenseOf(id: string | undefined, url: string | undefined): string | null {
  const wanted = id?.toLowerCase();
  const known = licenseIds.find((each) => each.toLowerCase() === wanted);
  if (known) return known;
  const named: Record<string, string> = {
    'cc-zero': 'CC0-1.0',
    'odc-pddl': 'PDDL-1.0',
    'odc-odbl': 'ODbL-1.0',
    'odc-by': 'ODC-By-1.0',
  };
  if (wanted && Object.hasOwn(named, wanted)) return named[wanted] as string;
  const path = (url ?? id ?? '').toLowerCase().replace(/^https?:\/\/(www\.)?/, '');
  const [, kind = '', version] =
    /^creativecommons\.org\/licenses\/(by|by-sa|by-nc)\/(4\.0)(\/|$)/.exec(path) ?? [];
  if (version) return `CC-${kind.toUpperCase()}-4.0`;
  if (/^creativecommons\.org\/publicdomain\/zero\/1\.0(\/|$)/.test(path)) return 'CC0-1.0';
  const [, odc] = /^opendatacommons\.org\/licenses\/(pddl|odbl|by)(\/1[.-]0)?(\/|$)/.exec(path) ?? [];
  return odc ? ({ pddl: 'PDDL-1.0', odbl: 'ODbL-1.0', by: 'ODC-By-1.0' }[odc] ?? null) : null;
}

const topicWords: [topic: string, words: RegExp][] = [
  ['parking', /\bparking\b/],
  ['traffic', /\b(traffic|transport|transportation|transit|mobility|bicycles?|pedestrians?)\b/],
  ['public-safety', /\b(public safety|police|fire|crime|emergency)\b/],
  ['environment', /\b(environment|air quality|weather|water quality|noise|climate)\b/],
  ['infrastructure', /\b(infrastructure|utilities|roads?|streets?|bridges?|public works)\b/],
];

/** The topic that the portal's own themes and keywords name; else “other”. Titles are not guessed at. */
export function topicOf(words: readonly string[]): string {
  const text = words.join(' | ').toLowerCase();
  return topicWords.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
}

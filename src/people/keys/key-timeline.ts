import type { JsonObject } from '../../kit/chain.ts';
import type { KeySecret } from './api-key.ts';

/** A moment in a key's life. Some were somebody's doing and stand in the audit log; others come of themselves. */
export type Moment = {
  at: string;
  kind:
    | 'made'
    | 'terms-accepted'
    | 'first-used'
    | 'renamed'
    | 'rotated'
    | 'limited'
    | 'last-used'
    | 'secret-ended'
    | 'revoked'
    | 'expired';
  /** As the audit log names who acts; null for what came of itself. */
  by: string | null;
  /** The start of the secret, or the version of the terms. */
  what?: string;
  /** Of a rotation: when the old secret ends. */
  until?: string;
};

export type KeyLife = {
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  secrets: KeySecret[];
  accepted: { version: string; at: string }[];
  /** The first refusal of each day. */
  limited: string[];
  events: { at: string; actor: string; kind: string; content: JsonObject | null }[];
};

const order: Moment['kind'][] = [
  'made',
  'terms-accepted',
  'first-used',
  'renamed',
  'limited',
  'last-used',
  'rotated',
  'secret-ended',
  'expired',
  'revoked',
];
const kinds: Record<string, Moment['kind']> = {
  'key-created': 'made',
  'key-renamed': 'renamed',
  'key-rotated': 'rotated',
  'key-revoked': 'revoked',
};

/**
 * A key's life as one line of moments up to `now`, in order. That a key expired or that the grace of an old secret was
 * over happened without anybody acting: such moments are reckoned, at their time, and stand in no log.
 */
export function timelineOf(life: KeyLife, now: Date): Moment[] {
  const time = (at: string) => new Date(at).getTime();
  const acted: Moment[] = life.events.flatMap(({ at, actor, kind, content }) => {
    const known = kinds[kind];
    if (!known) return [];
    const { prefix, endsAt } = content ?? {};
    return {
      at,
      kind: known,
      by: actor,
      ...(typeof prefix === 'string' ? { what: prefix } : {}),
      ...(typeof endsAt === 'string' ? { until: endsAt } : {}),
    };
  });
  // Keys are older than the audit log.
  if (!acted.some(({ kind }) => kind === 'made')) acted.push({ at: life.createdAt, kind: 'made', by: null });
  const [by] = acted.filter(({ kind }) => kind === 'made').map((made) => made.by);

  const end = Math.min(
    ...[life.revokedAt, life.expiresAt].flatMap((at) => (at ? time(at) : [])),
    Number.POSITIVE_INFINITY,
  );
  const endedBy = new Map(
    life.events.flatMap(({ kind, actor, content }) =>
      kind === 'secret-ended' ? [[content?.prefix, actor] as const] : [],
    ),
  );
  const firsts = life.secrets.flatMap(({ firstUsedAt }) => firstUsedAt ?? []).sort(byTime);
  const lasts = life.secrets.flatMap(({ lastUsedAt }) => lastUsedAt ?? []).sort(byTime);
  const came: Moment[] = [
    ...life.accepted.map(({ version, at }) => ({
      at,
      kind: 'terms-accepted' as const,
      by: by ?? null,
      what: version,
    })),
    ...firsts.slice(0, 1).map((at) => ({ at, kind: 'first-used' as const, by: null })),
    ...lasts.slice(-1).map((at) => ({ at, kind: 'last-used' as const, by: null })),
    ...life.limited.map((at) => ({ at, kind: 'limited' as const, by: null })),
    ...life.secrets.flatMap(({ prefix, endsAt }) =>
      endsAt && time(endsAt) < end
        ? [{ at: endsAt, kind: 'secret-ended' as const, by: endedBy.get(prefix) ?? null, what: prefix }]
        : [],
    ),
    ...(life.expiresAt && time(life.expiresAt) === end && life.revokedAt !== life.expiresAt
      ? [{ at: life.expiresAt, kind: 'expired' as const, by: null }]
      : []),
  ];
  return [...acted, ...came]
    .filter(({ at }) => time(at) <= now.getTime())
    .sort((a, b) => byTime(a.at, b.at) || order.indexOf(a.kind) - order.indexOf(b.kind));

  function byTime(a: string, b: string): number {
    return time(a) - time(b);
  }
}

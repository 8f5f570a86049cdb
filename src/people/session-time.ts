import type { Actor } from '../kit/context.ts';
import type { SessionTime } from '../ui/session-end.tsx';
import { sessionDays, staffIdleMinutes } from './person-defaults.ts';

/**
 * What a page is told of how long its session lasts. A minute less than the idle time: that a session was used is noted
 * once a minute at most.
 */
export function sessionTime(actor: Extract<Actor, { kind: 'person' }>, now: Date): SessionTime {
  const left = actor.endsAt ? actor.endsAt.getTime() - now.getTime() : sessionDays * 86_400_000;
  return { left, idle: actor.method === 'link' ? null : (staffIdleMinutes - 1) * 60_000 };
}

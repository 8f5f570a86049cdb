import type { Condition } from './condition.ts';
import { staffRoles } from './role.ts';

/** Who may have a permission: everybody of these, and staff by their roles. Safe for the browser. */
export const roles = [
  'anonymous',
  'person',
  'reading-key',
  'demo-key',
  'key',
  'open-writes',
  ...staffRoles,
  'operator',
] as const;
export type Role = (typeof roles)[number];

/** One row: what may be done, by whom, under which condition. */
export type Row = {
  /** The actions, each by the name of its file. */
  actions: readonly string[];
  may: Partial<Record<Role, Condition>>;
  /** What a stranger is told who has not signed in or shown a key, where that would help. */
  needs?: string;
};

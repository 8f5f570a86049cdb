import type { AccessClass } from './audience.ts';

/** What a dataset can be made, as one choice of a form: its class, and whether its catalog entry is public. Safe for the browser. */
export const accessChoices = {
  open: { access: 'open', listed: false },
  key: { access: 'key', listed: false },
  'key-listed': { access: 'key', listed: true },
  agreement: { access: 'agreement', listed: false },
  'agreement-listed': { access: 'agreement', listed: true },
  restricted: { access: 'restricted', listed: false },
  listed: { access: 'restricted', listed: true },
} as const satisfies Record<string, { access: AccessClass; listed: boolean }>;
export type AccessChoice = keyof typeof accessChoices;

/** Which choice this is. */
export function choiceOf(given: { access?: unknown; listed?: unknown }): AccessChoice {
  const access = String(given.access);
  if (access === 'open') return 'open';
  if (access === 'key' || access === 'agreement') return given.listed ? `${access}-listed` : access;
  return given.listed ? 'listed' : 'restricted';
}

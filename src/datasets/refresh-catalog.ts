import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { refreshEntries } from '../release/index.ts';

/** How old what the catalog tells of newest readings may be: a default of the software; no law sets it. */
export const catalogSeconds = 10;

/** Brings the catalog's view of newest readings, and of names of places and offices, up to date; done every few seconds. */
export async function refreshCatalog(ctx: Ctx): Promise<void> {
  checkPermission(ctx, 'run-the-installation');
  await refreshEntries(ctx.app);
}

import { type LoadedRegion, loadRegion } from '../../src/demonstration/index.ts';
import type { Ctx } from '../../src/kit/context.ts';
import * as observations from '../../src/observations/index.ts';

/** Loads the demonstration region, small unless said otherwise: some 75 sensors with three days of history. */
export function loadTestRegion(
  ctx: Ctx,
  options: { now?: Date; days?: number; scale?: number } = {},
): Promise<LoadedRegion> {
  return loadRegion(ctx, { days: 3, scale: 0.1, ...options, entities: observations });
}

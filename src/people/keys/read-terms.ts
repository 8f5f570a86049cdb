import type { Ctx } from '../../kit/context.ts';
import { type Terms, termsInForce } from './terms.ts';

/** The terms of use for keys that are in force: the newest of each place, none where no city has published any. */
export async function readTerms(ctx: Ctx): Promise<Terms[]> {
  return termsInForce(ctx.app);
}

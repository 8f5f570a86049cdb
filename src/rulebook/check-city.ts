import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { type CityFolder, type Imported, storeFolders } from './import-city.ts';

/**
 * Says what an import of these folders would do, judged by the import itself against everything that stands; nothing is
 * stored; `rules.overridden` names what an import would refuse because staff have corrected it. Errors: not-allowed (operators only), invalid (every fault with file, line and reason).
 */
export async function checkCity(
  ctx: Ctx,
  input: { folders: readonly CityFolder[]; under?: string },
): Promise<Imported> {
  checkPermission(ctx, 'import-city');
  const undone: { imported?: Imported } = {};
  try {
    await withTransaction(ctx.app, async (tx) => {
      undone.imported = await storeFolders(tx, ctx, { ...input, overrideStaff: true });
      throw undone;
    });
  } catch (error) {
    if (error !== undone || !undone.imported) throw error;
  }
  return undone.imported as Imported;
}

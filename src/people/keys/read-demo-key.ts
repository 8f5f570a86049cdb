import type { Ctx } from '../../kit/context.ts';

/** The key that everybody may try; null where there is none. */
export async function readDemoKey(ctx: Ctx): Promise<string | null> {
  const { rows } = await ctx.app.query<{ key: string }>(
    'select shown_key as key from private.api_key where shown_key is not null and revoked_at is null limit 1',
  );
  return rows[0]?.key ?? null;
}

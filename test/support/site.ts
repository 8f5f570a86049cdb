import { type App, createApp } from '../../src/app.ts';
import { openTestContext, type TestContext } from './context.ts';
import { loadTestRegion } from './region.ts';

export type Site = { url: string; ctx: TestContext; app: App; close(): Promise<void> };

/** The whole product on a free port (or on `PORT`), with a small demonstration region that ends now. */
export async function openSite(
  options: {
    env?: Record<string, string>;
    region?: boolean;
    onRoute?: (route: { method: string | string[]; url: string }) => void;
  } = {},
): Promise<Site> {
  const now = new Date().toISOString();
  // One address asks for everything here; tests of the limits set them.
  const env = { LIMIT_ANONYMOUS: 'off', LIMIT_KEY: 'off', LIMIT_PAGES: 'off', ...options.env };
  const { ctx, close } = await openTestContext({ now, ...options, env });
  if (options.region ?? true) await loadTestRegion(ctx);
  const app = await createApp(ctx, options.onRoute ? { onRoute: options.onRoute } : {});
  // What the test stores wakes the feeds, as it does in the product.
  const remember = ctx.emit;
  ctx.emit = (event) => {
    remember(event);
    app.onEvent(event);
  };
  const url = await app.server.listen({ host: '127.0.0.1', port: Number(options.env?.PORT ?? 0) });
  return {
    url,
    ctx,
    app,
    close: async () => {
      await app.close();
      await close();
    },
  };
}

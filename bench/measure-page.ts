import { loadRegion } from '../src/demonstration/index.ts';
import * as observations from '../src/observations/index.ts';
import { openBenchInstallation } from './bench-database.ts';
import type { Figure } from './figure.ts';
import { get, openLoop } from './load.ts';
import { startServer } from './serve.ts';

/** The dataset page at 20 requests a second, open loop, over every open dataset of the demonstration region. */
export async function measurePage(): Promise<Figure> {
  const installation = await openBenchInstallation();
  try {
    await loadRegion(installation.ctx, { entities: observations });
    const { rows } = await installation.ctx.public.query<{ slug: string }>(
      "select slug from released.dataset where access = 'open' order by slug",
    );
    await installation.analyze();
    const server = await startServer(installation.env);
    let next = 0;
    const page = () => get(`${server.url}/en/datasets/${rows[next++ % rows.length]?.slug}`, 'first-byte');
    const health = () => get(`${server.url}/healthz`, 'first-byte');
    await openLoop(20, 5_000, page);
    const pages = await openLoop(20, 20_000, page);
    const floor = await openLoop(20, 5_000, health);
    await server.stop();
    return {
      name: 'dataset page at 20 requests/s, time to first byte',
      value: `p95 ${pages.p95.toFixed(1)} ms`,
      baseline: `p95 ${floor.p95.toFixed(1)} ms (/healthz, the same server)`,
      ratio: null,
      more: `p50 ${pages.p50.toFixed(1)} ms, p99 ${pages.p99.toFixed(1)} ms, ${pages.failures} failures of ${pages.count + pages.failures}`,
      target: 'p95 < 60 ms',
      met: pages.p95 < 60 && pages.failures === 0,
    };
  } finally {
    await installation.remove();
  }
}

import { createApp } from '../src/app.ts';
import { openInstallation } from '../src/installation.ts';

// The product's app on the bench's database, in a process of its own, as a city runs it.
const installation = await openInstallation({ env: process.env, actor: { kind: 'operator' }, join: true });
const app = await createApp(installation.ctx);
installation.onEvent(app.onEvent);
await app.server.listen({ host: '127.0.0.1', port: installation.ctx.config.PORT });
process.on('SIGTERM', async () => {
  await app.close();
  await installation.close();
  process.exit(0);
});

import { readConfig } from '../../src/kit/config.ts';
import type { Ctx } from '../../src/kit/context.ts';
import { openPool } from '../../src/kit/database.ts';
import { openLog } from '../../src/kit/log.ts';
import { releaseWhatIsDue } from '../../src/release/index.ts';

/** A process that finishes what changes left to do and is killed after some transactions: `APP_URL NOW COMMITS`. */
const [url = '', now = '', commits = '0'] = process.argv.slice(2);
const app = openPool(url, { role: 'charter_app', direct: true });
let done = 0;
const die = () => process.kill(process.pid, 'SIGKILL');
app.on('connect', (client) => {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  client.query = ((...given: unknown[]) => {
    // The last one is sent and killed at the same time: it is there or not.
    if (given[0] === 'commit' && ++done > Number(commits)) setTimeout(die, Math.random() * 3);
    return query(...given);
  }) as typeof client.query;
});
const ctx: Ctx = {
  config: readConfig({}),
  clock: { now: () => new Date(now) },
  log: openLog('silent', process.stderr),
  app,
  public: app,
  granted: app,
  actor: { kind: 'operator' },
  emit: () => {},
};
await releaseWhatIsDue(ctx);
console.log('done');
process.exit(0);

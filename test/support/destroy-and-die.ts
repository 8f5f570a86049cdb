import { readConfig } from '../../src/kit/config.ts';
import { openPool } from '../../src/kit/database.ts';
import { openLog } from '../../src/kit/log.ts';
import { runDestruction } from '../../src/release/retention/run-destruction.ts';

/** A process that destroys what is due and is killed after some batches: `APP_URL PUBLIC_URL NOW BATCHES`. */
const [app = '', open = '', now = '', batches = '0'] = process.argv.slice(2);
let done = 0;
await runDestruction(
  {
    config: readConfig({}),
    clock: { now: () => new Date(now) },
    log: openLog('silent', process.stderr),
    app: openPool(app, { role: 'charter_app', direct: true }),
    public: openPool(open, { role: 'charter_public', direct: true }),
    granted: openPool(open, { role: 'charter_public', direct: true }),
    actor: { kind: 'operator' },
    emit: () => {},
  },
  {
    size: 40,
    onBatch: () => {
      done += 1;
      if (done >= Number(batches)) process.kill(process.pid, 'SIGKILL');
    },
  },
);

import { type Installation, openInstallation } from '../installation.ts';
import { openLog } from '../kit/log.ts';

/** Runs one command of an operator against the installation that the environment names; its log goes to standard error. */
export async function withInstallation(work: (ctx: Installation['ctx']) => Promise<number>): Promise<number> {
  const log = openLog(process.env.LOG_LEVEL ?? 'warn', process.stderr);
  const installation = await openInstallation({
    env: process.env,
    actor: { kind: 'operator' },
    join: true,
    log,
  });
  try {
    return await work(installation.ctx);
  } finally {
    await installation.close();
  }
}

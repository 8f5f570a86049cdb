import { parseArgs } from 'node:util';
import { withInstallation } from './with-installation.ts';

export async function migrateCommand(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  return withInstallation(async () => {
    console.log('The database has the newest schema.');
    return 0;
  });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startTestServer, type TestServer } from './database-server.ts';

let server: TestServer | undefined;

/** One database server for the whole run; each test file clones the template (see context.ts). */
export async function globalSetup(): Promise<void> {
  server = await startTestServer();
  process.env.CHARTER_OAK_TEST_URL = server.urlFor('USER', 'DATABASE');
  process.env.CHARTER_OAK_TEST_FOLDER = server.folder;
}

export async function globalTeardown(): Promise<void> {
  if (server && existsSync(join(server.folder, 'failed')) && process.env.KEEP_FAILED_DATABASES) {
    console.error(`A test failed; its database is kept in ${server.folder}/data`);
    return;
  }
  await server?.stop();
}

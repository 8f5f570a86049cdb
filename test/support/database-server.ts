import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPool } from '../../src/kit/database.ts';
import { startEmbeddedPostgres } from '../../src/kit/embedded-postgres.ts';
import { migrate } from '../../src/kit/migrate.ts';

export type TestServer = {
  /** For charter_owner; other roles by `urlFor`. */
  urlFor(user: string, database: string): string;
  folder: string;
  stop(): Promise<void>;
};

/**
 * A throw-away server with a migrated template database. It trades durability for speed, which is right for tests
 * alone; what is said about durability is tested against servers started as the product starts them.
 */
export async function startTestServer(): Promise<TestServer> {
  // Not in os.tmpdir(): as root the server runs as another user, who must be able to enter.
  const folder = await mkdtemp(join('/tmp', 'charter-oak-test-'));
  await chmod(folder, 0o711);
  const server = await startEmbeddedPostgres({
    dataFolder: join(folder, 'data'),
    log: () => {},
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const owner = openPool(server.urlFor('charter_owner', 'postgres'), { max: 1 });
  await owner.query('create database charter_template');
  await owner.end();
  const template = openPool(server.urlFor('charter_owner', 'charter_template'), { max: 1 });
  await migrate(template);
  await template.end();
  return {
    urlFor: server.urlFor,
    folder,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

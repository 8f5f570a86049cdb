import { mkdirSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkMajorVersion, makeCluster, writeAccessRules } from './embedded-postgres/cluster.ts';
import { checkoutAround, type Layout, layoutOf } from './embedded-postgres/data-folder.ts';
import { type Ended, type Log, launch, shutDown, since } from './embedded-postgres/launch.ts';
import { findPrograms, type Programs } from './embedded-postgres/programs.ts';
import { findServer, makeWay, removeStrangersLock } from './embedded-postgres/running-server.ts';
import { checkCanEnter, chooseServerUser, type ServerUser } from './embedded-postgres/server-user.ts';
import { asArguments, defaultSettings } from './embedded-postgres/settings.ts';
import { makeSocketFolder, socketPath, socketPort } from './embedded-postgres/socket-folder.ts';
import { Problem } from './problem.ts';

export { defaultDataFolder } from './embedded-postgres/data-folder.ts';

export type EmbeddedPostgres = {
  /** URL for node-postgres: the unix socket. The database `postgres` exists from the start. */
  urlFor(user: string, database: string): string;
  socketFolder: string;
  /** Such as 18.4. */
  version: string;
  /** Shuts the server down cleanly and resolves when it has ended. May be called twice. */
  stop(): Promise<void>;
  /** Resolves when the server ended without stop(). */
  died: Promise<Ended>;
};

export type StartOptions = {
  /** Made when missing. Holds the cluster, its log and its socket. */
  dataFolder: string;
  log: Log;
  /** More settings of postgresql.conf; they win over ours. */
  settings?: Record<string, string>;
  /** Name of the role that owns the cluster. Counts when it is made. */
  superuser?: string;
};

// Folders whose server this very process runs: for them "the owner is process <us>" means a second instance.
const ours = new Set<string>();

/**
 * Starts the embedded PostgreSQL on a data folder: makes the cluster the first time, recovers after any kind of kill,
 * and ends with this process in whatever way that ends. Reached over a unix socket by processes of the same user only.
 * Throws Problem: `conflict` (already running there; data of another major version), `invalid` (this platform, user or
 * folder cannot), `not-allowed` (somebody else's folder), `busy` (it did not start; the message quotes its log).
 */
export async function startEmbeddedPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const layout = layoutOf(makeDataFolder(options.dataFolder));
  const { dataFolder } = layout;
  const checkout = checkoutAround(dataFolder);
  if (checkout) {
    log(
      'the data folder lies inside a git checkout, where `git clean` deletes it: set CHARTER_OAK_DATA to another',
      {
        dataFolder,
        checkout,
      },
    );
  }
  if (ours.has(dataFolder)) {
    throw new Problem(
      'conflict',
      `This process (${process.pid}) already runs the database in ${dataFolder}. Stop it first, or use another folder.`,
      { details: { folder: dataFolder, pid: process.pid } },
    );
  }
  ours.add(dataFolder);
  try {
    const user = chooseServerUser(layout.cluster);
    checkCanEnter(dataFolder, user);
    await makeWay(layout, log);
    const programs = findPrograms(dataFolder, user);
    checkMajorVersion(layout, programs);
    const superuser = options.superuser ?? 'charter_owner';
    const began = performance.now();
    if (await makeCluster(layout, programs, user, superuser)) {
      log('made the database', { dataFolder, version: programs.version, milliseconds: since(began) });
    }
    return await startServer(layout, programs, user, options);
  } catch (error) {
    ours.delete(dataFolder);
    throw error;
  }
}

/**
 * The server that another process runs on this data folder, for a command beside it: how to reach it, and the id of the
 * process that owns it. Undefined when there is none.
 */
export function findEmbeddedPostgres(
  dataFolder: string,
): (Pick<EmbeddedPostgres, 'urlFor' | 'socketFolder'> & { pid: number }) | undefined {
  let folder: string;
  try {
    folder = realpathSync(dataFolder);
  } catch {
    return undefined;
  }
  const found = findServer(layoutOf(folder));
  return found && { urlFor: urlsOn(found.socketFolder), socketFolder: found.socketFolder, pid: found.owner };
}

// `host` as a parameter, for a path cannot stand in a URL's host; `port` said, or PGPORT would change the file's name.
const urlsOn = (socketFolder: string) => (user: string, database: string) =>
  `postgresql:///${encodeURIComponent(database)}?host=${encodeURIComponent(socketFolder)}&port=${socketPort}&user=${encodeURIComponent(user)}`;

function makeDataFolder(wanted: string): string {
  const folder = resolve(wanted);
  try {
    // The server's user must be able to pass through what root makes, not to list it.
    mkdirSync(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    return realpathSync(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      'invalid',
      `The data folder ${folder} cannot be made: ${why}. Set CHARTER_OAK_DATA to a folder that you may write.`,
      { cause },
    );
  }
}

async function startServer(
  layout: Layout,
  programs: Programs,
  user: ServerUser,
  options: StartOptions,
): Promise<EmbeddedPostgres> {
  const socketFolder = makeSocketFolder(layout.dataFolder, user);
  removeStrangersLock(`${socketPath(socketFolder)}.lock`, layout);
  writeAccessRules(layout);
  const settings = {
    ...defaultSettings(),
    ...options.settings,
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    hba_file: layout.hbaFile,
    ident_file: layout.identFile,
  };
  const args = ['-D', layout.cluster, '-p', String(socketPort), ...asArguments(settings)];
  const server = await launch(layout, programs, user, args, options.log);
  let stopping: Promise<void> | undefined;
  const ended = server.ended.finally(() => ours.delete(layout.dataFolder));
  return {
    urlFor: urlsOn(socketFolder),
    socketFolder,
    version: programs.version,
    stop() {
      stopping ??= shutDown(server, options.log);
      return stopping;
    },
    died: new Promise((tell) => {
      ended.then((how) => {
        if (!stopping) tell(how);
      });
    }),
  };
}

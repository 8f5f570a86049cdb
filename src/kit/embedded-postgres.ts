import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkMajorVersion, makeCluster, writeAccessRules } from './embedded-postgres/cluster.ts';
import { checkoutAround, type Layout, layoutOf } from './embedded-postgres/data-folder.ts';
import { signal } from './embedded-postgres/processes.ts';
import { findPrograms, type Programs } from './embedded-postgres/programs.ts';
import { findServer, makeWay, readPidFile, recordOwner } from './embedded-postgres/running-server.ts';
import { checkCanEnter, chooseServerUser, type ServerUser } from './embedded-postgres/server-user.ts';
import { asArguments, defaultSettings } from './embedded-postgres/settings.ts';
import { makeSocketFolder, socketPort } from './embedded-postgres/socket-folder.ts';
import { startChild } from './embedded-postgres/spawn-server.ts';
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
  died: Promise<{ code: number | null; signal: string | null }>;
};

type Log = (message: string, details?: object) => void;

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

type Ended = { code: number | null; signal: string | null };

async function startServer(
  layout: Layout,
  programs: Programs,
  user: ServerUser,
  options: StartOptions,
): Promise<EmbeddedPostgres> {
  const socketFolder = makeSocketFolder(layout.dataFolder, user);
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

type Server = { child: ChildProcess; pid: number; ended: Promise<Ended> };

async function launch(
  layout: Layout,
  programs: Programs,
  user: ServerUser,
  args: string[],
  log: Log,
): Promise<Server> {
  const began = performance.now();
  for (;;) {
    rotateLog(layout.log);
    const output = openSync(layout.log, 'a', 0o600);
    const from = fstatSync(output).size;
    const child = startChild(join(programs.folder, 'bin', 'postgres'), args, user, [
      'ignore',
      output,
      output,
    ]);
    closeSync(output);
    // The server is no reason to stay: it ends with us.
    child.unref();
    let how: Ended | undefined;
    const ended = new Promise<Ended>((done) => {
      child.once('exit', (code, signal) => done({ code, signal }));
      child.once('error', () => done({ code: null, signal: null }));
    });
    ended.then((end) => {
      how = end;
    });
    for (let told = 0; !how; await sleep(5)) {
      const file = readPidFile(layout.cluster);
      if (file?.status === 'ready' && !how) {
        recordOwner(layout, file.pid);
        log('the database is ready', { version: programs.version, milliseconds: since(began) });
        return { child, pid: file.pid, ended };
      }
      // Recovery after a kill reads what was written since the last checkpoint: up to max_wal_size.
      if (since(began) - told > 5_000) {
        told = since(began);
        log('the database is still starting; after a kill it first recovers what was committed', {
          seconds: Math.round(told / 1000),
        });
      }
    }
    const said = readFileSync(layout.log).subarray(from).toString('utf8').trim();
    // A killed server's last backend is still going: PostgreSQL is right to wait for it.
    if (/pre-existing shared memory block/.test(said) && since(began) < 15_000) {
      await sleep(250);
      continue;
    }
    throw new Problem(
      'busy',
      `The embedded PostgreSQL did not start (${how.signal ?? `exit status ${how.code}`}). Its log ${layout.log} says: ${said.split('\n').slice(-6).join(' | ') || 'nothing'}`,
      { details: { log: layout.log, ...how } },
    );
  }
}

/** SIGINT is PostgreSQL's fast shutdown: running transactions are rolled back, then a checkpoint. */
async function shutDown(server: Server, log: Log): Promise<void> {
  server.child.ref();
  const steps = [
    ['SIGINT', 60_000],
    // Immediate: the next start recovers. Nothing committed is lost.
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const;
  for (const [name, patience] of steps) {
    if (name !== 'SIGINT') log('the database does not stop; asking harder', { signal: name });
    if (server.child.exitCode === null && server.child.signalCode === null) signal(server.pid, name);
    const giveUp = new AbortController();
    const ended = await Promise.race([
      server.ended.then(() => true),
      sleep(patience, false, { signal: giveUp.signal }).catch(() => false),
    ]);
    giveUp.abort();
    if (ended) return;
  }
}

const logLimit = 10 * 1024 * 1024;

/** Keeps one older file. Our server writes only warnings and errors, so once per start is enough. */
function rotateLog(path: string): void {
  try {
    const descriptor = openSync(path, 'r');
    const { size } = fstatSync(descriptor);
    closeSync(descriptor);
    if (size > logLimit) renameSync(path, `${path}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const since = (began: number) => Math.round(performance.now() - began);

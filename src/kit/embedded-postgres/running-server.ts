import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../problem.ts';
import type { Layout } from './data-folder.ts';
import { isPostgresOn, orphanedBackendsOn, signal, startOf } from './processes.ts';
import { socketPath } from './socket-folder.ts';

/** What postmaster.pid says [PostgreSQL 18, src/include/utils/pidfile.h]. */
export type PidFile = { pid: number; socketFolder: string; status: string };

export function readPidFile(cluster: string): PidFile | undefined {
  const lines = readText(join(cluster, 'postmaster.pid'))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, socketFolder: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? '' };
}

type Owner = { postmaster: number; pid: number; started: string };

/** Written once the server is ready, so that whoever comes next knows whose it is. */
export function recordOwner(layout: Layout, postmaster: number): void {
  const owner: Owner = { postmaster, pid: process.pid, started: startOf(process.pid) ?? '' };
  writeFileSync(layout.ownerFile, `${JSON.stringify(owner)}\n`, { mode: 0o644 });
}

function readOwner(layout: Layout, postmaster: number): Owner | undefined {
  try {
    const owner: Owner = JSON.parse(readText(layout.ownerFile) ?? 'null');
    return owner?.postmaster === postmaster ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** The server that another live process of ours runs on this folder and that takes connections, if any. */
export function findServer(layout: Layout): (PidFile & { owner: number }) | undefined {
  const file = readPidFile(layout.cluster);
  if (file?.status !== 'ready' || !isPostgresOn(file.pid, layout.cluster)) return undefined;
  const owner = readOwner(layout, file.pid);
  return owner && startOf(owner.pid) === owner.started ? { ...file, owner: owner.pid } : undefined;
}

// A process killed just now takes a moment to be gone; a server just started takes one to say whose it is.
const patience = { livingOwner: 300, unknownOwner: 3_000, shutdown: 120_000, orphan: 3_000 };

/**
 * Returns when no server works on the folder and nothing stale is in a new one's way. Waits for one that is shutting
 * down, stops one whose parent is dead, ends backends whose postmaster was killed, and leaves strangers alone.
 * Throws Problem `conflict`, naming the process, when somebody else's server runs there.
 */
export async function makeWay(
  layout: Layout,
  log: (message: string, details?: object) => void,
): Promise<void> {
  const from = Date.now();
  let told = false;
  for (;;) {
    const file = readPidFile(layout.cluster);
    if (!file) break;
    if (!isPostgresOn(file.pid, layout.cluster)) {
      await refuseIfAnswering(layout, file);
      removeStrangersLock(join(layout.cluster, 'postmaster.pid'), layout);
      break;
    }
    const waited = Date.now() - from;
    const owner = readOwner(layout, file.pid);
    const ownerLives = owner !== undefined && startOf(owner.pid) === owner.started;
    const orphan = owner !== undefined && (!ownerLives || owner.pid === process.pid);
    const stopping = file.status === 'stopping';
    const grace = owner ? patience.livingOwner : patience.unknownOwner;
    const mayGoAway = stopping || orphan || waited < grace;
    if (!mayGoAway || waited > patience.shutdown) throw alreadyRunning(layout, file, owner, stopping);
    // Its parent's death has told it to stop already; where it has not, we do. A second time does no harm.
    if (orphan && !stopping) signal(file.pid, 'SIGINT');
    if (!told && waited > 500) {
      log('waiting for the previous database server to stop', { pid: file.pid });
      told = true;
    }
    await sleep(20);
  }
  await endOrphanedBackends(layout);
}

function alreadyRunning(layout: Layout, file: PidFile, owner: Owner | undefined, stopping: boolean): Problem {
  const who = owner ? `Charter Oak is running as process ${owner.pid}` : `A PostgreSQL server runs`;
  const state = stopping ? ' and has been shutting down for two minutes' : '';
  return new Problem(
    'conflict',
    `${who} on the data folder ${layout.dataFolder} (PostgreSQL process ${file.pid})${state}. Stop it first (Ctrl-C where it runs, or \`kill ${owner?.pid ?? file.pid}\`), or set CHARTER_OAK_DATA to another folder.`,
    { details: { folder: layout.dataFolder, pid: owner?.pid ?? file.pid, postgresPid: file.pid } },
  );
}

/**
 * PostgreSQL clears away a lock file that names nobody, but believes one that names a live process of the same user.
 * Should a server start in this very moment, its lock on shared memory, by the folder's inode, still keeps a second out.
 */
export function removeStrangersLock(path: string, layout: Layout): void {
  const pid = Math.abs(Number.parseInt(readText(path) ?? '', 10));
  // Also when it is a zombie, which PostgreSQL takes for alive.
  if (pid > 0 && !isPostgresOn(pid, layout.cluster)) rmSync(path, { force: true });
}

/** In another container on the same volume pids mean nothing here, but its socket answers. */
async function refuseIfAnswering(layout: Layout, file: PidFile): Promise<void> {
  if (!file.socketFolder) return;
  const answers = await new Promise<boolean>((done) => {
    const socket = connect(socketPath(file.socketFolder));
    const end = (yes: boolean) => {
      socket.destroy();
      done(yes);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
  if (!answers) return;
  throw new Problem(
    'conflict',
    `A PostgreSQL server outside this container runs on the data folder ${layout.dataFolder} (there its process id is ${file.pid}). Stop it first, or set CHARTER_OAK_DATA to another folder.`,
    { details: { folder: layout.dataFolder, pid: file.pid } },
  );
}

/**
 * Backends of a killed postmaster end by themselves when they next wait, but a busy one may take long, and while one
 * lives PostgreSQL rightly refuses to start: told to quit as their postmaster would have done after a crash.
 */
async function endOrphanedBackends(layout: Layout): Promise<void> {
  const from = Date.now();
  for (;;) {
    const left = orphanedBackendsOn(layout.cluster);
    if (left.length === 0) return;
    const waited = Date.now() - from;
    if (waited > 2 * patience.orphan) return;
    for (const pid of left) signal(pid, waited > patience.orphan ? 'SIGKILL' : 'SIGQUIT');
    await sleep(20);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

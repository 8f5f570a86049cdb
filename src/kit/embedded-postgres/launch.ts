import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../problem.ts';
import type { Layout } from './data-folder.ts';
import { parentOf, signal } from './processes.ts';
import type { Programs } from './programs.ts';
import { makeWay, readPidFile, recordOwner } from './running-server.ts';
import type { ServerUser } from './server-user.ts';
import { startChild } from './spawn-server.ts';

export type Log = (message: string, details?: object) => void;
export type Ended = { code: number | null; signal: string | null };

export type Server = { child: ChildProcess; pid: number; ended: Promise<Ended> };

/**
 * Starts the server and waits until it takes connections, however long recovery takes.
 * Throws Problem: `conflict` when another start was first, `busy` with the end of its log when it does not start.
 */
export async function launch(
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
      // Of two that start at once the other may be the one that is ready.
      const isOurs = file && (file.pid === child.pid || parentOf(file.pid) === child.pid);
      if (isOurs && file.status === 'ready') {
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
    // Another start was first (refused, named), or a killed server's last process is still going (waited for).
    if (/lock file .* already exists|pre-existing shared memory block/.test(said) && since(began) < 15_000) {
      await makeWay(layout, log);
      await sleep(100);
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
export async function shutDown(server: Server, log: Log): Promise<void> {
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

export const since = (began: number) => Math.round(performance.now() - began);

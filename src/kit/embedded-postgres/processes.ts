import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

// A pid alone says little: after a crash or a reboot it may name a stranger. On Linux /proc tells who it is; elsewhere
// `ps` does.
const hasProc = existsSync('/proc/self/stat');

type Identity = { parent: number; started: string };

function identify(pid: number): Identity | undefined {
  if (hasProc) {
    const stat = read(`/proc/${pid}/stat`);
    // The name, in parentheses, may hold spaces and parentheses; what follows is state, ppid, …, start time (22nd).
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has died; it only waits for a parent to ask.
    if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { parent: Number(fields[1]), started: fields[19] ?? '' };
  }
  const { status, stdout } = spawnSync('ps', ['-o', 'ppid=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const match = status === 0 ? /^\s*(\d+)\s+(.*\S)/.exec(stdout) : null;
  return match ? { parent: Number(match[1]), started: match[2] ?? '' } : undefined;
}

export function isAlive(pid: number): boolean {
  return identify(pid) !== undefined;
}

/** When the process started, in the system's own writing; undefined when there is no such process. */
export function startOf(pid: number): string | undefined {
  return identify(pid)?.started;
}

export function parentOf(pid: number): number | undefined {
  return identify(pid)?.parent;
}

/** True when `pid` is a PostgreSQL process (postmaster or backend) that works in `clusterFolder`. */
export function isPostgresOn(pid: number, clusterFolder: string): boolean {
  if (!isAlive(pid)) return false;
  if (hasProc) {
    // PostgreSQL's processes stay in the data folder. Another user's links cannot be read, and that is not ours.
    const program = basename(link(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
    return program === 'postgres' && link(`/proc/${pid}/cwd`) === clusterFolder;
  }
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes('postgres') && stdout.includes(clusterFolder);
}

/** All PostgreSQL processes on the folder. Empty where there is no /proc. */
export function postgresProcessesOn(clusterFolder: string): number[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresOn(pid, clusterFolder));
}

/** Backends on the folder whose postmaster is dead. A postmaster that just starts there is none of them. */
export function orphanedBackendsOn(clusterFolder: string): number[] {
  return postgresProcessesOn(clusterFolder).filter(
    (pid) =>
      read(`/proc/${pid}/cmdline`)?.startsWith('postgres: ') &&
      !isPostgresOn(parentOf(pid) ?? 0, clusterFolder),
  );
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

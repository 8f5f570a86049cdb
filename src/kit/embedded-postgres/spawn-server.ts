import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { asServerUser, type ServerUser } from './server-user.ts';

// util-linux's setpriv (Debian, Ubuntu, Fedora, SUSE, Arch …). BusyBox has one without --pdeathsig; macOS has none.
let kernelTells: boolean | undefined;

function hasDeathSignal(user: ServerUser): boolean {
  kernelTells ??=
    process.platform === 'linux' &&
    spawnSync('setpriv', ['--pdeathsig', 'INT', 'true'], asServerUser(user)).status === 0;
  return kernelTells;
}

// After the request to be told, make sure that the parent did not die before it: then nobody would tell.
const whileParentLives = '[ "$PPID" = "$0" ] || exit 1; exec "$@"';

// Reads from our pipe: at our death it ends, and the reader stops the server. `wait` then gives the server's code.
const watched = `"$@" 3<&- & server=$!
(while read -r _ <&3; do :; done; kill -INT "$server") 2>/dev/null & reader=$!
exec 3<&-
wait "$server"; code=$?
kill "$reader" 2>/dev/null
exit "$code"`;

/**
 * Starts a program as the server's user, in a session of its own (Ctrl-C is for us to hear, not for it), and so that it
 * gets SIGINT, a fast shutdown, when this process dies in whatever way. The kernel sees to that where setpriv can ask
 * it; elsewhere a shell waits on a pipe (it fails only if that shell is killed too; the next start then stops the server).
 */
export function startChild(
  program: string,
  args: string[],
  user: ServerUser,
  stdio: StdioOptions & unknown[],
): ChildProcess {
  const options = { ...asServerUser(user), detached: true };
  if (hasDeathSignal(user)) {
    const guard = ['--pdeathsig', 'INT', '--', 'sh', '-c', whileParentLives, String(process.pid)];
    return spawn('setpriv', [...guard, program, ...args], { ...options, stdio: stdio as StdioOptions });
  }
  return spawn('sh', ['-c', watched, 'charter-oak-watch', program, ...args], {
    ...options,
    stdio: [...stdio, 'pipe'] as StdioOptions,
  });
}

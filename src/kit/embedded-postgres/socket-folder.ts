import { createHash } from 'node:crypto';
import { chmodSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import { makePrivateFolder, type ServerUser } from './server-user.ts';

// Names the socket file only: the server listens on no TCP port.
export const socketPort = 5432;

// sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included [unix(7), unix(4)].
const longestPath = process.platform === 'darwin' ? 103 : 107;

export function socketPath(folder: string): string {
  return join(folder, `.s.PGSQL.${socketPort}`);
}

/**
 * Makes the folder of the server's socket, which only its user may enter: `run` in the data folder, or a short one
 * elsewhere when that path is too long for a socket.
 */
export function makeSocketFolder(dataFolder: string, user: ServerUser): string {
  const folder = chooseSocketFolder(dataFolder, user);
  makePrivateFolder(folder, user);
  const made = lstatSync(folder);
  // In /tmp somebody else could have been there first.
  if (!made.isDirectory() || made.uid !== user.uid) {
    throw new Problem(
      'conflict',
      `${folder} should be a folder of the user "${user.name}", for the database's socket, and is not. Remove it and start again.`,
      { details: { folder } },
    );
  }
  chmodSync(folder, 0o700);
  return folder;
}

export function chooseSocketFolder(dataFolder: string, user: ServerUser): string {
  const near = join(dataFolder, 'run');
  if (Buffer.byteLength(socketPath(near)) <= longestPath) return near;
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12);
  // Not XDG_RUNTIME_DIR: it is emptied at logout, and the server may stay.
  return user.drop ? `/run/charter-oak-${hash}` : `/tmp/charter-oak-${user.uid}-${hash}`;
}

import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { type UserInfo, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Problem } from '../problem.ts';

/** The system user that runs the server. `drop` is true when we are root and must step down to it. */
export type ServerUser = { uid: number; gid: number; name: string; drop: boolean };

type PasswdEntry = { uid: number; gid: number; name: string };

const wayOut = 'Or run a PostgreSQL 15 or later yourself and set DATABASE_URL.';

/**
 * Chooses who runs the server. PostgreSQL refuses to run as root, so root steps down to the owner of the existing
 * `clusterFolder`, else to `postgres`, else to `nobody`; anybody else runs it as themselves.
 * Throws Problem `invalid` when there is no such user, or when the folder belongs to somebody else.
 */
export function chooseServerUser(clusterFolder: string): ServerUser {
  const owner = ownerOf(clusterFolder);
  if (process.getuid?.() !== 0) return runAsOurselves(clusterFolder, owner);
  const passwd = readPasswd();
  if (owner !== undefined && owner.uid !== 0) {
    const name = passwd.find((entry) => entry.uid === owner.uid)?.name ?? `user ${owner.uid}`;
    return { ...owner, name, drop: true };
  }
  const chosen =
    passwd.find((entry) => entry.name === 'postgres') ?? passwd.find((entry) => entry.name === 'nobody');
  if (!chosen || chosen.uid === 0) {
    throw new Problem(
      'invalid',
      `PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody" to run it. Start Charter Oak as an ordinary user. ${wayOut}`,
    );
  }
  return { ...chosen, drop: true };
}

function runAsOurselves(clusterFolder: string, owner: { uid: number } | undefined): ServerUser {
  let self: UserInfo<string>;
  try {
    self = userInfo();
  } catch (cause) {
    // initdb and peer authentication look the user up [PostgreSQL 18 §20.9].
    throw new Problem(
      'invalid',
      `The user id ${process.getuid?.()} has no entry in /etc/passwd; the embedded PostgreSQL needs one. Run as a user that has a name. ${wayOut}`,
      { cause },
    );
  }
  if (owner !== undefined && owner.uid !== self.uid) {
    throw new Problem(
      'not-allowed',
      `The database in ${clusterFolder} belongs to user id ${owner.uid}, and you are ${self.username} (${self.uid}). Start Charter Oak as that user or as root, or set CHARTER_OAK_DATA to another folder.`,
      { details: { folder: clusterFolder, owner: owner.uid, you: self.uid } },
    );
  }
  return { uid: self.uid, gid: self.gid, name: self.username, drop: false };
}

function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found && { uid: found.uid, gid: found.gid };
}

function readPasswd(): PasswdEntry[] {
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? '')
      ? [{ name, uid: Number(uid), gid: Number(gid) }]
      : [];
  });
}

/** The name that the operating system gives to whoever runs this process; peer authentication goes by it. */
export function ownName(): string {
  return process.getuid?.() === 0 ? 'root' : userInfo().username;
}

/**
 * Options for a child process that runs as the server's user with a bare environment: PGPORT, PGDATA or LC_ALL of
 * whoever called us must not reach the server. Node clears supplementary groups when it is given a uid.
 */
export function asServerUser(user: ServerUser): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: NodeJS.ProcessEnv;
} {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', HOME: '/' };
  return user.drop ? { uid: user.uid, gid: user.gid, cwd: '/', env } : { cwd: '/', env };
}

/** Makes a folder that only the server's user (and root) may enter. */
export function makePrivateFolder(folder: string, user: ServerUser): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user.drop) chownSync(folder, user.uid, user.gid);
}

/** Throws Problem `invalid` naming the folder that keeps the server's user out of `folder`. */
export function checkCanEnter(folder: string, user: ServerUser): void {
  if (!user.drop) return;
  const probe = spawnSync('sh', ['-c', 'cd -- "$0"', folder], asServerUser(user));
  if (probe.status === 0) return;
  if (probe.error) {
    throw new Problem(
      'invalid',
      `PostgreSQL does not run as root, and this root may not become the user "${user.name}" (${probe.error.message}). Start Charter Oak as an ordinary user. ${wayOut}`,
      { cause: probe.error },
    );
  }
  throw new Problem(
    'invalid',
    `The user "${user.name}", who runs the database, may not enter ${closedFolder(folder, user)}, so the data cannot live in ${folder}. Set CHARTER_OAK_DATA to a folder outside it, such as /var/lib/charter-oak.`,
    { details: { folder, user: user.name } },
  );
}

function closedFolder(folder: string, user: ServerUser): string {
  let closed = folder;
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) closed = at;
    if (at === dirname(at)) return closed;
  }
}

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import type { Layout } from './data-folder.ts';
import { isAlive } from './processes.ts';
import type { Programs } from './programs.ts';
import { makePrivateFolder, ownName, type ServerUser } from './server-user.ts';
import { startChild } from './spawn-server.ts';

/**
 * Refuses a cluster of another major version, which these programs cannot open, and tells the way over.
 * Throws Problem `conflict`.
 */
export function checkMajorVersion(layout: Layout, programs: Programs): void {
  const made = readText(join(layout.cluster, 'PG_VERSION')) ?? readText(layout.versionFile);
  if (made === undefined || made === String(programs.major)) return;
  throw new Problem(
    'conflict',
    `The data in ${layout.dataFolder} was made by PostgreSQL ${made}, and this Charter Oak brings PostgreSQL ${programs.major}, which cannot open it. Nothing was changed. The way over: start it with the Charter Oak that made it, or with a PostgreSQL ${made} of your own on that folder, carry the database over with pg_dump and pg_restore, and set DATABASE_URL (docs/configuration.md).`,
    { details: { folder: layout.dataFolder, found: made, needed: String(programs.major) } },
  );
}

/**
 * Makes the cluster unless it is there. It is made under a temporary name and renamed when whole, so a start that was
 * killed half-way leaves nothing that looks like data.
 */
export async function makeCluster(
  layout: Layout,
  programs: Programs,
  user: ServerUser,
  superuser: string,
): Promise<boolean> {
  removeUnfinished(layout);
  if (existsSync(layout.cluster)) {
    writeVersion(layout);
    return false;
  }
  const unfinished = `${layout.cluster}.unfinished-${process.pid}`;
  makePrivateFolder(unfinished, user);
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    '--encoding=UTF8',
    // The same order and the same upper case on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--text-search-config=simple',
    '--auth=peer',
    '--no-instructions',
  ];
  const initdb = startChild(join(programs.folder, 'bin', 'initdb'), args, user, ['ignore', 'pipe', 'pipe']);
  let output = '';
  initdb.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  initdb.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((done, fail) => initdb.once('close', done).once('error', fail));
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Problem(
      'busy',
      `The database could not be made in ${layout.dataFolder}. initdb said: ${output.trim().split('\n').slice(-5).join('; ')}`,
      { details: { folder: layout.dataFolder, output } },
    );
  }
  try {
    renameSync(unfinished, layout.cluster);
  } catch (error) {
    // Another start was first: use its cluster, or be refused because its server runs.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(layout.cluster)) throw error;
  }
  syncFolder(layout.dataFolder);
  writeVersion(layout);
  return true;
}

function removeUnfinished(layout: Layout): void {
  for (const name of readdirSync(layout.dataFolder)) {
    const maker = /^postgres\.unfinished-(\d+)$/.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) {
      rmSync(join(layout.dataFolder, name), { recursive: true, force: true });
    }
  }
}

function writeVersion(layout: Layout): void {
  const made = readText(join(layout.cluster, 'PG_VERSION'));
  if (made && readText(layout.versionFile) !== made) writeFileSync(layout.versionFile, `${made}\n`);
}

/**
 * Who may connect: over the socket only, and only processes of the user who started Charter Oak, as any role. The files
 * lie beside the cluster, where the server's user cannot change them when we are root.
 */
export function writeAccessRules(layout: Layout): void {
  writeFileSync(layout.hbaFile, 'local all all peer map=charter_oak\n', { mode: 0o644 });
  writeFileSync(layout.identFile, `charter_oak "${ownName()}" all\n`, { mode: 0o644 });
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

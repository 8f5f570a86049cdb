import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What lies where in the data folder. */
export type Layout = {
  dataFolder: string;
  /** PGDATA. */
  cluster: string;
  /** Major version that made the cluster, beside it: readable without entering it. */
  versionFile: string;
  /** Which of our processes runs the server. */
  ownerFile: string;
  hbaFile: string;
  identFile: string;
  log: string;
};

export function layoutOf(dataFolder: string): Layout {
  const at = (name: string) => join(dataFolder, name);
  return {
    dataFolder,
    cluster: at('postgres'),
    versionFile: at('postgres-version'),
    ownerFile: at('postgres-owner.json'),
    hbaFile: at('postgres-hba.conf'),
    identFile: at('postgres-ident.conf'),
    log: at('postgres.log'),
  };
}

/** CHARTER_OAK_DATA; else /var/lib/charter-oak for root and the XDG data folder for anybody else. */
export function defaultDataFolder(env: NodeJS.ProcessEnv, uid: number | undefined): string {
  if (env.CHARTER_OAK_DATA) return resolve(env.CHARTER_OAK_DATA);
  if (uid === 0) return '/var/lib/charter-oak';
  // A relative XDG_DATA_HOME is to be ignored [XDG Base Directory 0.8].
  const xdg = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : undefined;
  return join(xdg ?? join(env.HOME || homedir(), '.local', 'share'), 'charter-oak');
}

/** The git checkout that a folder lies in, if any: `git clean` there would delete the data. */
export function checkoutAround(folder: string): string | undefined {
  for (let at = resolve(folder); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
  }
  return undefined;
}

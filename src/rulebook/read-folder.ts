import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Problem } from '../kit/problem.ts';
import type { CityFolder } from './import-city.ts';

/** Every YAML file of a folder, by its path within it. */
export async function readFolder(folder: string): Promise<CityFolder> {
  const files = new Map<string, string>();
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.yaml')) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(folder, path).replaceAll('\\', '/'), await readFile(path, 'utf8'));
    }
  } catch (cause) {
    throw new Problem('invalid', `${folder} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (files.size === 0) throw new Problem('invalid', `${folder} holds no YAML file.`);
  return { name: folder.replace(/\/+$/, ''), files };
}

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkCity,
  exportRules,
  type Imported,
  importCity,
  overriddenText,
  readFolder,
} from '../rulebook/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak rules check FOLDER…
  Judges folders against what stands, as an import would, and says what it would change. Nothing is stored.
charter-oak rules import [--override-staff] FOLDER…
  Brings them in; the same as charter-oak city import, of folders that may hold rules alone. Rules that staff have
  corrected, two people each, are put back to the files with --override-staff alone.
charter-oak rules export [--place PLACE] [--out FOLDER]
  Writes the whole rule base as the files that an import takes again, places, guides and history among them; without
  --out, to standard output.`;

export async function rules(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { place: { type: 'string' }, out: { type: 'string' }, 'override-staff': { type: 'boolean' } },
  });
  const [verb, ...folders] = positionals;
  if (verb === 'export' && folders.length === 0) return exportTo(values);
  const overrideStaff = values['override-staff'] ?? false;
  const wrong = values.place || values.out || (overrideStaff && verb !== 'import');
  if ((verb !== 'check' && verb !== 'import') || folders.length === 0 || wrong) {
    console.error(usage);
    return 2;
  }
  const read = await Promise.all(folders.map(readFolder));
  return withInstallation(async (ctx) => {
    if (verb === 'check') tell(await checkCity(ctx, { folders: read }), true);
    else tell(await importCity(ctx, { folders: read, overrideStaff }), false);
    return 0;
  });
}

function tell({ rules: { added, changed, same, overridden } }: Imported, only: boolean): void {
  console.log(
    `${only ? 'Without fault. An import would find: ' : ''}${added.length} new, ${changed.length} changed, ${same} the same.`,
  );
  for (const id of added) console.log(`  new: ${id}`);
  for (const id of changed) console.log(`  changed: ${id}`);
  if (overridden.length === 0) return;
  if (only) console.log('An import would refuse these, unless it is told --override-staff:');
  else console.log('Put back to the files, against what staff had in force:');
  console.log(overriddenText(overridden));
}

function exportTo({ place, out }: { place?: string; out?: string }): Promise<number> {
  return withInstallation(async (ctx) => {
    const files = await exportRules(ctx, place === undefined ? {} : { place });
    for (const [path, text] of files) {
      if (out === undefined) {
        process.stdout.write(`# ${path}\n${text}`);
        continue;
      }
      const target = join(out, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
      console.error(target);
    }
    return 0;
  });
}

import { parseArgs } from 'node:util';
import { importCity, overriddenText, readFolder } from '../rulebook/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak city import [--override-staff] FOLDER…
  Brings a city in from its folder: places, offices, holidays, rules, guides, letters; see docs/a-city-is-data.md.
  Name the state's folder too, or import it first: its topics and rules are what the city's build on.
  Rules that staff have corrected are refused; with --override-staff they are put back to the files.`;

export async function city(args: string[]): Promise<number> {
  const { positionals, values: flags } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'override-staff': { type: 'boolean' } },
  });
  const [verb, ...folders] = positionals;
  if (verb !== 'import' || folders.length === 0) {
    console.error(usage);
    return 2;
  }
  const read = await Promise.all(folders.map(readFolder));
  return withInstallation(async (ctx) => {
    const { places, offices, rules, guides, letters } = await importCity(ctx, {
      folders: read,
      overrideStaff: flags['override-staff'] ?? false,
    });
    console.log(
      `Places: ${places}. Offices: ${offices}. Rules: ${rules.added.length} new, ${rules.changed.length} changed, ${rules.same} the same. Guides: ${guides}. Letters: ${letters}.`,
    );
    for (const id of rules.changed) console.log(`  changed: ${id}`);
    if (rules.overridden.length > 0)
      console.log(
        `Put back to the files, against what staff had in force:\n${overriddenText(rules.overridden)}`,
      );
    return 0;
  });
}

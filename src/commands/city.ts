import { parseArgs } from 'node:util';
import { importCity, readFolder } from '../rulebook/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak city import FOLDER…
  Brings a city in from its folder: places, offices, holidays, rules, guides, letters; see docs/a-city-is-data.md.
  Name the state's folder too, or import it first: its topics and rules are what the city's build on.`;

export async function city(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [verb, ...folders] = positionals;
  if (verb !== 'import' || folders.length === 0) {
    console.error(usage);
    return 2;
  }
  const read = await Promise.all(folders.map(readFolder));
  return withInstallation(async (ctx) => {
    const { places, offices, rules, guides, letters } = await importCity(ctx, { folders: read });
    console.log(
      `Places: ${places}. Offices: ${offices}. Rules: ${rules.added.length} new, ${rules.changed.length} changed, ${rules.same} the same. Guides: ${guides}. Letters: ${letters}.`,
    );
    for (const id of rules.changed) console.log(`  changed: ${id}`);
    return 0;
  });
}

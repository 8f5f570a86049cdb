import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { publicUrl } from '../kit/config.ts';
import { Problem } from '../kit/problem.ts';
import { linkFor, setUpInstallation, wordInvitation } from '../people/index.ts';
import { readPlacesFile } from '../places/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak init FILE --administrator ADDRESS --name NAME [--language en|es]
  FILE describes the city and its offices; see docs/setting-up.md and examples/city.yaml`;

export async function init(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      administrator: { type: 'string' },
      name: { type: 'string' },
      language: { type: 'string', default: 'en' },
    },
  });
  const [file] = positionals;
  const { administrator: email, name, language } = values;
  if (!file || !email || !name || !['en', 'es'].includes(language)) {
    const missing = [file ? '' : 'FILE', email ? '' : '--administrator ADDRESS', name ? '' : '--name NAME'];
    if (missing.some(Boolean)) console.error(`Missing: ${missing.filter(Boolean).join(', ')}.\n`);
    console.error(usage);
    return 2;
  }
  const places = readPlacesFile(await readText(file), file);
  return withInstallation(async (ctx) => {
    const site = publicUrl(ctx.config);
    let link = '';
    const letter = wordInvitation(site, language);
    await setUpInstallation(ctx, {
      ...places,
      administrator: { email, name, language },
      letter: (secret, given) => {
        link = linkFor(site, language, secret);
        return letter(secret, given);
      },
    });
    const [place] = places.places;
    console.error(
      `${place?.name} is set up, with ${places.offices.length} offices. Start the server, then open this link as ${name}; it works once:`,
    );
    console.log(link);
    return 0;
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Problem('invalid', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Problem } from '../kit/problem.ts';
import { readYamlFile } from '../kit/yaml-file.ts';
import { publishTerms, termsFile } from '../people/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak terms publish FILE

FILE is YAML or JSON: version, source (where the city adopted them), place (if they are one city's), text: {en, es}.
Published terms stay as they are; a change is a new version.`;

export async function terms(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [verb, file] = positionals;
  if (verb !== 'publish' || !file) {
    console.error(usage);
    return 2;
  }
  const content = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Problem('not-found', `${file} cannot be read (${cause.code}).`, { cause });
  });
  const { value } = readYamlFile(content, file, {
    schemaFor: () => termsFile,
    expected: 'expected version, source and text.',
    see: 'docs/keys.md',
  });
  return withInstallation(async (ctx) => {
    const { version } = await publishTerms(ctx, value);
    console.log(
      `Version ${version} is published. Whoever has keys is asked to accept it; their keys work on.`,
    );
    return 0;
  });
}

import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { stringify } from 'yaml';
import { Problem } from '../kit/problem.ts';
import { importFile } from '../observations/import/import-file.ts';
import { importRegister } from '../observations/import/import-register.ts';
import type { LoadedMapping } from '../observations/import/mapping.ts';
import { previewImport } from '../observations/import/preview-import.ts';
import { previewRegister } from '../observations/import/preview-register.ts';
import { ProgressLine } from '../observations/import/progress-line.ts';
import { proposeMapping } from '../observations/import/propose-mapping.ts';
import { readMapping } from '../observations/import/read-mapping.ts';
import { RejectsFile } from '../observations/import/rejects-file.ts';
import { sampleFile } from '../observations/import/sample-file.ts';
import {
  importText,
  previewText,
  registerPreviewText,
  registerText,
} from '../observations/import/summary-text.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak import FILE --map MAPPING [options]
charter-oak import --propose FILE [--zone ZONE]

  FILE                 CSV, JSON or NDJSON, plain or gzip
  --map MAPPING        the mapping (YAML) that describes the file; see docs/importing.md
  --dry-run            show the first readings and count what would be rejected; store nothing
  --show N             with --dry-run: how many readings to show (10)
  --rejects FILE       write what cannot be stored to FILE: line, column, value, reason
  --max-rejects N      end with exit code 1 when more than N cells are rejected (no limit)
  --dataset SLUG       import into this dataset instead of the mapping's
  --max-bytes N        refuse a file of more than N bytes of text (no limit)
  --quiet              no progress
  --propose            print a mapping as the file suggests it, to be corrected; store nothing
  --zone ZONE          with --propose: the time zone of local times, such as America/New_York (UTC)`;

const mostMappingBytes = 1024 * 1024;

/** `charter-oak import`. Exit codes: 0 done; 1 more rejects than allowed, or no database; 2 bad use, mapping or file; 130 stopped. */
export async function importCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      map: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      show: { type: 'string', default: '10' },
      rejects: { type: 'string' },
      'max-rejects': { type: 'string' },
      dataset: { type: 'string' },
      'max-bytes': { type: 'string' },
      quiet: { type: 'boolean', default: false },
      propose: { type: 'boolean', default: false },
      zone: { type: 'string', default: 'UTC' },
      help: { type: 'boolean', default: false },
    },
  });
  const [path, ...rest] = positionals;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.propose && path !== undefined && rest.length === 0) {
    console.log(await proposalText(path, values.zone));
    return 0;
  }
  if (path === undefined || values.map === undefined || rest.length > 0) {
    console.error(usage);
    return 2;
  }
  // A stream's garbage is young: a small nursery, cleared often, halves the memory and costs no time.
  setFlagsFromString('--max-semi-space-size=4');
  setFlagsFromString('--semi-space-growth-factor=1');
  const loaded = readMapping(await readMappingFile(values.map), basename(values.map));
  const maxRejects = count('--max-rejects', values['max-rejects']) ?? Infinity;
  const rejects = values.rejects === undefined ? undefined : await RejectsFile.open(values.rejects);
  const common = {
    path,
    loaded,
    maxBytes: count('--max-bytes', values['max-bytes']),
    ...(rejects ? { onRejects: (found: Parameters<RejectsFile['write']>[0]) => rejects.write(found) } : {}),
  };
  try {
    const rejected = values['dry-run']
      ? await dryRun(common, loaded, count('--show', values.show) ?? 10, values.rejects)
      : await withInstallation((ctx) =>
          run(ctx, { ...common, dataset: values.dataset }, values.quiet, values.rejects),
        );
    if (rejected < 0) return 130;
    if (rejected > maxRejects) {
      console.error(`${rejected} cells were rejected, more than --max-rejects ${maxRejects}.`);
      return 1;
    }
    return 0;
  } finally {
    await rejects?.close();
  }
}

/** A mapping to begin with; what only a person knows says so. */
async function proposalText(path: string, zone: string): Promise<string> {
  const slug = basename(path)
    .toLowerCase()
    .replace(/\..*$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80);
  const title = basename(path);
  const dataset = {
    slug: slug === '' ? 'imported' : slug,
    title,
    description: 'To be written.',
    topic: 'other' as const,
    license: 'not-stated',
    source: 'To be written: who published the file, and where.',
  };
  const { mapping, notes } = proposeMapping(await sampleFile(path), { dataset, zone });
  if (notes.includes('no-time') || notes.includes('nothing-measured'))
    throw new Problem(
      'invalid',
      `${path}: no column that tells a time and no measured one beside it was found. A register has a mapping of its own; see docs/importing.md`,
    );
  return `# Proposed from the file; look at each line. The zone is a guess unless you gave --zone.\n${stringify(mapping)}`;
}

type Common = Omit<Parameters<typeof importFile>[1], 'mapping'>;

async function dryRun(
  common: Common,
  loaded: LoadedMapping,
  show: number,
  rejectsFile: string | undefined,
): Promise<number> {
  const { mapping } = loaded;
  if (!('datastreams' in mapping)) {
    const preview = await previewRegister({ ...common, register: mapping, show });
    console.log(registerPreviewText(preview, rejectsFile));
    return preview.summary.rejected;
  }
  const preview = await previewImport({ ...common, mapping, show });
  console.log(previewText(preview, rejectsFile));
  return preview.counts.rejected;
}

/** Returns the number of rejected cells, or -1 when a person stopped it. */
async function run(
  ctx: Parameters<typeof importFile>[0],
  common: Common,
  quiet: boolean,
  rejectsFile: string | undefined,
): Promise<number> {
  const { mapping } = common.loaded;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const line = new ProgressLine(process.stderr, () => performance.now());
  const onProgress = quiet ? {} : { onProgress: line.show.bind(line) };
  const stop = new AbortController();
  const onSignal = () => {
    line.end();
    // A second one ends the process at once: what is stored is whole all the same.
    if (stop.signal.aborted) process.exit(130);
    console.error('Stopping after the batch at hand …');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    if (!('datastreams' in mapping)) {
      const summary = await importRegister(ctx, { ...common, ...onProgress, register: mapping });
      line.end();
      console.log(registerText(summary, seconds(), rejectsFile));
      return summary.rejected;
    }
    const summary = await importFile(ctx, { ...common, ...onProgress, mapping, signal: stop.signal });
    line.end();
    console.log(importText(summary, seconds(), rejectsFile));
    return summary.stopped ? -1 : summary.counts.rejected;
  } finally {
    line.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

async function readMappingFile(path: string): Promise<string> {
  try {
    const about = await stat(path);
    if (!about.isFile()) throw new Error('it is not a file');
    // Most likely the data file, given in the mapping's place.
    if (about.size > mostMappingBytes) throw new Error(`it has ${about.size} bytes, too many for a mapping`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new Problem('invalid', `The mapping ${path} cannot be read: ${why}`, { cause });
  }
}

function count(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value)) {
    throw new Problem('invalid', `${option} ${given}: a whole number is needed.`);
  }
  return value;
}

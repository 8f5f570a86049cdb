import { parseArgs } from 'node:util';
import { harvestDue } from '../datasets/harvest/harvest-due.ts';
import { harvestSource } from '../datasets/harvest/harvest-source.ts';
import { listSources } from '../datasets/harvest/list-sources.ts';
import { saveSource } from '../datasets/harvest/save-source.ts';
import { switchSource } from '../datasets/harvest/switch-source.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak harvest list                       the portals that are read, and how that went
charter-oak harvest add NAME URL --kind ckan|socrata|arcgis|data-json --office OFFICE [--every PT1H|PT6H|P1D|P7D]
charter-oak harvest run [ID]                   read one now, or all that are due
charter-oak harvest stop ID | start ID         stop or start reading it; its entries stay`;

/** `charter-oak harvest`. Exit codes: 0 done; 1 a portal could not be read; 2 wrong use. */
export async function harvest(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      office: { type: 'string' },
      every: { type: 'string', default: 'P1D' },
    },
  });
  const [verb, first, second] = positionals;
  if (verb === 'list')
    return withInstallation(async (ctx) => {
      for (const { id, name, kind, url, entries, missing, enabled, lastOkAt, error } of (
        await listSources(ctx)
      ).sources) {
        const state = !enabled
          ? 'stopped'
          : error
            ? `failed: ${error}`
            : `read ${lastOkAt?.slice(0, 16) ?? 'not yet'}`;
        console.log(
          `${id.padStart(4)}  ${name}  ${kind}  ${url}\n      ${entries} entries, ${missing} not seen; ${state}`,
        );
      }
      return 0;
    });
  if (verb === 'add' && first && second && values.kind && values.office)
    return withInstallation(async (ctx) => {
      const { kind = '', office = '', every } = values;
      console.log(await saveSource(ctx, { fields: { name: first, url: second, kind, office, every } }));
      return 0;
    });
  if (verb === 'run')
    return withInstallation(async (ctx) => {
      if (!first) {
        console.log(`${await harvestDue(ctx)} read.`);
        return (await listSources(ctx)).sources.some(({ enabled, error }) => enabled && error !== null)
          ? 1
          : 0;
      }
      const { entries, made, changed, missing, back, faultCount } = await harvestSource(ctx, {
        source: first,
      });
      console.log(
        `${entries} entries: ${made} new, ${changed} changed, ${missing} not listed any more, ${back} back; ${faultCount} faults.`,
      );
      return 0;
    });
  if ((verb === 'stop' || verb === 'start') && first)
    return withInstallation(async (ctx) => {
      await switchSource(ctx, { source: first, to: verb === 'stop' ? 'stopped' : 'started' });
      return 0;
    });
  console.error(usage);
  return 2;
}

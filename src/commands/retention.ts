import { parseArgs } from 'node:util';
import {
  type ListedSeries,
  listCertificates,
  listRetention,
  readCertificate,
  runDestruction,
} from '../release/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak retention plan [DATASET]             what is due, held, and would be destroyed; changes nothing
charter-oak retention run [DATASET] --destroy    destroys what is due, approved and not held; without --destroy, a plan
charter-oak retention certificates [NUMBER]      the newest certificates, or one whole, as JSON`;

export async function retention(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { destroy: { type: 'boolean', default: false } },
  });
  const [verb, name] = positionals;
  if (verb === 'certificates') {
    return withInstallation(async (ctx) => {
      if (name) {
        console.log(JSON.stringify(await readCertificate(ctx, { number: name }), null, 2));
        return 0;
      }
      for (const one of await listCertificates(ctx))
        console.log(
          `${one.number.padStart(6)}  ${one.at.slice(0, 16)}  ${one.dataset}${seriesText(one.series)}: ${one.readings} readings, ${one.held} held; ${one.form}`,
        );
      return 0;
    });
  }
  if (verb === 'run' && values.destroy) {
    return withInstallation(async (ctx) => {
      const done = await runDestruction(ctx, name ? { dataset: name } : {});
      for (const { dataset, series, readings, certificate } of done)
        console.log(
          `${dataset}${seriesText(series)}: ${readings} readings destroyed, certificate ${certificate}`,
        );
      if (done.length === 0) console.log('Nothing is due, approved and free of holds.');
      return 0;
    });
  }
  if (verb === 'plan' || verb === 'run') {
    return withInstallation(async (ctx) => {
      const { series, without, waiting } = await listRetention(ctx, {
        ...(name ? { dataset: name } : {}),
        count: true,
      });
      for (const one of series) printSeries(one);
      for (const { dataset, officeName } of without)
        console.log(
          `${dataset}: no retention rule, so nothing is ever due; ask ${officeName ?? 'its owner'}`,
        );
      for (const { content } of waiting)
        console.log(
          `${content.before.dataset}${seriesText(String(content.before.series))}: leave waits for a second person`,
        );
      if (verb === 'run') console.log('Nothing was destroyed. Add --destroy to destroy it.');
      return 0;
    });
  }
  console.error(usage);
  return 2;
}

const seriesText = (series: string) => (series === '*' ? '' : ` (${series})`);

function printSeries({
  dataset,
  series,
  ruleId,
  duty,
  standing,
  months,
  leaves,
  decideBefore,
}: ListedSeries): void {
  console.log(
    `${dataset}${seriesText(series)}: ${ruleId}, ${duty === 'must' ? 'ordered' : 'allowed'} after its period`,
  );
  if (standing.due === null) {
    console.log(
      `  never due: ${standing.why}${standing.ask.length > 0 ? `; ask ${standing.ask.join(', ')}` : ''}`,
    );
    return;
  }
  console.log(
    `  due: measured before ${standing.due.day ?? standing.due.at}; leave: ${leaves.length > 0 ? leaves.map(({ formNumber, until }) => `${formNumber}${until ? ` before ${until.slice(0, 10)}` : ', standing'}`).join('; ') : 'none'}`,
  );
  if (decideBefore)
    console.log('  nobody has compared the text of this order: a person decides before the day');
  if (!months || months.length === 0) console.log('  nothing is due');
  for (const { month, due, held, destroyable } of months ?? [])
    console.log(
      `  ${month}: ${due} due, ${held} held, ${due - held - destroyable} without leave, ${destroyable} to destroy`,
    );
}

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type Figure, printTable } from './figure.ts';
import { measureCatalog } from './measure-catalog.ts';
import { measurePackageSearch, measureParquet } from './measure-catalog-doors.ts';
import { measureDownload } from './measure-download.ts';
import { measureGate } from './measure-gate.ts';
import { measureImport } from './measure-import.ts';
import { measureKeyCheck } from './measure-key-check.ts';
import { measureLatest } from './measure-latest.ts';
import { measurePage } from './measure-page.ts';
import { measureQueue } from './measure-queue.ts';
import { measureRetention } from './measure-retention.ts';
import { measureSettle } from './measure-settle.ts';
import { measureTable } from './measure-table.ts';

/**
 * `npm run bench [-- --only import --scale 0.1]`: builds its own databases (embedded, durable), measures, prints a table
 * and writes bench/results/<date>.json. Every figure stands beside a baseline of the same run.
 */
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, scale: { type: 'string', default: '1' } },
});
const scale = Number(values.scale);
const measurements: Record<string, () => Promise<Figure | Figure[]>> = {
  import: () => measureImport(scale),
  latest: () => measureLatest(scale),
  gate: () => measureGate(scale),
  download: () => measureDownload(scale),
  catalog: () => measureCatalog(scale),
  'package-search': () => measurePackageSearch(scale),
  parquet: () => measureParquet(scale),
  page: () => measurePage(),
  'key-check': () => measureKeyCheck(),
  queue: () => measureQueue(scale),
  table: () => measureTable(scale),
  settle: () => measureSettle(scale),
  retention: () => measureRetention(scale),
};

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(measurements)) {
  if (values.only && !values.only.includes(name)) continue;
  console.error(`measuring: ${name} …`);
  figures.push(...[await measure()].flat());
}
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, PostgreSQL embedded`;
const date = new Date().toISOString();
console.log(
  `${date.slice(0, 10)}, ${machine}${scale === 1 ? '' : `, scale ${scale}`}\n\n${printTable(figures)}`,
);
await mkdir(new URL('./results/', import.meta.url), { recursive: true });
await writeFile(
  new URL(`./results/${date.replaceAll(':', '-')}.json`, import.meta.url),
  `${JSON.stringify({ date, machine, scale, figures }, null, 2)}\n`,
);
process.exit(figures.every((figure) => figure.met) ? 0 : 1);

import type { ImportSummary } from './import-file.ts';
import type { importRegister } from './import-register.ts';
import type { RegisterEntry } from './interpret-register.ts';
import type { RowCounts } from './interpret-row.ts';
import type { ImportPreview } from './preview-import.ts';
import type { RegisterPreview } from './preview-register.ts';
import { duration } from './progress-line.ts';

type Line = [label: string, count: number, note?: string] | string;

/** The summary of an import: every cell of the file is in one of the lines of its sum. */
export function importText(summary: ImportSummary, seconds: number, rejectsFile: string | undefined): string {
  const { counts } = summary;
  const kept =
    summary.conflictsKept > 0 ? `${number(summary.conflictsKept)} beside another result for their time` : '';
  const flagged =
    summary.flagged > 0 ? `${number(summary.flagged)} out of their plausible range, flagged` : '';
  const rate = seconds > 0 ? `, ${number(Math.round(counts.rows / seconds))} rows/s` : '';
  return table([
    `${summary.stopped ? 'Stopped before the end; import the same file again to go on. So far imported' : 'Imported'} into ${summary.dataset}${summary.datasetMade ? ' (new)' : ''} in ${duration(seconds)}${rate}: ${plural(summary.things, 'Thing')}, ${plural(summary.datastreams, 'Datastream')}.`,
    ...heldBackNote(summary),
    ...rowLines(counts),
    '',
    ['stored', summary.stored, [kept, flagged].filter(Boolean).join('; ')],
    ['duplicates', summary.duplicates, 'same Datastream, time and result as another'],
    ['conflicts dropped', summary.conflictsDropped, 'another result for the same time was kept'],
    ...missingAndRejected(counts, rejectsFile),
    [summary.stopped ? '= cells read' : '= cells in the file', counts.cells],
  ]);
}

/** What a dry run found. */
export function previewText(preview: ImportPreview, rejectsFile: string | undefined): string {
  const { counts, first } = preview;
  const shown = first.map((reading) => [
    `line ${reading.line}`,
    reading.thing,
    reading.datastream,
    reading.end === undefined ? reading.start : `${reading.start}/${reading.end}`,
    `${JSON.stringify(reading.result)}${reading.unit === '' ? '' : ` ${reading.unit}`}${reading.plausible ? '' : '  (out of plausible range)'}`,
  ]);
  const flagged =
    preview.implausible > 0
      ? `${number(preview.implausible)} out of their plausible range, to be flagged`
      : '';
  return [
    first.length > 0
      ? `The first ${first.length} readings as they would be stored:\n${columns(shown)}\n`
      : '',
    table([
      `A dry run; nothing is stored. ${plural(preview.things.length, 'Thing')}, ${plural(preview.datastreams, 'Datastream')}.`,
      ...rowLines(counts),
      '',
      [
        'readings',
        counts.readings,
        ['repeats of what is stored would be counted and dropped', flagged].filter(Boolean).join('; '),
      ],
      ...missingAndRejected(counts, rejectsFile),
      ['= cells in the file', counts.cells],
    ]),
  ]
    .filter(Boolean)
    .join('\n');
}

type RegisterImported = Awaited<ReturnType<typeof importRegister>>;

/** The summary of a register's import. */
export function registerText(
  summary: RegisterImported,
  seconds: number,
  rejectsFile: string | undefined,
): string {
  return table([
    `Register imported into ${summary.dataset}${summary.datasetMade ? ' (new)' : ''} in ${duration(seconds)}.`,
    ...heldBackNote(summary),
    ...otherRows(summary),
    '',
    ['added', summary.added],
    ['known, brought up to date', summary.known],
    ...registerRest(summary, rejectsFile),
  ]);
}

/** What a dry run of a register found. */
export function registerPreviewText(
  { first, summary }: RegisterPreview,
  rejectsFile: string | undefined,
): string {
  return [
    first.length > 0
      ? `The first ${first.length} entries as they would be stored:\n${first.map((entry) => `  ${entryText(entry)}`).join('\n')}\n`
      : '',
    table([
      'A dry run; nothing is stored.',
      ...otherRows(summary),
      '',
      ['entries', summary.added, 'to be added, or brought up to date if they are there'],
      ...registerRest(summary, rejectsFile),
    ]),
  ]
    .filter(Boolean)
    .join('\n');
}

/** Why it is not seen by whom the mapping says. */
function heldBackNote({ dataset, heldBack }: Pick<ImportSummary, 'dataset' | 'heldBack'>): Line[] {
  if (heldBack === null) return [];
  return [
    `The dataset stays restricted: the mapping asks for access: ${heldBack}, but no office owns it. Say which: charter-oak datasets own ${dataset} OFFICE; then a data steward asks for it, or you: charter-oak datasets ${heldBack} ${dataset}`,
  ];
}

function registerRest(summary: RegisterPreview['summary'], rejectsFile: string | undefined): Line[] {
  return [
    ['repeated in the file', summary.repeated],
    ['rejected', summary.rejected, rejectNote(summary, rejectsFile)],
    ...reasons(summary.rejectedBy),
    ['= rows in the file', summary.rows],
  ];
}

function entryText(entry: RegisterEntry): string {
  if (entry.kind === 'thing') {
    const { name, location, properties } = entry.thing;
    const at = location === undefined ? 'no position' : `${location.longitude}, ${location.latitude}`;
    return `${name} (${at}), ${entry.from ?? '…'} to ${entry.until ?? 'now'}, ${JSON.stringify(properties)}`;
  }
  return `${entry.observedProperty.name} by ${entry.sensor.name}, ${JSON.stringify(entry.properties)}`;
}

function rowLines(counts: RowCounts): Line[] {
  return [['rows', counts.rows], ...otherRows(counts)];
}

function otherRows(counts: { emptyRows: number; leftOutRows: number }): Line[] {
  const lines: Line[] = [];
  if (counts.emptyRows > 0) lines.push(['empty rows', counts.emptyRows, 'hold no cell']);
  if (counts.leftOutRows > 0) lines.push(['rows left out', counts.leftOutRows, 'by the mapping (rows)']);
  return lines;
}

function missingAndRejected(counts: RowCounts, rejectsFile: string | undefined): Line[] {
  const { empty, code, absent } = counts.missing;
  const kinds = Object.entries({ empty, 'a code for missing': code, 'absent from short rows': absent })
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${number(count)} ${kind}`);
  return [
    ['missing', empty + code + absent, kinds.join(', ')],
    ['rejected', counts.rejected, rejectNote(counts, rejectsFile)],
    ...reasons(counts.rejectedBy),
  ];
}

function rejectNote({ rejected }: { rejected: number }, rejectsFile: string | undefined): string {
  if (rejected === 0) return '';
  return rejectsFile === undefined ? 'name a file by --rejects to see each' : `each in ${rejectsFile}`;
}

const mostReasons = 8;

function reasons(rejectedBy: ReadonlyMap<string, number>): Line[] {
  const all = [...rejectedBy].sort((a, b) => b[1] - a[1]);
  const lines: Line[] = all
    .slice(0, mostReasons)
    .map(([reason, count]) => `      ${number(count)} × ${reason}`);
  if (all.length > mostReasons) lines.push(`      and ${all.length - mostReasons} more reasons`);
  return lines;
}

function table(lines: Line[]): string {
  const counted = lines.filter((line) => typeof line !== 'string');
  const labelWidth = Math.max(...counted.map(([label]) => label.length));
  const countWidth = Math.max(...counted.map(([, count]) => number(count).length));
  return lines
    .map((line) => {
      if (typeof line === 'string') return line;
      const [label, count, note] = line;
      return `  ${label.padEnd(labelWidth)}  ${number(count).padStart(countWidth)}${note ? `  ${note}` : ''}`;
    })
    .join('\n');
}

function columns(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

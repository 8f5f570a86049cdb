import type { Code, MappingInput } from './mapping.ts';
import { type Proposal, streamOf } from './propose-mapping.ts';

/** Codes as people write them in a form: `-200, None`. */
export function codesFrom(text: string): Code[] {
  return text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')
    .map((code) => (/^-?\d+(\.\d+)?$/.test(code) ? Number(code) : code));
}

/** The mapping that a form says; what the form does not ask stays as the file suggested it. */
export function mappingFrom(
  field: (name: string) => string,
  { proposal, mapping: before }: { proposal: Proposal; mapping: MappingInput },
): MappingInput {
  const file = before.file ?? {};
  const common = codesFrom(field('missing'));
  const sensor = field('sensor');
  const timeColumns = [field('time1'), field('time2')].filter((column) => column !== '');
  const zone = field('zone').trim();
  const streams = proposal.columns.flatMap(({ column, kind }, at) => {
    if (field(`u${at}`) !== '1') return [];
    const known =
      before.datastreams.find((stream) => stream.column === column) ??
      streamOf(column, { kind, missing: [] }, common, false, undefined);
    const type = (field(`k${at}`) || 'number') as 'number' | 'integer' | 'text' | 'boolean';
    const { unit, missing: _, ...rest } = known;
    const symbol = field(`y${at}`).trim();
    const name = field(`n${at}`).trim() || column;
    const own = codesFrom(field(`m${at}`));
    return [
      {
        ...rest,
        name: sensor === '' ? escaped(name) : `${escaped(name)}, {${sensor}}`,
        type,
        // Another symbol is another unit: its definition is not known.
        ...(type === 'text' || type === 'boolean'
          ? {}
          : {
              unit:
                unit?.symbol === symbol
                  ? unit
                  : { name: symbol || 'not stated', symbol, definition: 'urn:charter-oak:unit-not-stated' },
            }),
        ...(own.length > 0 ? { missing: own } : {}),
      },
    ];
  });
  const covers = field('covers').trim();
  const sensorName = field('sensorName').trim() || before.dataset.title;
  return {
    ...before,
    file: {
      ...file,
      missing: common,
      ...(file.format === 'csv'
        ? {
            encoding: field('encoding'),
            delimiter: field('delimiter'),
            decimal: field('decimal') === ',' ? (',' as const) : ('.' as const),
            ...(field('decimal') === ',' ? { thousands: undefined } : {}),
          }
        : {}),
    },
    time: {
      ...(timeColumns.length === 1 ? { column: timeColumns[0] } : { columns: timeColumns }),
      format: field('format').trim(),
      ...(zone === '' ? {} : { zone }),
      repeated_hour: field('repeated') as 'earlier' | 'later' | 'reject',
      ...(covers === '' ? {} : { covers }),
      stamp: before.time.stamp,
    },
    thing: {
      ...before.thing,
      // Another name is another sensor: two files of one sensor each stay apart.
      key: sensor === '' ? escaped(sensorName) : `{${sensor}}`,
      name: sensor === '' ? escaped(sensorName) : `{${sensor}}`,
    },
    datastreams: streams,
    conflict: field('conflict') as 'keep-first' | 'keep-both' | 'reject',
  };
}

/** A name as a template writes it, and back. */
const escaped = (text: string) => text.replaceAll('{', '{{').replaceAll('}', '}}');
export const unescaped = (text: string) => text.replaceAll('{{', '{').replaceAll('}}', '}');

/** The column of a template that is one column and nothing else. */
export const columnOf = (template: string | undefined): string =>
  /^\{([^{}]+)\}$/.exec(template ?? '')?.[1] ?? '';

import { z } from 'zod';
import { faultsIn, readYamlFile } from '../kit/yaml-file.ts';
import { bilingual, type Citation, day } from '../rules/index.ts';
import { citationOf, type FileSources, fileSources } from './file-sources.ts';

/** `legal`: the statute's. `proclaimed`: by Governor or President. `closure`: a city's own, which moves no statutory date. */
const holiday = z.strictObject({
  day,
  name: bilingual,
  kind: z.enum(['legal', 'proclaimed', 'closure']),
  source: z.string(),
  locator: z.string().trim().min(1).max(500).optional(),
});
const file = z.strictObject({
  sources: fileSources,
  holidays: z.array(holiday).min(1, 'name at least one day'),
});
type File = { sources: FileSources; holidays: z.output<typeof holiday>[] };
export type FiledHoliday = Omit<z.output<typeof holiday>, 'source' | 'locator'> & { cite: Citation };

/** Reads holidays.yaml: dated rows. Errors: Problem `invalid` that lists every fault with file, line and path. */
export function readHolidaysFile(source: string, name: string): FiledHoliday[] {
  const { value, lineOf } = readYamlFile<File>(source, name, {
    schemaFor: () => file,
    expected: 'the file holds sources and holidays; see docs/rules.md',
    see: 'docs/rules.md',
  });
  const faults: { line: number; path: string; message: string }[] = [];
  const days = new Map<string, number>();
  const holidays = value.holidays.flatMap(({ source, locator, ...holiday }, index) => {
    const wrong = (field: string, message: string) => {
      const path = ['holidays', index, field];
      faults.push({ line: lineOf(path), path: path.join('.'), message });
    };
    const earlier = days.get(holiday.day);
    if (earlier !== undefined) wrong('day', `stands twice: ${holiday.day} is on line ${earlier} already`);
    else days.set(holiday.day, lineOf(['holidays', index, 'day']));
    const cite = citationOf(value.sources, { source, locator: locator ?? holiday.name.en });
    if (!cite) wrong('source', `there is no source ${source} in this file`);
    return cite ? [{ ...holiday, cite }] : [];
  });
  if (faults.length > 0) throw faultsIn(name, faults);
  return holidays;
}

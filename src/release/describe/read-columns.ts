/** Fields of a form that are texts, by their names. */
export function readFields(form: FormData): Record<string, string> {
  return Object.fromEntries(
    [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export type GivenColumn = {
  name: string;
  kind: string;
  unit: string;
  meaning: { en: string; es: string };
  sensitivity: string;
};

/** The columns of a form: fields `0.name`, `0.meaning.en` and so on, without a gap between the numbers. */
export function readColumns(fields: Record<string, string>): GivenColumn[] {
  const columns: GivenColumn[] = [];
  for (let n = 0; fields[`${n}.name`] !== undefined; n++) {
    // A browser sends line ends as CR LF, which are not what was shown.
    const field = (name: string) => (fields[`${n}.${name}`] ?? '').replace(/\r\n/g, '\n');
    columns.push({
      name: field('name'),
      kind: field('kind'),
      unit: field('unit'),
      meaning: { en: field('meaning.en'), es: field('meaning.es') },
      sensitivity: field('sensitivity'),
    });
  }
  return columns;
}

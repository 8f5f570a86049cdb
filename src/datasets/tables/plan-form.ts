/** A plan as the fields of a form, short names since a form holds 64 KB: `n3` is the name of column 3. Safe for the browser. */
export function fileFrom(field: (name: string) => string): unknown {
  return field('format') === 'xlsx'
    ? { format: 'xlsx', sheet: field('sheet'), header: Number(field('header')) }
    : {
        format: 'csv',
        encoding: field('encoding'),
        delimiter: field('delimiter'),
        header: Number(field('header')),
        quotes: field('quotes') === '1',
        fill: field('fill') === '1',
      };
}

export function planFrom(field: (name: string) => string): unknown {
  const count = Math.min(Number(field('count')) || 0, 20_000);
  const columns = Array.from({ length: count }, (_, at) => at)
    .filter((at) => field(`u${at}`) === '1')
    .map((at) => ({
      field: Number(field(`i${at}`)),
      name: field(`n${at}`),
      type: field(`t${at}`),
      format: field(`f${at}`).trim() || null,
      nullable: field(`r${at}`) !== '1' && field(`k${at}`) !== '1',
      isKey: field(`k${at}`) === '1',
    }));
  return { file: fileFrom(field), columns, mode: field('mode') || 'replace' };
}

/** One measured figure, beside a baseline of the same run, and what is asked of it. */
export type Figure = {
  name: string;
  value: string;
  baseline: string;
  ratio: number | null;
  /** Other numbers of the same measurement, such as p50 or peak memory. */
  more: string;
  target: string;
  met: boolean;
};

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const perSecond = (count: number, milliseconds: number): number => (count / milliseconds) * 1000;

export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');

export function printTable(figures: readonly Figure[]): string {
  const rows = [
    ['what', 'Charter Oak', 'baseline', 'ratio', 'more', 'target', ''],
    ...figures.map((figure) => [
      figure.name,
      figure.value,
      figure.baseline,
      figure.ratio === null ? '' : figure.ratio.toFixed(2),
      figure.more,
      figure.target,
      figure.met ? 'met' : 'NOT MET',
    ]),
  ];
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${' --- |'.repeat(7)}`, ...body].join('\n');
}

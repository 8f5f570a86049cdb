/** Lines differ by color and by dash, so that they are told apart without seeing colors. All have 4.5:1 on white. */
const colors = [
  '#005ea2',
  '#b3430d',
  '#2e6f33',
  '#7b3ba6',
  '#7a5d00',
  '#0b6f7d',
  '#b3246b',
  '#3d4551',
  '#4a5bc4',
  '#6d4c41',
];
const dashes = [[], [8, 4], [2, 4], [12, 4, 2, 4], [5, 2]];

export function lineStyle(index: number): { color: string; dash: number[] } {
  return { color: colors[index % colors.length] as string, dash: dashes[index % dashes.length] as number[] };
}

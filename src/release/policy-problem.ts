import { Problem } from '../kit/problem.ts';
import { treatEntity } from './entity-policy.ts';
import type { PolicyContent } from './policy.ts';
import { compileReadings, readingColumn } from './reading-policy.ts';

/**
 * Whether a policy can be obeyed for readings of these ObservedProperties. Throws invalid with what is wrong: a column
 * that is not there, a step that cannot be done.
 */
export function checkReadingPolicy(
  policy: Pick<PolicyContent, 'steps'>,
  properties: readonly string[],
): void {
  for (const step of policy.steps) {
    const named = [
      ...('column' in step && step.column !== undefined ? [step.column] : []),
      ...(step.do === 'aggregate' ? step.by : []),
    ];
    for (const name of named) {
      const column = readingColumn(name);
      if (column.of === 'result' && !properties.includes(column.property))
        throw new Problem(
          'invalid',
          `Nothing called “${column.property}” is observed in this dataset. There is ${properties.join(', ') || 'nothing'}.`,
          { details: { column: name } },
        );
    }
    if ((step.do === 'coarsen-time' || step.do === 'coarsen-place') && step.column !== undefined)
      throw new Problem('invalid', `“${step.do}” of readings takes no column: it is done to all.`, {
        details: { column: step.column },
      });
  }
  const bind = () => '$1';
  for (const property of properties) compileReadings(policy, { property, datasetId: '0', zone: 'UTC' }, bind);
  for (const kind of [
    'thing',
    'location',
    'feature_of_interest',
    'datastream',
    'historical_location',
  ] as const)
    treatEntity(kind, policy, 'UTC', bind);
}

import { Problem } from '../kit/problem.ts';
import { faultsIn } from '../kit/yaml-file.ts';
import { checkRuleBase, type Instant, type Rule, type Topic, type WholeBase } from '../rules/index.ts';
import { readRulesFile } from './read-rules-file.ts';

export type RulesFileText = { name: string; text: string };

/**
 * Reads several rules files as one base (the state's and the cities') and judges them together with what stands already.
 * Errors: Problem `invalid` that lists the faults with file, line and reason; then nothing of it may be used.
 */
export function readRuleBase(
  files: readonly RulesFileText[],
  options: {
    recordedAt: Instant;
    topics: readonly Topic[];
    places: WholeBase['places'];
    offices: WholeBase['offices'];
    standing?: readonly Rule[];
    /**
     * What becomes of a rule that was read, at that file and line: a record that supersedes one that stands, or nothing (it
     * stands already).
     */
    amend?: (rule: Rule, at: string) => Rule | undefined;
  },
): Rule[] {
  const { recordedAt, standing = [], amend = (rule) => rule, topics, places, offices } = options;
  const read = files.map(({ name, text }) => ({ name, ...readRulesFile(text, name, { recordedAt }) }));
  const filed = read.flatMap((file) =>
    file.rules.flatMap((rule, index) => {
      const record = amend(rule, `${file.name}:${file.lineOf(index)}`);
      return record ? [{ rule: record, index, file }] : [];
    }),
  );
  const rules = [...standing, ...filed.map(({ rule }) => rule)];
  const faults = checkRuleBase({ rules, topics, places, offices });

  const messages = read.flatMap(({ name, lineOf }) => {
    const own = faults.flatMap(({ index, field, message }) => {
      const at = filed[index - standing.length];
      if (at?.file.name !== name) return [];
      return [{ line: lineOf(at.index, field), path: `rules.${at.index}.${field}`, message }];
    });
    return own.length > 0 ? [faultsIn(name, own)] : [];
  });
  const old = faults.filter(({ index }) => index < standing.length);
  if (old.length > 0)
    messages.push(
      new Problem(
        'invalid',
        old.map(({ rule, message }) => `${rule}, which is in force: ${message}`).join('\n'),
      ),
    );
  const [first, ...others] = messages;
  if (first && others.length === 0) throw first;
  if (first)
    throw new Problem('invalid', messages.map(({ message }) => message).join('\n'), {
      details: { files: messages.map(({ details }) => details) },
    });
  return rules;
}

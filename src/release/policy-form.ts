import { keyLives, type PolicyContent, type PolicyStep, placeGrains, timeGrains } from './policy.ts';
import type { PolicyColumn } from './policy-columns.ts';

/**
 * A policy as the fields of a form, and back: `0.column`, `0.do`, `0.to` for each column; `time`, `place`, `minimum`,
 * `every`, `by.0`, `wait`, `unit` for the whole; `kept.0` for steps that the form has no fields for. Safe for the browser.
 */
export type PolicyFields = Record<string, string>;

export const waitUnits = { minute: 'TM', hour: 'TH', day: 'D' } as const;
type WaitUnit = keyof typeof waitUnits;
export const hashes = keyLives.map((life) => `hash-${life}` as const);

/** The fields that show a policy. */
export function fieldsOf({ steps, reason }: PolicyContent, columns: readonly PolicyColumn[]): PolicyFields {
  const fields: PolicyFields = { why: reason };
  const kept: PolicyStep[] = [];
  columns.forEach(({ name }, index) => {
    fields[`${index}.column`] = name;
  });
  for (const step of steps) if (!show(step)) kept.push(step);
  kept.forEach((step, index) => {
    fields[`kept.${index}`] = JSON.stringify(step);
  });
  return fields;

  /** Whether the form has a free place for it. */
  function show(step: PolicyStep): boolean {
    const put = (given: PolicyFields): boolean => {
      if (Object.keys(given).some((name) => name in fields)) return false;
      Object.assign(fields, given);
      return true;
    };
    switch (step.do) {
      case 'drop':
      case 'mask':
      case 'keyed-hash':
      case 'round': {
        const index = columns.findIndex(({ name, may }) => name === step.column && may.includes(step.do));
        if (index < 0) return false;
        if (step.do === 'round') return put({ [`${index}.do`]: 'round', [`${index}.to`]: String(step.to) });
        return put({ [`${index}.do`]: step.do === 'keyed-hash' ? `hash-${step.keyLives}` : step.do });
      }
      case 'coarsen-time':
        return step.column === undefined && put({ time: step.to });
      case 'coarsen-place':
        return step.column === undefined && put({ place: step.to });
      case 'delay': {
        const units = Object.entries(waitUnits) as [WaitUnit, string][];
        const [, time = '', wait = '', letter] = /^P(T?)(\d+)([DHM])$/.exec(step.for) ?? [];
        const unit = units.find(([, form]) => form === `${time}${letter}`)?.[0];
        return step.column === undefined && unit !== undefined && put({ wait, unit });
      }
      case 'aggregate': {
        const by = step.by.map((name) =>
          columns.findIndex((column) => column.name === name && column.groups),
        );
        if (step.column !== undefined || by.includes(-1)) return false;
        return put({
          minimum: String(step.minimum),
          ...(step.every ? { every: step.every } : {}),
          ...Object.fromEntries(by.map((index) => [`by.${index}`, columns[index]?.name ?? ''])),
        });
      }
    }
  }
}

/** What a form asks for; policy-change.ts says whether it can be. */
export function policyOf(fields: PolicyFields): { steps: unknown[]; reason: string } {
  const steps: unknown[] = [];
  const said = (name: string) => fields[name]?.trim() ?? '';
  for (let n = 0; fields[`${n}.column`] !== undefined; n++) {
    const [column, what] = [fields[`${n}.column`], said(`${n}.do`)];
    if (what === 'round') steps.push({ do: 'round', column, to: Number(said(`${n}.to`).replace(',', '.')) });
    else if (what.startsWith('hash-')) steps.push({ do: 'keyed-hash', column, keyLives: what.slice(5) });
    else if (what && what !== 'keep') steps.push({ do: what, column });
  }
  if (said('time')) steps.push({ do: 'coarsen-time', to: said('time') });
  if (said('place')) steps.push({ do: 'coarsen-place', to: said('place') });
  const by = Object.keys(fields)
    .filter((name) => /^by\.\d+$/.test(name))
    .map((name) => fields[name]);
  if (said('minimum') || said('every') || by.length > 0)
    steps.push({
      do: 'aggregate',
      ...(said('every') ? { every: said('every') } : {}),
      by,
      minimum: Number(said('minimum')),
    });
  if (said('wait')) {
    const form: string = waitUnits[said('unit') as WaitUnit] ?? 'D';
    const count = said('wait');
    steps.push({
      do: 'delay',
      for: form.startsWith('T') ? `PT${count}${form.slice(1)}` : `P${count}${form}`,
    });
  }
  for (const name of Object.keys(fields).filter((each) => /^kept\.\d+$/.test(each)))
    steps.push(readStep(fields[name] ?? ''));
  return { steps, reason: (fields.why ?? '').replace(/\r\n/g, '\n').trim() };
}

function readStep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export { placeGrains, timeGrains };

import { canonicalJson, type Json, type JsonObject } from '../kit/chain.ts';

/**
 * The rows that the tables keep of a case (`private.case_rows`), and how its events seal them: each holds what has changed
 * since the event before, under the key `rows`, with texts as hashes. All of them together are what the tables must say.
 * Whoever reads an event is not shown it. Pure.
 */
export type CaseRows = { [part: string]: JsonObject };
/** The changed fields of each row; null for a row that is there no more. */
export type RowChanges = { [part: string]: JsonObject | null };

/** What the events say that the tables hold, when one more of them is taken into account. */
export function applyChanges(rows: CaseRows, changes: RowChanges): CaseRows {
  const next: CaseRows = { ...rows };
  for (const [part, fields] of Object.entries(changes)) {
    if (fields) next[part] = { ...next[part], ...fields };
    else delete next[part];
  }
  return next;
}

/** What an event must say so that the rows before it and it are the rows now. */
export function changesOf(before: CaseRows, now: CaseRows): RowChanges {
  const changes: RowChanges = {};
  for (const part of Object.keys(before)) if (!now[part]) changes[part] = null;
  for (const [part, fields] of Object.entries(now)) {
    const changed = Object.entries(fields).filter(([name, value]) => !same(before[part]?.[name], value));
    if (changed.length > 0) changes[part] = Object.fromEntries(changed);
  }
  return changes;
}

export type RowFault = { part: string; field?: string; wrong: 'added' | 'gone' | 'changed'; was?: Json };

/** Where the tables say something else than the events. */
export function rowFaults(sealed: CaseRows, now: CaseRows): RowFault[] {
  const faults: RowFault[] = [];
  for (const part of Object.keys(sealed)) if (!now[part]) faults.push({ part, wrong: 'gone' });
  for (const [part, fields] of Object.entries(now)) {
    const known = sealed[part];
    if (!known) {
      faults.push({ part, wrong: 'added' });
      continue;
    }
    // A field that a later version of the software looks at is sealed with the next event.
    for (const [field, was] of Object.entries(known))
      if (field in fields && !same(was, fields[field])) faults.push({ part, field, wrong: 'changed', was });
  }
  return faults;
}

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);

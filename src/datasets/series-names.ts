/**
 * Names for Datastreams that their sensor and measure do not tell apart: the Datastream's own name, and its id too where
 * even that is another's. By id; who is told apart already has none.
 */
export function seriesNames(
  streams: readonly { id: string; thing: string; measure: string; name: string }[],
): Map<string, string> {
  const names = new Map<string, string>();
  for (const alike of Map.groupBy(streams, ({ thing, measure }) => `${thing}\n${measure}`).values()) {
    if (alike.length < 2) continue;
    for (const { id, name } of alike) {
      const same = alike.filter((other) => other.name === name).length > 1;
      names.set(id, same ? `${name} (${id})` : name);
    }
  }
  return names;
}

/** A measure with the name of its series, if it has one. */
export const measureOf = ({
  measure,
  seriesName,
}: {
  measure: string;
  seriesName?: string | undefined;
}): string => (seriesName ? `${measure}: ${seriesName}` : measure);

/** Pages say nothing for the unit of a mere number, whose symbol is 1 [UCUM §3]. */
export const shownUnit = (symbol: string): string => (symbol === '1' ? '' : symbol);

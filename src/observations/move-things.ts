import type { Time } from './entity-input.ts';
import type { Writing } from './entity-rows.ts';

/**
 * Puts a Thing at these Locations from now on, in place of where it was, and writes that down as a
 * HistoricalLocation [STA 1.1 §8.2.3].
 */
export async function moveThing(
  writing: Writing,
  thingId: string,
  locationIds: readonly string[],
): Promise<void> {
  const { tx, ctx } = writing;
  // Two moves of one Thing at once: one after the other.
  await tx.query('select from private.thing where id = $1 for no key update', [thingId]);
  await placeThing(writing, thingId, locationIds);
  const history = await tx.query<{ id: string }>(
    'insert into private.historical_location (thing_id, "time") values ($1, $2) returning id',
    [thingId, ctx.clock.now()],
  );
  await addToHistory(writing, (history.rows[0] as { id: string }).id, locationIds);
}

async function placeThing(writing: Writing, thingId: string, locationIds: readonly string[]): Promise<void> {
  await writing.tx.query('delete from private.thing_location where thing_id = $1', [thingId]);
  await writing.tx.query(
    'insert into private.thing_location (thing_id, location_id) select $1, unnest($2::bigint[]) on conflict do nothing',
    [thingId, locationIds],
  );
  writing.touch('thing', thingId);
}

/** Adds Locations to a HistoricalLocation. */
export async function addToHistory(
  writing: Writing,
  historyId: string,
  locationIds: readonly string[],
): Promise<void> {
  await writing.tx.query(
    `insert into private.historical_location_location (historical_location_id, location_id)
     select $1, unnest($2::bigint[]) on conflict do nothing`,
    [historyId, locationIds],
  );
  writing.touch('historicalLocation', historyId);
}

/** A HistoricalLocation written by hand moves the Thing if no other of its is as late [STA 1.1 §8.2.3]. */
export async function moveThingIfLatest(
  writing: Writing,
  thingId: string,
  historyId: string,
  time: Time,
  locationIds: readonly string[],
): Promise<void> {
  await writing.tx.query('select from private.thing where id = $1 for no key update', [thingId]);
  const later = await writing.tx.query(
    'select from private.historical_location where thing_id = $1 and id <> $2 and "time" >= $3 limit 1',
    [thingId, historyId, time.start],
  );
  if (later.rowCount === 0) await placeThing(writing, thingId, locationIds);
}

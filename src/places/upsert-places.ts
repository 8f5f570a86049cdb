import type { Tx } from '../kit/database.ts';
import { codeOf, type PlacesFile } from './places-file.ts';

/**
 * Writes places and offices, parents before their children; those that stand are brought up to what is given. A place
 * keeps its kind, its parent and whether it is a demonstration.
 */
export async function upsertPlaces(
  tx: Tx,
  { places, offices }: PlacesFile,
  options: { demonstration: boolean },
): Promise<void> {
  // One at a time and in the file's order, where a parent comes before its children.
  for (const place of places) {
    const { slug, kind, parent = null, name, state, timeZone, at } = place;
    await tx.query(
      `insert into released.place (slug, kind, parent, name, state, time_zone, longitude, latitude, demonstration, code)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (slug) do update set name = excluded.name, state = excluded.state, time_zone = excluded.time_zone,
         longitude = excluded.longitude, latitude = excluded.latitude, code = excluded.code`,
      [slug, kind, parent, name, state, timeZone, ...at, options.demonstration, codeOf(place)],
    );
  }
  for (const office of offices) {
    const { slug, place, name, duty, email = null, phone = null, address = null, shares, source } = office;
    await tx.query(
      `insert into released.office (slug, place, name, duty, email, phone, address, shares, source)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (slug) do update set name = excluded.name, duty = excluded.duty, email = excluded.email,
         phone = excluded.phone, address = excluded.address, shares = excluded.shares, source = excluded.source`,
      [slug, place, name, duty, email, phone, address, shares, source],
    );
  }
}

/** A region, a city or a neighborhood. A neighborhood is governed and counted with its city. */
export type Place = {
  slug: string;
  kind: 'region' | 'city' | 'neighborhood';
  parent: string | null;
  name: string;
  state: string;
  timeZone: string;
  longitude: number;
  latitude: number;
  demonstration: boolean;
};

/** The columns of released.place as a Place; `p` is the table's alias. */
export const placeColumns =
  'p.slug, p.kind, p.parent, p.name, p.state, p.time_zone as "timeZone", p.longitude, p.latitude, p.demonstration';

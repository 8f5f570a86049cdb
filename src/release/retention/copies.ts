import type { Side } from '../audience.ts';

/**
 * Everywhere that this installation keeps readings, or something made of them, and how a destruction deals with it. A
 * table with a Datastream in it that is not named here fails copies.test.ts: whoever adds a copy says here how it goes.
 */
export const copies: Readonly<Record<string, string>> = {
  'released.observation':
    'rows; where a policy changed them, by the id of the reading or by releasing its stretch of time anew',
  'granted.observation': 'as released.observation',
  'private.observation': 'rows: searched by time',
  'released.datastream_extent': 'reckoned anew when a Datastream is done',
  'granted.datastream_extent': 'reckoned anew when a Datastream is done',
  'private.datastream_extent': 'reckoned anew when a Datastream is done',
  'released.arrival': 'rows of which no reading is left are taken away',
  'granted.arrival': 'rows of which no reading is left are taken away',
  'private.arrival': 'rows of which no reading is left are taken away',
  'private.datastream_release': 'keeps how far a release has come; no reading',
  'private.release_due': 'keeps stretches of time; no reading, and a run leaves none of them behind',
  'private.takedown': 'keeps which Datastream was taken down; no reading',
  'private.destruction_part': 'keeps counts, times and a hash; no reading',
  'private.destruction_batch': 'keeps ids until the certificate; no reading',
};

/**
 * In the order in which writers lock what a Datastream spans: as measured, then as released. Where a release policy
 * changes readings, they lie as measured in `private`, and in the others lies what is released of them.
 */
export const places = ['private', 'released', 'granted'] as const;

/** Whether row `o` outside `private` is a reading as measured, as SQL to be added to a where clause. */
export const isAsMeasured = (side: Side): string =>
  side === 'private'
    ? ''
    : `and not exists (select from private.datastream_release r where r.datastream_id = o.datastream_id and r.phase <> 'gather')`;

/** What stands on every certificate: where the readings were taken from. */
export const takenFrom = [
  'stored readings (released, granted, private)',
  'what Datastreams span',
  'replay of live feeds',
  'published files of months',
] as const;

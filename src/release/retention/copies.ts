/**
 * Everywhere that this installation keeps readings, or something made of them, and how a destruction deals with it. A
 * table with a Datastream in it that is not named here fails copies.test.ts: whoever adds a copy says here how it goes.
 */
export const copies: Readonly<Record<string, string>> = {
  'released.observation': 'rows: searched by time',
  'granted.observation': 'rows: searched by time',
  'private.observation': 'rows: searched by time',
  'released.datastream_extent': 'reckoned anew when a Datastream is done',
  'granted.datastream_extent': 'reckoned anew when a Datastream is done',
  'private.datastream_extent': 'reckoned anew when a Datastream is done',
  'released.arrival': 'rows of which no reading is left are taken away',
  'granted.arrival': 'rows of which no reading is left are taken away',
  'private.arrival': 'rows of which no reading is left are taken away',
  'private.datastream_release': 'keeps how far a release has come; no reading',
  'private.release_due': 'keeps stretches of time; no reading',
  'private.destruction_part': 'keeps counts, times and a hash; no reading',
  'private.destruction_batch': 'keeps ids until the certificate; no reading',
};

/** What stands on every certificate: where the readings were taken from. */
export const takenFrom = [
  'stored readings (released, granted, private)',
  'files published by month',
  'what Datastreams span',
  'replay of live feeds',
  'published files of months',
] as const;

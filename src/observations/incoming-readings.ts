import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from '../kit/database.ts';
import type { Reading } from './reading.ts';

/** Readings inside the database, not yet judged: something to select from, with what it needs as $2. */
export type Incoming = { relation: string; values: string[]; clear(): Promise<void> };

const columns = `position integer, datastream_id bigint, phenomenon_start timestamptz, phenomenon_end timestamptz,
  result_time timestamptz, result_number double precision, result_json jsonb, result_quality jsonb,
  valid_start timestamptz, valid_end timestamptz, parameters jsonb, feature_id bigint`;

// Below this a temporary table costs more than it saves.
const fewReadings = 200;

/** Brings readings into the database: a few as a parameter, many by COPY into a table of this connection. */
export async function takeIn(
  tx: Tx,
  readings: readonly Reading[],
  features: ReadonlyMap<string, string>,
): Promise<Incoming> {
  if (readings.length <= fewReadings) {
    const rows = readings.map((reading, position) => asRow(reading, position, features));
    return {
      relation: `jsonb_to_recordset($2::jsonb) as i (${columns})`,
      values: [JSON.stringify(rows)],
      clear: async () => {},
    };
  }
  await tx.query(`create temporary table if not exists incoming (${columns}) on commit delete rows`);
  const copy = tx.query(copyFrom('copy pg_temp.incoming from stdin'));
  await pipeline(Readable.from(copyChunks(readings, features)), copy);
  return {
    relation: 'pg_temp.incoming i',
    values: [],
    clear: async () => {
      await tx.query('truncate pg_temp.incoming');
    },
  };
}

function asRow(reading: Reading, position: number, features: ReadonlyMap<string, string>): object {
  const { result } = reading;
  const isNumber = typeof result === 'number' && Number.isFinite(result);
  return {
    position,
    datastream_id: reading.datastreamId,
    phenomenon_start: reading.phenomenonStart,
    phenomenon_end: reading.phenomenonEnd,
    result_time: reading.resultTime,
    ...(isNumber ? { result_number: result } : { result_json: result }),
    result_quality: reading.resultQuality,
    valid_start: reading.validStart,
    valid_end: reading.validEnd,
    parameters: reading.parameters,
    feature_id: reading.featureId ?? features.get(reading.datastreamId),
  };
}

function* copyChunks(readings: readonly Reading[], features: ReadonlyMap<string, string>): Generator<Buffer> {
  let text = '';
  for (let position = 0; position < readings.length; position++) {
    const reading = readings[position] as Reading;
    const { result } = reading;
    const isNumber = typeof result === 'number' && Number.isFinite(result);
    text += `${position}\t${reading.datastreamId}\t${reading.phenomenonStart}\t${reading.phenomenonEnd ?? '\\N'}\t${
      reading.resultTime ?? '\\N'
    }\t${isNumber ? result : '\\N'}\t${isNumber ? '\\N' : json(result)}\t${json(reading.resultQuality)}\t${
      reading.validStart ?? '\\N'
    }\t${reading.validEnd ?? '\\N'}\t${json(reading.parameters)}\t${
      reading.featureId ?? features.get(reading.datastreamId) ?? '\\N'
    }\n`;
    if (text.length > 60_000) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text) yield Buffer.from(text);
}

/** A JSON value as a field of COPY's text format: backslash is its only special character that JSON.stringify leaves. */
function json(value: unknown): string {
  return value === undefined || value === null ? '\\N' : JSON.stringify(value).replaceAll('\\', '\\\\');
}

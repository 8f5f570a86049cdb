import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { type Moment, momentAt } from './moment.ts';
import { valueAt } from './signal.ts';
import type { WrittenStream } from './write-region.ts';

export type Period = { from: Date; to: Date };

/**
 * Writes what the sensors would have reported in a period, straight into the tables of readings: one COPY for each side,
 * Datastream by Datastream, which keeps a Datastream's readings together on disk and its ids in the order of time.
 * Only for Datastreams made in this very transaction: nobody else can be writing to them. Returns the count.
 */
export async function writeHistory(
  tx: Tx,
  streams: readonly WrittenStream[],
  period: Period,
): Promise<number> {
  let total = 0;
  for (const isOpen of [true, false]) {
    const side = streams
      .filter((stream) => stream.isOpen === isOpen)
      .sort((one, other) => Number(one.id) - Number(other.id));
    if (side.length > 0) total += await writeSide(tx, isOpen ? 'released' : 'private', side, period);
  }
  return total;
}

type Written = { id: string; firstId: number; lastId: number; from: number; to: number; readings: number };

async function writeSide(
  tx: Tx,
  side: 'released' | 'private',
  streams: readonly WrittenStream[],
  period: Period,
): Promise<number> {
  const schedule = scheduler(period);
  const most = streams.reduce((sum, stream) => sum + schedule(stream).length, 0);
  if (most === 0) return 0;
  const firstId = await takeIds(tx, most);
  const written: Written[] = [];
  const copy = tx.query(
    copyFrom(
      `copy ${side}.observation (datastream_id, id, phenomenon_start, result_time, result_number, result_json,
         result_quality, feature_id) from stdin (format binary)`,
    ),
  );
  await pipeline(Readable.from(encode(streams, schedule, firstId, written), { highWaterMark: 4 }), copy);
  const parameters = [JSON.stringify(written)];
  const rows = `jsonb_to_recordset($1::jsonb)
    as w (id bigint, "firstId" bigint, "lastId" bigint, "from" double precision, "to" double precision, readings integer)`;
  await tx.query(
    `insert into ${side}.datastream_extent
       (datastream_id, readings, phenomenon_from, phenomenon_to, result_from, result_to, arrived_at)
     select id, readings, to_timestamp("from" / 1000), to_timestamp("to" / 1000), to_timestamp("from" / 1000),
       to_timestamp("to" / 1000), now() from ${rows}`,
    parameters,
  );
  await tx.query(
    `insert into ${side}.arrival (datastream_id, first_id, last_id, readings)
     select id, "firstId", "lastId", readings from ${rows} order by id`,
    parameters,
  );
  return written.reduce((sum, { readings }) => sum + readings, 0);
}

/** The moments at which a stream has a reading in the history; worked out once for each spacing and zone. */
function scheduler({ from, to }: Period): (stream: WrittenStream) => Moment[] {
  const known = new Map<string, Moment[]>();
  return ({ historyEvery, zone }) => {
    const key = `${historyEvery} ${zone}`;
    let moments = known.get(key);
    if (!moments) {
      moments = [];
      for (
        let ms = Math.ceil(from.getTime() / historyEvery) * historyEvery;
        ms <= to.getTime();
        ms += historyEvery
      ) {
        moments.push(momentAt(ms, zone));
      }
      known.set(key, moments);
    }
    return moments;
  };
}

/** Takes `count` ids in a row. Another writer may take one in between: then it tries again, and the ids are lost. */
async function takeIds(tx: Tx, count: number): Promise<number> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const { rows } = await tx.query<{ first: string; last: string }>(
      `select min(id) as first, max(id) as last
       from (select nextval('private.observation_id') as id from generate_series(1, $1::int)) taken`,
      [count],
    );
    const first = Number(rows[0]?.first);
    if (Number(rows[0]?.last) - first + 1 === count) return first;
  }
  throw new Problem(
    'busy',
    'Too much is being written to load the demonstration region. Stop the writers and start again.',
  );
}

const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const trailer = Buffer.from([0xff, 0xff]);
// jsonb on the wire: a version byte, then the text.
const jsonb = (text: string) => Buffer.concat([Buffer.from([1]), Buffer.from(text)]);
const implausible = jsonb('{"plausible": false}');
const truth = { true: jsonb('true'), false: jsonb('false') };
const chunkSize = 256 * 1024;
const mostRowBytes = 160;
// PostgreSQL counts microseconds from the year 2000.
const postgresEpoch = Date.UTC(2000, 0, 1);

/** The rows in PostgreSQL's binary COPY format. Appends what it wrote of each stream to `written`. */
function* encode(
  streams: readonly WrittenStream[],
  schedule: (stream: WrittenStream) => Moment[],
  firstId: number,
  written: Written[],
): Generator<Buffer> {
  yield header;
  let id = firstId;
  let chunk = Buffer.allocUnsafe(chunkSize);
  let end = 0;
  const int64 = (value: number) => {
    chunk.writeInt32BE(8, end);
    chunk.writeInt32BE(Math.floor(value / 4_294_967_296), end + 4);
    chunk.writeUInt32BE(value - Math.floor(value / 4_294_967_296) * 4_294_967_296, end + 8);
    end += 12;
  };
  const bytes = (value: Buffer | undefined) => {
    chunk.writeInt32BE(value?.length ?? -1, end);
    end += 4;
    if (value) end += value.copy(chunk, end);
  };
  for (const stream of streams) {
    const datastreamId = Number(stream.id);
    const featureId = stream.featureId === null ? undefined : Number(stream.featureId);
    const of: Written = { id: stream.id, firstId: id, lastId: id, from: 0, to: 0, readings: 0 };
    for (const moment of schedule(stream)) {
      const value = valueAt(stream.measure, stream.site, moment);
      if (!value) continue;
      if (of.readings === 0) of.from = moment.ms;
      of.to = moment.ms;
      of.lastId = id;
      of.readings++;
      chunk.writeInt16BE(8, end);
      end += 2;
      const microseconds = (moment.ms - postgresEpoch) * 1000;
      int64(datastreamId);
      int64(id++);
      int64(microseconds);
      int64(microseconds);
      if (typeof value.result === 'number') {
        chunk.writeInt32BE(8, end);
        chunk.writeDoubleBE(value.result, end + 4);
        end += 12;
        bytes(undefined);
      } else {
        bytes(undefined);
        bytes(value.result ? truth.true : truth.false);
      }
      bytes(value.plausible ? undefined : implausible);
      if (featureId === undefined) bytes(undefined);
      else int64(featureId);
      if (end > chunkSize - mostRowBytes) {
        yield chunk.subarray(0, end);
        chunk = Buffer.allocUnsafe(chunkSize);
        end = 0;
      }
    }
    if (of.readings > 0) written.push(of);
  }
  yield Buffer.concat([chunk.subarray(0, end), trailer]);
}

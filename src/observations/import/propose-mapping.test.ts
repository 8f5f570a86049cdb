import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { proposeMapping } from './propose-mapping.ts';
import { sampleFile } from './sample-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'proposals-'));
after(() => rm(folder, { recursive: true, force: true }));
const dataset = {
  slug: 'd',
  title: 'Sensors',
  description: 'd',
  topic: 'other',
  license: 'not-stated',
  source: 's',
} as const;

async function propose(content: string | Uint8Array, zone = 'America/New_York') {
  const path = join(folder, 'file');
  await writeFile(path, content);
  return proposeMapping(await sampleFile(path), { dataset, zone });
}
const days = Array.from({ length: 20 }, (_, at) => at + 1);
const day = (at: number) => String(at).padStart(2, '0');

describe('a mapping proposed from a file', () => {
  it('tells the time, its format and the zone of the place', async () => {
    const { mapping, notes } = await propose(
      `when,temp\n${days.map((at) => `3/${at}/2024 1:00 PM,${(at * 7) % 11}.5`).join('\n')}\n`,
    );
    assert.deepEqual(mapping.time, {
      column: 'when',
      format: 'M/D/YYYY h:mm A',
      zone: 'America/New_York',
      repeated_hour: 'earlier',
    });
    assert.deepEqual(
      mapping.datastreams.map(({ column, type, unit }) => [column, type, unit?.symbol]),
      [['temp', 'number', '°C']],
    );
    assert.deepEqual(notes, ['no-sensor']);
  });
  it('says where every day fits both month first and day first', async () => {
    const { mapping, notes } = await propose('date,cars\n1/2/2024,5\n1/3/2024,6\n');
    assert.equal(mapping.time.format, 'M/D/YYYY');
    assert.ok(notes.includes('ambiguous-day'));
  });
  it('joins a day and a clock in two columns, reads decimal commas, and finds -200', async () => {
    const rows = days.map(
      (at) => `${day(at)}/03/2024;18.00.00;${at % 4 ? `${at},5` : '-200'};${at % 5 ? 1000 + at : '-200'};;`,
    );
    const { mapping } = await propose(`Date;Time;CO;NO2;;\n${rows.join('\n')}\n;;;;;\n`, 'Europe/Rome');
    assert.deepEqual(mapping.time.columns, ['Date', 'Time']);
    assert.equal(mapping.time.format, 'D/M/YYYY H.mm.ss');
    assert.deepEqual(
      [mapping.file?.delimiter, mapping.file?.decimal, mapping.file?.missing],
      [';', ',', [-200]],
    );
    assert.deepEqual(
      mapping.datastreams.map(({ column }) => column),
      ['CO', 'NO2'],
    );
  });
  it('takes true negative numbers for what they are', async () => {
    const { mapping } = await propose(
      `date,temp\n${days.map((at) => `2024-03-${day(at)},${((at * 7) % 20) - 10}`).join('\n')}\n`,
    );
    assert.deepEqual([mapping.file?.missing, mapping.datastreams[0]?.missing], [[], undefined]);
  });
  it('takes None among numbers for missing', async () => {
    const { mapping } = await propose(
      `date,cars\n${days.map((at) => `2024-03-${day(at)},${at % 3 ? at : 'None'}`).join('\n')}\n`,
    );
    assert.deepEqual(
      mapping.datastreams.map(({ column, missing }) => [column, missing]),
      [['cars', ['None']]],
    );
  });
  it('finds the column that tells sensors apart, where they stand, and what they are', async () => {
    const rows = days.flatMap((at) =>
      ['A', 'B'].map(
        (name) =>
          `2024-03-${day(at)}T00:00:00Z,${name},${name === 'A' ? 40 : 50},41.${name === 'A' ? 1 : 2},-73.5,${(at * 7) % 11}`,
      ),
    );
    const { mapping, notes } = await propose(`time,garage,spaces,lat,lon,parked\n${rows.join('\n')}\n`);
    assert.deepEqual(mapping.time, { column: 'time', format: 'iso' });
    assert.deepEqual(mapping.thing, {
      key: '{garage}',
      name: '{garage}',
      location: { longitude_column: 'lon', latitude_column: 'lat' },
    });
    assert.deepEqual(
      mapping.datastreams.map(({ column }) => column),
      ['parked'],
    );
    assert.deepEqual(notes, []);
  });
  it('keeps the first of repeated rows, and says so', async () => {
    const rows = days.flatMap((at) => [
      `2024-03-${day(at)} 01:00:00,5,rain ${at % 6}`,
      `2024-03-${day(at)} 01:00:00,5,mist ${at % 5}`,
    ]);
    const { mapping, notes } = await propose(`date_time,volume,weather\n${rows.join('\n')}\n`);
    assert.equal(mapping.conflict, 'keep-first');
    assert.equal(mapping.thing?.key, 'sensor');
    assert.deepEqual(notes, ['no-sensor', 'repeats']);
  });
  it('sees a clock that does not follow summer time', async () => {
    const hours = days.map((at) => `2024-03-10 ${day(at)}:00:00,${at * at}`);
    const { mapping, notes } = await propose(`time,level\n${hours.join('\n')}\n`);
    assert.equal(mapping.time.zone, 'Etc/GMT+5');
    assert.ok(notes.includes('winter-time'));
  });
  it('reads an old encoding, short rows, and columns without a name or with the same', async () => {
    const latin = Buffer.from('Date;Côte;;x;x\n2024-03-01;1;2;3;4\n2024-03-02;5\n', 'latin1');
    const { mapping } = await propose(latin);
    assert.deepEqual([mapping.file?.encoding, mapping.file?.ragged], ['windows-1252', 'tolerate']);
    assert.deepEqual(
      mapping.datastreams.map(({ column }) => column),
      ['Côte', '#3', '#4', '#5'],
    );
  });
  it('finds records in JSON, and an object in the payload', async () => {
    const list = days.map((at) => ({
      at: 1_700_000_000_000 + at * 60_000,
      device: { devEui: 'ABC1' },
      port: 3,
      data: Buffer.from(`{t:${at}.5,wet:0}`).toString('hex'),
      gw: [{ rssi: -40 - at }],
    }));
    const { mapping } = await propose(
      JSON.stringify({ page: 1, list: list.map(({ at, ...rest }) => ({ recvTime: at, ...rest })) }),
    );
    assert.deepEqual(
      [mapping.file?.format, mapping.file?.list, mapping.file?.payloads],
      ['json', 'list', [{ column: 'data', encoding: 'hex', as: 'relaxed-object', into: 'sent' }]],
    );
    assert.deepEqual(mapping.time, { column: 'recvTime', format: 'epoch-ms' });
    assert.equal(mapping.thing?.key, '{device.devEui}');
    assert.deepEqual(mapping.datastreams.map(({ column }) => column).sort(), [
      'gw.0.rssi',
      'sent.t',
      'sent.wet',
    ]);
  });
  it('says that a file tells no time', async () => {
    const { notes } = await propose('name,seats\nA,4\nB,5\n');
    assert.ok(notes.includes('no-time'));
    await assert.rejects(propose(''), /empty/);
    await assert.rejects(propose(Buffer.from('PK\u0003\u0004zip')), /workbook/);
  });
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { type ImportSummary, importFile } from '../src/observations/import/import-file.ts';
import { importRegister } from '../src/observations/import/import-register.ts';
import { proposeMapping } from '../src/observations/import/propose-mapping.ts';
import { readMapping } from '../src/observations/import/read-mapping.ts';
import { sampleFile } from '../src/observations/import/sample-file.ts';
import { testDatabase } from './support/context.ts';

/**
 * The files that cities really publish, through the shipped mappings. They are not part of the repository: they lie
 * beside the checkout, in CI too. The counts were found with another program (Python's csv module), not with this one.
 */
const data = new URL('../../shared/data/', import.meta.url);
const skip = existsSync(data) ? false : `the real files are not at ${data.pathname}`;
const db = testDatabase();

type Counts = {
  rows: number;
  emptyRows?: number;
  cells: number;
  stored: number;
  duplicates?: number;
  conflictsDropped?: number;
  conflictsKept?: number;
  missing?: { empty?: number; code?: number; absent?: number };
  flagged?: number;
  things: number;
  datastreams: number;
};

async function load(mapping: string) {
  return readMapping(
    await readFile(new URL(`../examples/mappings/${mapping}.yaml`, import.meta.url), 'utf8'),
    mapping,
  );
}

async function importReal(file: string, mapping: string): Promise<ImportSummary> {
  const loaded = await load(mapping);
  assert.ok('datastreams' in loaded.mapping);
  return importFile(db.ctx, { path: new URL(file, data).pathname, loaded, mapping: loaded.mapping });
}

function counted(summary: ImportSummary): Required<Counts> & { rejected: number } {
  const { counts, stored, duplicates, conflictsDropped, conflictsKept, flagged, things, datastreams } =
    summary;
  const { rows, emptyRows, cells, missing, rejected } = counts;
  return {
    rows,
    emptyRows,
    cells,
    stored,
    duplicates,
    conflictsDropped,
    conflictsKept,
    missing,
    rejected,
    flagged,
    things,
    datastreams,
  };
}

function expectCounts(summary: ImportSummary, counts: Counts): void {
  const missing = { empty: 0, code: 0, absent: 0, ...counts.missing };
  assert.deepEqual(counted(summary), {
    emptyRows: 0,
    duplicates: 0,
    conflictsDropped: 0,
    conflictsKept: 0,
    flagged: 0,
    rejected: 0,
    ...counts,
    missing,
  });
  const { stored, duplicates = 0, conflictsDropped = 0 } = counts;
  assert.equal(
    stored + duplicates + conflictsDropped + missing.empty + missing.code + missing.absent,
    counts.cells,
  );
}

const files: { file: string; mapping: string; again: boolean; counts: Counts }[] = [
  {
    file: 'bicycle/FremontBridge.csv.gz',
    mapping: 'fremont-bridge-bicycles',
    again: false,
    counts: {
      rows: 112_440,
      cells: 337_320,
      stored: 335_724,
      missing: { empty: 532 * 3 },
      things: 1,
      datastreams: 3,
    },
  },
  {
    file: 'bicycle/bikes.csv',
    mapping: 'montreal-bicycles',
    again: true,
    counts: {
      rows: 310,
      cells: 2790,
      stored: 2170,
      missing: { empty: 325, absent: 295 },
      things: 7,
      datastreams: 7,
    },
  },
  {
    file: 'air-quality/AirQualityUCI.csv',
    mapping: 'italian-air-quality',
    again: true,
    counts: {
      rows: 9357,
      emptyRows: 114,
      cells: 121_641,
      stored: 104_940,
      missing: { code: 1683 + 8443 + 1639 + 1642 + 9 * 366 },
      things: 1,
      datastreams: 13,
    },
  },
  {
    file: 'parking/aarhus_parking.csv.gz',
    mapping: 'aarhus-parking',
    again: true,
    counts: {
      rows: 55_264,
      cells: 55_264,
      stored: 55_264,
      flagged: 3888 + 630 + 1 + 1,
      things: 8,
      datastreams: 8,
    },
  },
  {
    file: 'traffic/Metro_Interstate_Traffic_Volume.csv.gz',
    mapping: 'metro-interstate-traffic',
    again: false,
    counts: {
      rows: 48_204,
      cells: 289_224,
      stored: 250_768,
      duplicates: 38_319,
      conflictsDropped: 137,
      conflictsKept: 7318,
      flagged: 10 + 1,
      things: 1,
      datastreams: 6,
    },
  },
  {
    file: 'water/Beach_Water_Quality_-_Automated_Sensors.csv.gz',
    mapping: 'chicago-beach-water',
    again: false,
    counts: {
      rows: 34_923,
      cells: 209_538,
      stored: 183_113,
      missing: { empty: 25_373, code: 2 * 526 },
      flagged: 9,
      things: 6,
      datastreams: 36,
    },
  },
  {
    file: 'lorawan/dades.js',
    mapping: 'sewer-overflow-uplinks',
    again: true,
    counts: { rows: 50, cells: 450, stored: 450, things: 1, datastreams: 9 },
  },
];

describe('real files', { skip }, () => {
  for (const { file, mapping, again, counts } of files) {
    it(`${file}: the counts are right${again ? ', and a second import adds nothing' : ''}`, async () => {
      expectCounts(await importReal(file, mapping), counts);
      if (!again) return;
      const { stored, ...rest } = counts;
      expectCounts(await importReal(file, mapping), {
        ...rest,
        stored: 0,
        duplicates: stored + (counts.duplicates ?? 0),
        flagged: 0,
      });
    });
  }

  // What the file alone suggests, nobody having corrected it. Of Montréal's nine columns two are empty, and are left out;
  // of I-94 the kind of weather is a word, which is measured only where a person says so.
  const proposals: { file: string; zone: string; counts: Partial<Counts> }[] = [
    { file: 'bicycle/FremontBridge.csv.gz', zone: 'America/Los_Angeles', counts: {} },
    { file: 'bicycle/bikes.csv', zone: 'America/Toronto', counts: { cells: 2170, missing: {}, things: 1 } },
    { file: 'air-quality/AirQualityUCI.csv', zone: 'Europe/Rome', counts: {} },
    { file: 'parking/aarhus_parking.csv.gz', zone: 'Europe/Copenhagen', counts: {} },
    {
      file: 'traffic/Metro_Interstate_Traffic_Volume.csv.gz',
      zone: 'America/Chicago',
      counts: {
        cells: 241_020,
        stored: 202_875,
        duplicates: 38_008,
        conflictsDropped: 137,
        conflictsKept: 0,
        datastreams: 5,
      },
    },
    {
      file: 'water/Beach_Water_Quality_-_Automated_Sensors.csv.gz',
      zone: 'America/Chicago',
      counts: {},
    },
    { file: 'lorawan/dades.js', zone: 'Europe/Madrid', counts: {} },
  ];
  for (const { file, zone, counts } of proposals) {
    it(`${file}: a proposed mapping counts as the known one does`, async () => {
      const path = new URL(file, data).pathname;
      const slug = `proposed-${proposals.findIndex((each) => each.file === file)}`;
      const about = {
        slug,
        title: file,
        description: 'd',
        topic: 'other',
        license: 'not-stated',
        source: 's',
      } as const;
      const { mapping } = proposeMapping(await sampleFile(path), { dataset: about, zone });
      const loaded = readMapping(stringify(mapping), 'proposed');
      assert.ok('datastreams' in loaded.mapping);
      const known = files.find((each) => each.file === file)?.counts;
      assert.ok(known);
      // No plausible range is proposed, so nothing is flagged.
      expectCounts(await importFile(db.ctx, { path, loaded, mapping: loaded.mapping }), {
        ...known,
        flagged: 0,
        ...counts,
      });
    });
  }

  const registers = [
    { file: 'sensor-inventory/AoT_Chicago/nodes.csv', mapping: 'chicago-nodes', rows: 126 },
    { file: 'sensor-inventory/AoT_Chicago/sensors.csv', mapping: 'chicago-node-sensors', rows: 193 },
  ];
  for (const { file, mapping, rows } of registers) {
    it(`${file}: each row is added once`, async () => {
      const loaded = await load(mapping);
      assert.ok('register' in loaded.mapping);
      const input = { path: new URL(file, data).pathname, loaded, register: loaded.mapping };
      const first = await importRegister(db.ctx, input);
      assert.deepEqual(
        [first.rows, first.added, first.known, first.repeated, first.rejected],
        [rows, rows, 0, 0, 0],
      );
      const second = await importRegister(db.ctx, input);
      assert.deepEqual([second.added, second.known], [0, rows]);
    });
  }

  // Nobody owns these datasets, so that nothing of them is released.
  const one = async (sql: string) => (await db.ctx.app.query(sql)).rows;
  const from = (slug: string, stream: string) =>
    `private.observation o join private.datastream d on d.id = o.datastream_id
     join private.dataset s on s.id = d.dataset_id where s.slug = '${slug}' and d.external_key = '${stream}'`;

  it('FremontBridge: true zeros are kept', async () => {
    const rows = await one(
      `select count(*)::int as zeros from ${from('fremont-bridge-bicycles', 'fremont-bridge/total')} and o.result_number = 0`,
    );
    assert.deepEqual(rows, [{ zeros: 1887 }]);
  });

  it('aarhus_parking: the two hours under one local label are told apart', async () => {
    const rows = await one(
      `select to_char(o.phenomenon_start at time zone 'UTC', 'HH24:MI:SS.MS') as at, o.result_number as cars
       from ${from('aarhus-parking', 'SCANDCENTER/vehicles')}
       and o.phenomenon_start between '2014-10-26 00:00Z' and '2014-10-26 02:30Z' order by o.phenomenon_start`,
    );
    assert.deepEqual(rows, [
      { at: '00:28:41.664', cars: 282 },
      { at: '00:58:41.663', cars: 281 },
      { at: '01:28:41.677', cars: 280 },
      { at: '01:58:41.665', cars: 279 },
      { at: '02:28:41.678', cars: 278 },
    ]);
  });

  it('Metro: each hour’s volume is there once, and a sum is right', async () => {
    const rows = await one(
      `select count(*)::int as hours, count(distinct o.phenomenon_start)::int as "distinct" from ${from('metro-interstate-traffic', 'ATR-301/traffic_volume')}`,
    );
    assert.deepEqual(rows, [{ hours: 40_575, distinct: 40_575 }]);
  });

  it('AirQuality: true negative temperatures are kept', async () => {
    const rows = await one(
      `select min(o.result_number) as coldest from ${from('italian-air-quality', 'multisensor/T')}`,
    );
    assert.deepEqual(rows, [{ coldest: -1.9 }]);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces } from '../../../test/support/staff.ts';
import { setAccess } from '../../release/index.ts';
import { type ImportInput, type ImportSummary, importFile } from './import-file.ts';
import type { Reject } from './interpret-row.ts';
import { readMapping } from './read-mapping.ts';
import { importText } from './summary-text.ts';

const fixtures = new URL('../../../test/fixtures/import/', import.meta.url);
const db = testDatabase();

async function load(name: string, change: [string | RegExp, string] = ['', '']) {
  const source = await readFile(new URL(`${name}.yaml`, fixtures), 'utf8');
  return readMapping(source.replace(...change), `${name}.yaml`);
}

async function run(
  path: string,
  loaded: Awaited<ReturnType<typeof load>>,
  over: Partial<ImportInput> = {},
): Promise<ImportSummary> {
  assert.ok('datastreams' in loaded.mapping);
  const summary = await importFile(db.ctx, { path, loaded, mapping: loaded.mapping, ...over });
  if (!summary.stopped) assert.equal(accounted(summary), summary.counts.cells);
  return summary;
}

function accounted({ stored, duplicates, conflictsDropped, counts }: ImportSummary): number {
  const { empty, code, absent } = counts.missing;
  return stored + duplicates + conflictsDropped + empty + code + absent + counts.rejected;
}

const fixture = (file: string) => new URL(file, fixtures).pathname;
const brief = ({ stored, duplicates, conflictsDropped, conflictsKept, flagged, counts }: ImportSummary) => ({
  stored,
  duplicates,
  conflictsDropped,
  conflictsKept,
  flagged,
  rejected: counts.rejected,
});

async function readings(slug: string, schema: 'released' | 'private' = 'released') {
  const { rows } = await db.ctx.owner.query<{ key: string; time: string; result: unknown; quality: unknown }>(
    `select d.external_key as key, to_char(o.phenomenon_start at time zone 'UTC', 'MM-DD HH24:MI') as time,
       coalesce(to_jsonb(o.result_number), o.result_json) as result, o.result_quality as quality
     from ${schema}.observation o join private.datastream d on d.id = o.datastream_id
     join private.dataset s on s.id = d.dataset_id where s.slug = $1 order by d.external_key, o.phenomenon_start, o.id`,
    [slug],
  );
  return rows;
}

describe('importing a file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-'));
    await makePlaces(db.ctx);
  });
  after(() => rm(folder, { recursive: true }));

  it('stores what the file holds, counts the rest, and adds nothing the second time', async () => {
    const loaded = await load('bridge');
    const rejects: Reject[] = [];
    const onRejects = (found: readonly Reject[]) => void rejects.push(...found);
    const first = await run(fixture('bridge.csv'), loaded, { onRejects });
    assert.deepEqual(brief(first), {
      stored: 16,
      duplicates: 1,
      conflictsDropped: 1,
      conflictsKept: 0,
      flagged: 1,
      rejected: 8,
    });
    assert.deepEqual(
      [first.datasetMade, first.things, first.datastreams, first.counts.emptyRows],
      [true, 1, 2, 1],
    );
    assert.deepEqual(
      rejects.map(({ line, cells }) => [line, cells]),
      [
        [11, 2],
        [12, 1],
        [13, 1],
        [14, 2],
        [17, 2],
      ],
    );

    const total = (await readings('bridge')).filter(({ key }) => key === 'bridge/total');
    assert.deepEqual(
      total.map(({ time, result }) => `${time} ${result}`),
      [
        '11-01 03:00 10',
        '11-01 04:00 8',
        '11-01 05:00 7',
        '11-01 06:00 6',
        '11-01 09:00 5000',
        '11-01 10:00 3',
        '03-15 07:00 4',
      ],
    );
    assert.deepEqual(
      total.filter(({ quality }) => quality !== null).map(({ result }) => result),
      [5000],
    );

    const second = await run(fixture('bridge.csv'), loaded);
    assert.deepEqual(brief(second), {
      stored: 0,
      duplicates: 17,
      conflictsDropped: 1,
      conflictsKept: 0,
      flagged: 0,
      rejected: 8,
    });
    assert.equal(second.datasetMade, false);
    assert.equal((await readings('bridge')).length, 16);
  });

  it('counts the same however the file is cut into batches', async () => {
    const whole = brief(
      await run(fixture('bridge.csv'), await load('bridge', ['slug: bridge', 'slug: bridge-whole'])),
    );
    for (const batchSize of [1, 3]) {
      const loaded = await load('bridge', ['slug: bridge', `slug: bridge-${batchSize}`]);
      assert.deepEqual(brief(await run(fixture('bridge.csv'), loaded, { batchSize })), whole);
    }
  });

  it('reads latin1, positions with the latitude first, ragged rows, and keeps both of a conflict', async () => {
    const summary = await run(fixture('garages.csv'), await load('garages'));
    assert.deepEqual(brief(summary), {
      stored: 7,
      duplicates: 3,
      conflictsDropped: 0,
      conflictsKept: 1,
      flagged: 1,
      rejected: 8,
    });
    assert.deepEqual(summary.counts.missing, { empty: 1, code: 0, absent: 1 });
    const { rows } = await db.ctx.public.query(
      `select t.name, t.properties, l.location -> 'coordinates' as at from released.thing t
       join released.thing_location tl on tl.thing_id = t.id join released.location l on l.id = tl.location_id
       where t.external_key = 'Été'`,
    );
    assert.deepEqual(rows, [{ name: 'Garage Été', properties: { spaces: 100 }, at: [2.35, 48.85] }]);
    const flagged = (await readings('garages')).filter(({ quality }) => quality !== null);
    assert.deepEqual(
      flagged.map(({ key, result }) => [key, result]),
      [['Gare/cars', 60]],
    );
  });

  it('rejects a conflict with its line when the mapping says so', async () => {
    const loaded = await load('garages', [
      /slug: garages(.*[\s\S]*)conflict: keep-both/,
      'slug: garages-strict$1conflict: reject',
    ]);
    const rejects: Reject[] = [];
    const summary = await run(fixture('garages.csv'), loaded, {
      onRejects: (found) => void rejects.push(...found),
    });
    assert.deepEqual(brief(summary), {
      stored: 6,
      duplicates: 2,
      conflictsDropped: 0,
      conflictsKept: 0,
      flagged: 1,
      rejected: 10,
    });
    const conflicts = rejects.filter(({ reason }) => reason.startsWith('another result'));
    assert.deepEqual(
      conflicts.map(({ line, column, value }) => [line, column, value]),
      [
        [3, 'Voitures', '13'],
        [4, 'Voitures', '13'],
      ],
    );
  });

  it('reads uplinks with payloads, and a restricted dataset stays private', async () => {
    const summary = await run(fixture('uplinks.json'), await load('uplinks'));
    assert.deepEqual(brief(summary), {
      stored: 7,
      duplicates: 0,
      conflictsDropped: 0,
      conflictsKept: 0,
      flagged: 0,
      rejected: 7,
    });
    assert.equal((await readings('uplinks')).length, 0);
    const held = await readings('uplinks', 'private');
    assert.deepEqual(
      held.filter(({ key }) => key === '00AA/wet').map(({ result }) => result),
      [true, false],
    );
    const { rowCount } = await db.ctx.public.query("select from released.thing where external_key = '00AA'");
    assert.equal(rowCount, 0);
  });

  it('opens nothing that no office owns; an operator may, once it is there', async () => {
    const loaded = await load('garages', [/slug: garages(.*), office: oakton-works/, 'slug: unowned$1']);
    const said = await run(fixture('garages.csv'), loaded);
    assert.deepEqual([said.heldBack, said.datasetMade], ['open', true]);
    assert.match(importText(said, 1, undefined), /stays restricted: .* no office owns it/);
    const seen = async () => {
      const { rows } = await db.ctx.owner.query(
        "select access, held_back from private.dataset where slug = 'unowned'",
      );
      return [rows[0].access, rows[0].held_back, (await readings('unowned')).length > 0];
    };
    assert.deepEqual(await seen(), ['restricted', 'open', false]);
    assert.equal((await run(fixture('garages.csv'), loaded)).heldBack, 'open');
    assert.deepEqual(await seen(), ['restricted', 'open', false]);
    await setAccess(db.ctx, { dataset: 'unowned', access: 'open' });
    assert.deepEqual(await seen(), ['open', null, true]);
    assert.equal((await run(fixture('garages.csv'), loaded)).heldBack, null);
  });

  it('stores nothing of a file that is malformed at its very end', async () => {
    const path = join(folder, 'malformed.csv');
    await writeFile(path, `${await readFile(fixture('bridge.csv'), 'utf8')}\r\n04/01/2027 01:00:00 AM,"4,1`);
    const loaded = await load('bridge', ['slug: bridge', 'slug: malformed']);
    await assert.rejects(
      run(path, loaded, { batchSize: 2 }),
      /Line 19, field 2: a quoted field that is never closed/,
    );
    const { rowCount } = await db.ctx.owner.query("select from private.dataset where slug = 'malformed'");
    assert.equal(rowCount, 0);
  });

  it('stores nothing when the mapping names a column that is not there', async () => {
    const loaded = await load('bridge', [
      /slug: bridge([\s\S]*)Bridge, west/,
      'slug: no-column$1Bridge, north',
    ]);
    await assert.rejects(
      run(fixture('bridge.csv'), loaded),
      /bridge.yaml:\d+: datastreams.\d.column: the file has no column/,
    );
    const { rowCount } = await db.ctx.owner.query("select from private.dataset where slug = 'no-column'");
    assert.equal(rowCount, 0);
  });

  it('goes on after an interruption without duplicates', async () => {
    const path = join(folder, 'long.csv');
    const rows = Array.from({ length: 20_000 }, (_, index) => {
      const at = new Date(Date.UTC(2026, 5, 1) + index * 3_600_000);
      return `${at.toISOString()},${index % 10},${index}`;
    });
    await writeFile(path, `time,sensor,value\n${rows.join('\n')}\n`);
    const loaded = readMapping(
      `dataset: { slug: long, title: L, description: L, topic: other, license: not-stated, source: invented, access: open, office: oakton-works }
time: { column: time, format: "YYYY-MM-DD[T]HH:mm:ss.SSSZ" }
thing: { key: "{sensor}", name: "{sensor}" }
datastreams:
  - { column: value, name: V, unit: { name: u, symbol: u, definition: "x:u" }, observed_property: { name: P, definition: "x:p" } }`,
      'long.yaml',
    );
    const stop = new AbortController();
    const onProgress = ({ phase, done }: { phase: string; done: number }) => {
      if (phase === 'storing' && done > 5000) stop.abort();
    };
    const cut = await run(path, loaded, { batchSize: 1000, signal: stop.signal, onProgress });
    assert.equal(cut.stopped, true);
    assert.ok(cut.stored > 0 && cut.stored < 20_000, `${cut.stored}`);
    assert.equal((await readings('long')).length, cut.stored);
    const rest = await run(path, loaded, { batchSize: 1000 });
    assert.deepEqual([rest.stored, rest.duplicates], [20_000 - cut.stored, cut.stored]);
    assert.equal((await readings('long')).length, 20_000);
  });

  it('counts as a plain model does, whatever the rows and the rule', async () => {
    let turn = 0;
    const row = fc.record({ minute: fc.integer({ min: 0, max: 5 }), value: fc.integer({ min: 0, max: 2 }) });
    const rule = fc.constantFrom('keep-first', 'keep-both', 'reject');
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 25 }),
        rule,
        fc.integer({ min: 1, max: 7 }),
        async (rows, conflict, batchSize) => {
          const slug = `model-${++turn}`;
          const path = join(folder, 'model.csv');
          await writeFile(
            path,
            `time,value\n${rows.map(({ minute, value }) => `2026-06-01 10:0${minute},${value}`).join('\n')}\n`,
          );
          const loaded = readMapping(
            `dataset: { slug: ${slug}, title: M, description: M, topic: other, license: not-stated, source: invented, access: open, office: oakton-works }
time: { column: time, format: "YYYY-MM-DD HH:mm", zone: UTC }
thing: { key: m, name: M }
conflict: ${conflict}
datastreams:
  - { column: value, name: V, unit: { name: u, symbol: u, definition: "x:u" }, observed_property: { name: P, definition: "x:p" } }`,
            'model.yaml',
          );
          const model = { stored: 0, duplicates: 0, conflicts: 0 };
          const held = new Map<number, number[]>();
          for (const { minute, value } of rows) {
            const before = held.get(minute) ?? [];
            if (before.includes(value)) model.duplicates++;
            else if (before.length > 0 && conflict !== 'keep-both') model.conflicts++;
            else {
              model.stored++;
              held.set(minute, [...before, value]);
            }
          }
          const summary = await run(path, loaded, { batchSize });
          const conflicts = conflict === 'reject' ? summary.counts.rejected : summary.conflictsDropped;
          assert.deepEqual({ stored: summary.stored, duplicates: summary.duplicates, conflicts }, model);
          assert.equal((await readings(slug)).length, model.stored);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says what to do when the database goes away in the middle, and loses nothing', async () => {
    const path = join(folder, 'lost.csv');
    await writeFile(
      path,
      `time,value\n${Array.from({ length: 5000 }, (_, index) => `${1_780_000_000 + index},${index}`).join('\n')}\n`,
    );
    const loaded = readMapping(
      `dataset: { slug: lost, title: L, description: L, topic: other, license: not-stated, source: invented, access: open, office: oakton-works }
time: { column: time, format: epoch-seconds }
thing: { key: l, name: L }
datastreams:
  - { column: value, name: V, unit: { name: u, symbol: u, definition: "x:u" }, observed_property: { name: P, definition: "x:p" } }`,
      'lost.yaml',
    );
    let killed: Promise<unknown> | undefined;
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase !== 'storing') return;
      killed ??= db.ctx.owner.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'charter_app'",
      );
    };
    await assert.rejects(
      run(path, loaded, { batchSize: 100, onProgress }),
      /database was lost.*import the same file again/,
    );
    await killed;
    const summary = await run(path, loaded);
    assert.equal(summary.stored + summary.duplicates, 5000);
    assert.equal((await readings('lost')).length, 5000);
  });

  it('is for operators alone', async () => {
    const loaded = await load('bridge');
    assert.ok('datastreams' in loaded.mapping);
    const input = { path: fixture('bridge.csv'), loaded, mapping: loaded.mapping };
    await assert.rejects(importFile({ ...db.ctx, actor: { kind: 'anonymous' } }, input), {
      kind: 'not-allowed',
      message: /is for: operator/,
    });
  });
});

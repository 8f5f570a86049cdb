import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makePlaces } from '../../../test/support/staff.ts';
import { importRegister } from './import-register.ts';
import type { Reject } from './interpret-row.ts';
import { readMapping } from './read-mapping.ts';

const fixtures = new URL('../../../test/fixtures/import/', import.meta.url);
const db = testDatabase();
const fixture = (file: string) => new URL(file, fixtures).pathname;

async function load(name: string) {
  return readMapping(await readFile(new URL(`${name}.yaml`, fixtures), 'utf8'), `${name}.yaml`);
}

describe('importing a register', () => {
  before(() => makePlaces(db.ctx));

  it('makes Things that stand somewhere, and finds them again', async () => {
    const loaded = await load('poles');
    assert.ok('register' in loaded.mapping);
    const rejects: Reject[] = [];
    const input = {
      path: fixture('poles.csv'),
      loaded,
      register: loaded.mapping,
      onRejects: (found: readonly Reject[]) => void rejects.push(...found),
    };
    const first = await importRegister(db.ctx, input);
    assert.deepEqual(
      [first.rows, first.added, first.known, first.repeated, first.rejected, first.emptyRows],
      [7, 2, 0, 1, 4, 1],
    );
    assert.deepEqual(
      rejects.map(({ line }) => line),
      [5, 6, 7, 9],
    );
    const second = await importRegister(db.ctx, input);
    assert.deepEqual([second.added, second.known], [0, 2]);
    const { rows } = await db.ctx.public.query(
      `select t.properties, l.location -> 'coordinates' as at, h."time" as since from released.thing t
       join released.thing_location tl on tl.thing_id = t.id join released.location l on l.id = tl.location_id
       join released.historical_location h on h.thing_id = t.id
       join released.dataset s on s.id = t.dataset_id where s.slug = 'poles' order by t.external_key`,
    );
    assert.deepEqual(rows, [
      {
        properties: { owner: 'City', height: 7.5, in_service_from: '2020-01-02T00:00:00.000Z' },
        at: [-73.45, 41.39],
        since: '2020-01-02T00:00:00+00:00',
      },
      {
        properties: {
          in_service_from: '2020-01-02T00:00:00.000Z',
          in_service_until: '2021-03-04T00:00:00.000Z',
        },
        at: [-73.46, 41.4],
        since: '2020-01-02T00:00:00+00:00',
      },
    ]);
  });

  it('tells what kinds of sensors measure, in one spelling of each unit', async () => {
    const loaded = await load('kinds');
    assert.ok('register' in loaded.mapping);
    const summary = await importRegister(db.ctx, {
      path: fixture('kinds.csv'),
      loaded,
      register: loaded.mapping,
    });
    assert.deepEqual([summary.rows, summary.added, summary.rejected], [3, 2, 1]);
    const { rows } = await db.ctx.public.query(
      `select p.name, p.properties from released.observed_property p join released.dataset s on s.id = p.dataset_id
       where s.slug = 'kinds' order by p.name`,
    );
    assert.deepEqual(rows, [
      { name: 'humidity', properties: { sensor: 'a/x1', unit: 'RH', plausible: { min: 0 } } },
      { name: 'temperature', properties: { sensor: 'a/x1', unit: '°C', plausible: { min: -40, max: 125 } } },
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../test/support/context.ts';
import { makeDatastream } from '../../test/support/make.ts';
import { as, type Ctx } from '../kit/context.ts';
import { createEntity } from './create-entity.ts';
import { deleteEntity } from './delete-entity.ts';
import type { EntityInput } from './entity-input.ts';
import { updateEntity } from './update-entity.ts';

const db = testDatabase();
const writerOf = (datasetId: string): Ctx =>
  as(db.ctx, { kind: 'key', keyId: datasetId, name: 'device', datasets: [datasetId], things: null });
const one = async (sql: string, id: string) => (await db.ctx.owner.query(sql, [id])).rows[0].id as string;
const link = (id: string) => [{ id, at: 'Thing' }];

describe('a key for one dataset', () => {
  test('hangs nothing of its own on a Thing of another', async () => {
    const [own, strange] = [await makeDatastream(db.ctx), await makeDatastream(db.ctx)];
    const writer = writerOf(own.datasetId);
    const history = await one(
      'select id::text from private.historical_location where thing_id = $1',
      own.thingId,
    );
    const changes = (kind: EntityInput['kind']): EntityInput => ({
      kind,
      values: {},
      links: { thing: link(strange.thingId) },
      at: '',
    });
    const refused = { kind: 'not-allowed' };
    await assert.rejects(
      updateEntity(writer, { id: history, changes: changes('historicalLocation') }),
      refused,
    );
    await assert.rejects(
      updateEntity(writer, { id: own.datastreamId, changes: changes('datastream') }),
      refused,
    );
    const { rows } = await db.ctx.owner.query(
      `select (select thing_id::text from private.datastream where id = $1) as datastream,
         (select thing_id::text from private.historical_location where id = $2) as history`,
      [own.datastreamId, history],
    );
    assert.deepEqual(rows, [{ datastream: own.thingId, history: own.thingId }]);
    await deleteEntity(writerOf(strange.datasetId), { kind: 'thing', id: strange.thingId });
  });

  test('deletes no Location with the history of a Thing of another', async () => {
    const [own, strange] = [await makeDatastream(db.ctx), await makeDatastream(db.ctx)];
    const location = await one(
      'select location_id::text as id from private.thing_location where thing_id = $1',
      own.thingId,
    );
    const { id: guest } = await createEntity(writerOf(strange.datasetId), {
      kind: 'thing',
      values: { name: 'Guest', description: 'At a place of others.' },
      links: { locations: [{ id: location, at: 'Locations[0]' }] },
      at: '',
    });
    const gone = () => deleteEntity(writerOf(own.datasetId), { kind: 'location', id: location });
    await assert.rejects(gone(), { kind: 'not-allowed' });
    await deleteEntity(writerOf(strange.datasetId), { kind: 'thing', id: guest });
    await gone();
  });
});

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Actor, as, type Ctx } from '../src/kit/context.ts';
import { isProblem } from '../src/kit/problem.ts';
import { isPermitted } from '../src/people/index.ts';
import { type Permission, permissions } from '../src/people/permissions.ts';
import { staffRoles } from '../src/people/role.ts';
import { testDatabase } from './support/context.ts';

const db = testDatabase();
const actors: Actor[] = [
  { kind: 'anonymous' },
  { kind: 'open-writes' },
  { kind: 'key', keyId: '1', name: 'any', datasets: null, things: null },
  { kind: 'key', keyId: '2', name: 'own', datasets: ['7'], things: null },
  { kind: 'key', keyId: '4', name: 'device', datasets: null, things: ['8'] },
  { kind: 'demo-key', keyId: '5', name: 'demo' },
  { kind: 'person', personId: '1', sessionId: '1', name: 'a@example.org', grants: [] },
  { kind: 'reading-key', keyId: '3', personId: '1', name: 'reader' },
  ...staffRoles.map(
    (role): Actor => ({
      kind: 'person',
      personId: '2',
      sessionId: '2',
      name: role,
      grants: [{ id: '1', role, places: ['danbury'], office: null }],
    }),
  ),
  { kind: 'operator' },
];
/** Every name under which this actor may stand in a row of the table. */
const rolesOf = (actor: Actor): string[] => [
  actor.kind,
  ...(actor.kind === 'person' ? actor.grants.map(({ role }) => role) : []),
];
const number = fc.bigInt(1n, 6n).map(String);
const id = fc.option(number, { nil: null });
const scope = fc.option(fc.array(number), { nil: null });
const src = new URL('../src/', import.meta.url);
const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe('the permission table', () => {
  test('each actor, tried at every action that is not his, is refused before anything is read', async () => {
    const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
    let tried = 0;
    for (const [permission, { actions, may }] of Object.entries(permissions)) {
      for (const action of actions) {
        const file = files.find((name) => basename(name) === `${action}.ts`);
        const run = (await import(new URL(file ?? '', src).href))[camel(action)] as (
          ctx: Ctx,
          input: object,
        ) => unknown;
        for (const actor of actors.filter((each) => !rolesOf(each).some((role) => role in may))) {
          tried += 1;
          // No database behind it: an action that reads first would fail with something else than a Problem.
          const ctx = { ...as(db.ctx, actor), app: undefined, public: undefined } as unknown as Ctx;
          await assert.rejects(
            async () => run(ctx, {}),
            (error) => isProblem(error) && ['not-allowed', 'signed-out'].includes(error.kind),
            `${rolesOf(actor).join(' ')} may ${action}, though “${permission}” is not for it`,
          );
        }
      }
    }
    assert.ok(tried > 30, `${tried} refusals`);
  });

  test('a key made for one dataset never reaches another, nor what all share', () => {
    fc.assert(
      fc.property(fc.array(id, { minLength: 1 }), scope, (datasetIds, datasets) => {
        const ctx = as(db.ctx, { kind: 'key', keyId: '1', name: 'k', datasets, things: null });
        const within = datasets === null || datasetIds.every((each) => each && datasets.includes(each));
        assert.equal(isPermitted(ctx, 'write-entities', { datasetIds }), within);
      }),
    );
  });

  test('a key made for Things adds readings to all of these Things or to none, and does nothing else', () => {
    fc.assert(
      fc.property(fc.array(number), fc.array(number), fc.array(id), (thingIds, things, datasetIds) => {
        const ctx = as(db.ctx, { kind: 'key', keyId: '1', name: 'k', datasets: null, things });
        const within = thingIds.length > 0 && thingIds.every((each) => things.includes(each));
        assert.equal(isPermitted(ctx, 'write-entities', { datasetIds, thingIds }), within);
        assert.equal(isPermitted(ctx, 'write-entities', { datasetIds }), false);
      }),
    );
  });

  test('nobody but the operator has what is in no row', () => {
    for (const actor of actors)
      for (const permission of Object.keys(permissions) as Permission[])
        assert.equal(
          isPermitted(as(db.ctx, actor), permission),
          rolesOf(actor).some((role) => role in permissions[permission].may),
        );
  });
});

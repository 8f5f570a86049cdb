import { settleTables } from '../../src/datasets/tables/settle-table.ts';
import { as, type Ctx } from '../../src/kit/context.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { storeReadings } from '../../src/observations/store-readings.ts';
import { createReadingKey } from '../../src/people/keys/create-reading-key.ts';
import { projectDatasetContents, projectDatasets } from '../../src/release/project.ts';
import { setAccess } from '../../src/release/set-access.ts';
import { setPolicy } from '../../src/release/set-policy.ts';
import { takeDown } from '../../src/reports/take-down.ts';
import type { TestContext } from '../support/context.ts';
import { makeDatastream } from '../support/make.ts';
import { makeStaff } from '../support/staff.ts';
import { makeTable } from '../support/table.ts';

/** What must never be seen by whom it is not for. Each is found nowhere else, in no form that a door could make of it. */
export const canaries = {
  text: 'Zugvogel4711',
  number: 987654.321,
  day: '2019-07-23',
  longitude: -73.4512345,
  keyed: 'Nachtigall42',
} as const;

/** As they may look in an answer. */
export const traces = [
  /zugvogel/i,
  /987[,.]?654/,
  /2019-07-23/,
  /Jul(y)? 23, 2019/,
  /23 de julio de 2019/,
  /73\.4512345/,
];

/** What a key opens, and nothing else does. */
export const keyedTrace = /nachtigall/i;

export type Scene = {
  /** Restricted, and its existence is not public. */
  hidden: Awaited<ReturnType<typeof makeDatastream>>;
  /** Restricted; its entry in the catalog is public, what is in it is not. */
  listed: Awaited<ReturnType<typeof makeDatastream>>;
  /** Was open, and is taken down: its entry says so, nothing of it is shown. */
  down: Awaited<ReturnType<typeof makeDatastream>>;
  /** Open, but for what its release policy masks, drops and moves. */
  masked: Awaited<ReturnType<typeof makeDatastream>>;
  /** For whoever shows a key of his own. */
  keyed: Awaited<ReturnType<typeof makeDatastream>>;
  /** For whoever was granted it. */
  agreed: Awaited<ReturnType<typeof makeDatastream>>;
  /** What somebody's own key shows, to whom nothing was granted. */
  key: string;
  /** Open to anyone. */
  open: Awaited<ReturnType<typeof makeDatastream>>;
};

/** Datasets whose content carries the canaries, beside one that anybody may see. */
export async function setScene(ctx: TestContext): Promise<Scene> {
  const hidden = await makeDatastream(ctx, { access: 'restricted', dataset: 'nightjar' });
  const listed = await makeDatastream(ctx, { access: 'restricted', listed: true, dataset: 'listed-birds' });
  const down = await makeDatastream(ctx, { dataset: 'down-birds' });
  const open = await makeDatastream(ctx, { dataset: 'open-birds', name: 'open-birds' });
  const masked = await makeDatastream(ctx, { dataset: 'masked-birds', name: 'masked-birds' });
  const keyed = await makeDatastream(ctx, { access: 'restricted', listed: true, dataset: 'keyed-birds' });
  const agreed = await makeDatastream(ctx, { access: 'restricted', listed: true, dataset: 'agreed-birds' });
  const operator = as(ctx, { kind: 'operator' });
  const at = (day: string, result: unknown, datastreamId: string) => ({
    datastreamId,
    phenomenonStart: `${day}T12:00:00Z`,
    result,
  });
  await storeReadings(operator, {
    repeats: 'allow',
    readings: [
      ...[hidden, listed, down, agreed].flatMap(({ datastreamId }) => [
        at(canaries.day, canaries.number, datastreamId),
        at('2026-11-20', canaries.text, datastreamId),
        at('2026-11-20', { plate: canaries.text }, datastreamId),
      ]),
      ...[canaries.number, canaries.text].map((result) => ({
        ...at('2026-11-20', result, masked.datastreamId),
        parameters: { plate: canaries.text, lane: 2 },
        resultQuality: { seenBy: canaries.text },
      })),
      at('2026-11-20', canaries.keyed, keyed.datastreamId),
      at('2026-11-20', 7, open.datastreamId),
      at('2026-11-21', 9, open.datastreamId),
    ],
  });
  // Every text of the hidden content, and of the listed one all but its catalog entry.
  await withTransaction(ctx.owner, async (tx) => {
    for (const { datasetId } of [hidden, listed, down, agreed]) {
      for (const kind of ['thing', 'location', 'sensor', 'observed_property', 'datastream']) {
        await tx.query(
          `update private.${kind} set name = $2 || ' ' || name, description = $2,
             properties = jsonb_build_object('owner', $2::text) where dataset_id = $1`,
          [datasetId, canaries.text],
        );
      }
    }
    await tx.query(
      'update private.dataset set title = $2, description = $2, keywords = array[$2] where id = $1',
      [hidden.datasetId, canaries.text],
    );
  });
  // What is kept back is kept back by the gate, not because it never met it.
  await withTransaction(ctx.app, async (tx) => {
    await projectDatasets(tx, [hidden.datasetId, listed.datasetId, down.datasetId]);
    for (const { datasetId } of [hidden, listed, down]) await projectDatasetContents(tx, datasetId);
  });
  await setAccess(operator, { dataset: keyed.dataset, access: 'key' });
  await setAccess(operator, { dataset: agreed.dataset, access: 'agreement' });
  await maskBirds(ctx, operator, masked);
  const reader = await makeStaff(ctx, { email: 'reader@example.org', role: 'clerk' });
  const { key } = await createReadingKey(reader.ctx, { name: 'study', purpose: 'a study of birds' });
  await setTables(ctx);
  const staff = await makeStaff(ctx, { email: 'down@example.org', role: 'records-officer' });
  const input = { cause: 'personal-data', reason: `It shows ${canaries.text}.`, listed: true };
  const taken = await takeDown(staff.ctx, { ...input, dataset: down.dataset, language: 'en' });
  await taken.moved;
  // What arrives while it is down stays inside, too.
  await storeReadings(operator, {
    repeats: 'allow',
    readings: [at('2026-11-22', canaries.number, down.datastreamId)],
  });
  return { hidden, listed, down, masked, keyed, agreed, key, open };
}

/** Open data of which a policy keeps back what was measured, by whom, of whom, and where exactly. */
async function maskBirds(ctx: TestContext, operator: Ctx, masked: Scene['masked']): Promise<void> {
  await withTransaction(ctx.owner, async (tx) => {
    await tx.query(
      'update private.thing set properties = jsonb_build_object($2::text, $3::text) where id = $1',
      [masked.thingId, 'owner', canaries.text],
    );
    await tx.query(
      `update private.location set location = jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array($2::float8, 41.39))
       where dataset_id = $1`,
      [masked.datasetId, canaries.longitude],
    );
  });
  const steps = [
    { do: 'mask', column: 'result:masked-birds' },
    { do: 'drop', column: 'parameters/plate' },
    { do: 'drop', column: 'properties/owner' },
    { do: 'drop', column: 'quality' },
    { do: 'coarsen-place', to: '1000-m' },
  ];
  await setPolicy(operator, { dataset: masked.dataset, policy: { steps, reason: 'Birds rest here.' } });
  // What comes later obeys it as it arrives.
  await storeReadings(operator, {
    repeats: 'allow',
    readings: [
      {
        datastreamId: masked.datastreamId,
        phenomenonStart: '2026-11-21T12:00:00Z',
        result: canaries.text,
        parameters: { plate: canaries.text },
      },
    ],
  });
}

/** A table whose content is kept back by its class, and one by a policy on its columns. */
async function setTables(ctx: TestContext): Promise<void> {
  const columns = ['plate:text', 'speed:number', 'day:date', 'kind:text'];
  const rows = [
    [canaries.text, String(canaries.number), canaries.day, 'car'],
    ['AB 1', '50', '2026-11-20', 'bus'],
  ];
  for (const slug of ['nightjar', 'listed-birds', 'open-trips'])
    await makeTable(ctx, { slug, columns, rows });
  const steps = ['plate', 'speed', 'day'].map((column) => ({ do: 'drop', column }));
  for (const schema of ['private', 'released'])
    await ctx.owner.query(
      `update ${schema}.dataset set policy = $1, policy_version = 1 where slug = 'open-trips'`,
      [JSON.stringify({ steps, reason: 'A test.' })],
    );
  await settleTables(ctx);
}

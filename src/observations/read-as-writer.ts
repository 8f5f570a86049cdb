import type { Ctx } from '../kit/context.ts';
import { checkPermission, recordFirst } from '../people/index.ts';
import { datasetOf } from './may-know.ts';
import { checkMayWrite } from './may-write.ts';
import type { Kind } from './sensorthings/model.ts';
import { v11 } from './sensorthings/names.ts';
import { noOptions } from './sensorthings/parse-options.ts';
import { type Answer, readBack } from './sensorthings/read-entities.ts';

const anHour = 3_600_000;

/**
 * An entity as whoever may change it sees it, though it may not be public: the only way by which anybody reads what is
 * restricted. The first such read of an actor in a dataset and an hour is recorded. Errors: not-allowed, not-found.
 */
export async function readAsWriter(ctx: Ctx, input: { kind: Kind; id: string }): Promise<Answer> {
  checkPermission(ctx, 'write-entities');
  const { kind, id } = input;
  const { rows } = await ctx.app.query<{ id: string; access: string; changed: boolean }>(
    `select id, access, policy is not null as changed from private.dataset where id in (${datasetOf(kind)})`,
    [id],
  );
  const [dataset] = rows;
  // The change has been counted to its dataset already.
  await checkMayWrite({ ...ctx, concerns: undefined }, ctx.app, [dataset?.id ?? null], 'the entity');
  if (dataset && (dataset.access !== 'open' || dataset.changed)) {
    await recordFirst(
      ctx.app,
      ctx,
      {
        kind: 'restricted-data-read',
        subject: `dataset:${dataset.id}`,
        content: { entity: `${v11.sets[kind]}(${id})` },
      },
      new Date(ctx.clock.now().getTime() - anHour),
    );
  }
  const query = { path: [{ name: v11.sets[kind], key: id }], options: noOptions() };
  // Under a policy what others see is another thing, and would be written back as if it had been measured.
  return readBack(ctx, ctx.app, query, dataset?.changed ? ['private', 'released', 'granted'] : undefined);
}

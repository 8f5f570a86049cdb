import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';

export type ManagedDataset = {
  id: string;
  slug: string;
  title: string;
  place: string | null;
  office: string | null;
  /** By which clock its local times are read. */
  zone: string;
};

/** A dataset by its slug, or that of an upload, for the question whether the asker works with it. Errors: not-found. */
export async function findManaged(
  ctx: Pick<Ctx, 'app'>,
  of: { dataset: string } | { upload: string },
  through: Queryable = ctx.app,
): Promise<ManagedDataset> {
  const { rows } = await through.query<ManagedDataset>(
    `select d.id, d.slug, d.title, d.place, d.office, coalesce(t.zone, p.time_zone,
       (select min(time_zone) from released.place where parent is null having count(*) = 1), 'UTC') as zone
     from private.dataset d left join private.data_table t on t.dataset_id = d.id left join released.place p on p.slug = d.place
     where d.kind = 'own' and ${'dataset' in of ? 'd.slug = $1' : 'd.id = (select u.dataset_id from private.table_upload u where u.id::text = $1)'}`,
    ['dataset' in of ? of.dataset : of.upload],
  );
  const found = rows[0];
  if (!found)
    throw new Problem(
      'not-found',
      'dataset' in of ? `There is no dataset “${of.dataset}”.` : 'There is no such file.',
    );
  return found;
}

import type { Tx } from '../kit/database.ts';
import type { Exposure } from './breach.ts';

/** Looked at before the takedown, in its transaction. */
export async function readExposure(tx: Tx, datasetId: string, now: Date): Promise<Exposure> {
  const { rows } = await tx.query<Exposure>(
    `with ds as (
       select d.*, coalesce(
         (select p.in_force_at from private.release_policy p where p.dataset_id = d.id and p.version = d.policy_version),
         (select min(v.at) from private.dataset_version v where v.dataset_id = d.id), d.created_at) as since
       from private.dataset d where d.id = $1)
     select ds.slug as dataset, ds.title, ds.access, ds.listed, ds.policy_version as "policyVersion", ds.since, $2::timestamptz as until,
       (select coalesce(json_agg(json_build_object('name', c.name, 'sensitivity', c.sensitivity) order by c.name), '[]')
        from private.dictionary_column c where c.dataset_id = ds.id) as columns,
       (select count(*)::int from private.datastream s where s.dataset_id = ds.id) as datastreams,
       (select coalesce(sum(t.rows), 0)::float8 from (select * from released.data_table union all select * from granted.data_table) t
        where t.dataset_id = ds.id) as rows,
       coalesce(e.readings, 0)::float8 as readings, e.first_at as "firstAt", e.last_at as "lastAt",
       (select coalesce(json_agg(json_build_object('key', u.key_id::text, 'name', k.name, 'holder', coalesce(h.name, h.email),
            'day', u.day, 'requests', u.requests - u.refused, 'bytes', u.bytes) order by u.day desc, u.key_id), '[]')
        from (select * from private.key_usage where dataset_id = ds.id and day >= (ds.since at time zone 'UTC')::date
              and requests > refused order by day desc limit 1000) u
        join private.api_key k on k.id = u.key_id left join private.person h on h.id = k.person_id) as keys,
       (select coalesce(json_agg(json_build_object('number', v.number, 'at', v.at, 'checksum', v.checksum) order by v.number), '[]')
        from private.dataset_version v where v.dataset_id = ds.id) as versions,
       (select coalesce(json_agg(json_build_object('name', f.name, 'checksum', f.checksum) order by f.name), '[]')
        from (select to_char(p.month, 'YYYY-MM') || coalesce(', edition ' || p.edition, '') as name, p.sha256 as checksum
          from private.published_file p where p.dataset_id = ds.id and p.made_at is not null) f) as files
     from ds left join lateral (
       select sum(x.readings) as readings, min(x.phenomenon_from) as first_at, max(x.phenomenon_to) as last_at
       from private.datastream s join (select * from released.datastream_extent union all select * from granted.datastream_extent) x
         on x.datastream_id = s.id where s.dataset_id = ds.id) e on true`,
    [datasetId, now],
  );
  return rows[0] as Exposure;
}

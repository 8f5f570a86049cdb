import type { Queryable } from '../kit/database.ts';
import { type WithoutContent, withoutContentSql } from './elsewhere.ts';
import type { PublishedFile } from './files/published-file.ts';
import { extent, isoTime } from './sql.ts';

/** A dataset as programs are told of it, whichever catalog they read. */
export type Entry = WithoutContent & {
  id: string;
  slug: string;
  title: string;
  description: string;
  translations: Record<string, { title?: string; description?: string }>;
  topic: string;
  keywords: string[];
  access: string;
  /** SPDX identifier; null is a gap. */
  license: string | null;
  /** ISO 8601 duration that the owner promises. */
  updateEvery: string | null;
  source: string | null;
  /** Whom to write to about it, where that is not the office's own address. */
  contact: string | null;
  /** The area it covers, in words. */
  area: string | null;
  demonstration: boolean;
  createdAt: string;
  modifiedAt: string;
  /** The later of that and the last reading that came. */
  changedAt: string;
  place: { slug: string; name: string; state: string; longitude: number; latitude: number } | null;
  office: {
    slug: string;
    name: string;
    placeName: string;
    email: string | null;
    phone: string | null;
  } | null;
  sensors: number;
  datastreams: number;
  readings: number;
  firstAt: string | null;
  lastAt: string | null;
  /** What stands in it as a table; null where it has none that is shown. */
  table: { rows: number; changedAt: string } | null;
  /** Of months that are over; those that are there now, newest first. */
  files: Pick<PublishedFile, 'id' | 'month' | 'rows' | 'bytes' | 'sha256' | 'madeAt'>[];
};

const columns = `${withoutContentSql}, ds.id, ds.slug, ds.title, ds.description, ds.translations, ds.topic, ds.keywords, ds.access, ds.license,
  ds.update_every::text as "updateEvery", ds.source, ds.contact, ds.coverage_area as area, ds.demonstration, ${isoTime('ds.created_at')} as "createdAt",
  ${isoTime('ds.modified_at')} as "modifiedAt",
  ${isoTime('greatest(ds.modified_at, x.arrived_at)')} as "changedAt",
  case when p.slug is not null then json_build_object('slug', p.slug, 'name', p.name, 'state', p.state,
    'longitude', p.longitude, 'latitude', p.latitude) end as place,
  case when o.slug is not null then json_build_object('slug', o.slug, 'name', o.name, 'placeName', op.name,
    'email', o.email, 'phone', o.phone) end as office,
  x.sensors, x.datastreams, x.readings, coalesce(${isoTime('x.first_at')}, ds.covers_from::text) as "firstAt", coalesce(${isoTime('x.last_at')}, ds.covers_to::text) as "lastAt",
  (select json_build_object('rows', t.rows, 'changedAt', ${isoTime('t.changed_at')}) from released.data_table t
   where t.dataset_id = ds.id and ds.access = 'open' and t.policy_version = ds.policy_version) as "table",
  (select coalesce(json_agg(json_build_object('id', f.id::text, 'month', to_char(f.month, 'YYYY-MM'), 'rows', f.rows,
       'bytes', f.bytes, 'sha256', f.sha256, 'madeAt', ${isoTime('f.made_at')}) order by f.month desc), '[]')
   from released.published_file f
   where f.dataset_id = ds.id and ds.access = 'open' and f.made_at is not null and f.ended_at is null) as files`;
const joined = `left join released.place p on p.slug = ds.place
  left join released.office o on o.slug = ds.office
  left join released.place op on op.slug = o.place
  cross join lateral (select ${extent.replace('from released', ', max(e.arrived_at) as arrived_at from released')}
    where d.dataset_id = ds.id and ds.access = 'open') x`;

/** The mail address for questions about a dataset; null where nobody states one. */
export function emailOf({ contact, office }: Entry): string | null {
  return contact && /^[\w~!$&'()*+,;=:.-]+@[\w.-]+\.[\w.-]+$/.test(contact)
    ? contact
    : (office?.email ?? null);
}

/** These datasets, in this order; one that is not public (any more) is left out. */
export async function entriesById(db: Queryable, ids: readonly string[]): Promise<Entry[]> {
  const { rows } = await db.query<Entry>(
    `select ${columns} from unnest($1::bigint[]) with ordinality as wanted (id, position)
     join released.dataset ds on ds.id = wanted.id ${joined} order by wanted.position`,
    [ids],
  );
  return rows;
}

export async function entryBySlug(db: Queryable, slug: string): Promise<Entry | undefined> {
  const { rows } = await db.query<Entry>(
    `select ${columns} from released.dataset ds ${joined} where ds.slug = $1`,
    [slug],
  );
  return rows[0];
}

/** The next datasets after this slug, by slug: a walk through the whole catalog that holds no connection. */
export async function entriesAfter(db: Queryable, slug: string, most: number): Promise<Entry[]> {
  const { rows } = await db.query<Entry>(
    `select ${columns} from (select * from released.dataset where slug > $1 order by slug limit $2) ds ${joined}
     order by ds.slug`,
    [slug, most],
  );
  return rows;
}

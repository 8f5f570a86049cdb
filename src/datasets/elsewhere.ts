import type { DatasetKind, ExternalParticulars, FootageParticulars } from '../release/index.ts';
import { isoTime } from './sql.ts';

/** What stands on another portal, and where and when it was seen there. */
export type External = ExternalParticulars & {
  portal: string;
  portalUrl: string;
  lastSeenAt: string | null;
  /** The portal does not list it any more, since this reading. */
  missingSince: string | null;
};
/** What is told of footage: the camera, and whom and what the entry names besides. */
export type Footage = FootageParticulars & {
  custodianName: string | null;
  contact: string | null;
  retentionRule: string | null;
  retentionAskName: string | null;
};
/** What an entry is of which there is no content here; both null: the dataset is ours. */
export type WithoutContent = {
  kind: DatasetKind;
  external: External | null;
  footage: Footage | null;
};

/** The rule that the public is told about how long a dataset `ds` is kept. */
export const ruleToldSql = `(select r.rule_id from released.retention r where r.dataset_id = ds.id and r.series = '*')`;

/** These, of a dataset `ds` of `released`. */
export const withoutContentSql = `ds.kind,
  case when ds.kind = 'external' then (select ds.particulars || jsonb_build_object('portal', hs.name, 'portalUrl', hs.url,
      'lastSeenAt', ${isoTime('coalesce(ds.last_seen_at, hs.last_ok_at)')}, 'missingSince', ${isoTime('ds.missing_since')})
    from released.harvest_source hs where hs.id = ds.harvest_source_id) end as external,
  case when ds.kind = 'footage' then ds.particulars || jsonb_build_object('contact', ds.contact, 'retentionRule', ${ruleToldSql},
    'custodianName', (select name from released.office where slug = ds.custodian),
    'retentionAskName', (select name from released.office where slug = ds.retention_ask)) end as footage`;

/** The formats of a dataset `ds`, given those of what is open here. */
export const formatsOf = (own: readonly string[]): string =>
  `case when ds.kind = 'external' then array(select jsonb_array_elements_text(ds.particulars -> 'formats'))
    when ds.access = 'open' then array[${own.map((format) => `'${format}'`).join(', ')}] else '{}' end`;

import { createHash } from 'node:crypto';
import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { type Fetched, fetchOutside } from '../../kit/fetch-outside.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { type ExternalParticulars, projectDatasets, slugOf } from '../../release/index.ts';
import { type AskPortal, type Listed, listEntries } from './list-entries.ts';
import { type HarvestedEntry, harvestLimits, type Interval, intervals, type SourceKind } from './source.ts';

export type Harvested = {
  entries: number;
  made: number;
  changed: number;
  missing: number;
  back: number;
  faultCount: number;
};
type Source = {
  id: string;
  name: string;
  kind: SourceKind;
  url: string;
  place: string;
  office: string;
  every: Interval;
};

const hour = 3_600_000;
/** While one process reads a source no other does; one that died meanwhile is not waited for. */
const claimMilliseconds = 2 * harvestLimits.milliseconds;

/**
 * Reads a source once and brings the catalog into line, in one transaction: all of what its portal lists, or nothing, with
 * the reason on the source's page. Errors: signed-out, not-allowed, not-found, conflict (it is being read), invalid (why
 * it could not be read).
 */
export async function harvestSource(
  ctx: Ctx,
  input: {
    source: string;
    signal?: AbortSignal;
    limits?: Partial<Record<'milliseconds' | 'answerBytes' | 'bytes' | 'entries', number>>;
  },
): Promise<Harvested> {
  checkPermission(ctx, 'manage-harvest');
  const limits = { ...harvestLimits, ...input.limits };
  const source = await claim(ctx, input.source);
  const startedAt = ctx.clock.now();
  try {
    const listed = await listEntries(source, askFor(ctx, limits, input.signal), limits);
    return await withTransaction(ctx.app, (tx) => apply(tx, ctx, source, listed, startedAt));
  } catch (error) {
    const told = isProblem(error)
      ? error.message
      : input.signal?.aborted
        ? undefined
        : 'It could not be stored: see the log.';
    await withTransaction(ctx.app, (tx) => release(tx, ctx, source, startedAt, told));
    throw error;
  }
}

async function claim(ctx: Ctx, id: string): Promise<Source> {
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<Source & { claimedUntil: string | null; enabled: boolean }>(
      `select id::text, name, kind, url, place, office, every, enabled, claimed_until as "claimedUntil"
       from private.harvest_source where id::text = $1 for update`,
      [id],
    );
    const [source] = rows;
    if (!source) throw new Problem('not-found', 'There is no such source.');
    checkPermission(ctx, 'manage-harvest', source);
    if (!source.enabled) throw new Problem('conflict', 'This source is stopped.');
    const now = ctx.clock.now();
    if (source.claimedUntil && new Date(source.claimedUntil) > now)
      throw new Problem('conflict', 'This source is being read now.');
    await tx.query('update private.harvest_source set claimed_until = $2 where id = $1', [
      source.id,
      new Date(now.getTime() + claimMilliseconds),
    ]);
    return source;
  });
}

/** Asks the portal, within what all its answers may take together. */
function askFor(
  ctx: Ctx,
  limits: { milliseconds: number; answerBytes: number; bytes: number },
  signal?: AbortSignal,
): AskPortal {
  const began = performance.now();
  let bytes = 0;
  return async (address) => {
    const left = Math.floor(limits.milliseconds - (performance.now() - began));
    if (left <= 0) throw new Problem('invalid', 'The portal took too long.');
    const fetched = await fetchOutside(address, {
      bytes: limits.answerBytes,
      milliseconds: left,
      inside: ctx.config.FETCH_INTERNAL,
      accept: 'application/json',
      signal,
    });
    const text = await textOf(fetched, (size) => {
      bytes += size;
      if (bytes > limits.bytes)
        throw new Problem(
          'invalid',
          `The portal sends more than ${Math.floor(limits.bytes / 1024 / 1024)} MB in all.`,
        );
    });
    try {
      return JSON.parse(text);
    } catch (cause) {
      const isPage = /^\s*</.test(text) || /html/i.test(fetched.contentType);
      throw new Problem(
        'invalid',
        `The portal answers ${isPage ? 'a web page' : 'something that is no JSON'} where its list should be.`,
        { cause },
      );
    }
  };
}

async function textOf({ body }: Fetched, count: (bytes: number) => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    count(chunk.length);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const rowOf = (source: Source, entry: HarvestedEntry) => ({
  slug: slugFor(source.id, entry),
  title: entry.title,
  description: entry.description,
  topic: entry.topic,
  keywords: entry.keywords,
  license: entry.license,
  foreignId: entry.foreignId,
  particulars: {
    publisher: entry.publisher,
    licenseText: entry.licenseText,
    licenseUrl: entry.licenseUrl,
    landingPage: entry.landingPage,
    modified: entry.modified,
    distributions: entry.distributions,
    formats: [...new Set(entry.distributions.map(({ format }) => format).filter(Boolean))],
  } satisfies ExternalParticulars,
});

/** An address that stays: what makes it different from others is the portal's own id, not the title. */
function slugFor(source: string, { foreignId, title }: HarvestedEntry): string {
  const hash = createHash('sha256').update(`${source}\n${foreignId}`).digest('hex').slice(0, 10);
  const words = slugOf(title).slice(0, 60).replace(/-+$/, '');
  return `${words || 'dataset'}-${hash}`;
}

async function apply(tx: Tx, ctx: Ctx, source: Source, listed: Listed, startedAt: Date): Promise<Harvested> {
  const now = ctx.clock.now();
  // It may have been stopped, or given to another office, while it was read.
  const { rows: held } = await tx.query<{
    place: string;
    office: string;
    lastOkAt: string | null;
    enabled: boolean;
  }>(
    'select place, office, enabled, last_ok_at as "lastOkAt" from private.harvest_source where id = $1 for update',
    [source.id],
  );
  const current = held[0];
  if (!current?.enabled) throw new Problem('conflict', 'This source was stopped while it was read.');
  const ids = listed.entries.map(({ foreignId }) => foreignId);
  const { rows: returned } = await tx.query<{ id: string }>(
    `select id from private.dataset where harvest_source_id = $1 and kind = 'external' and missing_since is not null
       and foreign_id = any($2)`,
    [source.id, ids],
  );
  const { rows: written } = await tx.query<{ id: string; made: boolean }>(
    `insert into private.dataset as d (slug, place, office, title, description, topic, keywords, license, listed, kind,
       particulars, harvest_source_id, foreign_id, created_at, modified_at)
     select e.slug, $2, $3, e.title, e.description, e.topic, array(select jsonb_array_elements_text(e.keywords)), e.license, true,
       'external', e.particulars, $4, e."foreignId", $5, $5
     from jsonb_to_recordset($1) as e (slug text, title text, description text, topic text, keywords jsonb, license text,
       "foreignId" text, particulars jsonb)
     on conflict (harvest_source_id, foreign_id) where kind = 'external' do update
       set title = excluded.title, description = excluded.description, topic = excluded.topic, keywords = excluded.keywords,
         license = excluded.license, particulars = excluded.particulars, place = excluded.place, office = excluded.office,
         modified_at = excluded.modified_at, missing_since = null, last_seen_at = null,
         listed = d.listed or d.missing_since is not null
       where d.missing_since is not null
         or (d.title, d.description, d.topic, d.keywords, d.license, d.particulars, d.place, d.office) is distinct from
            (excluded.title, excluded.description, excluded.topic, excluded.keywords, excluded.license, excluded.particulars,
             excluded.place, excluded.office)
     returning d.id, xmax = 0 as made`,
    [
      JSON.stringify(listed.entries.map((entry) => rowOf(source, entry))),
      current.place,
      current.office,
      source.id,
      now,
    ],
  );
  const { rows: gone } = await tx.query<{ id: string }>(
    `update private.dataset set missing_since = $3, last_seen_at = $4
     where harvest_source_id = $1 and kind = 'external' and missing_since is null and foreign_id <> all($2) returning id`,
    [source.id, ids, now, current.lastOkAt ?? now],
  );
  await projectDatasets(
    tx,
    [...written, ...gone].map(({ id }) => id),
  );
  const made = written.filter((row) => row.made).length;
  const result: Harvested = {
    entries: listed.entries.length,
    made,
    changed: written.length - made - returned.length,
    missing: gone.length,
    back: returned.length,
    faultCount: listed.faultCount,
  };
  await tx.query(
    `update private.harvest_source set last_ok_at = $2, claimed_until = null, next_at = $3 where id = $1`,
    [source.id, now, new Date(now.getTime() + intervals[source.every] * hour)],
  );
  await tx.query('update released.harvest_source set last_ok_at = $2 where id = $1', [source.id, now]);
  await tx.query(
    `insert into private.harvest_run (source_id, started_at, finished_at, entries, made, changed, missing, back, fault_count, faults)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      source.id,
      startedAt,
      now,
      result.entries,
      made,
      result.changed,
      result.missing,
      result.back,
      result.faultCount,
      JSON.stringify(listed.faults),
    ],
  );
  await forgetOldRuns(tx, source.id);
  if (written.length + gone.length > 0)
    await recordAudit(tx, ctx, {
      kind: 'source-harvested',
      subject: `harvest-source:${source.id}`,
      content: { source: source.name, ...result },
    });
  return result;
}

/** A reading that failed: told on the source's page, and tried again within the hour. */
async function release(
  tx: Tx,
  ctx: Ctx,
  source: Source,
  startedAt: Date,
  error: string | undefined,
): Promise<void> {
  const now = ctx.clock.now();
  const pause = Math.min(1, intervals[source.every]) * hour;
  await tx.query('update private.harvest_source set claimed_until = null, next_at = $2 where id = $1', [
    source.id,
    error === undefined ? now : new Date(now.getTime() + pause),
  ]);
  if (error === undefined) return;
  await tx.query(
    'insert into private.harvest_run (source_id, started_at, finished_at, error) values ($1, $2, $3, $4)',
    [source.id, startedAt, now, error.replaceAll('\0', '').slice(0, 1000)],
  );
  await forgetOldRuns(tx, source.id);
}

async function forgetOldRuns(tx: Tx, source: string): Promise<void> {
  await tx.query(
    `delete from private.harvest_run where source_id = $1
       and id not in (select id from private.harvest_run where source_id = $1 order by id desc limit $2)`,
    [source, harvestLimits.runs],
  );
}

import type { z } from 'zod';
import type { Json, JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { type Queryable, type Tx, withTransaction } from '../../kit/database.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { projectDatasets } from '../project.ts';
import { recordSeries } from '../retention/set-retention.ts';
import { type Description, duration } from './description.ts';
import { loadDescriptions } from './load-descriptions.ts';
import { type SectionName, sections } from './section-input.ts';

export type Fields = Record<string, string>;

/**
 * Saves one section of a dataset's description, given as its form gives it. Of a dataset that can be seen outside it is in
 * force from the commit on, as a new version. Errors: signed-out, not-allowed, not-found, invalid (`details.fields`: what is
 * wrong with which field).
 */
export async function editDescription(
  ctx: Ctx,
  input: { dataset: string; section: SectionName; fields: Fields },
): Promise<void> {
  checkPermission(ctx, 'describe-dataset');
  await withTransaction(ctx.app, async (tx) => {
    const { id, description } = await lockDescription(tx, input.dataset);
    checkPermission(ctx, 'describe-dataset', description);
    const { section } = input;
    const parsed = sections[section].safeParse(input.fields);
    if (!parsed.success) throw refusedFields(parsed.error);
    const set = await columnsOf(tx, ctx, section, parsed.data, description);
    const names = Object.keys(set);
    await tx.query(
      `update private.dataset set ${names.map((name, index) => `${name} = $${index + 2}`).join(', ')} where id = $1`,
      [id, ...Object.values(set)],
    );
    const after = (await loadDescriptions(tx, [id])).get(id)?.description as Description;
    const changed = differing(description, after);
    if (changed.length === 0) return;
    await tx.query('update private.dataset set modified_at = $2 where id = $1', [id, ctx.clock.now()]);
    await projectDatasets(tx, [id]);
    await recordAudit(tx, ctx, {
      kind: 'description-changed',
      subject: `dataset:${id}`,
      content: {
        dataset: input.dataset,
        section,
        from: pick(description, changed),
        to: pick(after, changed),
      },
    });
  });
}

/** A dataset's row, locked, with its description. Errors: not-found. */
export async function lockDescription(tx: Tx, slug: string) {
  const { rows } = await tx.query<{ id: string }>(
    `select id::text from private.dataset where slug = $1 and kind <> 'external' for update`,
    [slug],
  );
  const id = rows[0]?.id;
  const loaded = id && (await loadDescriptions(tx, [id])).get(id);
  if (!loaded) throw new Problem('not-found', `There is no dataset “${slug}”.`);
  return loaded;
}

/** What zod found, as one Problem: the fields that are wrong, each once. */
export function refusedFields(error: z.ZodError, prefix = ''): Problem {
  const fields = Object.fromEntries(error.issues.map(({ path, code }) => [prefix + path.join('.'), code]));
  const [field = ''] = Object.keys(fields);
  return refused(fields, `“${field}” is missing or not of the form that is asked for.`);
}
export const refused = (fields: Record<string, string>, message: string): Problem =>
  new Problem('invalid', message, { details: { field: Object.keys(fields)[0] ?? '', fields } });

type Set = Record<string, unknown>;
async function columnsOf(
  tx: Tx,
  ctx: Ctx,
  section: SectionName,
  data: unknown,
  before: Description,
): Promise<Set> {
  switch (section) {
    case 'words': {
      const words = data as z.output<typeof sections.words>;
      const { titleEs, descriptionEs } = words;
      if (Boolean(titleEs) !== Boolean(descriptionEs))
        throw refused(
          { [titleEs ? 'descriptionEs' : 'titleEs']: 'needed' },
          'Title and description in Spanish belong together.',
        );
      return {
        title: words.title,
        description: words.description,
        topic: words.topic,
        keywords: words.keywords,
        translations: titleEs ? { es: { title: titleEs, description: descriptionEs } } : {},
      };
    }
    case 'people': {
      const { custodian, contact } = data as z.output<typeof sections.people>;
      await mustBeOffice(tx, before.place, custodian, 'custodian');
      return { custodian: custodian === before.office ? null : custodian, contact };
    }
    case 'license': {
      const { license, gapPage, gapUrl, gapReadOn, terms } = data as z.output<typeof sections.license>;
      if (gapReadOn !== null && gapReadOn > ctx.clock.now().toISOString().slice(0, 10))
        throw refused(
          { gapReadOn: 'future' },
          'The page cannot have been read on a day that is still to come.',
        );
      const { rowCount } = await tx.query(
        'select from private.terms where version = $1 and (place is null or place = $2)',
        [terms, before.place],
      );
      if (terms !== null && !rowCount)
        throw refused({ terms: 'unknown' }, 'There are no terms of this version.');
      const gap =
        license === null && gapPage !== null ? { page: gapPage, url: gapUrl, readOn: gapReadOn } : null;
      return { license, license_gap: gap, terms };
    }
    case 'coverage': {
      const { promise, count, unit, area, from, to } = data as z.output<typeof sections.coverage>;
      return {
        update_every: promise === 'every' && count !== null ? duration(count, unit) : null,
        no_promise: promise === 'none',
        coverage_area: area,
        covers_from: from,
        covers_to: to,
      };
    }
    case 'retention': {
      const { rule, ask } = data as z.output<typeof sections.retention>;
      if (rule === null) await mustBeOffice(tx, before.place, ask, 'ask');
      // The rule is the series' own, whose page says more of it; nothing falls due by what is chosen here.
      if (rule !== before.retentionRule)
        await recordSeries(tx, ctx, {
          dataset: before.slug,
          series: '*',
          rule,
          duty: 'may',
          clock: 'another',
          reason: 'Chosen in the description of the dataset.',
        }).catch((error: unknown) => {
          if (!isProblem(error) || error.kind !== 'invalid') throw error;
          throw refused({ rule: 'unknown' }, error.message);
        });
      return { retention_ask: rule === null ? ask : null };
    }
  }
}

async function mustBeOffice(db: Queryable, place: string | null, office: string | null, field: string) {
  if (office === null) return;
  const { rowCount } = await db.query(
    `select from released.office o left join released.place p on p.slug = $2
     where o.slug = $1 and o.place in (p.slug, p.parent)`,
    [office, place],
  );
  if (!rowCount) throw refused({ [field]: 'unknown' }, 'This city has no such office.');
}

function differing(before: Description, after: Description): (keyof Description)[] {
  return (Object.keys(after) as (keyof Description)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

function pick(description: Description, keys: (keyof Description)[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, description[key] as Json]));
}

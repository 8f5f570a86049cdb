import { openCase, putTask, recordOpening } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import type { LockedDataset } from '../release/index.ts';
import type { Language } from '../ui/language.ts';
import { breachKind, breachLetters, breachTasks, type Exposure } from './breach.ts';
import { breachMessages } from './breach-messages.ts';

/**
 * Opens the case of personal data that got out, with its tasks. Each says that counsel decides: the rules on file say
 * that such a release breaks them, and none what is owed to whom. Returns its number; null where no city of the dataset gives numbers to cases.
 */
export async function openBreach(
  tx: Tx,
  ctx: Ctx,
  input: {
    dataset: LockedDataset;
    takedown: string;
    exposure: Exposure;
    language: Language;
    reason: string;
  },
): Promise<string | null> {
  const { dataset, exposure, language } = input;
  const { rows } = await tx.query<{ slug: string; office: string | null }>(
    `select c.slug, (select o.slug from released.office o where o.slug = $2 and o.place = c.slug) as office
     from released.place p join released.place c on c.slug = case p.kind when 'neighborhood' then p.parent else p.slug end
     where p.slug = coalesce($1, (select o.place from released.office o where o.slug = $2),
       (select r.slug from released.place r where r.kind = 'region' limit 1)) and c.code is not null`,
    [dataset.place, dataset.office],
  );
  const city = rows[0];
  if (!city) return null;
  const words = breachMessages[language];
  const { opened } = await openCase(tx, ctx, {
    kind: breachKind,
    letters: breachLetters,
    state: 'open',
    place: city.slug,
    office: city.office,
    title: `${words.title}: ${exposure.title}`.slice(0, 160),
    event: { kind: 'breach-found', content: { dataset: dataset.slug } },
    urgent: true,
  });
  await tx.query('insert into private.breach (case_id, takedown_id, exposure) values ($1, $2, $3)', [
    opened.id,
    input.takedown,
    exposure,
  ]);
  for (const task of breachTasks)
    await putTask(tx, ctx, opened, {
      title: `${words[`task_${task}`]} – ${words.counsel}`,
      office: null,
      dueAt: null,
    });
  await recordOpening(tx, ctx, opened);
  return opened.number;
}

import { openCase, putTask, recordOpening } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import type { LockedDataset } from '../release/index.ts';
import type { Rulebook } from '../rulebook/index.ts';
import { closestRule, placeChain } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { breachKind, breachLetters, breachTasks, type Exposure } from './breach.ts';
import { breachMessages } from './breach-messages.ts';

/**
 * Opens the case of personal data that got out, with its tasks. Each says that counsel decides, unless a rule on file says
 * what is owed. Returns its number; null where no city of the dataset gives numbers to cases.
 */
export async function openBreach(
  tx: Tx,
  ctx: Ctx,
  input: {
    dataset: LockedDataset;
    takedown: string;
    exposure: Exposure;
    book: Rulebook;
    language: Language;
    reason: string;
  },
): Promise<string | null> {
  const { dataset, exposure, book, language } = input;
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
  const rule = ruleOf(book, city.slug, ctx.clock.now());
  for (const task of breachTasks)
    await putTask(tx, ctx, opened, {
      title: `${words[`task_${task}`]} – ${rule ? words.byRule(rule) : words.counsel}`,
      office: null,
      dueAt: null,
    });
  await recordOpening(tx, ctx, opened);
  return opened.number;
}

/** The rule on what is owed when personal data got out, if one is on file that says it. */
function ruleOf(book: Rulebook, place: string, now: Date): string | null {
  const at = now.toISOString();
  const answer = closestRule(book, {
    topic: 'personal-data-release',
    aspect: 'duty',
    places: placeChain(book.places, place),
    lawDay: at.slice(0, 10) as `${number}-${number}-${number}`,
    knownAt: at,
  });
  return answer.found !== 'nothing' && answer.rule.value.state === 'specified' ? answer.rule.id : null;
}

import type { Ctx } from '../kit/context.ts';
import { readRulebook } from '../rulebook/index.ts';
import type { Language } from '../ui/language.ts';
import { localDay } from './choices.ts';
import { type DeadlineWork, type PeriodRule, workDeadline } from './work-deadline.ts';
import { type FeeWork, workFee } from './work-fee.ts';
import { type WorkFields, workKind } from './work-kind.ts';
import { type PenaltyWork, workPenalty } from './work-penalty.ts';

export type Work = DeadlineWork | FeeWork | PenaltyWork;
export type WorkedOut = { work: Work; fields: WorkFields; today: string };

/**
 * The form of a rule's page that works a day, a fee or a penalty out, and, where it was sent, what comes out: by the rules
 * as they are on file now and as they were law on the day that was asked for. Undefined where there is nothing to work out.
 */
export async function workOut(
  ctx: Ctx,
  input: { language: Language; id: string; fields: WorkFields },
): Promise<WorkedOut | undefined> {
  const book = await readRulebook(ctx);
  const rule = book.current.get(input.id);
  const kind =
    rule && workKind({ ...rule, value: rule.value.state === 'specified' ? rule.value.value : undefined });
  if (!rule || !kind) return undefined;
  const { language, fields } = input;
  const now = ctx.clock.now();
  const zone = book.places.find(({ slug, state }) => slug === rule.place || state === rule.place)?.timeZone;
  const today = localDay(now, zone ?? 'UTC');
  const sent = fields.work === '1' ? fields : undefined;
  const about = { language, today, knownAt: now.toISOString() };
  const work =
    kind === 'deadline'
      ? workDeadline(book, rule as PeriodRule, language, sent)
      : kind === 'fee'
        ? workFee(book, rule, about, sent)
        : workPenalty(book, rule, about, sent);
  return { work, fields: sent ?? {}, today };
}

import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, openProposal } from '../../people/index.ts';
import { isDay } from '../../rules/index.ts';
import { beforeOf, type DispositionWish, disposition, readDisposable } from './disposition.ts';

/**
 * Asks for leave to destroy what is due of a series. `until` is a day by the city's clock: readings before it. `standing`
 * asks for whatever falls due. Errors: signed-out, not-allowed, not-found, invalid (`details.field`), conflict (nothing
 * can be due, or another request of the dataset waits).
 */
export async function proposeDisposition(
  ctx: Ctx,
  input: {
    dataset: string;
    series: string;
    until: string;
    standing: boolean;
    formNumber: string;
    formDate: string;
    reason: string;
  },
): Promise<{ id: string; version: string }> {
  checkPermission(ctx, 'propose-disposition');
  const formNumber = input.formNumber.trim();
  if (formNumber === '' || formNumber.length > 100 || formNumber.includes('\0'))
    throw wrong('formNumber', 'Name the form that allows it, with its number, such as RC-075 no. 12.');
  const now = ctx.clock.now();
  if (!isDay(input.formDate) || input.formDate > now.toISOString().slice(0, 10))
    throw wrong('formDate', 'Write the day on the form, as 2026-11-20. It cannot lie ahead.');
  if (!input.standing && !isDay(input.until))
    throw wrong('until', 'Write the day before which readings may be destroyed, as 2026-11-20.');
  return withTransaction(ctx.app, async (tx) => {
    const { series, standing } = await readDisposable(tx, now, input);
    checkPermission(ctx, 'propose-disposition', series);
    if (input.standing && series.duty !== 'must')
      throw wrong(
        'until',
        'Only what a rule orders to be destroyed can have leave once for all. Name a day.',
      );
    const { rows } = await tx.query<{ until: string | null }>(
      'select ($1::date::timestamp at time zone $2)::timestamptz as until',
      [input.standing ? null : input.until, series.zone],
    );
    const after: DispositionWish = {
      series: series.series,
      until: rows[0]?.until ?? null,
      formNumber,
      formDate: input.formDate,
    };
    return openProposal(tx, ctx, {
      kind: disposition,
      subject: `dataset:${series.datasetId}`,
      place: series.place,
      office: series.office,
      content: { before: beforeOf(series, standing), after },
      reason: input.reason,
    });
  });
}

const wrong = (field: string, message: string) => new Problem('invalid', message, { details: { field } });

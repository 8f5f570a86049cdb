import type { Letter } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { checkPermission, makeSecret } from '../people/index.ts';
import { type Checked, checkReport } from './check-report.ts';
import type { Reported } from './report.ts';
import { reportLetter } from './report-letter.ts';
import { reportLetterMessages } from './report-letter-messages.ts';
import { reportPages } from './send-report.ts';

/**
 * The letter as it would be sent, and the secret under which sending it opens one case however often it is sent.
 * Stores nothing. Errors: invalid (`details.field`).
 */
export async function previewReport(
  ctx: Ctx,
  input: Reported & { publicUrl: string },
): Promise<{ letter: Letter; secret: string; office: Checked['office']; city: string }> {
  checkPermission(ctx, 'report-a-fault');
  const report = await checkReport(ctx.public, input, ctx.clock.now());
  const letter = reportLetter(report, {
    number: reportLetterMessages[report.language].numberToCome,
    ...reportPages(input.publicUrl, report, '…'),
    now: ctx.clock.now(),
  });
  return { letter, secret: makeSecret().secret, office: report.office, city: report.place.name };
}

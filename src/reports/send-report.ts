import { createHash } from 'node:crypto';
import {
  appendEvent,
  keepLetter,
  letterText,
  mailLetter,
  mostReceipts,
  mostSent,
  numberByLink,
  openCase,
  recordOpening,
} from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { sqlState, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, countOne, limitedAddress } from '../people/index.ts';
import { type Checked, checkReport } from './check-report.ts';
import { type Reported, reportKind, reportLetters } from './report.ts';
import { reportLetter } from './report-letter.ts';
import { reportLetterMessages } from './report-letter-messages.ts';

export type Sending = Reported & {
  /** From the preview: sent twice, it opens one case. */
  secret: string;
  /** The address that asks. */
  asksFrom: string;
  publicUrl: string;
};

/**
 * Sends a report: opens the case at the office, keeps the letter in it, mails it where the office has an address, and
 * sends a receipt where one was given; all or nothing. What should not be public stands first in the queue. Returns the
 * case's number, of an earlier sending too. Errors: invalid (`details.field`), too-many (from this address in the last
 * hour, or receipts to one mail address in a day).
 */
export async function sendReport(ctx: Ctx, input: Sending): Promise<{ number: string }> {
  checkPermission(ctx, 'report-a-fault');
  if (!/^[\w-]{43}$/.test(input.secret))
    throw new Problem('invalid', 'Look at the letter before you send it.', { details: { field: 'secret' } });
  const before = await numberByLink(ctx.app, { kind: reportKind, secret: input.secret });
  if (before) return { number: before };
  const report = await checkReport(ctx.public, input, ctx.clock.now());
  try {
    return await store(ctx, input, report);
  } catch (error) {
    // Sent twice at once: the other one opened the case.
    const other =
      sqlState(error) === '23505'
        ? await numberByLink(ctx.app, { kind: reportKind, secret: input.secret })
        : undefined;
    if (other) return { number: other };
    throw error;
  }
}

function store(ctx: Ctx, input: Sending, report: Checked): Promise<{ number: string }> {
  const words = reportLetterMessages[report.language];
  const office = report.office?.name ?? words.noOffice;
  return withTransaction(ctx.app, async (tx) => {
    await countOne(tx, ctx, `report/${limitedAddress(input.asksFrom)}`, mostSent);
    if (report.email) {
      const address = createHash('sha256').update(report.email).digest('hex');
      await countOne(tx, ctx, `receipt/${address}`, mostReceipts);
    }
    const { opened, secret } = await openCase(tx, ctx, {
      kind: reportKind,
      letters: reportLetters,
      state: 'received',
      place: report.place.slug,
      office: report.office?.slug ?? null,
      title: titleOf(report),
      parties: [
        {
          role: 'reporter',
          personId: ctx.actor.kind === 'person' ? ctx.actor.personId : null,
          name: report.name || null,
          email: report.email || null,
          address: report.address || null,
          language: report.language,
        },
      ],
      event: {
        kind: 'report-received',
        content: {
          what: report.what,
          dataset: report.dataset?.slug ?? null,
          days: report.days,
          spot: report.spot,
          said: report.said,
          office,
        },
      },
      secret: input.secret,
      urgent: report.what === 'not-public',
    });
    await tx.query(
      `insert into private.report (case_id, what, dataset, from_day, to_day, spot, said, language)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        opened.id,
        report.what,
        report.dataset?.slug ?? null,
        report.days?.from ?? null,
        report.days?.to ?? null,
        report.spot,
        report.said,
        report.language,
      ],
    );
    const letter = reportLetter(report, {
      number: opened.number,
      ...reportPages(input.publicUrl, report, opened.number),
      now: ctx.clock.now(),
    });
    await keepLetter(tx, ctx, opened, { name: words.letterTo(office), text: letter.text });
    if (report.office?.email) {
      await mailLetter(tx, ctx, report.office.email, letter);
      await appendEvent(tx, ctx, opened, {
        kind: 'letter-mailed',
        audience: 'parties',
        content: { office },
      });
    }
    if (report.email) {
      // Nobody has shown that the address is his: a stranger's words do not go to others in the city's name.
      const link = `${input.publicUrl}/${report.language}/report?link=${secret}`;
      const text = letterText({
        name: '',
        body: words.receiptText({ number: opened.number, office, city: report.place.name, link }),
        language: report.language,
        site: new URL(input.publicUrl).host,
      });
      await mailLetter(tx, ctx, report.email, { subject: words.receiptSubject(opened.number), text });
    }
    await recordOpening(tx, ctx, opened);
    return { number: opened.number };
  });
}

/** The page of the office's staff, and that of the dataset. */
export function reportPages(publicUrl: string, { language, dataset }: Checked, number: string) {
  return {
    casePage: `${publicUrl}/${language}/staff/report/${number}`,
    datasetPage: dataset ? `${publicUrl}/${language}/datasets/${dataset.slug}` : '',
  };
}

function titleOf({ what, dataset, said, language }: Checked): string {
  const words = reportLetterMessages[language];
  const title = `${words[`what_${what}`]}: ${dataset?.title ?? said.replaceAll(/\s+/g, ' ')}`;
  return title.length > 160 ? `${title.slice(0, 159)}…` : title;
}

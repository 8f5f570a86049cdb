import { fillLetter, type Letter } from '../cases/index.ts';
import { formatDate } from '../ui/format.ts';
import type { Checked } from './check-report.ts';
import { reportLetterMessages } from './report-letter-messages.ts';

/** The letter to the office, in the reporter's language. The mail address stays out of it; the case has it. */
export function reportLetter(
  report: Checked,
  at: { number: string; casePage: string; datasetPage: string; now: Date },
): Letter {
  const words = reportLetterMessages[report.language];
  const { days, language } = report;
  return fillLetter(
    { subject: words.subject, body: words.body },
    {
      date: formatDate(at.now.toLocaleDateString('en-CA', { timeZone: report.place.timeZone }), language),
      office: report.office?.name ?? words.noOffice,
      city: report.place.name,
      number: at.number,
      what: words[`what_${report.what}`],
      dataset: report.dataset?.title ?? words.notThere,
      datasetPage: report.dataset ? at.datasetPage : '',
      period: days ? words.period(formatDate(days.from, language), formatDate(days.to, language)) : '',
      spot: report.spot,
      said: report.said,
      casePage: at.casePage,
      writer: report.name,
      writerAddress: report.address,
    },
  );
}

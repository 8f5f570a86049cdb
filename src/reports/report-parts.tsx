import { Link } from 'react-router';
import type { CaseWords } from '../cases/view.tsx';
import { formatDate } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Facts, Section } from '../ui/parts.tsx';
import type { ReportFacts } from './report-facts.ts';
import { reportMessages } from './report-messages.ts';

/** How a report's states and events read. */
export function useReportWords(): CaseWords {
  const say = useMessages(reportMessages);
  const word = (key: string): string | undefined => {
    const found = say[key as keyof typeof say];
    return typeof found === 'string' ? found : undefined;
  };
  return {
    state: (state) => word(`state_${state}`) ?? state,
    event: (kind) => word(kind),
    said: (_kind, content) => {
      const text = content.said ?? content.remark ?? content.reply;
      return (
        <>
          {typeof text === 'string' ? <p className="said">{text}</p> : null}
          {typeof content.office === 'string' ? <p className="quiet">{content.office}</p> : null}
        </>
      );
    },
  };
}

/** What was reported, and the answer. */
export function ReportText({ report }: { report: ReportFacts }) {
  const [language, say] = [useLanguage(), useMessages(reportMessages)];
  const { dataset, datasetTitle, fixedIn } = report;
  const period = [report.from, report.to].flatMap((day) => (day ? [formatDate(day, language)] : []));
  return (
    <>
      <Section title={say.reported} id="reported">
        <Facts
          facts={[
            { term: say.faultTitle, value: say[`what_${report.what}`] },
            {
              term: say.dataset,
              value:
                dataset && datasetTitle ? (
                  <Link to={`/${language}/datasets/${dataset}`}>{datasetTitle}</Link>
                ) : (
                  (dataset ?? say.notThere)
                ),
            },
            ...(period.length > 0 ? [{ term: say.period, value: period.join(' – ') }] : []),
            ...(report.spot ? [{ term: say.where, value: report.spot }] : []),
          ]}
        />
        <p className="said">{report.said}</p>
      </Section>
      <Section title={say.answerTitle} id="answer">
        {report.reply === null ? <p>{say.noAnswer}</p> : <p className="said">{report.reply}</p>}
        {fixedIn !== null && dataset ? (
          <p>
            {say.mended} <Link to={`/${language}/datasets/${dataset}/versions/${fixedIn}`}>{fixedIn}</Link>
          </p>
        ) : null}
      </Section>
    </>
  );
}

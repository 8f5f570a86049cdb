import { Link } from 'react-router';
import { formatDate, formatTime } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Table } from '../ui/parts.tsx';
import { ruleMessages } from './rule-messages.ts';
import { AskOffice, Offices, SourceLine, StateTag, Value } from './rule-parts.tsx';
import type { OfficeName, RuleView } from './rule-view.ts';
import type { DeadlineWork } from './work-deadline.ts';
import type { FeeWork } from './work-fee.ts';
import { workMessages } from './work-messages.ts';
import type { PenaltyWork } from './work-penalty.ts';

/** What came out, each with what it rests on and that it decides nothing. */
export function DeadlineResult({ work, rule, today }: { work: DeadlineWork; rule: RuleView; today: string }) {
  const [language, say] = [useLanguage(), useMessages(workMessages)];
  const { result } = work;
  if (!result) return null;
  if (result.state === 'not-in-force')
    return (
      <div className="work-result" id="result">
        <Alert kind="warning" title={say.notInForce(formatDate(result.day, language))}>
          <p>{say.notInForceText}</p>
        </Alert>
        <AskOffice about={{ rule: rule.id }} />
      </div>
    );
  return (
    <div className="work-result" id="result">
      <h3>{say.lastDay(formatDate(result.due, language))}</h3>
      <p>{result.text}.</p>
      <p>
        {work.hours ? say.untilHour(formatTime(result.dueAt, language, work.zone)) : say.untilEnd(work.zone)}
      </p>
      {result.notes.length > 0 ? (
        <Alert kind="warning">
          {result.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Alert>
      ) : null}
      <p>
        {say.readWith} {rule.says}{' '}
        <span className="quiet">
          <SourceLine cite={rule.cite} />
          {rule.validFrom ? null : `. ${say.sinceUnknown}`}
        </span>
      </p>
      <Basis day={result.day} today={today} />
    </div>
  );
}

export function FeeResult({ result, today }: { result: NonNullable<FeeWork['result']>; today: string }) {
  const say = useMessages(workMessages);
  const { price, waiver, prepayment } = result;
  return (
    <div className="work-result" id="result">
      {price.state === 'priced' ? (
        <>
          <h3>
            {say.sum}: <Cents least={price.least} most={price.most} />
          </h3>
          <Table
            caption={say.sum}
            captionHidden
            stacked
            columns={[
              { title: say.line },
              { title: say.count, numeric: true },
              { title: say.amount, numeric: true },
              { title: say.basisOf },
            ]}
            rows={price.lines.map((line) => ({
              key: line.name,
              cells: [
                line.name,
                String(line.count),
                <Cents key="sum" least={line.least} most={line.most} />,
                <Cited key="rule" rule={line.rule} />,
              ],
            }))}
          />
          <p>{say[`pay-${price.prepayment}`]}</p>
        </>
      ) : (
        <Unpriced missing={price.missing.map((each) => ({ ...each, key: each.name, term: each.name }))} />
      )}
      {prepayment ? (
        <p>
          {say.prepayment} <Cited rule={prepayment} />
        </p>
      ) : null}
      {waiver ? (
        <p>
          {say.waiver} <Cited rule={waiver} />
        </p>
      ) : null}
      <Basis day={result.day} today={today} />
    </div>
  );
}

export function PenaltyResult({
  result,
  today,
}: {
  result: NonNullable<PenaltyWork['result']>;
  today: string;
}) {
  const [say, words] = [useMessages(workMessages), useMessages(ruleMessages)];
  const { price, ladder } = result;
  return (
    <div className="work-result" id="result">
      {price.state === 'priced' ? (
        <>
          <h3>
            {say.sum}: <Cents least={price.least} most={price.most} />
          </h3>
          <ul className="usa-list">
            <li>
              {say.offenseNumber(price.nth)}
              {price.furtherDays > 0 ? `; ${say.furtherDays(price.furtherDays)}` : null}
            </li>
            {price.lines.map((line) => (
              <li key={line.rung}>
                {words[line.rung]}
                {line.days > 1 ? ` × ${line.days}` : ''}: <Cents least={line.least} most={line.most} />
              </li>
            ))}
            <li>
              <Cap cap={price.cap} />
            </li>
          </ul>
        </>
      ) : (
        <Unpriced
          missing={price.missing.map((each, index) => ({
            ...each,
            key: `${each.rung} ${index}`,
            term: words[each.rung],
          }))}
        />
      )}
      <Table
        caption={say.rungs}
        stacked
        columns={[{ title: say.rung }, { title: say.basisOf }]}
        rows={ladder.map(({ rung, rule, doubts }) => ({
          key: rung,
          cells: [
            words[rung],
            <div key="rule">
              {rule ? <Cited rule={rule} /> : <span className="not-stated">{say.nothing}</span>}
              {doubts.map((doubt) => (
                <p key={doubt.id}>
                  {say.doubt} <Cited rule={doubt} />
                </p>
              ))}
            </div>,
          ],
        }))}
      />
      <p>{say.decides}</p>
      <Basis day={result.day} today={today} />
    </div>
  );
}

function Cap({ cap }: { cap: { most: number; bites: boolean } | undefined }) {
  const [language, say] = [useLanguage(), useMessages(workMessages)];
  if (!cap) return <>{say.noCap}</>;
  const sum = new Intl.NumberFormat(language === 'es' ? 'es-US' : 'en-US', {
    style: 'currency',
    currency: 'USD',
  }).format(cap.most / 100);
  return <>{cap.bites ? say.capBites(sum) : say.capHolds(sum)}</>;
}

/** There is no sum: what is missing, why, and whom to ask. */
function Unpriced({
  missing,
}: {
  missing: { key: string; term: string; why: string; rule?: RuleView; ask: OfficeName[] }[];
}) {
  const [language, say] = [useLanguage(), useMessages(workMessages)];
  return (
    <>
      <h3>{say.unpriced}</h3>
      <p>{say.unpricedText}</p>
      <ul className="usa-list">
        {missing.map(({ key, term, why, rule, ask }) => (
          <li key={key}>
            <strong>{term}</strong>: {say[`why-${why}` as 'why-no-rule']}.{' '}
            {rule ? <Cited rule={rule} /> : null}
            {ask.length > 0 ? (
              <>
                <p className="quiet">{say.ask}:</p>
                <Offices offices={ask} />
              </>
            ) : (
              <p>
                <Link to={`/${language}/which-office`}>{say.askNone}</Link>
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a rule says, how sure it is, and its source. */
function Cited({ rule }: { rule: RuleView }) {
  const [language, words] = [useLanguage(), useMessages(ruleMessages)];
  return (
    <>
      {rule.says} {rule.state === 'specified' ? null : <StateTag state={rule.state} />}{' '}
      <span className="quiet">
        <SourceLine cite={[...rule.cite, ...rule.candidates.flatMap(({ cite }) => cite)]} /> ·{' '}
        <Link to={`/${language}/rules/${rule.id}`}>{words.ruleLink}</Link>
      </span>
    </>
  );
}

/** A sum in cents; without a lower end it is “at most”. */
function Cents({ least, most }: { least: number | undefined; most: number }) {
  return <Value value={{ kind: 'money', ...(least === undefined ? {} : { min: least }), max: most }} />;
}

function Basis({ day, today }: { day: string; today: string }) {
  const [language, say] = [useLanguage(), useMessages(workMessages)];
  return <p className="quiet">{say.basis(formatDate(day, language), formatDate(today, language))}</p>;
}

import { Link } from 'react-router';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Section } from '../ui/parts.tsx';
import { messages } from './messages.ts';
import { officeMessages } from './office-messages.ts';
import { type Answered, type AnswerView, askHref, type Pair, type Why } from './question.ts';
import { ruleMessages } from './rule-messages.ts';
import { AskOffice, Offices, RuleBody, RuleLine, SourceLine, StateTag } from './rule-parts.tsx';
import type { RuleView } from './rule-view.ts';

/** The answer with everything that belongs beside it: way, doubts, nearest rules, whom to ask. */
export function AnswerSections({ page, answer }: { page: Answered; answer: AnswerView }) {
  const [language, say, words] = [useLanguage(), useMessages(messages), useMessages(ruleMessages)];
  const place = page.place?.name ?? '';
  const { asked } = page;
  const about = [answer.aspect ? words[answer.aspect] : '', answer.topic.name, place].filter(Boolean);
  return (
    <>
      <Section title={say.answer} id="answer">
        {page.notExactly ? (
          <div className="not-exactly">
            <Alert kind="warning">
              <p>
                {say.notExactly(words[page.notExactly], answer.topic.name)}{' '}
                <Link
                  to={askHref(language, {
                    ...asked,
                    place: page.place?.slug,
                    topic: answer.topic.id,
                    aspect: page.notExactly,
                  })}
                >
                  {say.askExactly}
                </Link>
              </p>
            </Alert>
          </div>
        ) : null}
        <p>
          {page.notExactly ? say.closestOnFile : say.readAs}: <strong>{about.join(' · ')}</strong>
          {asked.q && page.others.length > 0 ? <span className="quiet"> – {say.notWhat}</span> : null}
        </p>
        {page.why ? <WhyRead why={page.why} /> : null}
        {answer.rule ? (
          <RuleBody rule={answer.rule} question={asked.q} place={page.place?.slug} />
        ) : (
          <Nothing page={page} answer={answer} />
        )}
      </Section>
      <RuleList title={say.doubts} text={say.doubtsText} id="doubts" rules={answer.doubts} />
      <RuleList title={say.ofCustodians} id="of-offices" rules={answer.ofCustodians} />
      <RuleList title={say.nearest} text={say.nearestText} id="nearest" rules={answer.nearest} />
      <RuleList title={say.cap} id="limit" rules={answer.cap ? [answer.cap] : []} />
      <RuleList title={say.widerGap} id="wider" rules={answer.widerGap ? [answer.widerGap] : []} />
      {answer.analogies.map(({ rule, way, reason }) => (
        <Section key={rule.id} title={say.analogy} id="analogy">
          <Alert kind="warning">
            <p>
              {say.analogyText(way.join(' → '))} {reason}
            </p>
          </Alert>
          <RuleLine rule={rule} />
        </Section>
      ))}
      <RuleList title={say.elsewhere} text={say.elsewhereText} id="elsewhere" rules={answer.elsewhere} />
      <Chain answer={answer} />
    </>
  );
}

function Nothing({ page, answer }: { page: Answered; answer: AnswerView }) {
  const [say, words] = [useMessages(messages), useMessages(ruleMessages)];
  const { asked, place } = page;
  return (
    <div className="rule rule--none">
      <Alert kind="info" title={say.nothingTitle}>
        <p>
          {say.nothingText(
            [answer.aspect ? words[answer.aspect] : '', answer.topic.name].filter(Boolean).join(' · '),
            place?.name ?? '',
          )}
        </p>
      </Alert>
      {answer.ask.length === 0 ? <p>{say.noOffice}</p> : null}
      <AskOffice
        about={{ place: place?.slug, topic: answer.topic.id, aspect: answer.aspect, question: asked.q }}
      />
    </div>
  );
}

function RuleList({
  title,
  text,
  id,
  rules,
}: {
  title: string;
  text?: string;
  id: string;
  rules: readonly RuleView[];
}) {
  if (rules.length === 0) return null;
  return (
    <Section title={title} id={id} intro={text}>
      {rules.map((rule) => (
        <RuleLine key={rule.id} rule={rule} />
      ))}
    </Section>
  );
}

function Chain({ answer }: { answer: AnswerView }) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  if (answer.chain.length === 0) return null;
  return (
    <Section title={say.chain} id="chain" intro={say.chainText}>
      <ol className="usa-list">
        {answer.chain.map((step) => (
          <li key={`${step.place} ${step.custodian ?? ''}`}>
            {step.place}
            {step.custodian ? <span lang="en"> ({step.custodian})</span> : null}:{' '}
            {step.ruleId ? (
              <Link to={`/${language}/rules/${step.ruleId}`}>
                <StateTag state={step.state} />
              </Link>
            ) : (
              <StateTag state={step.state} />
            )}
            {step.used ? ` – ${say.usedHere}` : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function WhyRead({ why: { words, like } }: { why: Why }) {
  const say = useMessages(messages);
  if (words.length === 0 && !like) return null;
  return (
    <p className="quiet">
      {words.length > 0 ? `${say.whyWords}: ${words.join(', ')}.` : null}{' '}
      {like ? `${say.whyLike}: “${like}”` : null}
    </p>
  );
}

/** Readings that lie close together, side by side: none of them is taken for the answer. */
export function CloseReadings({ page, pairs }: { page: Answered; pairs: readonly Pair[] }) {
  const [language, say, words] = [useLanguage(), useMessages(messages), useMessages(ruleMessages)];
  const { custodian, day } = page.asked;
  return (
    <Section title={say.didYouMean} id="readings" intro={say.didYouMeanText}>
      {page.why ? <WhyRead why={page.why} /> : null}
      <ul className="close-readings">
        {pairs.map(({ rule, topic, aspect, says, state, cite, offices }) => (
          <li key={rule} className="panel">
            <h3>
              <Link
                to={askHref(language, { place: page.place?.slug, topic: topic.id, aspect, custodian, day })}
                aria-label={say.openReading(`${words[aspect]} · ${topic.name}`)}
              >
                {words[aspect]} · {topic.name}
              </Link>
            </h3>
            {state === 'specified' ? null : <StateTag state={state} />}
            <p>{says}</p>
            <OfficeLine offices={offices} />
            <p className="quiet">
              <SourceLine cite={cite} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The office for what was asked, with how to reach it: the end of every answer. */
export function TurnToOffice({ page }: { page: Answered }) {
  const [say, words] = [useMessages(messages), useMessages(officeMessages)];
  const { turnTo, outside, answer, asked, place } = page;
  if (!turnTo) return null;
  const intro = outside ? say.outsideAsk : turnTo.unsure ? say.ifUnsure : undefined;
  return (
    <Section title={say.turnTo} id="turn-to" intro={intro}>
      {turnTo.offices.map(({ email, phone, address, ...office }) => (
        <div key={office.slug} className="turn-to">
          <Offices offices={[office]} />
          <p className="quiet">
            {email ? <a href={`mailto:${email}`}>{email}</a> : null}{' '}
            {phone ? <a href={`tel:${phone}`}>{phone}</a> : null} {address}
            {email || phone || address ? null : words.contactNote}
          </p>
        </div>
      ))}
      {answer && !page.close ? null : <AskOffice about={{ place: place?.slug, question: asked.q }} />}
    </Section>
  );
}

function OfficeLine({ offices }: { offices: Pair['offices'] }) {
  const say = useMessages(messages);
  if (offices.length === 0) return null;
  return (
    <p>
      {say.officeOf}: <span lang="en">{offices.map(({ name }) => name).join(', ')}</span>
    </p>
  );
}

/** Other pairs of topic and aspect, each a question of its own. */
export function Pairs({ page, pairs }: { page: Answered; pairs: readonly Pair[] }) {
  const [language, words] = [useLanguage(), useMessages(ruleMessages)];
  const { custodian, day } = page.asked;
  return (
    <ul className="entry-list">
      {pairs.map(({ topic, aspect, says, state, cite, offices }) => (
        <li key={`${topic.id} ${aspect}`}>
          <Link to={askHref(language, { place: page.place?.slug, topic: topic.id, aspect, custodian, day })}>
            {words[aspect]} · {topic.name}
          </Link>{' '}
          {state === 'specified' ? null : <StateTag state={state} />}
          <p>{says}</p>
          {page.notUnderstood ? <OfficeLine offices={offices} /> : null}
          <p className="quiet">
            <SourceLine cite={cite} />
          </p>
        </li>
      ))}
    </ul>
  );
}

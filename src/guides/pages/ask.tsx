import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { formatDate } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { AnswerSections, CloseReadings, Pairs, TurnToOffice } from '../answer-parts.tsx';
import { answerQuestion } from '../answer-question.ts';
import { AskForm } from '../ask-form.tsx';
import { messages } from '../messages.ts';
import { type Answered, askHref } from '../question.ts';
import { ruleMessages } from '../rule-messages.ts';
import { TopicTree } from '../topic-tree.tsx';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, ({ ctx, language, url }) => {
    const field = (name: string) => url.searchParams.get(name) ?? '';
    return answerQuestion(ctx, {
      language,
      q: field('q'),
      place: field('place'),
      topic: field('topic'),
      aspect: field('aspect'),
      custodian: field('custodian'),
      day: field('day'),
    });
  });
}

export default function Ask() {
  const page = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(messages), useMessages(ruleMessages)];
  const { asked, place, answer, close, others, choices, notUnderstood, outside } = page;
  const asking = asked.q !== '' || asked.topic !== '';
  const rest = others.filter(({ rule }) => !close?.some((reading) => reading.rule === rule));
  return (
    <Speaking language={language} timeZone={place?.timeZone ?? 'UTC'}>
      <Page
        title={say.askTitle}
        description={say.askLead}
        lead={asking ? undefined : say.askLead}
        crumbs={[{ title: say.rulesAndGuides, to: `/${language}/guides` }, { title: say.askTitle }]}
      >
        <AskForm key={JSON.stringify(asked)} page={page} />
        <Notices />
        {asking && !place && !page.unknownPlace && !page.absentPlace ? (
          <Section title={say.placeFirst} id="places" intro={say.placeFirstText}>
            <PlaceLinks />
          </Section>
        ) : null}
        {notUnderstood ? (
          <div className="page-section">
            {others.length > 0 ? (
              <Alert kind="info" title={say.halfUnderstood}>
                <p>{say.halfUnderstoodText}</p>
              </Alert>
            ) : (
              <Alert kind="warning" title={say.notUnderstood}>
                <p>{say.notUnderstoodText}</p>
              </Alert>
            )}
          </div>
        ) : null}
        {outside ? (
          <div className="page-section">
            <Alert kind="info" title={outside === 'strange' ? say.strangeTitle : say.outsideTitle}>
              <p>{outsideText(say, outside, page.strange ?? [])}</p>
            </Alert>
          </div>
        ) : null}
        {close ? <CloseReadings page={page} pairs={close} /> : null}
        {answer && !close ? <AnswerSections page={page} answer={answer} /> : null}
        {rest.length > 0 && place ? (
          <Section title={othersTitle(say, page)} id="others">
            <Pairs page={page} pairs={rest} />
          </Section>
        ) : null}
        <Narrower />
        {asking ? <TurnToOffice page={page} /> : null}
        {asking ? null : <Examples />}
        {(notUnderstood && others.length === 0) || !asking ? (
          <Section title={say.topics} id="topics" intro={say.topicsText}>
            <TopicTree
              topics={choices.topics}
              hrefOf={(id) => askHref(language, { place: place?.slug, topic: id })}
            />
          </Section>
        ) : null}
        <p className="quiet">{words.noAdvice}</p>
      </Page>
    </Speaking>
  );
}

function outsideText(
  say: (typeof messages)['en'] | (typeof messages)['es'],
  outside: NonNullable<Answered['outside']>,
  strange: readonly string[],
): string {
  return {
    private: say.outsidePrivate,
    elsewhere: say.outsideElsewhere,
    everyday: say.outsideEveryday,
    strange: say.outsideStrange(strange.join(', ')),
  }[outside];
}

function othersTitle(
  say: (typeof messages)['en'] | (typeof messages)['es'],
  { asked, answer, place, choices, outside }: Answered,
): string {
  if (outside) return say.outsideOthers;
  if (answer) return asked.q ? say.others : say.moreOnTopic;
  const topic = choices.topics.find(({ id }) => id === asked.topic);
  return topic ? say.onTopic(topic.name, place?.name ?? '') : say.onWhich;
}

/** What was understood of the place and the day, where it is not what was typed. */
function Notices() {
  const { asked, place, alsoNamed, unknownPlace, absentPlace, lawDay } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(messages)];
  return (
    <>
      {unknownPlace ? (
        <div className="page-section">
          <Alert kind="warning">
            <p>{say.unknownPlace(unknownPlace)}</p>
            <PlaceLinks />
          </Alert>
        </div>
      ) : null}
      {absentPlace ? (
        <div className="page-section">
          <Alert kind="warning">
            <p>{say.absentPlace(absentPlace)}</p>
            <PlaceLinks />
            {place ? <p>{say.absentButHere(place.name)}</p> : null}
          </Alert>
        </div>
      ) : null}
      {place?.city ? (
        <div className="page-section">
          <Alert kind="info" title={say.partOf(place.name, place.city.name)}>
            <p>{say.partOfText(place.name, place.city.name)}</p>
          </Alert>
        </div>
      ) : null}
      {place && alsoNamed ? (
        <div className="page-section">
          <Alert kind="warning">
            <p>
              {say.alsoNamed(alsoNamed.name, place.name)}{' '}
              <Link to={askHref(language, { ...asked, place: alsoNamed.slug })}>
                {say.askThere(alsoNamed.name)}
              </Link>
            </p>
          </Alert>
        </div>
      ) : null}
      {asked.day && lawDay ? (
        <p>
          {say.lawOf}: <strong>{formatDate(lawDay, language)}</strong>
        </p>
      ) : null}
    </>
  );
}

/** The topics right below the one that is asked about, as far as something is on file. */
function Narrower() {
  const { asked, answer, place, choices } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(messages)];
  const of = answer?.topic.id ?? asked.topic;
  const at = choices.topics.findIndex(({ id }) => id === of);
  const depth = choices.topics[at]?.depth;
  if (!place || depth === undefined) return null;
  const after = choices.topics.slice(at + 1);
  const end = after.findIndex((topic) => topic.depth <= depth);
  const below = after
    .slice(0, end === -1 ? after.length : end)
    .filter((topic) => topic.depth === depth + 1 && topic.recorded > 0);
  if (below.length === 0) return null;
  return (
    <Section title={say.narrower} id="narrower">
      <ul className="topic-links">
        {below.map(({ id, name, recorded }) => (
          <li key={id}>
            <Link to={askHref(language, { place: place.slug, topic: id })}>{name}</Link>{' '}
            <span className="quiet">({recorded})</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function PlaceLinks() {
  const { asked, choices } = useLoaderData<typeof loader>();
  const language = useLanguage();
  return (
    <ul className="usa-list">
      {choices.places.map(({ slug, name }) => (
        <li key={slug}>
          <Link to={askHref(language, { ...asked, place: slug })}>{name}</Link>
        </li>
      ))}
    </ul>
  );
}

function Examples() {
  const { place, choices } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(messages)];
  const of = place?.slug ?? choices.places.find(({ kind }) => kind === 'city')?.slug;
  return (
    <div className="two-panels page-section">
      <section aria-labelledby="examples" className="panel">
        <h2 id="examples">{say.tryThese}</h2>
        <ul className="usa-list">
          {[say.exampleFine, say.exampleDays, say.exampleCamera, say.examplePermit].map((q) => (
            <li key={q}>
              <Link to={askHref(language, { place: of, q })}>{q}</Link>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="ways" className="panel">
        <h2 id="ways">{say.otherWays}</h2>
        <ul className="usa-list">
          <li>
            <Link to={`/${language}/guides`}>{say.toGuides}</Link>
          </li>
          <li>
            <Link to={`/${language}/which-office`}>{say.toFinder}</Link>
          </li>
        </ul>
      </section>
    </div>
  );
}

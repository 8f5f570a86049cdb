import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { OnThisPage } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { FactText, Footnotes } from '../fact-parts.tsx';
import { guideMessages } from '../guide-messages.ts';
import type { GuideItemView, GuideView } from '../guide-view.ts';
import { messages } from '../messages.ts';
import { askHref } from '../question.ts';
import { readGuide } from '../read-guide.ts';
import { ruleMessages } from '../rule-messages.ts';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, ({ ctx, language, params }) =>
    readGuide(ctx, { language, place: params.place ?? '', slug: params.slug ?? '' }),
  );
}

export default function GuidePage() {
  const guide = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(guideMessages), useMessages(ruleMessages)];
  const { place, sections, notes, neighborhoods } = guide;
  const parts = neighborhoods.join(', ');
  return (
    <Page
      title={guide.title}
      description={guide.lead}
      lead={guide.lead}
      crumbs={[
        { title: say.title, to: `/${language}/guides` },
        { title: place.name, to: `/${language}/guides#${place.slug}` },
        { title: guide.title },
      ]}
    >
      <div className="two-columns guide">
        <aside className="aside no-print">
          <OnThisPage
            parts={[
              ...sections.map(({ id, title }) => ({ id, title })),
              ...(guide.words.length > 0 ? [{ id: 'words', title: say.words }] : []),
              { id: 'sources', title: say.footnotes },
            ]}
          />
          <Beside place={place} />
        </aside>
        <div>
          <Alert kind="info" title={words.noAdvice}>
            <p>
              {say.gapsText(guide.gaps, guide.facts)} {say.aboutText}
            </p>
            {parts ? <p>{say.partNote(parts, place.name)}</p> : null}
            <p className="no-print">{say.print}</p>
          </Alert>
          {sections.map((section) => (
            <Section key={section.id} id={section.id} title={section.title}>
              <Items items={section.items} />
              {section.id === 'resources' ? <Texts notes={notes} /> : null}
            </Section>
          ))}
          {guide.words.length > 0 ? (
            <Section id="words" title={say.words}>
              <dl className="glossary">
                {guide.words.map(({ term, text }) => (
                  <div key={term}>
                    <dt>{term}</dt>
                    <dd>{text}</dd>
                  </div>
                ))}
              </dl>
            </Section>
          ) : null}
          <Section id="sources" title={say.footnotes} intro={say.footnotesText}>
            <Footnotes notes={notes} />
          </Section>
        </div>
      </div>
    </Page>
  );
}

/** Items in their order; steps that follow each other are one numbered list. */
function Items({ items }: { items: GuideItemView[] }) {
  const firstStep = items.findIndex(({ kind }) => kind === 'step');
  return items.map((item, index) => {
    // Items have no name but their place in the guide.
    const key = `item-${index}`;
    if (item.kind === 'text') return <p key={key}>{item.text}</p>;
    if (item.kind === 'rule') return <FactText key={key} fact={item.fact} />;
    if (item.kind === 'question') {
      return (
        <section key={key}>
          <h3>{item.text}</h3>
          {item.facts.map((fact) => (
            <FactText key={fact.anchor} fact={fact} />
          ))}
        </section>
      );
    }
    if (items[index - 1]?.kind === 'step') return null;
    const end = items.findIndex((each, at) => at > index && each.kind !== 'step');
    const steps = items.slice(index, end === -1 ? items.length : end);
    const start = items.slice(firstStep, index).filter(({ kind }) => kind === 'step').length + 1;
    return (
      <ol key={key} className="steps" start={start}>
        {steps.map((step, at) =>
          step.kind === 'step' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name but their place
            <li key={at}>
              <p>
                <strong>{step.text}</strong>
              </p>
              {step.facts.map((fact) => (
                <FactText key={fact.anchor} fact={fact} />
              ))}
            </li>
          ) : null,
        )}
      </ol>
    );
  });
}

/** The texts that are cited, each once. */
function Texts({ notes }: { notes: GuideView['notes'] }) {
  const [say, words] = [useMessages(guideMessages), useMessages(ruleMessages)];
  const texts = new Map(notes.map(({ cite }) => [cite.instrument, cite]));
  return (
    <>
      <h3>{say.readTexts}</h3>
      <ul className="usa-list">
        {[...texts.values()].map((cite) => (
          <li key={cite.instrument}>
            {cite.url ? (
              <a href={cite.url} lang="en">
                {cite.instrument}
              </a>
            ) : (
              <cite lang="en">{cite.instrument}</cite>
            )}
            <span className="quiet">
              {' '}
              ({words[cite.level]}, <span lang="en">{cite.publisher}</span>)
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Beside({ place }: { place: GuideView['place'] }) {
  const [language, say, ask] = [useLanguage(), useMessages(guideMessages), useMessages(messages)];
  return (
    <ul className="usa-list">
      <li>
        <Link to={askHref(language, { place: place.slug })}>{ask.askTitle}</Link>
      </li>
      <li>
        <Link to={`/${language}/${place.slug}/offices`}>{say.officesOf(place.name)}</Link>
      </li>
      <li>
        <Link to={`/${language}/${place.slug}/who-does-what`}>{say.whoOf(place.name)}</Link>
      </li>
    </ul>
  );
}

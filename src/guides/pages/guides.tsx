import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Card, Cards, Section } from '../../ui/parts.tsx';
import { guideMessages } from '../guide-messages.ts';
import { listGuides } from '../list-guides.ts';
import { ruleMessages } from '../rule-messages.ts';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, ({ ctx, language }) => listGuides(ctx, { language }));
}

export default function Guides() {
  const { places } = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(guideMessages), useMessages(ruleMessages)];
  return (
    <Page title={say.title} lead={say.lead} description={say.lead} crumbs={[{ title: say.title }]}>
      <div className="two-panels">
        <section aria-labelledby="ask" className="panel">
          <h2 id="ask">{say.askCard}</h2>
          <p>{say.askCardText}</p>
          <Link className="usa-button" to={`/${language}/ask`}>
            {say.askCard}
          </Link>
        </section>
        <section aria-labelledby="finder" className="panel">
          <h2 id="finder">{say.finderCard}</h2>
          <p>{say.finderCardText}</p>
          <Link className="usa-button usa-button--outline" to={`/${language}/which-office`}>
            {say.finderCard}
          </Link>
        </section>
      </div>
      {places.length === 0 ? <p>{say.none}</p> : null}
      {places.map(({ slug, name, neighborhoods, guides }) => (
        <Section
          key={slug}
          id={slug}
          title={say.guidesOf(name)}
          intro={neighborhoods.length > 0 ? say.withParts(neighborhoods.join(', ')) : undefined}
        >
          <Cards>
            {guides.map((guide) => (
              <Card key={guide.slug} title={guide.title} to={`/${language}/guides/${slug}/${guide.slug}`}>
                <p>{guide.lead}</p>
              </Card>
            ))}
          </Cards>
          <p>
            <Link to={`/${language}/${slug}/offices`}>{say.officesOf(name)}</Link> ·{' '}
            <Link to={`/${language}/${slug}/who-does-what`}>{say.whoOf(name)}</Link>
          </p>
        </Section>
      ))}
      <p className="quiet">{words.noAdvice}</p>
    </Page>
  );
}

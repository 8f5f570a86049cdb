import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Section } from '../../ui/parts.tsx';
import { developersMessages } from '../developers-messages.ts';
import { readOverview } from '../read-overview.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language }) => {
    const { cities } = await readOverview(ctx, { language });
    return { cities, tiles: ctx.config.MAP_STYLE_URL !== undefined };
  });
}

export default function About() {
  const { cities, tiles } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(developersMessages)];
  return (
    <Page title={say.aboutTitle} lead={say.aboutLead} crumbs={[{ title: say.aboutTitle }]}>
      <Section title={say.whatTitle} id="what">
        <p>{say.whatText}</p>
      </Section>
      <Section title={say.gapsTitle} id="gaps">
        <p>{say.gapsText}</p>
      </Section>
      <Section title={say.accessTitle} id="accessibility">
        <p>{say.accessText}</p>
        {cities.length > 0 ? (
          <>
            <p>{say.accessAsk}</p>
            <ul className="usa-list">
              {cities.map((city) => (
                <li key={city.slug}>
                  <Link to={`/${language}/${city.slug}#offices`}>{city.name}</Link>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </Section>
      <Section title={say.privacyTitle} id="privacy">
        <p>
          {say.privacyText} {tiles ? say.privacyMap : say.privacyAlone}
        </p>
      </Section>
      <Section title={say.languageTitle} id="languages">
        <p>{say.languageText}</p>
      </Section>
    </Page>
  );
}
